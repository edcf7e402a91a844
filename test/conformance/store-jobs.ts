import { describe, expect, it } from 'vitest';
import type { JobAnswer, JobInput } from '../../app/core/job.ts';
import type { StoreWorld } from './store.ts';
import { change7, problem, shop } from './store-facts.ts';

const input: JobInput = { kind: 'guard', input: { base: {}, head: {}, baseSha: 'b', headSha: 'h', pack: 'baseline' } };
const answer: JobAnswer = { ok: false, kind: 'guard', problem, sandbox: 'none', ms: 1 };

export function jobCases(world: StoreWorld): void {
  let woken = 0;
  const wake = (name: string) => world.store.putDelivery({ guid: `wake-${woken++}`, event: 'workflow_run', action: 'completed', body: '{}', receivedAt: 0 }, { marks: [], repository: null, comment: null, installation: null, wakes: [name] });
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

    it('keeps the last progress of a running job over a restart and a second run, and drops it with the answer', async () => {
      await start('j');
      expect(await world.store.putJobProgress('j', 'too early')).toBe(false);
      await world.store.claimJob('a', 1000);
      expect(await world.store.jobProgress('j')).toBeNull();
      expect([await world.store.putJobProgress('j', '1'), await world.store.putJobProgress('j', '{"text":"ü\u0000"}')]).toEqual([true, true]);
      const again = await world.reopen();
      expect(await again.jobProgress('j')).toBe('{"text":"ü\u0000"}');
      await again.claimJob('b', 1000);
      expect(await again.jobProgress('j')).toBe('{"text":"ü\u0000"}');
      await again.finishJob('j', 'b', answer);
      expect([await again.jobProgress('j'), await again.putJobProgress('j', 'late'), await again.putJobProgress('nobody', 'x')]).toEqual([null, false, false]);
    });

    it('keeps the progress of a cancelled job for when it is wanted again', async () => {
      await start('j');
      await world.store.claimJob('a', 1000);
      await world.store.putJobProgress('j', 'half');
      await world.store.cancelJobs(change7);
      expect([await world.store.putJobProgress('j', 'late'), await world.store.jobProgress('j')]).toEqual([false, 'half']);
      await start('j');
      await world.store.claimJob('b', 1000);
      expect(await world.store.jobProgress('j')).toBe('half');
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

    it('a job handed away waits without an owner, is looked at when its time or its event comes, and looking is no attempt', async () => {
      const ticket = { wake: 'run:1:5', deadlineAt: 9, where: 'w', run: { id: 5 } };
      await start('j');
      const startedAt = world.clock.now();
      await world.store.claimJob('a', 1000);
      expect(await world.store.waitJob('j', 'b', { ticket, until: startedAt + 5000 })).toBe(false);
      expect(await world.store.waitJob('j', 'a', { ticket, until: startedAt + 5000 })).toBe(true);
      world.clock.advance(4999);
      expect(await world.store.claimJob('b', 1000)).toBeNull();
      world.clock.advance(1);
      expect(await world.store.claimJob('b', 1000)).toMatchObject({ id: 'j', attempts: 1, ticket, startedAt });
      await world.store.waitJob('j', 'b', { ticket, until: world.clock.now() + 5000 });
      await wake('run:1:6');
      expect(await world.store.claimJob('c', 1000)).toBeNull();
      await wake('run:1:5');
      expect(await world.store.claimJob('c', 1000)).toMatchObject({ id: 'j', attempts: 1 });
      await wake('run:1:5');
      await world.store.waitJob('j', 'c', { ticket, until: world.clock.now() + 5000 });
      expect(await (await world.reopen()).claimJob('d', 1000)).toMatchObject({ id: 'j', ticket });
      expect(await world.store.finishJob('j', 'd', answer)).toBe(true);
      await wake('run:1:5');
      expect(await world.store.job('j')).toMatchObject({ state: 'done', ticket: null });
      expect(await world.store.claimJob('e', 1000)).toBeNull();
    });

    it('hands out what a cancelled job left elsewhere, once', async () => {
      const ticket = { wake: 'w', deadlineAt: 9, where: 'w', run: null };
      await start('j');
      await world.store.claimJob('a', 1000);
      await world.store.waitJob('j', 'a', { ticket, until: world.clock.now() + 5000 });
      expect(await world.store.takeAbandoned()).toBeNull();
      await world.store.cancelJobs(change7);
      expect(await world.store.takeAbandoned()).toEqual({ job: 'j', subject: change7, ticket });
      expect(await world.store.takeAbandoned()).toBeNull();
    });

    it('a cancelled job that was handed away starts anew without its ticket', async () => {
      await start('j');
      await world.store.claimJob('a', 1000);
      await world.store.waitJob('j', 'a', { ticket: { wake: 'w', deadlineAt: 9, where: 'w', run: null }, until: world.clock.now() + 5000 });
      await world.store.cancelJobs(change7);
      await start('j');
      expect(await world.store.claimJob('b', 1000)).toMatchObject({ ticket: null, attempts: 1 });
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
