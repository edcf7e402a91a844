import { describe, expect, it } from 'vitest';
import type { StoreWorld } from './store.ts';

const key = { id: 'Y3JlZA', account: 7, publicKey: 'cHVibGlj', counter: 3, name: 'laptop', createdAt: 10, usableAt: 20 };

export function passkeyCases(world: StoreWorld): void {
  describe('passkeys', () => {
    it('are kept by account, the oldest first, and an id is bound once and for all', async () => {
      expect(await world.store.addPasskey(key)).toBe('created');
      expect(await world.store.addPasskey({ ...key, account: 8, publicKey: 'b3RoZXI' })).toBe('unchanged');
      await world.store.addPasskey({ ...key, id: 'b2xk', createdAt: 5 });
      const again = await world.reopen();
      expect((await again.passkeys(7)).map(({ id }) => id)).toEqual(['b2xk', 'Y3JlZA']);
      expect((await again.passkeys(7))[1]).toEqual({ ...key, usedAt: null, removedAt: null });
      expect(await again.passkeys(8)).toEqual([]);
    });

    it('take a signature only where the count has grown, of the account that owns them', async () => {
      await world.store.addPasskey(key);
      const use = { id: key.id, account: 7, counter: 4, at: 30 };
      expect(await world.store.usePasskey({ ...use, account: 8 })).toBe(false);
      expect(await world.store.usePasskey({ ...use, counter: 3 })).toBe(false);
      expect(await Promise.all([world.store.usePasskey(use), world.store.usePasskey(use)])).toEqual([true, false]);
      expect(await world.store.usePasskey({ ...use, counter: 0 })).toBe(false);
      expect((await world.store.passkeys(7))[0]).toMatchObject({ counter: 4, usedAt: 30 });
    });

    it('whose authenticator counts nothing stay at 0', async () => {
      await world.store.addPasskey({ ...key, counter: 0 });
      for (const at of [30, 31]) expect(await world.store.usePasskey({ id: key.id, account: 7, counter: 0, at })).toBe(true);
    });

    it('sign nothing more once removed, are still known, and are not bound again', async () => {
      await world.store.addPasskey(key);
      expect(await world.store.removePasskey({ id: key.id, account: 8, at: 40 })).toBe(false);
      expect(await world.store.removePasskey({ id: key.id, account: 7, at: 40 })).toBe(true);
      expect(await world.store.removePasskey({ id: key.id, account: 7, at: 41 })).toBe(false);
      expect(await world.store.usePasskey({ id: key.id, account: 7, counter: 9, at: 42 })).toBe(false);
      expect(await world.store.addPasskey(key)).toBe('unchanged');
      expect((await world.store.passkeys(7))[0]).toMatchObject({ removedAt: 40, counter: 3 });
    });
  });
}
