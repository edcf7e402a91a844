/** Type annotations as shapes: Python hints, TypeScript types and JSDoc's, read as text. Ranges are not a type's business: they are modest. */
import type { MapShape, Shape } from '../shape.ts';

/** Null where the text is no type that tells anything. */
export function typeShape(text: string): Shape | null {
  const tokens = text.match(/"[^"\n]*"|'[^'\n]*'|\.{3}|=>|[A-Za-z_$][\w$.]*|-?\d+(?:\.\d+)?|[[\](){}<>,|?:;&*!]/g) ?? [];
  const reader = { tokens, at: 0 };
  const shape = union(reader);
  return reader.at < tokens.length || shape.type === 'any' ? null : shape;
}

interface Reader {
  tokens: string[];
  at: number;
}

const any: Shape = { type: 'any' };
const nothing: Shape = { type: 'oneOf', values: [null] };
const peek = (reader: Reader): string => reader.tokens[reader.at] ?? '';

function take(reader: Reader, token: string): boolean {
  if (peek(reader) !== token) return false;
  reader.at += 1;
  return true;
}

function union(reader: Reader): Shape {
  take(reader, '|');
  const parts = [postfix(reader)];
  while (take(reader, '|')) parts.push(postfix(reader));
  return anyOf(parts);
}

function anyOf(parts: Shape[]): Shape {
  const told = parts.filter((part) => part.type !== 'any');
  const values = told.flatMap((part) => (part.type === 'oneOf' ? part.values : []));
  const rest = told.filter((part) => part.type !== 'oneOf');
  const all: Shape[] = values.length > 0 ? [...rest, { type: 'oneOf', values }] : rest;
  return all.length > 1 ? { type: 'anyOf', of: all } : all[0] ?? any;
}

function postfix(reader: Reader): Shape {
  if (take(reader, '?')) return anyOf([postfix(reader), nothing]);
  if (take(reader, '...') || take(reader, '!') || take(reader, 'readonly')) return postfix(reader);
  let shape = primary(reader);
  while (peek(reader) === '[' && reader.tokens[reader.at + 1] === ']') {
    reader.at += 2;
    shape = listOf(shape);
  }
  return shape;
}

