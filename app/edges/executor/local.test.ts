import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobInput } from '../../core/job.ts';
import { findCgroupHome } from '../sandbox/cgroup.ts';
import { describeWith, need } from '../../../test/tools.ts';
import { localExecutor } from './local.ts';

const job: JobInput = { kind: 'guard', input: { base: {}, head: {}, baseSha: 'b', headSha: 'h', pack: 'baseline' } };
const root = process.getuid?.() === 0;
let scratch = '';

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'assay-executor-test-'));
  chmodSync(scratch, 0o755);
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function run(how: string, options: { deadlineMs?: number; fork?: boolean; signal?: AbortSignal } = {}) {
  const executor = localExecutor({ scratch, entry: 'app/edges/executor/local.fixture.ts', args: [how] });
  return executor.run(job, { id: 'j1', gateway: { url: 'http://127.0.0.1:1', token: 't' }, deadlineMs: 20_000, fork: false, ...options });
}

async function outputOf(how: string): Promise<Record<string, unknown>> {
  const answer = await run(how);
  if (!answer.ok) throw new Error(answer.problem.message);
  return { ...answer.output };
}

describeWith(['util-linux'], 'local executor', () => {
  test('the worker gets the job on stdin, PATH and HOME, another uid where we are root, and nothing else', async () => {
    process.env.PLANTED_SECRET = 'planted';
    const told = await outputOf('tell');
    expect(Object.keys(told.env ?? {}).sort()).toEqual(['HOME', 'PATH']);
    expect(told.gateway).toEqual({ url: 'http://127.0.0.1:1', token: 't' });
    expect(told.uid).toBe(root ? 65534 : process.getuid?.());
    delete process.env.PLANTED_SECRET;
  });

  test('its folder is gone afterwards, also after a crash, and a second run is the same', async () => {
    await outputOf('tell');
    await expect(run('crash')).rejects.toThrow();
    await outputOf('tell');
    expect(readdirSync(scratch)).toEqual([]);
  });

  test.each([
    ['crash', 'EXECUTOR_CRASHED', /exit code 7: the reason is here/],
    ['junk', 'EXECUTOR_OUTPUT_INVALID', /JSON/],
    ['other', 'EXECUTOR_OUTPUT_INVALID', /answers a "plan" job/],
    ['flood', 'EXECUTOR_OUTPUT_INVALID', /larger than 64 MB/],
  ])('%s → %s', async (how, code, message) => {
    await expect(run(how)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('hang → EXECUTOR_DEADLINE', async () => {
    await expect(run('hang', { deadlineMs: 700 })).rejects.toMatchObject({ code: 'EXECUTOR_DEADLINE' });
  });

  test('a cancelled job ends at once with EXECUTOR_ABORTED', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    await expect(run('hang', { signal: controller.signal })).rejects.toMatchObject({ code: 'EXECUTOR_ABORTED' });
    await expect(run('hang', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'EXECUTOR_ABORTED' });
  });

  test('a pull request from a fork is refused before anything starts', async () => {
    await expect(run('tell', { fork: true })).rejects.toMatchObject({ code: 'EXECUTOR_FORK_REFUSED' });
    expect(readdirSync(scratch)).toEqual([]);
  });

  test('of a fork\'s change the guardrails that only read it are run all the same', async () => {
    const executor = localExecutor({ scratch, entry: 'app/edges/executor/local.fixture.ts', args: ['tell'] });
    const options = { id: 'j1', gateway: null, deadlineMs: 20_000, fork: true };
    const guard = (phase: 'scan' | 'exec'): JobInput => ({ kind: 'guard', input: { pack: 'baseline', base: {}, head: {}, baseSha: 'b', headSha: 'h', phase } });
    await expect(executor.run(guard('exec'), options)).rejects.toMatchObject({ code: 'EXECUTOR_FORK_REFUSED' });
    await expect(executor.run(guard('scan'), options)).resolves.toMatchObject({ ok: true });
  });

  test('the real worker refuses what is no job', async () => {
    const executor = localExecutor({ scratch });
    const broken = { kind: 'guard', input: { ...job.input, unknown: 1 } } as JobInput;
    await expect(executor.run(broken, { id: 'j2', gateway: null, deadlineMs: 20_000, fork: false })).rejects.toMatchObject({ code: 'EXECUTOR_CRASHED', message: expect.stringContaining('JOB_INPUT_INVALID') });
  });

  test.runIf(root && need('bubblewrap').available)('the worker nests the sandbox at the best grade: root hands it control groups to divide', async () => {
    const home = findCgroupHome();
    const told = await outputOf('nest');
    expect(told.grade).toBe(home === null ? 'bubblewrap' : `bubblewrap+cgroup${home.version}`);
    expect(told.bombStopped).toBe(true);
    expect(told.python).toMatch(/^\/(opt\/python|usr)/);
    if (home) expect(readdirSync(home.memory).filter((name) => name.startsWith(`assay-${process.pid}-`))).toEqual([]);
  });

  test.runIf(root)('a clone that others may not read is named, with the command', async () => {
    const entry = new URL('./local.fixture.ts', import.meta.url);
    const mode = statSync(entry).mode;
    chmodSync(entry, 0o600);
    try {
      await expect(run('tell')).rejects.toMatchObject({ code: 'EXECUTOR_CLONE_UNREADABLE', remedy: expect.stringMatching(/^chmod -R a\+rX /) });
    } finally {
      chmodSync(entry, mode);
    }
  });
});
