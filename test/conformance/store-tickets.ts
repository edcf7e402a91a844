import { describe, expect, it } from 'vitest';
import type { StoreWorld } from './store.ts';

export function ticketCases(world: StoreWorld): void {
  const until = (ms: number) => ({ until: world.clock.now() + ms, most: 3 });

  describe('what is handed out once', () => {
    it('is taken once, whoever asks at the same time, also after a restart', async () => {
      await world.store.putTicket('a', { challenge: 'x' }, until(1_000));
      const store = await world.reopen();
      const taken = await Promise.all([store.takeTicket('a'), store.takeTicket('a')]);
      expect(taken).toEqual([{ challenge: 'x' }, null]);
      expect([await store.takeTicket('a'), await store.takeTicket('b')]).toEqual([null, null]);
    });

    it('runs out, and is gone then', async () => {
      await world.store.putTicket('a', 1, until(1_000));
      world.clock.advance(1_001);
      expect(await world.store.takeTicket('a')).toBeNull();
      world.clock.jump(world.clock.now() - 1_001);
      expect(await world.store.takeTicket('a')).toBeNull();
    });

    it('is kept for so many at most: the one that runs out first makes room', async () => {
      for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) await world.store.putTicket(name, name, until(1_000 + index));
      expect(await Promise.all(['a', 'b', 'c', 'd'].map((name) => world.store.takeTicket(name)))).toEqual([null, 'b', 'c', 'd']);
    });
  });
}
