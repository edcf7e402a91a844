import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testClock, type TestClock } from '../../test/conformance/clock.ts';
import { change7, delivery, effects, other, shop } from '../../test/conformance/store-facts.ts';
import { storeOnDisk, testLog } from '../../test/conformance/store-on-disk.ts';
import { until } from '../../test/conformance/until.ts';
import type { Claim, Store } from '../core/ports/store.ts';
import { changeKey } from '../core/subject.ts';
import type { Run, SubjectHandler } from './handler.ts';
import { createLoop, type Loop, type LoopOptions } from './loop.ts';

interface Step {
  step: string;
}

/** What GitHub would show: each step writes its name once, and only where it is not there yet. */
function world(over: Partial<SubjectHandler<string, string, Step>> = {}) {
  const shown = new Map<string, string[]>();
  const writes: string[] = [];
  const seen: string[] = [];
  const handler: SubjectHandler<string, string, Step> = {
    observe: async (claim: Claim) => (seen.push(claim.key), claim.key),
    rule: (facts) => `ruling on ${facts}`,
    decide: () => ({ steps: [{ step: 'check' }, { step: 'comment' }], lookAgainAt: null, open: true }),
    async act({ step }, run) {
      const there = shown.get(run.claim.key) ?? [];
      if (there.includes(step)) return 'unchanged';
      await run.fence();
      shown.set(run.claim.key, [...there, step]);
      writes.push(step);
      return 'created';
    },
    ...over,
  };
  return { handler, shown, writes, seen };
}

async function setUp(handler: SubjectHandler, over: Partial<LoopOptions> = {}) {
  const clock = testClock();
  const disk = await storeOnDisk(clock);
  const log = testLog();
  const parked: string[] = [];
  const options: LoopOptions = {
    store: disk.store, clock, log, owner: 'me', workers: 2, handlers: { change: handler, intent: handler }, random: () => 0,
    onParked: async (claim, problem) => void parked.push(`${claim.key} ${problem.code}`), ...over,
  };
  const loop = createLoop(options);
  onTestFinished(async () => void (await stop(loop, clock)));
  return { clock, disk, store: disk.store, log, parked, loop, options };
}

async function stop(loop: Loop, clock: TestClock): Promise<number> {
  let cut: number | null = null;
  void loop.drain(1000).then((count) => (cut = count));
  await until(() => cut !== null, { clock, stepMs: 1000 });
  return cut ?? 0;
}

const isClean = (store: Store) => async () => (await store.stats()).dirty === 0;

describe('the loop', () => {
  it('observes, rules, decides, acts each and looks again when asked to; the second run changes nothing', async () => {
    let again: number | null = 0;
    const { handler, shown, seen } = world({ decide: () => ({ steps: [{ step: 'check' }, { step: 'comment' }], lookAgainAt: again, open: true }) });
    const { loop, store, clock, log } = await setUp(handler);
    again = clock.now() + 60_000;
    await store.mark(change7, shop);
    await loop.start();
    await until(isClean(store));
    expect(shown.get(change7)).toEqual(['check', 'comment']);
    clock.advance(60_000);
    again = null;
    expect(await store.sweepDue(0)).toBe(1);
    loop.wake();
    await until(isClean(store));
    expect(seen).toEqual([change7, change7]);
    expect(shown.get(change7)).toEqual(['check', 'comment']);
    const results = log.lines.filter((line) => line.message === 'step done').map((line) => line.fields.result);
    expect(results).toEqual(['created', 'created', 'unchanged', 'unchanged']);
    expect(new Set(log.lines.filter((line) => line.fields.reconcileId).map((line) => line.fields.reconcileId)).size).toBe(2);
  });

  it('a mark during the run means one more run', async () => {
    const { handler, seen } = world();
    const observe = handler.observe;
    let marked = false;
    const { loop, store } = await setUp({ ...handler, async observe(claim, run) {
      if (!marked) await store.mark(change7);
      marked = true;
      return observe(claim, run);
    } });
    await store.mark(change7, shop);
    await loop.start();
    await until(async () => seen.length === 2 && (await store.stats()).dirty === 0);
    expect(await store.subject(change7)).toMatchObject({ generation: 2, done: 2 });
  });

  it('a storm of a thousand events on one subject is few runs', async () => {
    const { handler, seen } = world();
    const { loop, store } = await setUp(handler);
    await loop.start();
    await Promise.all(Array.from({ length: 1000 }, async (_, n) => {
      if (n % 100 === 0) await setImmediate();
      await store.putDelivery(delivery(), effects({ marks: [change7] }));
      loop.wake();
    }));
    await until(isClean(store));
    expect((await store.subject(change7))?.generation).toBe(1000);
    expect(seen.length).toBeLessThan(25);
  });

  it('a thousand subjects of one installation do not make another one wait', async () => {
    const { handler, seen } = world();
    const { loop, store } = await setUp(handler);
    await Promise.all(Array.from({ length: 1000 }, (_, n) => store.mark(changeKey(1, n + 1), shop)));
    await store.mark(changeKey(2, 1), other);
    await loop.start();
    await until(() => seen.includes(changeKey(2, 1)));
    expect(seen.indexOf(changeKey(2, 1))).toBeLessThan(4);
  });

  it('no subject is in two runs at a time', async () => {
    let now = 0;
    let most = 0;
    const { handler } = world({ async observe(claim) {
      most = Math.max(most, (now += 1));
      for (let n = 0; n < 5; n += 1) await setImmediate();
      now -= 1;
      return claim.key;
    } });
    const { loop, store } = await setUp(handler, { workers: 6 });
    await store.mark(change7, shop);
    await loop.start();
    for (let n = 0; n < 30; n += 1) await store.mark(change7).then(loop.wake);
    await until(isClean(store));
    expect(most).toBe(1);
  });
});

