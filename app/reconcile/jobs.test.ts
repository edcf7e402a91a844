import { describe, expect, it, onTestFinished } from 'vitest';
import { testClock, type TestClock } from '../../test/conformance/clock.ts';
import { change7, shop } from '../../test/conformance/store-facts.ts';
import { storeOnDisk, testLog } from '../../test/conformance/store-on-disk.ts';
import { until } from '../../test/conformance/until.ts';
import type { JobAnswer, JobInput } from '../core/job.ts';
import { AssayError } from '../core/errors.ts';
import type { Executor } from '../core/ports/executor.ts';
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

  it('SIGTERM gives back what does not end in time', async () => {
    const { store, runner, ran, clock } = await setUp(never);
    runner.start();
    await until(() => ran.length === 1);
    expect(await stop(runner, clock)).toBe(1);
    expect(ran[0]?.[1].signal?.aborted).toBe(true);
    expect(await store.claimJob('next', 1000)).toMatchObject({ id: 'j', attempts: 2 });
  });
});
