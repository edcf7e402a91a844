/** The actions executor against the stand-in, with the runner's own side in between: what is believed of a run, and every way in which it is not. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answeringGuard, quickRunner, zipped } from '../../../test/world/actions/quick.ts';
import { zipOf } from '../../../test/world/actions/zip.ts';
import type { Left, RunRow } from '../../../test/world/github/runs.ts';
import { startGitHub, type GitHubWorld } from '../../../test/world/github/start.ts';
import type { JobAnswer, JobInput } from '../../core/job.ts';
import type { JobTicket, RepositoryRef } from '../../core/ports/store.ts';
import { textFile } from '../../core/tree.ts';
import { connectGitHub, type ConnectedGitHub } from '../github/connect.ts';
import { actionsExecutor } from './actions.ts';
import type { Executor } from '../../core/ports/executor.ts';

const workflow = 'on: {workflow_dispatch: {inputs: {job: {type: string}, blob: {type: string}}}}\njobs: {}\n';
const id = 'a'.repeat(64);
const job: JobInput = { kind: 'guard', input: { base: { 'a.ts': textFile('1') }, head: { 'a.ts': textFile('1'), 'b.bin': { mode: '100755', encoding: 'base64', content: 'AAH/' } }, baseSha: 'base', headSha: 'head', pack: 'baseline' } };

let world: GitHubWorld;
let app: ConnectedGitHub;
let shop: RepositoryRef;
let other: RepositoryRef;
let executor: Executor;
let asked: { job: JobInput; fork: boolean }[];

/** Scripted workers: one in the run, one on this machine. */
function worker(name: 'local'): Executor {
  return { name, run: async (given, { fork }) => { asked.push({ job: given, fork }); return answeringGuard(given); } };
}