describe('failures', () => {
  it('poison is tried eight times with growing pauses, parked with a word, and blocks nobody; a newer event revives it', async () => {
    let poison = true;
    const attempts: number[] = [];
    const { handler, seen } = world();
    const { loop, store, clock, parked } = await setUp({ ...handler, decide(facts, ruling) {
      if (!poison || facts !== change7) return handler.decide(String(facts), String(ruling));
      attempts.push(clock.now());
      throw new TypeError('cannot read properties of undefined');
    } });
    await store.mark(change7, shop);
    await store.mark(changeKey(1, 8), shop);
    await loop.start();
    await until(async () => (await store.stats()).parked === 1, { clock, stepMs: 250 });
    expect(attempts).toHaveLength(8);
    const pauses = attempts.slice(1).map((at, n) => Math.round((at - (attempts[n] ?? 0)) / 1000));
    expect(pauses.slice(1).every((pause, n) => pause > (pauses[n] ?? 0))).toBe(true);
    expect(parked).toEqual([`${change7} UNEXPECTED`]);
    expect(seen).toContain(changeKey(1, 8));
    expect((await store.subject(change7))?.parked?.message).toContain('cannot read properties');
    poison = false;
    await store.mark(change7);
    await until(isClean(store), { clock, stepMs: 250 });
    expect((await store.subject(change7))?.parked).toBeNull();
  });

  it('a limit of GitHub defers without counting, and others go on', async () => {
    const { handler, seen, shown } = world();
    let limitedUntil = 0;
    let limited = 0;
    const { loop, store, clock, parked } = await setUp({ ...handler, async observe(claim, run) {
      if (claim.key === change7 && run.claim.repository.id === 1 && clock.now() < limitedUntil) {
        limited += 1;
        throw Object.assign(new Error('slow down'), { code: 'GITHUB_LIMIT', notBefore: clock.now() + 60_000 });
      }
      return handler.observe(claim, run);
    } });
    limitedUntil = clock.now() + 20 * 60_000;
    await store.mark(change7, shop);
    await store.mark(changeKey(2, 1), other);
    await loop.start();
    await until(() => seen.includes(changeKey(2, 1)));
    await until(async () => shown.has(change7) && (await store.stats()).dirty === 0, { clock, stepMs: 1000 });
    expect(limited).toBeGreaterThanOrEqual(18);
    expect(limited).toBeLessThanOrEqual(21);
    expect(parked).toEqual([]);
  });

  it('a run that kills its process every time is parked as well', async () => {
    const { handler } = world();
    const { loop, store, clock, parked } = await setUp(handler);
    await store.mark(change7, shop);
    for (let n = 0; n < 9; n += 1) {
      expect(await store.claim('another', 10)).not.toBeNull();
      clock.advance(10);
    }
    await loop.start();
    await until(async () => (await store.stats()).parked === 1, { clock, stepMs: 250 });
    expect(parked).toEqual([`${change7} RECONCILE_CRASHED`]);
  });

  it('a kind that nobody handles is parked, not forgotten', async () => {
    const { loop, store, clock } = await setUp(world().handler, { maxAttempts: 1 });
    await store.mark('release:1@v1', shop);
    await loop.start();
    await until(async () => (await store.stats()).parked === 1, { clock, stepMs: 250 });
    expect((await store.subject('release:1@v1'))?.parked?.code).toBe('SUBJECT_KIND_UNHANDLED');
  });

  it('the word that cannot be said for a limit is said later, before the parking', async () => {
    let limited = true;
    const said: string[] = [];
    const { loop, store, clock } = await setUp(world({ observe: () => Promise.reject(new Error('broken')) }).handler, {
      maxAttempts: 1,
      async onParked(claim) {
        if (limited) throw Object.assign(new Error('slow down'), { code: 'GITHUB_LIMIT', notBefore: clock.now() + 5_000 });
        said.push(claim.key);
      },
    });
    await store.mark(change7, shop);
    await loop.start();
    await until(async () => ((await store.subject(change7))?.notBefore ?? 0) > clock.now());
    expect((await store.stats()).parked).toBe(0);
    limited = false;
    await until(async () => (await store.stats()).parked === 1, { clock, stepMs: 1000 });
    expect(said).toEqual([change7]);
  });
});

