import { describe, expect, it } from 'vitest';
import { auditGenesis, auditHash } from '../../app/core/audit.ts';
import type { StoreWorld } from './store.ts';

export function auditCases(world: StoreWorld): void {
  const append = (n: number) => world.store.append({ actor: 'assay', action: 'check.posted', subject: 'change:1#7', detail: { n, gone: undefined } });

  describe('audit log', () => {
    it('is one unbroken chain, however many append at once and across a restart', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => append(n)));
      world.store = await world.reopen();
      await append(20);
      const entries = await world.store.auditEntries(0, 100);
      expect(entries.map((entry) => entry.index)).toEqual(Array.from({ length: 21 }, (_, n) => n));
      expect(new Set(entries.map((entry) => entry.detail.n)).size).toBe(21);
      let previous = auditGenesis;
      for (const entry of entries) {
        expect(entry.previous).toBe(previous);
        expect(entry.hash).toBe(auditHash(entry));
        previous = entry.hash;
      }
    });

    it('records a fact once per subject, however many tell it at once and across a restart', async () => {
      const tell = (subject: string, once = 'approved') => world.store.appendOnce(once, { actor: 'assay', action: 'change.approved', subject, detail: { once } });
      expect((await Promise.all([tell('change:1#7'), tell('change:1#7')])).sort()).toEqual(['created', 'unchanged']);
      world.store = await world.reopen();
      expect([await tell('change:1#7'), await tell('change:1#8'), await tell('change:1#7', 'merged')]).toEqual(['unchanged', 'created', 'created']);
      expect((await world.store.auditEntries(0, 10)).length).toBe(3);
    });

    it('answers what it stored, page by page', async () => {
      const first = await append(1);
      await append(2);
      expect(first.detail).toEqual({ n: 1 });
      expect(await world.store.auditEntries(0, 1)).toEqual([first]);
      expect((await world.store.auditEntries(1, 10)).map((entry) => entry.detail)).toEqual([{ n: 2 }]);
    });
  });
}
