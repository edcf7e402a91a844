import { describe, expect, it } from 'vitest';
import type { JobAnswer, JobInput } from '../../app/core/job.ts';
import type { StoreWorld } from './store.ts';
import { change7, problem, shop } from './store-facts.ts';

const input: JobInput = { kind: 'guard', input: { base: {}, head: {}, baseSha: 'b', headSha: 'h', pack: 'baseline' } };
const answer: JobAnswer = { ok: false, kind: 'guard', problem, sandbox: 'none', ms: 1 };

export function jobCases(world: StoreWorld): void {
  const start = (id: string) => world.store.startJob({ id, subject: change7, input });

  describe('jobs', () => {
    it('starting the same work twice is one row', async () => {
      expect(await Promise.all([start('j'), start('j')])).toEqual(['created', 'unchanged']);
      expect(await world.store.jobsOf(change7)).toMatchObject([{ id: 'j', kind: 'guard', input, state: 'queued', attempts: 0, startedAt: null, answer: null }]);
    });

    it('runs by lease, oldest first, and an answer marks the subject', async () => {
      await world.store.mark(change7, shop);
      await start('old');
      world.clock.advance(1);
      await start('new');
      expect(await world.store.claimJob('a', 1000)).toMatchObject({ id: 'old', state: 'running', attempts: 1, startedAt: world.clock.now() });
      expect((await world.store.claimJob('b', 1000))?.id).toBe('new');
      expect(await world.store.claimJob('c', 1000)).toBeNull();
      expect(await world.store.finishJob('old', 'a', answer)).toBe(true);
      expect(await world.store.finishJob('old', 'a', answer)).toBe(false);
      expect(await world.store.job('old')).toMatchObject({ state: 'done', answer, finishedAt: world.clock.now() });
      expect((await world.store.subject(change7))?.generation).toBe(2);
      expect(await world.store.stats()).toMatchObject({ jobsQueued: 0, jobsRunning: 1 });
    });

    it('is taken over when the lease ran out; the late owner changes nothing', async () => {
      await start('j');
      await world.store.claimJob('a', 1000);
      world.clock.advance(500);
      expect(await world.store.renewJob('j', 'a', 1000)).toBe(true);
      world.clock.advance(900);
      expect(await world.store.claimJob('b', 1000)).toBeNull();
      world.clock.advance(100);
      expect(await world.store.claimJob('b', 1000)).toMatchObject({ id: 'j', attempts: 2 });
      expect(await world.store.renewJob('j', 'a', 1000)).toBe(false);
      expect(await world.store.finishJob('j', 'a', answer)).toBe(false);
      expect(await world.store.finishJob('j', 'b', answer)).toBe(true);
    });

    it('a cancelled job takes no answer, and is queued anew when it is wanted again', async () => {
      await start('j');
      await world.store.claimJob('a', 1000);
      expect(await world.store.cancelJobs(change7)).toBe(1);
      expect(await world.store.renewJob('j', 'a', 1000)).toBe(false);
      expect(await world.store.finishJob('j', 'a', answer)).toBe(false);
      expect((await world.store.job('j'))?.state).toBe('cancelled');
      expect(await start('j')).toBe('created');
      expect(await world.store.claimJob('b', 1000)).toMatchObject({ id: 'j', attempts: 1 });
      expect(await world.store.job('nothing')).toBeNull();
    });

    it('an owner that lets go gives its job back at once', async () => {
      await start('j');
      await world.store.claimJob('a', 1000);
      expect(await world.store.releaseOwned('a')).toBe(1);
      expect(await world.store.claimJob('b', 1000)).toMatchObject({ id: 'j', attempts: 2 });
    });

    it('a finished job stays finished', async () => {
      await start('j');
      await world.store.claimJob('a', 1000);
      await world.store.finishJob('j', 'a', answer);
      expect(await world.store.cancelJobs(change7)).toBe(0);
      expect(await start('j')).toBe('unchanged');
      expect(await (await world.reopen()).job('j')).toMatchObject({ state: 'done', answer });
    });
  });
}
