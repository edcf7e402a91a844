import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intentKey } from '../../app/core/subject.ts';
import type { StoreWorld } from './store.ts';
import { budgeted as project, reservation } from './store-ledger-facts.ts';

const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0 };

export function ledgerCases(world: StoreWorld): void {
  describe('ledger', () => {
    it('a hundred concurrent reservations never pass the cap', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => world.store.reserve(reservation(`r${n}`, 7), 100)));
      expect(answers.filter((answer) => answer !== null)).toHaveLength(14);
      expect(await world.store.spent(project)).toEqual({ committed: 98, settled: 0, calls: 14 });
    });

    it('any mix of reserve, settle and release keeps the sum of what was promised under the cap', async () => {
      let run = 0;
      const act = fc.record({ amount: fc.nat(50), then: fc.constantFrom('leave', 'settle', 'release'), share: fc.double({ min: 0, max: 1, noNaN: true }) });
      await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.nat(300), async (acts, cap) => {
        const own = intentKey(9, (run += 1));
        await Promise.all(acts.map(async ({ amount, then, share }, n) => {
          const id = `${run}-${n}`;
          if ((await world.store.reserve(reservation(id, amount, own), cap)) === null) return;
          if (then === 'settle') await world.store.settle(id, Math.floor(amount * share), usage);
          if (then === 'release') await world.store.release(id);
        }));
        const entries = await world.store.entries({ project: own });
        const committed = entries.reduce((sum, entry) => sum + (entry.settled ?? entry.reserved), 0);
        expect(committed).toBeLessThanOrEqual(cap);
        expect((await world.store.spent(own)).committed).toBe(committed);
      }), { numRuns: 30 });
    });

    it('settles once, with what the call really used', async () => {
      await world.store.reserve(reservation('r', 100), 100);
      expect(await world.store.reserve(reservation('s', 1), 100)).toBeNull();
      world.clock.advance(5);
      await world.store.settle('r', 40, usage);
      await world.store.settle('r', 99, usage);
      expect(await world.store.entries({ job: 'job' })).toMatchObject([{ id: 'r', reserved: 100, settled: 40, usage, settledAt: world.clock.now(), createdAt: world.clock.now() - 5 }]);
      expect(await world.store.spent(project)).toEqual({ committed: 40, settled: 40, calls: 1 });
    });

    it('a released reservation frees its money and was no call', async () => {
      await world.store.reserve(reservation('r', 100), 100);
      await world.store.release('r');
      expect(await world.store.spent(project)).toEqual({ committed: 0, settled: 0, calls: 0 });
      expect(await world.store.reserve(reservation('s', 100), 100)).not.toBeNull();
    });

    it('what was never settled counts in full after a restart', async () => {
      await world.store.reserve(reservation('r', 100), 100);
      const again = await world.reopen();
      expect(await again.spent(project)).toMatchObject({ committed: 100 });
      expect(await again.reserve(reservation('s', 1), 100)).toBeNull();
    });

    it('refuses what is no amount, an id used before and an unknown id', async () => {
      for (const amount of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(world.store.reserve(reservation('bad', amount), 100)).rejects.toMatchObject({ code: 'LEDGER_AMOUNT_INVALID' });
      }
      expect(await world.store.reserve(reservation('r', 1), Number.NaN)).toBeNull();
      await world.store.reserve(reservation('r', 1), 100);
      await expect(world.store.reserve(reservation('r', 1), 100)).rejects.toMatchObject({ code: 'LEDGER_ENTRY_EXISTS' });
      await expect(world.store.settle('nobody', 1, usage)).rejects.toMatchObject({ code: 'LEDGER_ENTRY_UNKNOWN' });
    });

    it('keeps projects apart', async () => {
      await world.store.reserve(reservation('a', 100), 100);
      expect(await world.store.reserve(reservation('b', 100, intentKey(1, 13)), 100)).not.toBeNull();
      expect(await world.store.entries({ project: intentKey(1, 13) })).toHaveLength(1);
    });
  });
}