beforeAll(async () => {
  world = await startGitHub({ users: [{ login: 'ada' }], repos: [{ owner: 'ada', name: 'shop', files: { '.github/workflows/assay.yml': workflow, '.github/workflows/ci.yml': 'on: push\njobs: {}\n' } }, { owner: 'ada', name: 'other' }], rateLimit: 100_000 });
  const quiet = (): void => undefined;
  const clock = { now: Date.now, sleep: async () => {} };
  app = await connectGitHub({ appId: world.appId, privateKey: world.privateKeyPem, baseUrl: `${world.url}/api/v3`, secret: world.webhookSecret, store: { limiterTake: async () => 0 }, clock, log: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
  [shop, other] = await app.repositories(world.installationIds[0]!) as [RepositoryRef, RepositoryRef];
  executor = actionsExecutor({ app, clock, local: worker('local') });
});
beforeEach(() => {
  asked = [];
  world.faults.clear();
  leaves();
});
afterAll(() => world.stop());

function leaves(leave?: (honest: { name: string; answer: Buffer }) => Left[]): void {
  world.runs.runner = quickRunner({ executor: worker('local'), ...(leave ? { leave } : {}) });
}

const start = () => executor.away!.start(job, { id, repository: shop, deadlineMs: 60_000 });
const collect = (ticket: JobTicket) => executor.away!.collect(ticket, { id, job, repository: shop });
const runOf = (ticket: JobTicket): RunRow => world.runs.all().find((run) => ticket.wake.endsWith(`:${run.id}`))!;

async function played(): Promise<JobAnswer | null> {
  const ticket = await start();
  await world.runs.ended();
  return collect(ticket);
}

const refused = (code: string) => expect.objectContaining({ code });
const altered = (changes: (answer: Record<string, unknown>) => void) => ({ name, answer }: { name: string; answer: Buffer }): Left[] => {
  const value = JSON.parse(answer.toString('utf8')) as Record<string, unknown>;
  changes(value);
  return [zipped({ name, answer: Buffer.from(JSON.stringify(value)) })];
};

describe('a job that is handed away', () => {
  it('arrives whole, and its answer comes back with the run that gave it', async () => {
    const answer = await played();
    expect(asked).toEqual([{ job, fork: false }]);
    expect(answer).toMatchObject({ ok: true, kind: 'guard', output: { head: 'head' }, sandbox: 'none', run: { id: world.runs.all()[0]!.id, url: expect.stringContaining('/actions/runs/'), artefact: expect.stringMatching(/^[0-9a-f]{64}$/), attested: false } });
  });

  it('tells the run a job and a blob, on the default branch, and nothing else', async () => {
    const ticket = await start();
    await world.runs.ended();
    const dispatch = world.requests.filter(({ path }) => path.endsWith('/dispatches')).at(-1);
    expect(dispatch).toMatchObject({ path: '/repos/ada/shop/actions/workflows/assay.yml/dispatches', body: { ref: 'main', inputs: { job: id, blob: expect.stringMatching(/^[0-9a-f]{40}$/) }, return_run_details: true } });
    expect(Object.keys((dispatch?.body as { inputs: object }).inputs)).toEqual(['job', 'blob']);
    expect(ticket.wake).toBe(`run:${shop.id}:${runOf(ticket).id}`);
  });

  it('has no answer while the run goes on or is not known yet, and the same one each time it is asked for afterwards', async () => {
    world.runs.runner = null;
    const ticket = await start();
    expect(await collect(ticket)).toBeNull();
    world.faults.answer({ path: new RegExp(`/actions/runs/${runOf(ticket).id}$`) }, { status: 404 });
    expect(await collect(ticket)).toBeNull();
    leaves();
    const ended = await start();
    await world.runs.ended();
    expect(await collect(ended)).toEqual(await collect(ended));
  });

  it('is stopped when nobody waits any more; one that has ended needs no stop', async () => {
    world.runs.runner = () => new Promise(() => undefined);
    const ticket = await start();
    await executor.away!.abandon(ticket, shop);
    await world.runs.ended();
    expect(runOf(ticket)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    await executor.away!.abandon(ticket, shop);
  });

  it('goes away only where no model is asked; the rest runs here, but never for a fork', async () => {
    const plan: JobInput = { kind: 'plan', input: { intent: { number: 1, title: '', body: '', author: 'a' }, base: {}, baseSha: 's', models: {}, attempt: 0 } };
    expect([executor.away!.takes(job), executor.away!.takes(plan)]).toEqual([true, false]);
    const options = { id, gateway: null, deadlineMs: 1 };
    expect(await executor.run(plan, { ...options, fork: false })).toMatchObject({ ok: true });
    expect(() => executor.run(plan, { ...options, fork: true })).toThrow(refused('EXECUTOR_FORK_REFUSED'));
  });
});

describe('a workflow that cannot be dispatched', () => {
  const through = (file: string) => actionsExecutor({ app, clock: { now: Date.now, sleep: async () => {} }, local: worker('local'), workflow: file }).away!.start(job, { id, repository: shop, deadlineMs: 1 });

  it('is missing, or not made for it', async () => {
    await expect(through('none.yml')).rejects.toEqual(refused('EXECUTOR_WORKFLOW_MISSING'));
    await expect(through('ci.yml')).rejects.toEqual(refused('EXECUTOR_WORKFLOW_REFUSED'));
  });

  it('gives a run without a name: it is not looked for by one', async () => {
    world.faults.answer({ path: /\/dispatches$/ }, { status: 200, body: {} });
    await expect(start()).rejects.toEqual(refused('EXECUTOR_RUN_UNNAMED'));
  });

  it('is a matter of time where GitHub has its limits or its troubles', async () => {
    world.faults.secondaryLimit({ path: /\/dispatches$/ });
    await expect(start()).rejects.toMatchObject({ code: 'GITHUB_LIMIT', notBefore: expect.any(Number) });
  });

  it('is never asked to carry what is too large', async () => {
    const noise = randomBytes(26 * 1024 * 1024).toString('base64');
    const large: JobInput = { kind: 'guard', input: { ...(job.input as Extract<JobInput, { kind: 'guard' }>['input']), head: { 'noise': { mode: '100644', encoding: 'base64', content: noise } } } };
    await expect(executor.away!.start(large, { id, repository: shop, deadlineMs: 1 })).rejects.toEqual(refused('EXECUTOR_JOB_TOO_LARGE'));
  });
});

describe('a run that is not what was dispatched', () => {
  it.each<[string, () => Partial<RunRow>]>([
    ['another workflow', () => ({ path: '.github/workflows/evil.yml' })], ['another branch', () => ({ headBranch: 'notes' })], ['another repository\'s code', () => ({ headRepoId: other.id })], ['another trigger', () => ({ event: 'pull_request' })],
  ])('%s is refused, also while it goes on', async (_what, changes) => {
    const ticket = await start();
    await world.runs.ended();
    world.runs.alter(runOf(ticket).id, changes());
    await expect(collect(ticket)).rejects.toEqual(refused('EXECUTOR_RUN_REFUSED'));
    world.runs.alter(runOf(ticket).id, { status: 'in_progress' });
    await expect(collect(ticket)).rejects.toEqual(refused('EXECUTOR_RUN_REFUSED'));
  });

  it.each<[string, (run: RunRow) => object]>([
    ['another run', (run) => ({ id: run.id + 1, repository: { id: shop.id } })], ['a run of another repository', (run) => ({ id: run.id, repository: { id: other.id } })],
  ])('%s in its place is refused, even if GitHub gives it', async (_what, given) => {
    const ticket = await start();
    await world.runs.ended();
    const run = runOf(ticket);
    const rest = { head_repository: { id: shop.id }, path: run.path, event: run.event, head_branch: run.headBranch, head_sha: run.headSha, status: 'completed', conclusion: 'success', html_url: 'x' };
    world.faults.answer({ path: new RegExp(`/actions/runs/${run.id}$`) }, { status: 200, body: { ...rest, ...given(run) } });
    await expect(collect(ticket)).rejects.toEqual(refused('EXECUTOR_RUN_REFUSED'));
  });

  it.each(['failure', 'cancelled', 'timed_out', 'skipped', 'neutral', 'action_required'])('that ended with %s answers nothing, whatever it left', async (conclusion) => {
    const ticket = await start();
    await world.runs.ended();
    world.runs.alter(runOf(ticket).id, { conclusion });
    await expect(collect(ticket)).rejects.toEqual(refused('EXECUTOR_RUN_FAILED'));
  });

  it('refuses bytes that are not the blob\'s: the run fails and leaves nothing', async () => {
    world.faults.answer({ method: 'GET', path: /\/git\/blobs\// }, { status: 200, body: { content: Buffer.from('other').toString('base64'), encoding: 'base64' } });
    await expect(played()).rejects.toEqual(refused('EXECUTOR_RUN_FAILED'));
    expect(asked).toEqual([]);
  });
});

describe('an artefact', () => {
  const zip = (bytes: Buffer) => ({ name }: { name: string }): Left[] => [{ name, zip: bytes }];
  const huge = Buffer.alloc(65 * 1024 * 1024);
  const entry = { name: 'answer.json', bytes: Buffer.from('{}') };

  it.each<[string, string, (honest: { name: string; answer: Buffer }) => Left[]]>([
    ['that is not there', 'EXECUTOR_ARTEFACT_MISSING', () => []],
    ['of another job', 'EXECUTOR_ARTEFACT_MISSING', ({ answer }) => [zipped({ name: `assay-job-${'b'.repeat(64)}`, answer })]],
    ['that is there twice', 'EXECUTOR_ARTEFACT_MISSING', (honest) => [zipped(honest), zipped(honest)]],
    ['that has expired', 'EXECUTOR_ARTEFACT_GONE', (honest) => [{ ...zipped(honest), expired: true }]],
    ['that says it is too large', 'EXECUTOR_ARTEFACT_TOO_LARGE', (honest) => [{ ...zipped(honest), size: 33 * 1024 * 1024 }]],
    ['that is too large and does not say so', 'EXECUTOR_ARTEFACT_TOO_LARGE', ({ name }) => [{ name, zip: huge, size: 10 }]],
    ['with another digest', 'EXECUTOR_ARTEFACT_DIGEST', (honest) => [{ ...zipped(honest), digest: `sha256:${'0'.repeat(64)}` }]],
    ['without a digest', 'EXECUTOR_ARTEFACT_DIGEST', (honest) => [{ ...zipped(honest), digest: null }]],
    ['that is no zip', 'EXECUTOR_ARTEFACT_INVALID', zip(Buffer.from('PK no'))],
    ['that holds nothing', 'EXECUTOR_ARTEFACT_INVALID', zip(zipOf([]))],
    ['that holds more', 'EXECUTOR_ARTEFACT_INVALID', ({ name, answer }) => [{ name, zip: zipOf([{ name: 'answer.json', bytes: answer }, { name: 'more', bytes: answer }]) }]],
    ['whose path leads out', 'EXECUTOR_ARTEFACT_INVALID', ({ name, answer }) => [{ name, zip: zipOf([{ name: '../answer.json', bytes: answer }]) }]],
    ['whose file is elsewhere', 'EXECUTOR_ARTEFACT_INVALID', ({ name, answer }) => [{ name, zip: zipOf([{ name: 'a/answer.json', bytes: answer }]) }]],
    ['whose file is a link', 'EXECUTOR_ARTEFACT_INVALID', zip(zipOf([{ ...entry, claims: { mode: 0o120777 } }]))],
    ['that is encrypted', 'EXECUTOR_ARTEFACT_INVALID', zip(zipOf([{ ...entry, claims: { flags: 1 } }]))],
    ['packed in an unknown way', 'EXECUTOR_ARTEFACT_INVALID', zip(zipOf([{ ...entry, claims: { method: 99 } }]))],
    ['that is a bomb', 'EXECUTOR_ARTEFACT_TOO_LARGE', zip(zipOf([{ name: 'answer.json', bytes: huge, deflate: true }]))],
    ['that is a bomb and lies about it', 'EXECUTOR_ARTEFACT_INVALID', zip(zipOf([{ name: 'answer.json', bytes: huge, deflate: true, claims: { size: 100 } }]))],
    ['that is no JSON', 'JSON_INVALID', zip(zipOf([{ ...entry, bytes: Buffer.from('{') }]))],
    ['that says a thing twice', 'JSON_DUPLICATE_KEY', zip(zipOf([{ ...entry, bytes: Buffer.from(`{"job":"${id}","job":"x"}`) }]))],
    ['that says nothing', 'EXECUTOR_OUTPUT_INVALID', zip(zipOf([entry]))],
    ['to another job', 'EXECUTOR_JOB_MISMATCH', altered((answer) => { answer.job = 'b'.repeat(64); })],
    ['to other bytes', 'EXECUTOR_JOB_MISMATCH', altered((answer) => { answer.jobDigest = '0'.repeat(64); })],
    ['of another kind', 'EXECUTOR_OUTPUT_INVALID', altered((answer) => { answer.kind = 'plan'; })],
    ['about another head', 'EXECUTOR_OUTPUT_INVALID', altered((answer) => { answer.output = { ...answer.output as object, head: 'other' }; })],
    ['with an outcome of its own', 'EXECUTOR_OUTPUT_INVALID', altered((answer) => { answer.output = { ...answer.output as object, outcome: 'excellent' }; })],
    ['with a run of its own telling', 'EXECUTOR_OUTPUT_INVALID', altered((answer) => { answer.run = { id: 1, url: 'x', artefact: 'x', attested: true }; })],
    ['with more than an answer', 'EXECUTOR_OUTPUT_INVALID', altered((answer) => { answer.approve = true; })],
  ])('%s is %s', async (_what, code, leave) => {
    leaves(leave);
    await expect(played()).rejects.toEqual(refused(code));
  });

  it('is fetched without credentials, and never in the clear where GitHub is not', async () => {
    await played();
    const fetched = world.requests.filter(({ path }) => path.startsWith('/_signed/')).at(-1);
    expect(fetched).toMatchObject({ status: 200, caller: '' });
    world.faults.answer({ path: /\/artifacts\/\d+\/zip$/ }, { status: 302, headers: { location: 'ftp://elsewhere/x' } });
    await expect(played()).rejects.toEqual(refused('GITHUB_ANSWER_INVALID'));
  });

  it('that cannot be fetched now is a matter of time', async () => {
    world.faults.answer({ path: /^\/_signed\// }, { status: 500 });
    const ticket = await start();
    await world.runs.ended();
    await expect(collect(ticket)).rejects.toMatchObject({ code: 'GITHUB_UNAVAILABLE', notBefore: expect.any(Number) });
    expect(await collect(ticket)).toMatchObject({ ok: true });
  });
});
