/**
 * A crash between any two steps: the store as the App sees it, which dies before the n-th occurrence of one kind of write and answers nothing
 * from then on, as if the process had been killed. Every write to GitHub asks the store's limiter first and is recorded afterwards, so that the
 * points before and after each of them are among these.
 */
import type { Store } from '../../app/core/ports/store.ts';

const writes = ['mark', 'finish', 'defer', 'startJob', 'claimJob', 'waitJob', 'finishJob', 'cancelJobs', 'putNote', 'appendOnce', 'limiterTake', 'linkSha', 'putDelivery'] as const;
type Write = (typeof writes)[number];

export interface CrashPoint { label: string; nth: number }

export interface Crashing {
  through(store: Store): Store;
  /** What was written so far, as crash points in order. */
  seen: CrashPoint[];
  readonly isDown: boolean;
  /** Counts and strikes from here on. */
  arm(): void;
  /** The next start is healthy. */
  repair(): void;
}

export function crashing(point: CrashPoint | null): Crashing {
  const counts = new Map<string, number>();
  const seen: CrashPoint[] = [];
  let state: 'off' | 'armed' | 'down' | 'spent' = 'off';

  function through(store: Store): Store {
    // The store of the process that died stays dead; the one of the next start is another.
    let dead = false;
    const call = (name: string, args: unknown[]): unknown => {
      if (name !== 'close' && (dead || state === 'down')) { dead = true; return Promise.reject(new Error('the process is dead')); }
      const label = labelOf(name, args);
      if (label !== null && state !== 'off') {
        const nth = (counts.get(label) ?? 0) + 1;
        counts.set(label, nth);
        seen.push({ label, nth });
        if (state === 'armed' && label === point?.label && nth === point.nth) { state = 'down'; dead = true; return Promise.reject(new Error('the process is dead')); }
      }
      return (store[name as keyof Store] as (...given: unknown[]) => unknown)(...args);
    };
    return new Proxy(store, { get: (_target, name) => (...args: unknown[]) => call(String(name), args) });
  }

  return { through, seen, arm: () => { state = point ? 'armed' : 'spent'; }, get isDown() { return state === 'down'; }, repair: () => { state = 'spent'; } };
}

/** The kind of write, without what differs from run to run; null for reads, and for what the limiter is asked before a read. */
function labelOf(name: string, args: unknown[]): string | null {
  if (!writes.includes(name as Write)) return null;
  const kindOf = (key: unknown): string => String(key).split(':')[0]!;
  switch (name as Write) {
    case 'limiterTake': return args[1] === 1 && !String(args[0]).includes('content') ? null : `limiterTake ${String(args[0]).split(':')[1]}`;
    case 'putNote': return `putNote ${kindOf(args[0])} ${String(args[1]).replace(/[0-9a-f]{12,}/g, '…')}`;
    case 'appendOnce': return `append ${(args[1] as { action: string }).action}`;
    case 'startJob': return `startJob ${(args[0] as { input: { kind: string } }).input.kind}`;
    case 'finishJob': return `finishJob ${(args[2] as { kind: string }).kind}`;
    case 'finish': case 'defer': return `${name} ${kindOf((args[0] as { key: string }).key)}`;
    case 'mark': case 'cancelJobs': return `${name} ${kindOf(args[0])}`;
    case 'putDelivery': return `putDelivery ${(args[0] as { event: string }).event}`;
    case 'claimJob': case 'waitJob': case 'linkSha': return name;
  }
}