function primary(reader: Reader): Shape {
  const token = peek(reader);
  reader.at += 1;
  if (token === '(') { const inner = union(reader); take(reader, ')'); return inner; }
  if (token === '[') return tuple(inner(reader, ']'), '');
  if (token === '{') return record(reader);
  if (/^["']/.test(token)) return { type: 'oneOf', values: [token.slice(1, -1)] };
  if (/^-?\d/.test(token)) return { type: 'oneOf', values: [Number(token)] };
  if (reader.tokens[reader.at + 1] !== ']' && take(reader, '[')) return generic(token, inner(reader, ']'));
  if (take(reader, '<')) return generic(token, inner(reader, '>'));
  return generic(token, []);
}

/** Types between brackets, up to the closing one. */
function inner(reader: Reader, end: string): Shape[] {
  const found: Shape[] = [];
  while (reader.at < reader.tokens.length && !take(reader, end)) {
    if (take(reader, ',')) continue;
    if (take(reader, '...')) { found.push(any); continue; }
    const before = reader.at;
    found.push(union(reader));
    if (reader.at === before) reader.at += 1;
  }
  return found;
}

function record(reader: Reader): Shape {
  const fields: Record<string, Shape> = {};
  while (reader.at < reader.tokens.length && !take(reader, '}')) {
    const name = peek(reader);
    reader.at += 1;
    if (name === '[') { inner(reader, ']'); take(reader, ':'); return mapOf([{ type: 'string', letters: 'abc', min: 1, max: 3, samples: [] }, closing(reader)], ''); }
    take(reader, '?');
    if (take(reader, ':')) fields[name.replace(/^["']|["']$/g, '')] = union(reader);
    if (!take(reader, ',')) take(reader, ';');
  }
  return Object.keys(fields).length > 0 ? { type: 'record', fields } : any;
}

function closing(reader: Reader): Shape {
  const value = union(reader);
  take(reader, ';');
  take(reader, '}');
  return value;
}

const whole: Shape = { type: 'int', min: 0, max: 10 };
const fraction: Shape = { type: 'float', min: 0, max: 10 };
const text: Shape = { type: 'string', letters: 'abcdefghijklmnopqrstuvwxyz', min: 0, max: 6, samples: [] };
const truth: Shape = { type: 'bool' };

/** By the last word of the name, in lower case; anything else tells nothing. */
const named: Record<string, (args: Shape[]) => Shape> = {
  ...forAll(['int', 'integer', 'bigint', 'number'], () => whole),
  ...forAll(['float', 'double', 'decimal'], () => fraction),
  ...forAll(['str', 'string'], () => text),
  ...forAll(['bool', 'boolean'], () => truth),
  ...forAll(['none', 'null'], () => nothing),
  ...forAll(['list', 'sequence', 'iterable', 'array', 'readonlyarray', 'collection', 'mutablesequence', 'iterator'], ([of = any]) => listOf(of)),
  ...forAll(['set', 'frozenset', 'abstractset'], ([of = any]) => ({ ...listOf(of), tag: '$set', distinct: true })),
  ...forAll(['dict', 'mapping', 'record', 'defaultdict', 'mutablemapping', 'ordereddict'], (args) => mapOf(args, '')),
  ...forAll(['map'], (args) => mapOf(args, '$map')),
  ...forAll(['tuple'], (args) => (args[1]?.type === 'any' ? { ...listOf(args[0] ?? any), tag: '$tuple' } : tuple(args, '$tuple'))),
  ...forAll(['optional'], ([of = any]) => anyOf([of, nothing])),
  ...forAll(['union', 'literal'], anyOf),
};

function forAll(names: string[], made: (args: Shape[]) => Shape): Record<string, (args: Shape[]) => Shape> {
  return Object.fromEntries(names.map((name) => [name, made]));
}

function generic(name: string, args: Shape[]): Shape {
  const word = (name.split('.').at(-1) ?? '').toLowerCase();
  return Object.hasOwn(named, word) ? named[word]?.(args) ?? any : any;
}

function listOf(of: Shape): Extract<Shape, { type: 'list' }> {
  return { type: 'list', tag: '', of, min: 0, max: 5, sorted: false, distinct: false };
}

function tuple(of: Shape[], tag: '' | '$tuple'): Shape {
  return of.length === 0 ? any : { type: 'tuple', tag, of };
}

function mapOf([key = any, of = any]: Shape[], tag: '' | '$map'): Shape {
  const keyed: Shape = key.type === 'any' ? { type: 'string', letters: 'abc', min: 1, max: 3, samples: [] } : key;
  return { type: 'map', tag, key: keyed, of, min: 0, max: 4 };
}

/** The examples' shape, with what they leave open filled in by the annotation: items of lists that were always empty, whole numbers where fractions are meant, another kind of value that no example shows. */
export function filledBy(shape: Shape, type: Shape | null): Shape {
  if (!type) return shape;
  if (tellsNothing(shape)) return type;
  if (type.type === 'anyOf') return oneOfSeveral(shape, type.of);
  if (shape.type === 'int' && type.type === 'float') return { ...shape, type: 'float' };
  if (shape.type === 'list' && type.type === 'list') return { ...shape, of: filledBy(shape.of, type.of) };
  return type.type === 'map' ? filledMap(shape, type) : shape;
}

function tellsNothing(shape: Shape): boolean {
  return shape.type === 'any' || (shape.type === 'oneOf' && shape.values.every((value) => value === null));
}

function oneOfSeveral(shape: Shape, types: Shape[]): Shape {
  const same = types.find((one) => one.type === shape.type);
  return { type: 'anyOf', of: [filledBy(shape, same ?? null), ...types.filter((one) => one !== same && one.type === 'oneOf')] };
}

/** Examples with the same keys look like records; the annotation says that keys are free. */
function filledMap(shape: Shape, type: MapShape): Shape {
  if (shape.type === 'map') return { ...shape, key: filledBy(shape.key, type.key), of: filledBy(shape.of, type.of) };
  if (shape.type !== 'record') return shape;
  return { ...type, tag: '', key: keysOf(shape.fields), of: Object.values(shape.fields)[0] ?? type.of, min: 0, max: Object.keys(shape.fields).length };
}

function keysOf(fields: Record<string, Shape>): Shape {
  const samples = Object.keys(fields).sort();
  return { type: 'string', letters: [...new Set(samples.join(''))].sort().join('') || 'abc', min: 1, max: Math.max(...samples.map((name) => name.length)), samples };
}
