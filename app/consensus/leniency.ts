/**
 * How much two right answers may differ, where the spec itself says so: in the order of a list, or by a small amount. Read from plain
 * words of the text and from what every frozen assertion does with the answer before it compares: `sorted(f(x)) == …` asks no order.
 */
import type { Spec } from '../core/spec.ts';

export interface Leniency {
  /** `any`: a list's order does not count; `set`: nor how often something is in it. */
  order: 'kept' | 'any' | 'set';
  /** Numbers may differ by so much, and by so much of their size; 0: no more than the comparison's own. */
  absolute: number;
  relative: number;
}

const strict: Leniency = { order: 'kept', absolute: 0, relative: 0 };
const known = new WeakMap<Spec, Leniency>();

export function leniencyOf(spec: Spec): Leniency {
  const found = known.get(spec) ?? read(spec);
  known.set(spec, found);
  return found;
}

function read(spec: Spec): Leniency {
  if (spec.surface?.kind !== 'function') return strict;
  const text = [spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n').replace(/\s+/g, ' ');
  const asserts = spec.criteria.flatMap((criterion) => criterion.tests.flatMap((test) => ('assert' in test ? [test.assert] : [])));
  const all = spec.criteria.flatMap((criterion) => criterion.tests).length === asserts.length ? asserts : [];
  const name = spec.surface.export.split('.').at(-1) ?? '';
  return { order: orderOf(text, all, name), ...toleranceOf(text, all, name) };
}

const anyOrder = /\b(?:in|of) any order\b|\border (?:does not|doesn't|is not|need not|of [^.]{0,60}(?:does not|doesn't)) (?:matter|important|be kept)\b|\bregardless of (?:the )?order\b/i;

/** A wrapper counts only where every frozen assertion has it: one that compares lists as they are asks for their order. */
function orderOf(text: string, asserts: string[], name: string): Leniency['order'] {
  const wrapped = (wrapper: string) => asserts.length > 0 && asserts.every((source) => new RegExp(`\\b(?:${wrapper})\\(\\s*${name}\\(`).test(source));
  if (wrapped('set|frozenset|new Set')) return 'set';
  return wrapped('sorted|Counter|collections\\.Counter|set|frozenset') || anyOrder.test(text) ? 'any' : 'kept';
}

type Tolerance = Pick<Leniency, 'absolute' | 'relative'>;

function toleranceOf(text: string, asserts: string[], name: string): Tolerance {
  const stated = /(?:error|tolerance|precision|accurate|within|differ)[^.]{0,60}?\b(?:1e-(\d{1,2})|10\s*(?:\^|\*\*)\s*\{?\s*[-−–]\s*(\d{1,2}))/i.exec(text);
  const power = stated?.[1] ?? stated?.[2];
  const told = asserts.flatMap((source) => assertTolerance(source, name) ?? []);
  // An assertion that compares the answer as it is asks for all of it.
  if (told.length > 0 && told.length === asserts.length) return { absolute: Math.max(...told.map((one) => one.absolute)), relative: Math.max(...told.map((one) => one.relative)) };
  const amount = power === undefined ? 0 : 10 ** -Number(power);
  return { absolute: amount, relative: amount };
}

/** What the assertion allows, or null where it compares the answer as it is. */
function assertTolerance(source: string, name: string): Tolerance | null {
  const rounded = new RegExp(`\\bround\\(\\s*${name}\\([\\s\\S]*,\\s*(\\d)\\s*\\)\\s*==`).exec(source);
  if (rounded) return { absolute: 10 ** -Number(rounded[1]), relative: 0 };
  const difference = /\b(?:abs|fabs)\(.*\)\s*<=?\s*(\d*\.?\d+(?:e-?\d+)?)\s*$/i.exec(source.trim().replace(/;$/, ''));
  if (difference) return { absolute: Math.min(0.01, Number(difference[1])), relative: 0 };
  if (/\bisclose\(/.test(source)) return { absolute: 0, relative: Number(/rel_tol\s*=\s*([\d.e-]+)/.exec(source)?.[1] ?? 1e-9) };
  return /\bapprox\(/.test(source) ? { absolute: 0, relative: 1e-6 } : null;
}
