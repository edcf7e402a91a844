import { describe, expect, it } from 'vitest';
import { changeKey } from '../../app/core/subject.ts';
import type { StoreWorld } from './store.ts';
import { change7, delivery, effects, other, problem, shop } from './store-facts.ts';

export function installationCases(world: StoreWorld): void {
  const installation = (state: 'active' | 'suspended' | 'deleted') =>
    world.store.putDelivery(delivery(), effects({ repository: null, installation: { id: 501, state } }));
  const reach = (gone: boolean) => world.store.putDelivery(delivery(), effects({ repository: null, repositories: [{ repository: shop, gone }] }));

  describe('installations and repositories', () => {
    it.each(['suspended', 'deleted'] as const)('%s parks the subjects without retries, active revives them', async (state) => {
      await world.store.mark(change7, shop);
      await world.store.mark(changeKey(2, 1), other);
      await installation(state);
      expect((await world.store.claim('w', 1000))?.key).toBe(changeKey(2, 1));
      expect(await world.store.claim('w', 1000)).toBeNull();
      await world.store.mark(change7); // an event that was under way
      expect(await world.store.claim('w', 1000)).toBeNull();
      expect(await world.store.sweepDue(world.clock.now() + 1)).toBe(0);
      expect((await world.store.subject(change7))?.parked?.code).toBe(`INSTALLATION_${state.toUpperCase()}`);
      await installation('active');
      expect((await world.store.claim('w', 1000))?.key).toBe(change7);
    });

    it('active looks at every open subject again, but not at poison', async () => {
      await world.store.mark(change7, shop);
      await world.store.finish((await world.store.claim('w', 1000))!, { lookAgainAt: null, open: true });
      await world.store.mark(changeKey(1, 8), shop);
      await world.store.park((await world.store.claim('w', 1000))!, problem);
      await installation('suspended');
      await installation('active');
      expect((await world.store.claim('w', 1000))?.key).toBe(change7);
      expect(await world.store.claim('w', 1000)).toBeNull();
    });

    it('a new subject in a suspended installation waits as well', async () => {
      await installation('suspended');
      await world.store.mark(change7, shop);
      expect(await world.store.claim('w', 1000)).toBeNull();
    });

    it('a repository out of reach holds its subjects until it is back, also across a suspension', async () => {
      await world.store.mark(change7, shop);
      await reach(true);
      await installation('suspended');
      await installation('active');
      expect(await world.store.claim('w', 1000)).toBeNull();
      expect((await world.store.subject(change7))?.parked?.code).toBe('REPOSITORY_GONE');
      await reach(false);
      expect((await world.store.claim('w', 1000))?.key).toBe(change7);
    });
  });
}
