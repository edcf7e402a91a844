import { describe, expect, it, onTestFinished } from 'vitest';
import { testClock, type TestClock } from '../../test/conformance/clock.ts';
import { change7, delivery, effects, shop } from '../../test/conformance/store-facts.ts';
import { storeOnDisk, testLog } from '../../test/conformance/store-on-disk.ts';
import { until } from '../../test/conformance/until.ts';
import type { AppDeliveries, GitHub } from '../core/ports/github.ts';
import type { Store } from '../core/ports/store.ts';
import { changeKey, intentKey } from '../core/subject.ts';
import { createDiscovery, type DiscoverOptions } from './discover.ts';
import { createGapPoll } from './gap.ts';
import { createSweep, createTidy } from './sweep.ts';
import type { Timer } from './timer.ts';

type Listed = Awaited<ReturnType<AppDeliveries['list']>>[number];

function running(timer: Timer): Timer {
  timer.start();
  onTestFinished(() => timer.stop());
  return timer;
}

async function finishAll(store: Store, after = { lookAgainAt: null as number | null, open: true }): Promise<void> {
  for (let claim = await store.claim('w', 1000); claim; claim = await store.claim('w', 1000)) await store.finish(claim, after);
}

describe('the sweep', () => {
  it('looks again when asked to, soon after the time, and at open subjects that nobody looked at', async () => {
    const clock = testClock();
    const { store } = await storeOnDisk(clock);
    let woken = 0;
    await store.mark(change7, shop);
    await finishAll(store, { lookAgainAt: clock.now() + 10_000, open: true });
    running(createSweep({ store, clock, log: testLog(), everyMs: 1_000, staleMs: 60_000, onMarked: () => (woken += 1) }));
    const started = clock.now();
    await until(() => woken === 1, { clock, stepMs: 500 });
    expect(clock.now() - started).toBeGreaterThanOrEqual(10_000);
    expect(clock.now() - started).toBeLessThan(13_000);
    await finishAll(store);
    const finished = clock.now();
    await until(() => woken === 2, { clock, stepMs: 500 });
    expect(clock.now() - finished).toBeGreaterThan(60_000);
  });

  it('goes on after a turn that failed, and stops', async () => {
    const clock = testClock();
    const log = testLog();
    let turns = 0;
    const timer = createSweep({ store: { sweepDue: async () => { turns += 1; throw new Error('no store'); } }, clock, log, everyMs: 1_000 });
    timer.start();
    await until(() => turns === 3, { clock, stepMs: 500 });
    await timer.stop();
    expect(log.lines.filter((line) => line.message === 'timer turn failed').length).toBeGreaterThanOrEqual(3);
    clock.advance(10_000);
    expect([turns, clock.sleepers()]).toEqual([turns, 0]);
  });
});

describe('tidying', () => {
  it('empties bodies after thirty days, not before', async () => {
    const clock = testClock();
    const { store } = await storeOnDisk(clock);
    const log = testLog();
    await store.putDelivery(delivery({ receivedAt: clock.now() }), effects());
    const received = clock.now();
    running(createTidy({ store, clock, log, everyMs: 3_600_000 }));
    await until(() => log.lines.length > 0, { clock, stepMs: 3_600_000 });
    expect(log.lines[0]?.fields).toEqual({ emptied: 1 });
    expect(clock.now() - received).toBeGreaterThan(30 * 24 * 3_600_000);
  });
});

/** GitHub's list: newest attempts beside older ones, each redelivery a new entry. */
function deliveries(clock: TestClock, outcome: (guid: string) => Promise<string>) {
  const list: Listed[] = [];
  const asked: string[] = [];
  const add = (guid: string, status: string) => void list.push({ id: list.length + 1, guid, status, event: 'push', deliveredAt: clock.now() });
  const port: AppDeliveries = {
    list: async (since) => list.filter((one) => one.deliveredAt >= since),
    async redeliver(id) {
      const guid = list.find((one) => one.id === id)?.guid ?? '';
      asked.push(guid);
      add(guid, await outcome(guid));
    },
  };
  return { port, asked, add };
}

describe('the delivery poll', () => {
  it('asks for what the store does not know or no attempt delivered, once it is there no more', async () => {
    const clock = testClock();
    const { store } = await storeOnDisk(clock);
    await store.putDelivery(delivery({ guid: 'fine' }), effects());
    const github = deliveries(clock, async (guid) => {
      await store.putDelivery(delivery({ guid }), effects());
      return 'OK';
    });
    github.add('fine', 'OK');
    github.add('lost', 'OK');
    github.add('refused', '503 Service Unavailable');
    github.add('healed', '500');
    github.add('healed', 'OK');
    await store.putDelivery(delivery({ guid: 'healed' }), effects());
    clock.advance(60_000);
    running(createGapPoll({ store, deliveries: github.port, clock, log: testLog(), everyMs: 60_000 }));
    await until(() => github.asked.length === 2);
    for (let turn = 0; turn < 5; turn += 1) await until(() => clock.sleepers() === 1).then(() => clock.advance(60_000));
    expect(github.asked).toEqual(['lost', 'refused']);
    expect((await store.knownDeliveries(['lost', 'refused'])).size).toBe(2);
  });

  it('gives up on one that fails every time, and takes only so many a turn', async () => {
    const clock = testClock();
    const { store } = await storeOnDisk(clock);
    const github = deliveries(clock, async () => '400');
    for (let n = 0; n < 5; n += 1) github.add(`g${n}`, '400');
    clock.advance(60_000);
    const log = testLog();
    running(createGapPoll({ store, deliveries: github.port, clock, log, everyMs: 60_000, maxPerTurn: 2, maxPerDelivery: 3 }));
    await until(() => log.lines.filter((line) => line.message.startsWith('deliveries given up')).length > 2, { clock, stepMs: 5_000 });
    expect(github.asked.slice(0, 2)).toEqual(['g0', 'g1']);
    expect(github.asked.length).toBe(15);
  });

  it('leaves alone what may still be under way', async () => {
    const clock = testClock();
    const { store } = await storeOnDisk(clock);
    const github = deliveries(clock, async () => 'OK');
    github.add('young', 'pending');
    running(createGapPoll({ store, deliveries: github.port, clock, log: testLog() }));
    await until(() => clock.sleepers() === 1);
    expect(github.asked).toEqual([]);
  });
});

describe('discovery', () => {
  it('marks open intents and changes that the store does not know; a broken repository hides no other', async () => {
    const clock = testClock();
    const { store } = await storeOnDisk(clock);
    await store.mark(change7, shop);
    await finishAll(store);
    const broken = { ...shop, id: 3, name: 'broken' };
    const github: Pick<GitHub, 'openIssues' | 'openChanges'> = {
      openIssues: async (repository, label) => (repository.id === 3 ? Promise.reject(new Error('403')) : label === 'intent' ? [12] : []),
      openChanges: async () => [7, 8],
    };
    const app: DiscoverOptions['app'] = {
      installations: async () => [{ id: 501, account: 'acme' }], repositories: async () => [broken, shop], installation: async () => github as GitHub,
    };
    let woken = 0;
    const log = testLog();
    running(createDiscovery({ app, store, clock, log, onMarked: () => (woken += 1) }));
    await until(() => woken === 2);
    expect((await store.subjects({})).map((subject) => [subject.key, subject.generation])).toEqual([[change7, 1], [changeKey(1, 8), 1], [intentKey(1, 12), 1]]);
    expect(log.lines.filter((line) => line.level === 'warn')).toHaveLength(1);
  });
});
