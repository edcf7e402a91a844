/** Calls of the examples in which one text is a payload, and, for code that takes objects, one object that has a key of every object's prototype. */
import { tagOf } from '../../consensus/values.ts';
import { inTurn } from '../../core/in-turn.ts';
import type { PayloadClass, PayloadFamily } from './payloads.ts';

const mostExamples = 2;
const most = 220;

export interface PayloadCall {
  args: unknown[];
  class: PayloadClass;
}

/** One family after the other in turn, so that the cap keeps some of each. */
export function payloadCalls(calls: unknown[][], families: PayloadFamily[]): PayloadCall[] {
  const chosen = [...calls].sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length).slice(0, mostExamples);
  const open = openPlaces(calls);
  const lists = chosen.flatMap((args) => families.map((family) => family.texts.filter((text) => text.isWellFormed()).flatMap((text) => withText(args, text, open).map((called): PayloadCall => ({ args: called, class: family.class })))));
  const keyed = families.some((family) => family.name === 'keys') ? chosen.map((args) => withKeys(args).map((called): PayloadCall => ({ args: called, class: 'SEC' }))) : [];
  const all = [...lists, ...keyed];
  return inTurn(all).slice(0, most);
}

/** Arguments that differ between examples: what is the same in all of them is the caller's own, and nobody sends it. Where nothing differs, all of them. */
function openPlaces(calls: unknown[][]): (args: unknown[], at: number) => boolean {
  const differs = (arity: number, at: number) => new Set(calls.filter((args) => args.length === arity).map((args) => JSON.stringify(args[at]))).size > 1;
  return (args, at) => differs(args.length, at) || !args.some((_, other) => differs(args.length, other));
}

/** The call with each of its texts, in turn, replaced. */
function withText(args: unknown[], text: string, open: (args: unknown[], at: number) => boolean): unknown[][] {
  return args.flatMap((value, at) => (open(args, at) ? variants(value, (inner) => (typeof inner === 'string' ? [text] : []), 1).map((next) => args.with(at, next)) : []));
}

function withKeys(args: unknown[]): unknown[][] {
  const plain = (value: unknown): value is object => value !== null && typeof value === 'object' && !Array.isArray(value) && tagOf(value) === null;
  return variants(args, (value) => (plain(value) ? ['constructor', 'prototype', 'toString'].flatMap((key) => [{ ...value, [key]: { x: 1 } }, { ...value, [key]: 1 }]) : [])) as unknown[][];
}

/** `value` with exactly one of what it holds exchanged. */
function variants(value: unknown, exchange: (value: unknown) => unknown[], depth = 0): unknown[] {
  const own = depth === 0 ? [] : exchange(value);
  if (depth > 4 || value === null || typeof value !== 'object') return own;
  if (Array.isArray(value)) return [...own, ...value.slice(0, 3).flatMap((item, at) => variants(item, exchange, depth + 1).map((next) => value.with(at, next)))];
  return [...own, ...Object.entries(value).flatMap(([name, item]) => variants(item, exchange, depth + 1).map((next) => ({ ...value, [name]: next })))];
}
