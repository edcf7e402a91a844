import { describe, expect, it, onTestFinished } from 'vitest';
import { testClock, type TestClock } from '../../test/conformance/clock.ts';
import { change7, shop } from '../../test/conformance/store-facts.ts';
import { storeOnDisk, testLog } from '../../test/conformance/store-on-disk.ts';
import { until } from '../../test/conformance/until.ts';
import type { JobAnswer, JobInput } from '../core/job.ts';
import { AssayError } from '../core/errors.ts';
import type { AwayExecutor, Executor } from '../core/ports/executor.ts';
import type { JobTicket } from '../core/ports/store.ts';
import { createJobRunner, type JobRunner, type JobRunnerOptions } from './jobs.ts';

const input: JobInput = { kind: 'guard', input: { base: {}, head: {}, baseSha: 'b', headSha: 'h', pack: 'baseline' } };
const good: JobAnswer = { ok: true, kind: 'guard', output: { version: 1, outcome: 'pass', base: null, head: 'h', guardrails: [], durationMs: 1 }, sandbox: 'none', ms: 1 };
const never = () => new Promise<never>(() => undefined);
type Ran = Parameters<Executor['run']>;

async function setUp(run: (...args: Ran) => Promise<JobAnswer>, over: Partial<JobRunnerOptions> = {}) {
  const clock = testClock();
  const { store } = await storeOnDisk(clock);
  const ended: string[] = [];
  const ran: Ran[] = [];
  const runner = createJobRunner({
    store, clock, log: testLog(), owner: 'me', leaseMs: 3_000,
    executor: { name: 'local', run: (...args) => (ran.push(args), run(...args)) },
    termsOf: (job) => ({ gateway: { url: 'unix:/x', token: `token of ${job.id}` }, fork: false, deadlineMs: 60_000, repository: shop, end: () => void ended.push(job.id) }),
    ...over,
  });
  onTestFinished(async () => void (await stop(runner, clock)));
  await store.mark(change7, shop);
  await store.startJob({ id: 'j', subject: change7, input });
  return { clock, store, runner, ran, ended };
}

async function stop(runner: JobRunner, clock: TestClock): Promise<number> {
  let cut: number | null = null;
  void runner.drain(1_000).then((count) => (cut = count));
  await until(() => cut !== null, { clock, stepMs: 1_000 });
  return cut ?? 0;
}

