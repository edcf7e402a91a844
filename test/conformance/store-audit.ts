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

    it('answers what was said of one subject, of one kind, in order and without what was redacted', async () => {
      await append(1);
      await world.store.append({ actor: 'assay', action: 'check.posted', subject: 'change:1#77', detail: { n: 2 } });
      await world.store.append({ actor: 'assay', action: 'change.merged', subject: 'change:1#7', detail: { n: 3 } });
      await append(4);
      await world.store.redactAudit({ index: 3, fields: ['n'], actor: '2', reason: 'asked for' });
      const whole = await world.store.auditEntries(0, 10);
      expect(await world.store.auditEntriesOf('change:1#7', 'check.posted')).toEqual([whole[0], whole[3]]);
      expect(whole[3]!.detail).toEqual({});
      expect(await world.store.auditEntriesOf('change:1#8', 'check.posted')).toEqual([]);
    });

    it('never stores what looks like a secret', async () => {
      const token = ['gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
      await world.store.append({ actor: '1', action: 'test', subject: 'change:1#7', detail: { said: `with ${token}`, deep: { password: 'q8Xw2-Rt5z' } } });
      expect((await world.store.auditEntries(0, 1))[0]!.detail).toEqual({ said: 'with [redacted GitHub token]', deep: { password: '[redacted]' } });
    });

    it('forgets fields for good, says so in the log, and the chain still holds, also after a restart', async () => {
      const first = await world.store.append({ actor: '1', action: 'test', subject: 'change:1#7', detail: { login: 'ada', kept: 1 } });
      await append(1);
      const forget = () => world.store.redactAudit({ index: 0, fields: ['login', 'none'], actor: '2', reason: 'asked for' });
      expect([await forget(), await forget()]).toEqual([['login'], []]);
      world.store = await world.reopen();
      const entries = await world.store.auditEntries(0, 10);
      expect(entries[0]).toMatchObject({ detail: { kept: 1 }, redacted: { login: expect.stringMatching(/^[0-9a-f]{64}$/) }, hash: first.hash });
      expect(entries.map(auditHash)).toEqual(entries.map(({ hash }) => hash));
      expect(entries.slice(2)).toMatchObject([{ actor: '2', action: 'audit.redacted', detail: { entry: 0, fields: ['login'], reason: 'asked for' } }]);
    });

    it('keeps checkpoints that only grow, and where each stands', async () => {
      const checkpoint = (size: number, witnessed = false) => ({ size, root: `${size}`, head: 'h', at: 1, note: 'n', bundle: { b: [1] }, frontier: ['f'], witnessed });
      expect([await world.store.lastCheckpoint(), await world.store.anchor(7)]).toEqual([null, null]);
      expect((await Promise.all([checkpoint(2, true), checkpoint(2), checkpoint(5), checkpoint(4)].map((each) => world.store.putCheckpoint(each)))).sort()).toEqual(['created', 'created', 'unchanged', 'unchanged']);
      world.store = await world.reopen();
      expect((await world.store.checkpoints(2, 10)).map(({ size }) => size)).toEqual([2, 5]);
      expect([await world.store.lastCheckpoint(), await world.store.lastCheckpoint({ witnessed: true })]).toEqual([checkpoint(5), checkpoint(2, true)]);
      for (const [size, commit] of [[2, 'a'], [5, 'b'], [5, 'c']] as const) await world.store.putAnchor({ repositoryId: 7, size, commit, at: 3 });
      expect([await world.store.anchor(7), await world.store.anchor(8)]).toEqual([{ repositoryId: 7, size: 5, commit: 'c', at: 3 }, null]);
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
