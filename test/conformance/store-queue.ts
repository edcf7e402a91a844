import { describe, expect, it } from 'vitest';
import type { Claim } from '../../app/core/ports/store.ts';
import { changeKey } from '../../app/core/subject.ts';
import type { StoreWorld } from './store.ts';
import { change7, other, problem, shop } from './store-facts.ts';

const done = { lookAgainAt: null, open: true };

export function queueCases(world: StoreWorld): void {
  const claim = async (owner = 'w'): Promise<Claim> => {
    const claimed = await world.store.claim(owner, 1000);
    if (!claimed) throw new Error('nothing to claim');
    return claimed;
  };

  describe('queue', () => {
    it('a claim is exclusive, finish makes it clean, the second run finds nothing', async () => {
      await world.store.mark(change7, shop);
      const first = await claim();
      expect(first).toMatchObject({ key: change7, repository: shop, generation: 1, attempts: 0, leaseUntil: world.clock.now() + 1000 });
      expect(await world.store.claim('v', 1000)).toBeNull();
      expect(await world.store.finish(first, done)).toBe(true);
      expect(await world.store.claim('v', 1000)).toBeNull();
      expect(await world.store.subject(change7)).toMatchObject({ generation: 1, done: 1, checkedAt: world.clock.now() });
    });

    it('many claims at once give every subject to one worker', async () => {
      for (let n = 1; n <= 10; n += 1) await world.store.mark(changeKey(1, n), shop);
      const claims = await Promise.all(Array.from({ length: 30 }, (_, n) => world.store.claim(`w${n}`, 1000)));
      const keys = claims.flatMap((one) => (one ? [one.key] : []));
      expect(keys).toHaveLength(10);
      expect(new Set(keys).size).toBe(10);
    });

    it('a mark during the run leaves it dirty', async () => {
      await world.store.mark(change7, shop);
      const first = await claim();
      await world.store.mark(change7);
      expect(await world.store.finish(first, done)).toBe(true);
      expect((await claim()).generation).toBe(2);
    });

    it('a new subject needs its repository, a known one does not', async () => {
      await expect(world.store.mark(change7)).rejects.toMatchObject({ code: 'SUBJECT_REPOSITORY_NEEDED' });
      await world.store.mark(change7, shop);
      await world.store.mark(change7);
      expect((await world.store.subject(change7))?.generation).toBe(2);
    });

    it('a lease that ran out is taken over, and the stale token changes nothing', async () => {
      await world.store.mark(change7, shop);
      const stale = await claim('a');
      world.clock.advance(1001);
      const fresh = await claim('b');
      expect(fresh.attempts).toBe(1); // the run that died counts
      expect(await world.store.renew(stale, 1000)).toBe(false);
      expect(await world.store.finish(stale, done)).toBe(false);
      expect(await world.store.defer(stale, { notBefore: 0, problem })).toBe(false);
      expect(await world.store.park(stale, problem)).toBe(false);
      expect(await world.store.renew(fresh, 1000)).toBe(true);
      expect(await world.store.finish(fresh, done)).toBe(true);
      expect(await world.store.finish(fresh, done)).toBe(false);
    });

    it('renewing keeps others off', async () => {
      await world.store.mark(change7, shop);
      const held = await claim('a');
      world.clock.advance(900);
      expect(await world.store.renew(held, 1000)).toBe(true);
      world.clock.advance(900);
      expect(await world.store.claim('b', 1000)).toBeNull();
    });

    it('defer counts an attempt unless it is free, and waits', async () => {
      await world.store.mark(change7, shop);
      await world.store.defer(await claim(), { notBefore: world.clock.now() + 500, problem });
      expect(await world.store.claim('w', 1000)).toBeNull();
      await world.store.mark(change7); // an event does not shorten the back-off
      expect(await world.store.claim('w', 1000)).toBeNull();
      world.clock.advance(500);
      const second = await claim();
      expect(second.attempts).toBe(1);
      await world.store.defer(second, { notBefore: 0, problem, free: true });
      expect((await claim()).attempts).toBe(1);
    });

    it('a parked subject comes back only by a newer mark', async () => {
      await world.store.mark(change7, shop);
      await world.store.defer(await claim(), { notBefore: 0, problem });
      await world.store.park(await claim(), problem);
      world.clock.advance(10 ** 9);
      expect(await world.store.sweepDue(world.clock.now())).toBe(0);
      expect(await world.store.claim('w', 1000)).toBeNull();
      expect(await world.store.subjects({ parked: true })).toMatchObject([{ key: change7, parked: problem }]);
      expect(await world.store.stats()).toMatchObject({ parked: 1, dirty: 0 });
      await world.store.mark(change7);
      expect(await claim()).toMatchObject({ key: change7, attempts: 0 });
      expect(await world.store.subjects({ parked: true })).toEqual([]);
    });

    it('a mark during the run that parks it revives it', async () => {
      await world.store.mark(change7, shop);
      const held = await claim();
      await world.store.mark(change7);
      expect(await world.store.park(held, problem)).toBe(true);
      expect(await claim()).toMatchObject({ generation: 2, attempts: 0 });
    });

    it('looks again when it was asked to, and sweeps what nobody looked at', async () => {
      await world.store.mark(change7, shop);
      await world.store.finish(await claim(), { lookAgainAt: world.clock.now() + 100, open: false });
      await world.store.mark(changeKey(1, 8), shop);
      await world.store.finish(await claim(), done);
      const before = () => world.clock.now() - 60_000;
      expect(await world.store.sweepDue(before())).toBe(0);
      world.clock.advance(100);
      expect(await world.store.sweepDue(before())).toBe(1);
      expect((await claim()).key).toBe(change7); // still leased below
      world.clock.advance(60_001);
      expect(await world.store.sweepDue(before())).toBe(1);
      expect(await world.store.sweepDue(before())).toBe(0);
    });

    it('releases what an owner holds', async () => {
      await world.store.mark(change7, shop);
      const held = await claim('me');
      expect(await world.store.releaseOwned('you')).toBe(0);
      expect(await world.store.releaseOwned('me')).toBe(1);
      expect(await world.store.renew(held, 1000)).toBe(false);
      expect((await claim('you')).key).toBe(change7);
    });

    it('filters subjects', async () => {
      await world.store.mark(change7, shop);
      await world.store.mark(changeKey(2, 1), other);
      await world.store.finish(await claim(), { lookAgainAt: null, open: false });
      expect((await world.store.subjects({ open: true })).map((one) => one.key)).toEqual([changeKey(2, 1)]);
      expect((await world.store.subjects({ repositoryId: 1 })).map((one) => one.key)).toEqual([change7]);
      expect(await world.store.subjects({ parked: false })).toHaveLength(2);
      expect(await world.store.subject(changeKey(3, 3))).toBeNull();
    });

    it('is fair: a thousand subjects of one installation do not make another wait', async () => {
      await Promise.all(Array.from({ length: 1000 }, (_, n) => world.store.mark(changeKey(1, n + 1), shop)));
      await world.store.mark(changeKey(2, 1), other);
      await world.store.mark(changeKey(2, 2), other);
      const order: number[] = [];
      for (let n = 0; n < 6; n += 1) order.push((await claim(`w${n}`)).repository.installationId);
      expect(order.slice(0, 4).filter((id) => id === 502)).toHaveLength(2);
      expect(order.slice(4)).toEqual([501, 501]);
    });

    it('within an installation the one that waits longest goes first', async () => {
      for (const n of [3, 1, 2]) {
        await world.store.mark(changeKey(1, n), shop);
        world.clock.advance(1);
      }
      await world.store.mark(changeKey(1, 3)); // marked again: keeps its place
      const keys = [await claim(), await claim(), await claim()].map((one) => one.key);
      expect(keys).toEqual([changeKey(1, 3), changeKey(1, 1), changeKey(1, 2)]);
    });

    it('takes its time from the port clock', async () => {
      await world.store.mark(change7, shop);
      world.clock.jump(123_456);
      await world.store.finish(await claim(), done);
      expect((await world.store.subject(change7))?.checkedAt).toBe(123_456);
    });
  });
}
