import { describe, expect, it } from 'vitest';
import { changeKey, intentKey, shaKey } from '../../app/core/subject.ts';
import type { StoreWorld } from './store.ts';
import { change7, comment, delivery, effects, other, shop } from './store-facts.ts';

const withComment = (over: Parameters<typeof comment>[0] = {}) => effects({ marks: [change7], comment: comment(over) });

export function inboxCases(world: StoreWorld): void {
  describe('inbox', () => {
    it('stores a delivery and marks its subject in one step', async () => {
      expect(await world.store.putDelivery(delivery({ guid: 'a' }), effects({ marks: [change7] }))).toBe('stored');
      expect(await world.store.subject(change7)).toMatchObject({ generation: 1, done: 0, open: true, parked: null, repository: shop });
      expect(await world.store.knownDeliveries(['a', 'b'])).toEqual(new Set(['a']));
    });

    it('a replay is one row and changes nothing', async () => {
      await world.store.putDelivery(delivery({ guid: 'a' }), effects({ marks: [change7] }));
      expect(await world.store.putDelivery(delivery({ guid: 'a' }), effects({ marks: [change7, changeKey(1, 8)] }))).toBe('replay');
      expect((await world.store.subject(change7))?.generation).toBe(1);
      expect(await world.store.subject(changeKey(1, 8))).toBeNull();
    });

    it('the same GUID twenty times at once is one row and one mark', async () => {
      const same = delivery({ guid: 'same' });
      const answers = await Promise.all(Array.from({ length: 20 }, () => world.store.putDelivery(same, effects({ marks: [change7] }))));
      expect(answers.filter((answer) => answer === 'stored')).toHaveLength(1);
      expect((await world.store.subject(change7))?.generation).toBe(1);
      expect((await world.store.stats()).deliveries).toBe(1);
    });

    it('a failing write loses nothing of those that wait beside it', async () => {
      const bad = world.store.mark(changeKey(77, 1)); // new, and no repository given
      const good = [1, 2, 3].map((n) => world.store.putDelivery(delivery({ guid: `g${n}` }), effects({ marks: [changeKey(1, n)] })));
      await expect(bad).rejects.toMatchObject({ code: 'SUBJECT_REPOSITORY_NEEDED' });
      expect(await Promise.all(good)).toEqual(['stored', 'stored', 'stored']);
      const again = await world.reopen();
      expect((await again.knownDeliveries(['g1', 'g2', 'g3'])).size).toBe(3);
      expect((await again.subjects({})).map((subject) => subject.key)).toEqual([changeKey(1, 1), changeKey(1, 2), changeKey(1, 3)]);
    });

    it('a delivery whose effects fail is not stored either', async () => {
      const broken = effects({ marks: [change7], comment: comment({ id: 1.5 }) });
      await expect(world.store.putDelivery(delivery({ guid: 'broken' }), broken)).rejects.toThrow();
      expect((await world.store.knownDeliveries(['broken'])).size).toBe(0);
      expect(await world.store.subject(change7)).toBeNull();
    });

    it('remembers who pushed a commit, each account once, by repository', async () => {
      const pushed = (guid: string, account: number, more = {}) => world.store.putDelivery(delivery({ guid }), effects({ pushed: { repositoryId: 1, sha: 'a', account, ...more } }));
      await Promise.all([pushed('1', 9), pushed('2', 7), pushed('3', 9), pushed('4', 8, { repositoryId: 2 }), pushed('5', 6, { sha: 'b' })]);
      const again = await world.reopen();
      expect(await again.pushers(1, ['a', 'c'])).toEqual([7, 9]);
      expect(await again.pushers(1, [])).toEqual([]);
    });

    it('resolves a commit to the subjects that have it as head, each marked once', async () => {
      await world.store.mark(change7, shop);
      await world.store.mark(changeKey(1, 8), shop);
      for (const key of [change7, changeKey(1, 8)]) await world.store.linkSha(1, 'abc', key);
      await world.store.putDelivery(delivery(), effects({ marks: [shaKey(1, 'abc'), change7] }));
      expect((await world.store.subject(change7))?.generation).toBe(2);
      expect((await world.store.subject(changeKey(1, 8)))?.generation).toBe(2);
      expect(await world.store.subjectsOfSha(1, 'abc')).toEqual([change7, changeKey(1, 8)]);
    });

    it('an unknown commit, or one of another repository, marks nothing', async () => {
      await world.store.mark(change7, shop);
      await world.store.linkSha(1, 'abc', change7);
      expect(await world.store.putDelivery(delivery(), effects({ marks: [shaKey(1, 'fff'), shaKey(2, 'abc')] }))).toBe('stored');
      expect((await world.store.subject(change7))?.generation).toBe(1);
    });

    it('marks what it only may know, and what is in an unknown place, without inventing subjects', async () => {
      const intent = intentKey(1, 3);
      await world.store.putDelivery(delivery(), effects({ known: [intent], comment: comment({ subject: intent }) }));
      await world.store.putDelivery(delivery(), effects({ repository: null, marks: [change7] }));
      expect(await world.store.subjects({})).toEqual([]);
      expect(await world.store.comments(intent)).toEqual([]);
      await world.store.mark(intent, shop);
      await world.store.putDelivery(delivery(), effects({ known: [intent] }));
      expect((await world.store.subject(intent))?.generation).toBe(2);
    });

    it('follows a renamed and transferred repository by its id', async () => {
      await world.store.mark(change7, shop);
      const moved = { id: 1, owner: 'newco', name: 'store', installationId: 502 };
      await world.store.putDelivery(delivery(), effects({ repository: moved, openOf: [1] }));
      expect(await world.store.subject(change7)).toMatchObject({ repository: moved, generation: 2 });
    });

    it('empties old bodies a few at a time and still knows the deliveries', async () => {
      for (const [n, receivedAt] of [10, 20, 30, 40].entries()) await world.store.putDelivery(delivery({ guid: `d${n}`, receivedAt }), effects({ marks: [change7] }));
      expect([await world.store.emptyBodies(40, 2), await world.store.emptyBodies(40, 2), await world.store.emptyBodies(40, 2)]).toEqual([2, 1, 0]);
      expect(await world.store.putDelivery(delivery({ guid: 'd0' }), effects({ marks: [change7] }))).toBe('replay');
    });

    it('marks all open subjects of a repository, and only those', async () => {
      await world.store.mark(change7, shop);
      await world.store.mark(changeKey(1, 8), shop);
      await world.store.mark(changeKey(2, 7), other);
      const claim = await world.store.claim('w', 1000);
      await world.store.finish(claim!, { lookAgainAt: null, open: false });
      await world.store.putDelivery(delivery(), effects({ openOf: [1] }));
      const generations = (await world.store.subjects({})).map((subject) => [subject.key, subject.generation]);
      expect(generations).toEqual([[change7, 1], [changeKey(1, 8), 2], [changeKey(2, 7), 1]]);
    });
  });

  describe('comments', () => {
    it('keep the text first delivered; edits and deletion only leave their time', async () => {
      await world.store.mark(change7, shop);
      await world.store.linkSha(1, 'headsha', change7);
      await world.store.putDelivery(delivery(), withComment({ body: 'thanks' }));
      world.clock.advance(1000);
      await world.store.putDelivery(delivery(), withComment({ action: 'edited', body: '/approve' }));
      world.clock.advance(1000);
      await world.store.putDelivery(delivery(), withComment({ action: 'deleted', body: '/approve' }));
      const at = world.clock.now();
      expect(await world.store.comments(change7)).toEqual([{
        id: 9001, subject: change7, authorId: 11, authorLogin: 'alice', authorType: 'User', viaApp: false, body: 'thanks', headSha: 'headsha',
        createdAt: 5, receivedAt: at - 2000, editedAt: at - 1000, deletedAt: at,
      }]);
    });

    it('a second creation with another GUID changes nothing', async () => {
      await world.store.putDelivery(delivery(), withComment({ body: 'thanks' }));
      await world.store.putDelivery(delivery(), withComment({ body: '/approve' }));
      expect((await world.store.comments(change7)).map((one) => [one.body, one.editedAt])).toEqual([['thanks', null]]);
    });

    it.each(['edited', 'deleted'] as const)('one that was %s before its creation arrives never looks untouched', async (action) => {
      await world.store.putDelivery(delivery(), withComment({ action, body: '/approve' }));
      await world.store.putDelivery(delivery(), withComment({ action: 'created', body: '/approve' }));
      const [stored] = await world.store.comments(change7);
      expect(action === 'edited' ? stored?.editedAt : stored?.deletedAt).toBe(world.clock.now());
    });

    it('come back in order and only for their subject', async () => {
      for (const id of [3, 1, 2]) await world.store.putDelivery(delivery(), withComment({ id }));
      expect((await world.store.comments(change7)).map((one) => one.id)).toEqual([1, 2, 3]);
      expect(await world.store.comments(changeKey(1, 8))).toEqual([]);
    });
  });
}
