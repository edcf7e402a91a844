/** Work that is handed to GitHub Actions: what was dispatched, and nothing else, becomes a verdict; whatever happens to the run ends in an answer. */
import { afterEach, expect, it } from 'vitest';
import { testWith } from '../tools.ts';
import { actRunner, callersFile } from '../world/actions/act.ts';
import { quickRunner, zipped } from '../world/actions/quick.ts';
import { crashing } from '../world/crash.ts';
import type { Runner } from '../world/github/runs.ts';
import type { Pull } from '../world/people.ts';
import { consensusOf, failingReport, passingReport, scriptedExecutor } from '../world/script.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
afterEach(() => world.close());

const minute = 60_000;
const quick = quickRunner({ executor: scriptedExecutor() });
const failing = quickRunner({ executor: scriptedExecutor({ guard: (input) => failingReport(input) }) });

/** A runner that does its work when it is told to. */
function heldRunner(inner: Runner = quick): { runner: Runner; go(): void } {
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => { go = resolve; });
  return { go, runner: async (run) => { await gate; return inner(run); } };
}

async function proposal(files: Record<string, string> = { 'README.md': '# Shop, new\n' }): Promise<Pull> {
  const pull = await world.grace.proposes({ branch: 'notes', files });
  await dispatched(1);
  return pull;
}

/** At least so many runs were asked for, and their ids are kept. */
async function dispatched(count: number): Promise<void> {
  await expect.poll(() => world.github.runs.all().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
  await expect.poll(async () => (await world.assay.store.stats()).jobsQueued, { timeout: 10_000 }).toBe(0);
}

async function judged(): Promise<void> {
  await world.github.runs.ended();
  await world.settled();
}

const guardrails = async (pull: Pull) => (await world.checks(pull.head.sha)).find(({ name }) => name === 'assay/guardrails');
const asked = (path: RegExp) => world.github.requests.filter((each) => path.test(each.path)).length;
/** The scan, and where the pack has guardrails that run code, another one that does. */
const jobs = async (pull: Pull) => (await world.assay.store.jobsOf(`change:${world.repositoryId}#${pull.number}`)).filter(({ kind }) => kind === 'guard');
const job = async (pull: Pull) => (await jobs(pull))[0];

testWith(['act', 'git', 'bubblewrap'], 'a guard job in a real run')('a pull request is judged by a run that act plays: the default branch\'s workflow calls Assay\'s, which does the job', { timeout: 120_000 }, async () => {
  let printed = '';
  world = await openWorld({ runner: actRunner((text) => { printed += text; }), files: { 'README.md': '# Shop\n', '.github/workflows/assay.yml': callersFile() } });
  const pull = await proposal({ 'src/pay.ts': 'export function pay(): never {\n  throw new Error("not implemented");\n}\n', '.github/workflows/assay.yml': 'on: workflow_dispatch\njobs: {evil: {runs-on: ubuntu-24.04, steps: [{run: "touch /tmp/assay-was-here"}]}}\n' });
  await world.github.runs.ended();
  for (const run of world.github.runs.all()) expect(run, printed).toMatchObject({ headBranch: 'main', event: 'workflow_dispatch', path: '.github/workflows/assay.yml', conclusion: 'success' });
  await world.settled();
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'failure', output: { summary: expect.stringContaining('G01 placeholders | fail | 1') } });
  expect((await job(pull))?.answer).toMatchObject({ ok: true, sandbox: expect.stringMatching(/^(bubblewrap|unshare)/), run: { attested: false } });
  expect(printed).not.toContain('evil');
});

it('the verdict of the run is the verdict of the change; the same event again changes nothing', async () => {
  world = await openWorld({ runner: failing });
  const pull = await proposal();
  await judged();
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'failure' });
  const before = { jobs: await jobs(pull), artefacts: asked(/\/artifacts/), comment: await world.standing(pull.number) };
  world.github.runs.tellAgain(world.github.runs.all()[0]!.id);
  await world.settled();
  await world.passes(20 * minute);
  expect({ jobs: await jobs(pull), artefacts: asked(/\/artifacts/), comment: await world.standing(pull.number) }).toEqual(before);
  expect(world.github.runs.all()).toHaveLength(before.jobs.length);
});

it('W09 the event of the run\'s end is lost: it is looked at a minute later', async () => {
  world = await openWorld({ runner: quick });
  world.dropWebhooks('workflow_run', 10);
  const pull = await proposal();
  await world.github.runs.ended();
  await world.github.idle();
  expect((await job(pull))?.state).toBe('running');
  world.clock.advance(minute + 1_000);
  await world.settled();
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'success' });
});

