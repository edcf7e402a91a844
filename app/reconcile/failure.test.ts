import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../core/errors.ts';
import { backOff, consequenceOf, runsDied, shuttingDown } from './failure.ts';

const at = { now: 1_000_000, attempts: 0, maxAttempts: 8, draw: 0 };
const limited = (code: string, notBefore: unknown) => Object.assign(new Error('later'), { code, notBefore });

describe('what a failure means', () => {
  it.each(['GITHUB_LIMIT', 'GITHUB_UNAVAILABLE', 'GITHUB_SUSPENDED', 'GITHUB_GONE', 'GITHUB_STALE_READ'])('%s comes back when it says, without a count', (code) => {
    expect(consequenceOf(limited(code, at.now + 77_000), { ...at, attempts: 7 })).toMatchObject({ kind: 'later', free: true, notBefore: at.now + 77_000 });
  });

  it('a time that has passed never makes a tight circle', () => {
    expect(consequenceOf(limited('GITHUB_LIMIT', 0), at)).toMatchObject({ notBefore: at.now + 1000 });
  });

  it('what only looks like a limit counts', () => {
    for (const thrown of [limited('GITHUB_LIMIT', 'soon'), limited('OTHER', at.now), { code: 'GITHUB_LIMIT', notBefore: 1 }, new Error('x'), 'text']) {
      expect(consequenceOf(thrown, at)).toMatchObject({ kind: 'later', free: false });
    }
  });

  it('the last attempt parks with the cause', () => {
    expect(consequenceOf(new AssayError('BAD', 'why', { remedy: 'do' }), { ...at, attempts: 7 })).toEqual({ kind: 'park', problem: { code: 'BAD', message: 'why', remedy: 'do' } });
    expect(consequenceOf(runsDied(8), { ...at, attempts: 8 })).toMatchObject({ kind: 'park', problem: { code: 'RECONCILE_CRASHED' } });
  });

  it('a lost lease is nobody\'s fault, a shutdown gives back at once', () => {
    expect(consequenceOf(new AssayError('LEASE_LOST', '', { remedy: '' }), { ...at, attempts: 7 }).kind).toBe('gone');
    expect(consequenceOf(shuttingDown(), { ...at, attempts: 7 })).toMatchObject({ kind: 'later', free: true, notBefore: at.now });
  });

  it('pauses grow, stay within half and whole, and end at five minutes', () => {
    fc.assert(fc.property(fc.nat(40), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempts, draw) => {
      const whole = Math.min(1000 * 2 ** attempts, 300_000);
      const pause = backOff(attempts, draw);
      return pause <= whole && pause >= whole / 2;
    }));
  });
});
