/**
 * What a program did on one trial, and when two behaviours are the same. A crash, a time-out and an unclear timing equal nothing, not even
 * themselves: agreement needs something that both programs said. An exception counts as said where the code raised it on purpose.
 */
import type { FilesRun, HttpRequest } from '../core/surface.ts';
import { sameText, sameValue, type Compare } from './values.ts';

/** One thing to ask of a program: a call, an input, requests to a fresh server, files to work on, or frozen source about it. */
export type Trial = { args: unknown[] } | { stdin: string } | { request: HttpRequest[] } | FilesRun | { assert: string };

export type Behaviour =
  | { s: 'value'; value: unknown }
  | { s: 'raise'; class: string }
  | { s: 'exit'; code: number; out: string }
  | { s: 'crash'; why: string }
  | { s: 'timeout' }
  /** It needed between half and twice the limit: no evidence either way. */
  | { s: 'unclear' }
  /** It did one thing in one run and another thing in the next. */
  | { s: 'unstable' };

/** Stands where a candidate was not asked: neither agreement nor difference. */
export const notRun: Behaviour = { s: 'crash', why: 'not run' };

export interface Observed {
  behaviour: Behaviour;
  /** CPU time, for limits and for choosing; never part of a comparison or of the fingerprint. */
  ms: number;
}

export function isAnswer(behaviour: Behaviour): boolean {
  return behaviour.s === 'value' || behaviour.s === 'raise' || behaviour.s === 'exit';
}

export function sameBehaviour(a: Behaviour, b: Behaviour, compare: Compare): boolean {
  if (a.s === 'value' && b.s === 'value') return sameValue(a.value, b.value, compare);
  if (a.s === 'raise' && b.s === 'raise') return a.class === b.class;
  if (a.s === 'exit' && b.s === 'exit') return a.code === b.code && sameText(a.out, b.out, compare);
  return false;
}

/** For people and for the result: the value itself where there is one, else a tagged word. */
export function shown(behaviour: Behaviour): unknown {
  switch (behaviour.s) {
    case 'value': return behaviour.value;
    case 'exit': return behaviour.out;
    case 'raise': return { $raises: behaviour.class };
    case 'crash': return { $crash: behaviour.why };
    case 'timeout': return { $timeout: true };
    case 'unclear': return { $unclear: 'near the time limit' };
    case 'unstable': return { $unstable: 'differs from run to run' };
  }
}
