import { describe, expect, it } from 'vitest';
import type { StoreWorld } from './store.ts';

export function replayCases(world: StoreWorld): void {
  describe('what evidence was used for', () => {
    it('is the first use, whoever asks at once, again, and after a restart', async () => {
      const [payload, other] = ['a'.repeat(64), 'b'.repeat(64)];
      const first = await Promise.all([world.store.firstUse(payload, 'change:1#7'), world.store.firstUse(payload, 'change:1#8')]);
      expect(new Set(first).size).toBe(1);
      const [kept] = first;
      world.store = await world.reopen();
      expect([await world.store.firstUse(payload, 'change:1#9'), await world.store.firstUse(payload, kept!), await world.store.firstUse(other, 'change:1#9')]).toEqual([kept, kept, 'change:1#9']);
    });
  });
}