describe('leases', () => {
  /** Holds the first run inside `observe` until told. */
  function held() {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const runs: Run[] = [];
    const made = world({ async observe(claim, run) {
      runs.push(run);
      if (runs.length === 1) await gate;
      return claim.key;
    } });
    return { ...made, runs, release };
  }

  it('are renewed while the work goes on', async () => {
    const { handler, runs, release, shown } = held();
    const { loop, store, clock } = await setUp(handler, { leaseMs: 3_000 });
    await store.mark(change7, shop);
    await loop.start();
    await until(() => runs.length === 1);
    for (let n = 0; n < 20; n += 1) {
      clock.advance(1_000);
      await setImmediate();
      await setImmediate();
    }
    expect(await store.claim('thief', 1000)).toBeNull();
    release();
    await until(isClean(store));
    expect(shown.get(change7)).toEqual(['check', 'comment']);
    expect(runs).toHaveLength(1);
  });

  it('a zombie that slept past its lease writes nothing more', async () => {
    const { handler, runs, release, shown } = held();
    const { loop, store, clock, log } = await setUp(handler, { leaseMs: 3_000, workers: 1 });
    await store.mark(change7, shop);
    await loop.start();
    await until(() => runs.length === 1);
    clock.jump(clock.now() + 10_000); // stopped: no timer of this process ran meanwhile
    const thief = await store.claim('thief', 60_000);
    expect(thief?.key).toBe(change7);
    release();
    await until(() => log.lines.some((line) => line.message === 'run failed' && line.fields.kind === 'gone'));
    expect(shown.get(change7)).toBeUndefined();
    expect(await store.finish(thief!, { lookAgainAt: null, open: true })).toBe(true);
  });

  it('SIGTERM: takes nothing more and lets a run end', async () => {
    const { handler, runs, release, shown, seen } = held();
    const { loop, store } = await setUp(handler, { workers: 1 });
    await store.mark(change7, shop);
    await store.mark(changeKey(1, 8), shop);
    await loop.start();
    await until(() => runs.length === 1);
    const drained = loop.drain(8_000);
    release();
    expect(await drained).toBe(0);
    expect(shown.get(change7)).toEqual(['check', 'comment']);
    expect(seen).not.toContain(changeKey(1, 8));
  });

  it('SIGTERM: a run that does not end in time is cut off, given back without a count, and writes nothing more', async () => {
    const { handler, runs, release, shown } = held();
    const { loop, store, clock } = await setUp(handler);
    await store.mark(change7, shop);
    await loop.start();
    await until(() => runs.length === 1);
    expect(await stop(loop, clock)).toBe(1);
    expect(runs[0]?.signal.aborted).toBe(true);
    release();
    await until(() => runs[0]?.signal.aborted === true);
    for (let n = 0; n < 10; n += 1) await setImmediate();
    expect(shown.get(change7)).toBeUndefined();
    expect(await store.claim('next', 1000)).toMatchObject({ key: change7, attempts: 0 });
  });
});

describe('a crash', () => {
  /** Everything after the n-th await never happens: the process is dead. */
  function dying(at: number) {
    let count = 0;
    const dead = () => count >= at;
    async function point(): Promise<void> {
      count += 1;
      if (dead()) await new Promise(() => undefined);
    }
    function mortal<A extends unknown[], T>(work: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
      return async (...args) => {
        await point();
        const result = await work(...args);
        await point();
        return result;
      };
    }
    return { mortal, dead };
  }

  it('at any await, enumerated, loses nothing and does nothing twice', async () => {
    let crashes = 0;
    for (let at = 1, alive = false; !alive; at += 1) {
      const clock = testClock();
      const disk = await storeOnDisk(clock);
      const { handler, shown, writes } = world();
      const { mortal, dead } = dying(at);
      const act = mortal((step: Step, run: Run) => handler.act(step, { ...run, fence: mortal(run.fence) }));
      const first = disk.store;
      const store: LoopOptions['store'] = {
        claim: mortal(first.claim), renew: mortal(first.renew), finish: mortal(first.finish), defer: mortal(first.defer), park: mortal(first.park), releaseOwned: mortal(first.releaseOwned),
      };
      const options: LoopOptions = { store, clock, log: testLog(), owner: 'me', workers: 1, handlers: { change: { ...handler, observe: mortal(handler.observe), act } }, onParked: async () => undefined };
      await first.mark(change7, shop);
      const loop = createLoop(options);
      void loop.start();
      await until(async () => dead() || (await first.stats()).dirty === 0);
      alive = !dead();
      crashes += alive ? 0 : 1;
      const second = await disk.reopen();
      const heir = createLoop({ ...options, store: second, handlers: { change: handler } });
      await heir.start();
      await until(isClean(second), { clock, stepMs: 1000 });
      expect(shown.get(change7), `crash at await ${at}`).toEqual(['check', 'comment']);
      expect(writes, `crash at await ${at}`).toEqual(['check', 'comment']);
      await stop(heir, clock);
      if (alive) await stop(loop, clock);
    }
    expect(crashes).toBeGreaterThanOrEqual(20);
  });
});
