/** What a failed run means for its subject: come back when GitHub says so, try again later, or give up where everybody can see it. */
import { AssayError, problemOf, type Problem } from '../core/errors.ts';
import type { RetryLater } from '../core/ports/github.ts';

export type Consequence =
  | { kind: 'gone'; problem: Problem }
  | { kind: 'later'; problem: Problem; notBefore: number; free: boolean }
  | { kind: 'park'; problem: Problem };

const minute = 60_000;
const retryLaterCodes: readonly string[] = ['GITHUB_LIMIT', 'GITHUB_UNAVAILABLE', 'GITHUB_SUSPENDED', 'GITHUB_GONE', 'GITHUB_STALE_READ'] satisfies RetryLater['code'][];

/** `attempts` are those before this one; `draw` is a number in [0, 1). */
export function consequenceOf(thrown: unknown, at: { now: number; attempts: number; maxAttempts: number; draw: number }): Consequence {
  const problem = problemOf(thrown);
  if (problem.code === 'LEASE_LOST') return { kind: 'gone', problem };
  if (problem.code === 'SHUTTING_DOWN') return { kind: 'later', problem, notBefore: at.now, free: true };
  const notBefore = retryLaterAt(thrown);
  if (notBefore !== null) return { kind: 'later', problem, notBefore: Math.max(notBefore, at.now + 1000), free: true };
  if (at.attempts + 1 >= at.maxAttempts) return { kind: 'park', problem };
  return { kind: 'later', problem, notBefore: at.now + backOff(at.attempts, at.draw), free: false };
}

/** 1 s, 2 s, 4 s … at most five minutes, each shortened by up to half so that failures of one moment do not return in one moment. */
export function backOff(attempts: number, draw: number): number {
  const whole = Math.min(1000 * 2 ** attempts, 5 * minute);
  return Math.round(whole * (1 - draw / 2));
}

/** When to come back, where GitHub or Assay's own budget said so. */
export function retryLaterAt(thrown: unknown): number | null {
  if (!(thrown instanceof Error) || !('code' in thrown) || !('notBefore' in thrown)) return null;
  return retryLaterCodes.includes(String(thrown.code)) && typeof thrown.notBefore === 'number' ? thrown.notBefore : null;
}

/** For a subject whose runs never came to an end: each one took its worker down with it. */
export function runsDied(attempts: number): AssayError {
  return new AssayError('RECONCILE_CRASHED', `${attempts} runs died before they ended`, { remedy: 'Read the log of the runs; the next event on this subject tries again.' });
}

export function shuttingDown(): AssayError {
  return new AssayError('SHUTTING_DOWN', 'the process is shutting down', { remedy: 'Nothing to do: the next process goes on.' });
}