describe('the job runner', () => {
  it('runs a job under its terms, stores the answer and marks the subject; a second look finds nothing', async () => {
    let answered = 0;
    const { store, runner, ran, ended, clock } = await setUp(async () => good, { onAnswer: () => (answered += 1) });
    runner.start();
    await until(() => answered === 1);
    expect(ran[0]?.[0]).toEqual(input);
    expect(ran[0]?.[1]).toMatchObject({ id: 'j', gateway: { token: 'token of j' }, deadlineMs: 60_000, fork: false });
    expect(await store.job('j')).toMatchObject({ state: 'done', answer: good, attempts: 1 });
    expect((await store.subject(change7))?.generation).toBe(2);
    expect(ended).toEqual(['j']);
    for (let n = 0; n < 5; n += 1) await until(() => clock.sleepers() > 0).then(() => clock.advance(1_000));
    expect(ran).toHaveLength(1);
  });

  it('tries a job that throws three times; then the answer is an error with the last cause', async () => {
    const { store, runner, ran, ended } = await setUp(() => Promise.reject(new AssayError('EXECUTOR_CRASHED', 'exit 137', { remedy: 'more memory' })));
    runner.start();
    await until(async () => (await store.job('j'))?.state === 'done');
    expect(ran).toHaveLength(3);
    expect(ended).toHaveLength(3);
    expect((await store.job('j'))?.answer).toMatchObject({ ok: false, kind: 'guard', problem: { code: 'JOB_ATTEMPTS_EXHAUSTED', message: expect.stringContaining('EXECUTOR_CRASHED: exit 137') } });
  });

  it('an executor that keeps no deadline is cut off', async () => {
    const { store, runner, ran, clock } = await setUp(never);
    runner.start();
    await until(async () => (await store.job('j'))?.state === 'done', { clock, stepMs: 1_000 });
    expect(ran.map(([, options]) => options.signal?.aborted)).toEqual([true, true, true]);
    expect((await store.job('j'))?.answer).toMatchObject({ problem: { message: expect.stringContaining('EXECUTOR_DEADLINE') } });
  });

  it('runs that died with their process count', async () => {
    const { store, runner, ran, clock } = await setUp(async () => good);
    for (let n = 0; n < 3; n += 1) {
      expect(await store.claimJob(`dead${n}`, 10)).not.toBeNull();
      clock.advance(10);
    }
    runner.start();
    await until(async () => (await store.job('j'))?.state === 'done', { clock, stepMs: 100 });
    expect(ran).toEqual([]);
    expect((await store.job('j'))?.answer).toMatchObject({ ok: false, problem: { code: 'JOB_ATTEMPTS_EXHAUSTED' } });
  });

  it('a long job keeps its lease, a cancelled one is cut off and answers nothing', async () => {
    const { store, runner, ran, clock } = await setUp(never);
    runner.start();
    await until(() => ran.length === 1);
    for (let n = 0; n < 20; n += 1) await until(() => clock.sleepers() > 0).then(() => clock.advance(900));
    expect(await store.claimJob('thief', 1000)).toBeNull();
    await store.cancelJobs(change7);
    await until(() => ran[0]?.[1].signal?.aborted === true, { clock, stepMs: 500 });
    expect(await store.job('j')).toMatchObject({ state: 'cancelled', answer: null });
  });

  it('runs only so many at a time', async () => {
    const { store, runner, ran } = await setUp(never, { concurrency: 2 });
    for (const id of ['k', 'l']) await store.startJob({ id, subject: change7, input });
    runner.start();
    await until(() => ran.length === 2);
    expect(await store.stats()).toMatchObject({ jobsRunning: 2, jobsQueued: 1 });
  });

  describe('work that is handed away', () => {
    const ticket: JobTicket = { wake: 'run:1:5', deadlineAt: Number.MAX_SAFE_INTEGER, where: 'https://x.test/runs/5', run: { id: 5 } };
    const later = (code: string, notBefore: number) => Object.assign(new AssayError(code, 'not now', { remedy: 'wait' }), { notBefore });

    async function setUpAway(over: Partial<AwayExecutor>, kept: Partial<JobTicket> = {}) {
      const calls: string[] = [];
      const say = <A extends unknown[], R>(name: string, play: (...args: A) => R) => (...args: A): R => (calls.push(name), play(...args));
      const away: AwayExecutor = { takes: () => true, start: async () => ({ ...ticket, ...kept }), collect: async () => null, abandon: async () => {}, ...over };
      const executor: Executor = { name: 'actions', run: never, away: { takes: away.takes, start: say('start', away.start), collect: say('collect', away.collect), abandon: say('abandon', away.abandon) } };
      return { ...(await setUp(never, { executor, lookAgainMs: 10_000 })), calls };
    }
    const done = (store: { job(id: string): Promise<{ state: string } | null> }) => async () => (await store.job('j'))?.state === 'done';

    it('holds no lease and no attempt meanwhile, and is answered when it has one', async () => {
      let looks = 0;
      const { store, runner, clock, calls } = await setUpAway({ collect: async () => (++looks === 5 ? good : null) });
      runner.start();
      await until(done(store), { clock, stepMs: 1_000 });
      expect(calls).toEqual(['start', ...Array<string>(5).fill('collect')]);
      expect(await store.job('j')).toMatchObject({ answer: good, attempts: 1, ticket: null });
    });

    it('is looked at when its event comes', async () => {
      let ended = false;
      const { store, runner, clock, calls } = await setUpAway({ collect: async () => (ended ? good : null) });
      runner.start();
      await until(async () => (await store.job('j'))?.ticket != null);
      ended = true;
      await store.putDelivery({ guid: 'g', event: 'workflow_run', action: 'completed', body: '{}', receivedAt: 0 }, { marks: [], repository: null, comment: null, installation: null, wakes: ['run:1:5'] });
      runner.wake();
      await until(done(store), { clock, stepMs: 1 });
      expect(calls).toEqual(['start', 'collect']);
    });

    it('ends in an error at its deadline, also where nobody can be asked, and is stopped', async () => {
      const { store, runner, clock, calls } = await setUpAway({ collect: () => Promise.reject(later('GITHUB_UNAVAILABLE', Number.MAX_SAFE_INTEGER)), abandon: () => Promise.reject(new Error('no')) }, { deadlineAt: 0 });
      runner.start();
      await until(done(store), { clock, stepMs: 1_000 });
      expect(calls).toEqual(['start', 'collect', 'abandon']);
      expect((await store.job('j'))?.answer).toMatchObject({ ok: false, problem: { code: 'EXECUTOR_DEADLINE', message: expect.stringContaining(ticket.where) } });
    });

    it('that cannot be believed is an error at once; that cannot be had now is asked for again', async () => {
      const problems = [later('GITHUB_LIMIT', 0), new AssayError('EXECUTOR_RUN_REFUSED', 'foreign', { remedy: 'r' })];
      const { store, runner, clock, calls } = await setUpAway({ collect: () => Promise.reject(problems.shift()!) });
      runner.start();
      await until(done(store), { clock, stepMs: 1_000 });
      expect(calls).toEqual(['start', 'collect', 'collect']);
      expect((await store.job('j'))?.answer).toMatchObject({ ok: false, problem: { code: 'EXECUTOR_RUN_REFUSED' } });
    });

    it('that cannot be started is tried three times where that may help, and once where it cannot', async () => {
      const often = await setUpAway({ start: () => Promise.reject(later('GITHUB_UNAVAILABLE', 0)) });
      often.runner.start();
      await until(done(often.store), { clock: often.clock, stepMs: 1_000 });
      expect([often.calls, (await often.store.job('j'))?.answer]).toMatchObject([['start', 'start', 'start'], { problem: { code: 'GITHUB_UNAVAILABLE' } }]);
      const once = await setUpAway({ start: () => Promise.reject(new AssayError('EXECUTOR_WORKFLOW_MISSING', 'no', { remedy: 'r' })) });
      once.runner.start();
      await until(done(once.store), { clock: once.clock, stepMs: 1_000 });
      expect([once.calls, (await once.store.job('j'))?.answer]).toMatchObject([['start'], { problem: { code: 'EXECUTOR_WORKFLOW_MISSING' } }]);
    });

    it('that was cancelled while it was being started is stopped', async () => {
      const cancelling = { now: async () => {} };
      const { store, runner, clock, calls } = await setUpAway({ start: async () => { await cancelling.now(); return ticket; } });
      cancelling.now = async () => void (await store.cancelJobs(change7));
      runner.start();
      await until(() => calls.includes('abandon'), { clock, stepMs: 1 });
      expect(calls).toEqual(['start', 'abandon']);
      expect(await store.job('j')).toMatchObject({ state: 'cancelled', answer: null });
    });

    it('that is cancelled while it goes on is stopped, once', async () => {
      const { store, runner, clock, calls } = await setUpAway({});
      runner.start();
      await until(async () => (await store.job('j'))?.ticket != null);
      await store.cancelJobs(change7);
      await until(() => calls.includes('abandon'), { clock, stepMs: 1_000 });
      for (let n = 0; n < 5; n += 1) await until(() => clock.sleepers() > 0).then(() => clock.advance(1_000));
      expect(calls).toEqual(['start', 'abandon']);
    });

    it('is run here, as an attempt, once nothing is handed away any more', async () => {
      const { store, runner, clock } = await setUp(async () => good);
      await store.claimJob('before', 1_000);
      await store.waitJob('j', 'before', { ticket, until: 0 });
      runner.start();
      await until(done(store), { clock, stepMs: 1_000 });
      expect(await store.job('j')).toMatchObject({ answer: good, attempts: 2 });
    });
  });

  it('SIGTERM gives back what does not end in time', async () => {
    const { store, runner, ran, clock } = await setUp(never);
    runner.start();
    await until(() => ran.length === 1);
    expect(await stop(runner, clock)).toBe(1);
    expect(ran[0]?.[1].signal?.aborted).toBe(true);
    expect(await store.claimJob('next', 1000)).toMatchObject({ id: 'j', attempts: 2 });
  });
});