it('the signed evidence says that the run is not attested, and by which bytes it answered', async () => {
  world = await openWorld({ runner: quick });
  const pull = await proposal();
  await judged();
  const run = (await job(pull))!.answer!.run!;
  const { statement } = await world.assay.store.note(`change:${world.repositoryId}#${pull.number}`, `statement ${pull.head.sha} guardrails`) as { statement: object };
  expect(statement).toMatchObject({ predicate: { inputAttestations: expect.arrayContaining([{ uri: `guardrails/unattested-artefact of ${run.url}`, digest: { sha256: run.artefact } }]) } });
});

it('W05 the App is gone while the run ends: the next start collects what was dispatched before', async () => {
  const { runner, go } = heldRunner();
  world = await openWorld({ runner });
  const pull = await proposal();
  await expect.poll(async () => (await job(pull))?.ticket).toBeTruthy();
  await world.restart(async () => {
    go();
    await world.github.runs.ended();
    await world.github.idle();
  });
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'success' });
  expect(world.github.runs.all()).toHaveLength((await jobs(pull)).length);
});

it('W05 the App dies between a dispatch and keeping its run\'s id: the work is dispatched again, and the first run is nobody\'s', async () => {
  const crash = crashing({ label: 'waitJob', nth: 1 });
  const played: Runner[] = [quick];
  world = await openWorld({ storeThrough: crash.through, runner: (run) => (played.pop() ?? failing)(run) });
  crash.arm();
  const pull = await world.grace.proposes({ branch: 'notes', files: { 'README.md': '# New\n' } });
  await expect.poll(() => crash.isDown, { timeout: 10_000 }).toBe(true);
  const [first] = world.github.runs.all();
  await world.github.runs.ended();
  crash.repair();
  await world.restart();
  await dispatched(2);
  await judged();
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'failure' });
  expect(first).toMatchObject({ conclusion: 'success' });
  expect(asked(new RegExp(`/actions/runs/${first!.id}(/|$)`))).toBe(0);
});

it('a run that fails is an error with its code and where to look; /retry asks for another one', async () => {
  let time = 0;
  world = await openWorld({ runner: async (run) => (time++ === 0 ? { conclusion: 'failure', artefacts: [] } : quick(run)) });
  const pull = await proposal();
  await judged();
  expect((await job(pull))?.answer).toMatchObject({ ok: false, problem: { code: 'EXECUTOR_RUN_FAILED', message: expect.stringContaining('/actions/runs/') } });
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'failure', output: { summary: expect.stringContaining('the run ended with failure') } });
  const runs = world.github.runs.all().length;
  await world.grace.comments(pull.number, '/retry');
  await dispatched(runs + 1);
  await judged();
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'success' });
});

it('somebody else\'s run with the right name, the right artefact and a kind word counts for nothing', async () => {
  const { runner, go } = heldRunner(failing);
  world = await openWorld({ runner });
  const pull = await proposal();
  await expect.poll(async () => (await job(pull))?.ticket).toBeTruthy();
  const { id, input } = (await job(pull))!;
  const kind = { ok: true, kind: 'guard', output: passingReport(input.input as { baseSha: string; headSha: string }), sandbox: 'none', ms: 1, job: id, jobDigest: ((await job(pull))!.ticket!.run as { jobDigest: string }).jobDigest };
  const forged = world.github.runs.add({ headBranch: 'notes' }, [zipped({ name: `assay-job-${id}`, answer: Buffer.from(JSON.stringify(kind)) })]);
  await world.github.idle();
  world.clock.advance(2 * minute);
  await expect.poll(() => asked(/\/actions\/runs\/\d+$/)).toBeGreaterThan(0);
  expect(asked(new RegExp(`/actions/runs/${forged.id}`))).toBe(0);
  expect((await job(pull))?.state).toBe('running');
  go();
  await judged();
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'failure' });
});

it('no answer in time is an error; the run is stopped, and what it says later is not heard', async () => {
  const { runner, go } = heldRunner();
  world = await openWorld({ runner });
  const pull = await proposal();
  await expect.poll(async () => (await job(pull))?.ticket).toBeTruthy();
  world.clock.advance(31 * minute);
  await world.settled();
  expect((await job(pull))?.answer).toMatchObject({ ok: false, problem: { code: 'EXECUTOR_DEADLINE' } });
  expect(new Set(world.github.runs.all().map(({ conclusion }) => conclusion))).toEqual(new Set(['cancelled']));
  go();
  await judged();
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'failure' });
});

