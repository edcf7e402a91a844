/**
 * Values that JSON cannot carry travel tagged: `{"$tuple": […]}`, `{"$set": […]}`, `{"$float": "nan"}`, `{"$int": "…"}`, `{"$dict": [[k, v]]}`.
 * `exact`: types of containers count (a tuple is not a list, true is not 1), numbers are equal by value, floats within 1e-9 of each other.
 * `tokens`: text is split on white space and numbers may differ by 1e-6. Where the spec itself leaves an order or an amount open, so do both.
 */
import type { Spec } from '../core/spec.ts';
import { leniencyOf, type Leniency } from './leniency.ts';

type Mode = 'exact' | 'tokens';
/** A mode alone is strict in all else. */
export type Compare = Mode | ({ mode: Mode } & Leniency);

export function compareOf(spec: Spec): Compare {
  const mode = spec.compare ?? (spec.surface?.kind === 'cli' ? 'tokens' : 'exact');
  const leniency = leniencyOf(spec);
  return leniency.order === 'kept' && leniency.absolute === 0 && leniency.relative === 0 ? mode : { mode, ...leniency };
}

const modeOf = (compare: Compare): Mode => (typeof compare === 'string' ? compare : compare.mode);

function sameAmount(x: number, y: number, compare: Compare): boolean {
  const own = modeOf(compare) === 'exact' ? 1e-9 : 1e-6;
  if (typeof compare === 'string') return sameNumber(x, y, own);
  const whole = Number.isInteger(x) && Number.isInteger(y);
  return sameNumber(x, y, Math.max(own, compare.relative)) || (!whole && Math.abs(x - y) <= compare.absolute);
}

/** Parses a JSON text without losing what a double cannot hold: `1.0` becomes `{"$float": "1.0"}`, a long integer `{"$int": "…"}`. */
export function parseTagged(text: string): unknown {
  // The reviver's third argument (source text access, in Node 24) is not in TypeScript's library yet.
  const reviver = function revive(_key: string, value: unknown, context?: { source?: string }): unknown {
    return typeof value === 'number' && context?.source !== undefined ? tagNumber(value, context.source) : value;
  };
  return JSON.parse(text, reviver);
}

function tagNumber(value: number, source: string): unknown {
  const whole = /^-?\d+$/.test(source);
  if (whole) return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : { $int: source };
  return Number.isInteger(value) || !Number.isFinite(value) ? { $float: source } : value;
}

export function tagOf(value: unknown): { tag: string; inner: unknown } | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const first = entries[0];
  return entries.length === 1 && first && first[0].startsWith('$') ? { tag: first[0], inner: first[1] } : null;
}

/** What a language makes of a tag that it has no type for: JavaScript has arrays for tuples and no frozen sets. */
export function inLanguage(value: unknown, language: Spec['language']): unknown {
  if (language === 'python') return value;
  const tagged = tagOf(value);
  if (tagged?.tag === '$tuple' && Array.isArray(tagged.inner)) return tagged.inner.map((v) => inLanguage(v, language));
  if (Array.isArray(value)) return value.map((v) => inLanguage(v, language));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, inLanguage(v, language)]));
}

/** The number that a value stands for, or null. Integers beyond a double's precision are compared as text instead. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const tagged = tagOf(value);
  if (tagged?.tag !== '$float' || typeof tagged.inner !== 'string') return null;
  if (tagged.inner === 'inf') return Infinity;
  return tagged.inner === '-inf' ? -Infinity : Number(tagged.inner);
}

export function sameNumber(a: number, b: number, tolerance: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (Number.isInteger(a) && Number.isInteger(b) && Math.abs(a) < 2 ** 53) return false;
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

export function sameValue(a: unknown, b: unknown, compare: Compare): boolean {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== null && y !== null) return sameAmount(x, y, compare);
  if (typeof a === 'string' && typeof b === 'string') return sameText(a, b, compare);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameList(a, b, compare);
  return sameRecord(a, b, compare);
}

function sameRecord(a: object, b: object, compare: Compare): boolean {
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  const tag = tagOf(a)?.tag;
  if (tag === '$aside') return tagOf(b)?.tag === tag;
  if (tag === '$tuple' && tagOf(b)?.tag === tag) return sameValue(tagOf(a)?.inner, tagOf(b)?.inner, compare);
  if (tag && unordered.has(tag)) return sameUnordered(tagOf(a)?.inner, tagOf(b)?.tag === tag ? tagOf(b)?.inner : null, compare);
  return left.length === right.size && left.every(([key, value]) => right.has(key) && sameValue(value, right.get(key), compare));
}

const unordered = new Set(['$set', '$frozenset', '$dict', '$map']);

/** Members in any order; floats that differ in their last digit may sort differently. */
function sameUnordered(a: unknown, b: unknown, compare: Compare): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  const left = [...b];
  return a.every((value) => {
    const at = left.findIndex((other) => sameValue(value, other, compare));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function sameList(a: unknown[], b: unknown[], compare: Compare): boolean {
  if (typeof compare !== 'string' && compare.order !== 'kept') return sameInAnyOrder(a, b, compare);
  return a.length === b.length && a.every((value, at) => sameValue(value, b[at], compare));
}

/** The freedom is of the answer's own list; what is in it keeps its order. */
function sameInAnyOrder(a: unknown[], b: unknown[], compare: Exclude<Compare, string>): boolean {
  const inner: Compare = { ...compare, order: 'kept' };
  if (compare.order === 'any') return sameUnordered(a, b, inner);
  const covers = (some: unknown[], others: unknown[]) => some.every((value) => others.some((other) => sameValue(value, other, inner)));
  return covers(a, b) && covers(b, a);
}

export function sameText(a: string, b: string, compare: Compare): boolean {
  if (a === b) return true;
  if (modeOf(compare) === 'exact') return false;
  const x = a.split(/\s+/).filter(Boolean);
  const y = b.split(/\s+/).filter(Boolean);
  return x.length === y.length && x.every((token, at) => sameToken(token, y[at] ?? ''));
}

const numeric = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

// Two whole numbers must be equal digit by digit; the tolerance is for computed fractions.
function sameToken(a: string, b: string): boolean {
  if (a === b) return true;
  if (!numeric.test(a) || !numeric.test(b) || !/[.eE]/.test(a + b)) return false;
  return Math.abs(Number(a) - Number(b)) <= 1e-6 * Math.max(1, Math.abs(Number(b)), Math.abs(Number(a)));
}
