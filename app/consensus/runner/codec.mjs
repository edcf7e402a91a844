// Values of a candidate's realm to tagged JSON and back. It runs in the host realm and uses only what it captured there, so a candidate
// that patches Array.prototype, JSON or Symbol.iterator changes nothing here.
import { types } from 'node:util';
import { createHash } from 'node:crypto';

const BIG = 32 * 1024;
const NODES = 200_000;
const { keys, getPrototypeOf, is } = Object;

export class Opaque extends Error {}

/** @param realm the candidate realm's own Array, Object, Map, Set, Date */
export function decode(value, realm) {
  if (Array.isArray(value)) return fill(new realm.Array(), value, realm);
  if (value === null || typeof value !== 'object') return value;
  const names = keys(value);
  if (names.length === 1 && names[0] in tagged) return tagged[names[0]](value[names[0]], realm);
  const out = new realm.Object();
  for (const name of names) Object.defineProperty(out, name, { value: decode(value[name], realm), enumerable: true, writable: true, configurable: true });
  return out;
}

const list = (inner, realm) => fill(new realm.Array(), inner, realm);
const set = (inner, realm) => new realm.Set(inner.map((v) => decode(v, realm)));
const map = (inner, realm) => new realm.Map(inner.map(([k, v]) => [decode(k, realm), decode(v, realm)]));
const named = new Map([['inf', Infinity], ['-inf', -Infinity]]);

const tagged = {
  __proto__: null,
  $tuple: list, $iter: list, $set: set, $frozenset: set, $dict: map, $map: map,
  $float: (inner) => named.get(inner) ?? Number(inner),
  $int: (inner) => Number(inner),
  $bigint: (inner) => BigInt(inner),
  $date: (inner, realm) => new realm.Date(inner),
  $undefined: () => undefined,
};

function fill(array, values, realm) {
  values.forEach((value, at) => Object.defineProperty(array, at, { value: decode(value, realm), enumerable: true, writable: true, configurable: true }));
  return array;
}

export function encode(value) {
  const shape = shapeOf(value, { left: NODES }, 0);
  const text = JSON.stringify(shape);
  return text.length > BIG ? { $big: [createHash('sha256').update(text).digest('hex'), text.length] } : shape;
}

function shapeOf(value, budget, depth) {
  budget.left -= 1;
  if (budget.left < 0 || depth > 60) throw new Opaque('too large or too deep');
  switch (typeof value) {
    case 'undefined': return { $undefined: true };
    case 'boolean': return value;
    case 'string': return value.toWellFormed();
    case 'bigint': return { $bigint: String(value) };
    case 'number': return Number.isSafeInteger(value) && !is(value, -0) ? value : { $float: numberText(value) };
    case 'object': return value === null ? null : objectShape(value, (v) => shapeOf(v, budget, depth + 1));
    default: throw new Opaque(`a ${typeof value}`);
  }
}

function numberText(value) {
  if (Number.isNaN(value)) return 'nan';
  if (Math.abs(value) === Infinity) return value < 0 ? '-inf' : 'inf';
  return is(value, -0) ? '-0.0' : String(value);
}

const text = (value) => JSON.stringify(value);
const byText = (a, b) => (text(a) < text(b) ? -1 : 1);

function objectShape(value, inner) {
  if (types.isProxy(value)) throw new Opaque('a proxy');
  if (Array.isArray(value)) return Array.from({ length: arrayLength(value) }, (_, at) => inner(own(value, at)));
  if (types.isMap(value)) return { $map: each(Map, value).map(([k, v]) => [inner(k), inner(v)]).sort(byText) };
  if (types.isSet(value)) return { $set: each(Set, value).map(([, v]) => inner(v)).sort(byText) };
  if (types.isDate(value)) return { $date: Date.prototype.getTime.call(value) };
  if (types.isTypedArray(value)) return { $typed: Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
  if (types.isBoxedPrimitive(value) || types.isPromise(value)) throw new Opaque('a wrapped value');
  if (types.isGeneratorObject(value)) return { $iter: drain(value).map(inner) };
  const fields = {};
  for (const name of keys(value)) Object.defineProperty(fields, name, { value: inner(own(value, name)), enumerable: true });
  const plain = isPlain(value) && !keys(value).some((name) => name.startsWith('$'));
  return plain ? fields : { $object: [className(value), fields] };
}

function arrayLength(value) {
  if (value.length > NODES) throw new Opaque('too large or too deep');
  return value.length;
}

// An own getter is read: its value is what a caller of the candidate would see.
function own(value, name) {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function each(kind, value) {
  const out = [];
  kind.prototype.forEach.call(value, (v, k) => out.push([k, v]));
  return out;
}

function drain(generator) {
  const out = [];
  for (let step = generator.next(); !step.done; step = generator.next()) {
    out.push(step.value);
    if (out.length > 10_000) throw new Opaque('an endless iterator');
  }
  return out;
}

function isPlain(value) {
  const parent = getPrototypeOf(value);
  return parent === null || (getPrototypeOf(parent) === null && Object.hasOwn(parent, 'hasOwnProperty'));
}

function className(value) {
  const maker = getPrototypeOf(value)?.constructor;
  return typeof maker === 'function' && typeof maker.name === 'string' ? maker.name : 'Object';
}