it('W18 a push while the run goes: the old run\'s answer is about the old head and is not asked for', async () => {
  const { runner, go } = heldRunner(failing);
  world = await openWorld({ runner });
  const old = await proposal();
  await expect.poll(async () => (await job(old))?.ticket).toBeTruthy();
  world.github.runs.runner = quick;
  const runs = world.github.runs.all().length;
  const sha = await world.grace.pushes({ branch: 'notes', files: { 'README.md': '# Shop, newer\n' } });
  await dispatched(runs + 1);
  await expect.poll(() => asked(/\/cancel$/), { timeout: 10_000 }).toBe(runs);
  go();
  await judged();
  expect(await world.conclusions(sha)).toMatchObject({ 'assay/guardrails': 'success' });
  expect(await guardrails(old)).toMatchObject({ status: 'in_progress' });
  expect(world.github.runs.all().slice(0, runs).map(({ conclusion }) => conclusion)).toEqual(Array(runs).fill('cancelled'));
});

it('a repository without the workflow is told which file is missing', async () => {
  world = await openWorld({ runner: quick, protect: false });
  await world.founder.pushes({ branch: 'main', files: { '.github/workflows/assay.yml': null } });
  const pull = await world.grace.proposes({ branch: 'notes', files: { 'README.md': '# New\n' } });
  await world.settled();
  expect((await job(pull))?.answer).toMatchObject({ ok: false, problem: { code: 'EXECUTOR_WORKFLOW_MISSING', message: expect.stringContaining('.github/workflows/assay.yml') } });
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'failure' });
});

it('W07 limits and outages between the App and the run are waited for', async () => {
  world = await openWorld({ runner: quick });
  world.github.faults.secondaryLimit({ path: /\/dispatches$/ });
  world.github.faults.answer({ path: /\/actions\/runs\/\d+$/, times: 2 }, { status: 502 });
  const pull = await world.grace.proposes({ branch: 'notes', files: { 'README.md': '# New\n' } });
  await expect.poll(async () => {
    world.clock.advance(minute / 2);
    return (await jobs(pull)).every(({ state }) => state === 'done') && asked(/\/artifacts\/\d+\/zip$/) > 0;
  }, { timeout: 50_000, interval: 1_000 }).toBe(true);
  expect(asked(/\/dispatches$/)).toBe(world.github.runs.all().length + 1);
  await world.settled();
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'success' });
});

it('T22 a fork\'s change is judged in a run of the base repository, and the grade says what that is worth', async () => {
  world = await openWorld({ runner: failing });
  await world.stranger.forks();
  await world.stranger.pushes({ branch: 'gift', files: { 'src/gift.ts': 'export const gift = 1;\n' }, repository: 'stranger/shop' });
  const pull = await world.stranger.opensPull({ head: 'stranger:gift' });
  await dispatched(1);
  await judged();
  for (const run of world.github.runs.all()) expect(run).toMatchObject({ repoId: world.repositoryId, headRepoId: world.repositoryId, headBranch: 'main' });
  expect(await guardrails(pull)).toMatchObject({ conclusion: 'failure' });
  expect(await world.standing(pull.number)).toContain('their verdict is not attested');
  expect(await guardrails(pull)).toMatchObject({ output: { summary: expect.stringMatching(/Sandbox: none\. Done in \[Actions run \d+\]\(\S+\), which the App dispatched itself; not attested\.$/) } });
});

it('an intent goes all the way: what asks models runs here, comparison and guardrails in runs, and no run is given a token', async () => {
  const away: string[] = [];
  const inner = scriptedExecutor({ consensus: ({ candidates, seed }) => ({ ...consensusOf(candidates, ['anthropic', 'openai']), seed }) });
  world = await openWorld({ runner: quickRunner({ executor: { ...inner, run: (given, options) => { away.push(given.kind); expect(options.gateway).toBeNull(); return inner.run(given, options); } } }) });
  const settledWithRuns = async (): Promise<void> => {
    await world.github.runs.ended();
    await world.settled();
  };
  const issue = await world.founder.opensIntent();
  await settledWithRuns();
  await world.founder.comments(issue, await world.approveLine(issue));
  await dispatched(1);
  await settledWithRuns();
  const [pull] = await world.pulls() as [Pull];
  await settledWithRuns();
  await world.founder.comments(pull.number, await world.approveLine(pull.number));
  await world.settled();
  expect(await world.pull(pull.number)).toMatchObject({ merged: true });
  expect(new Set(away)).toEqual(new Set(['consensus', 'guard']));
  expect(world.executor.ran.map(({ kind }) => kind)).not.toContain('consensus');
  expect(world.executor.ran.map(({ kind }) => kind)).not.toContain('guard');
  expect(world.executor.ran.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['plan', 'build', 'audit']));
});
