/**
 * Check runs and suites. Only an App's installation may write them (a person's token is 403), each carries its App, one suite per App and commit,
 * an update appends annotations, and GitHub's limits hold: 50 annotations a request, 65535 characters of summary and of text.
 */
import { bodyOfCheck } from './checks-input.ts';
import { actorOf, needGrant, now, numberParam, repoOf, withNodeId } from './hub.ts';
import type { CheckInput } from './checks-input.ts';
import { annotationsJson, runJson, suiteJson } from './format-check.ts';
import { userJson } from './format.ts';
import { commitOf } from './git.ts';
import type { Hub, Json } from './hub.ts';
import { turnQueues } from './queue.ts';
import { notFound, paged, Refusal } from './router.ts';
import type { Context } from './router.ts';
import type { CheckRunRow, CheckSuiteRow, RepoRow } from './rows.ts';

export function addCheckRoutes(hub: Hub): void {
  const { app } = hub;
  app.post('/repos/:owner/:repo/check-runs', async (c) => c.json(await createRun(hub, c), 201));
  app.patch('/repos/:owner/:repo/check-runs/:id', async (c) => c.json(await updateRun(hub, c)));
  app.get('/repos/:owner/:repo/check-runs/:id', (c) => c.json(runJson(hub, readRun(hub, c))));
  app.get('/repos/:owner/:repo/check-runs/:id/annotations', (c) => c.json(paged(c, annotationsJson(hub, readRun(hub, c)))));
  app.post('/repos/:owner/:repo/check-runs/:id/rerequest', (c) => rerequest(hub, c));
  app.get('/repos/:owner/:repo/commits/:ref{.+}/check-runs', (c) => c.json(runsForRef(hub, c)));
  app.get('/repos/:owner/:repo/commits/:ref{.+}/check-suites', (c) => c.json(suitesForRef(hub, c)));
  app.get('/repos/:owner/:repo/check-suites/:id', (c) => c.json(suiteJson(hub, readSuite(hub, c))));
  app.get('/repos/:owner/:repo/check-suites/:id/check-runs', (c) => {
    const suite = readSuite(hub, c);
    return c.json(listed(hub, c, hub.gh.checkRuns.findBy('repo_id', suite.repo_id).filter((run) => run.check_suite_id === suite.id)));
  });
}

/** The App behind the request; a person cannot write checks. */
function writingApp(c: Context): number {
  needGrant(c, 'checks', 'write');
  const appId = c.get('authUser')?.installation?.appId;
  if (appId === undefined) throw new Refusal(403, 'You must authenticate via a GitHub App.');
  return appId;
}

async function createRun(hub: Hub, c: Context): Promise<Json> {
  const repo = repoOf(hub, c);
  const appId = writingApp(c);
  const input = await bodyOfCheck(c, { creating: true });
  if (commitOf(hub.gh, repo.id, input.head_sha) === undefined) throw new Refusal(422, `No commit found for SHA: ${input.head_sha}`);
  const suite = suiteFor(hub, { repo, sha: input.head_sha, appId });
  const row = hub.gh.checkRuns.insert({
    node_id: '', repo_id: repo.id, head_sha: input.head_sha, name: input.name, external_id: '', details_url: null, actions: null, status: 'queued', conclusion: null,
    started_at: now(), completed_at: null, check_suite_id: suite.id, app_id: appId, output: { title: null, summary: null, text: null, annotations_count: 0, annotations: [] },
  });
  const run = apply(hub, withNodeId(hub.gh.checkRuns, 'CheckRun', row), input);
  settleSuite(hub, suite);
  tell(hub, repo, { run, action: 'created', c });
  if (run.status === 'completed') tell(hub, repo, { run, action: 'completed', c });
  turnQueues(hub);
  return runJson(hub, run);
}

async function updateRun(hub: Hub, c: Context): Promise<Json> {
  const repo = repoOf(hub, c);
  const appId = writingApp(c);
  const before = readRun(hub, c);
  if (before.app_id !== appId) throw new Refusal(403, 'Invalid app_id `' + String(appId) + '` - check run can only be modified by the GitHub App that created it.');
  const run = apply(hub, before, await bodyOfCheck(c, { creating: false }));
  const suite = hub.gh.checkSuites.get(run.check_suite_id);
  if (suite !== undefined) settleSuite(hub, suite);
  if (run.status === 'completed' && before.status !== 'completed') tell(hub, repo, { run, action: 'completed', c });
  turnQueues(hub);
  return runJson(hub, run);
}

function apply(hub: Hub, run: CheckRunRow, input: CheckInput): CheckRunRow {
  const annotations = [...run.output.annotations, ...input.annotations];
  const output = { ...run.output, ...input.output, annotations, annotations_count: annotations.length };
  const completed = input.changes.conclusion === undefined ? {} : { completed_at: input.changes.completed_at ?? now() };
  return hub.gh.checkRuns.update(run.id, { ...input.changes, ...completed, output }) ?? run;
}

function suiteFor(hub: Hub, at: { repo: RepoRow; sha: string; appId: number }): CheckSuiteRow {
  const known = hub.gh.checkSuites.findBy('repo_id', at.repo.id).find((row) => row.head_sha === at.sha && row.app_id === at.appId);
  if (known !== undefined) return known;
  const branch = hub.gh.branches.findBy('repo_id', at.repo.id).find((row) => row.sha === at.sha)?.name ?? null;
  const row = hub.gh.checkSuites.insert({
    node_id: '', repo_id: at.repo.id, head_branch: branch, head_sha: at.sha, status: 'queued', conclusion: null, before: '', after: at.sha, app_id: at.appId,
  });
  return withNodeId(hub.gh.checkSuites, 'CheckSuite', row);
}

const WORST = ['success', 'neutral', 'skipped', 'cancelled', 'timed_out', 'action_required', 'stale', 'failure', 'startup_failure'];

function settleSuite(hub: Hub, suite: CheckSuiteRow): void {
  const runs = latestByName(hub.gh.checkRuns.findBy('repo_id', suite.repo_id).filter((run) => run.check_suite_id === suite.id));
  const open = runs.some((run) => run.status !== 'completed');
  const worst = runs.reduce((rank, run) => Math.max(rank, WORST.indexOf(run.conclusion ?? '')), 0);
  hub.gh.checkSuites.update(suite.id, { status: open ? 'in_progress' : 'completed', conclusion: open ? null : WORST[worst] ?? null });
}

/** Of each name by each App only the newest. */
export function latestByName(runs: CheckRunRow[]): CheckRunRow[] {
  const latest = new Map<string, CheckRunRow>();
  for (const run of runs) {
    const key = `${run.app_id}:${run.name}`;
    const known = latest.get(key);
    if (known === undefined || known.id < run.id) latest.set(key, run);
  }
  return [...latest.values()];
}

function tell(hub: Hub, repo: RepoRow, told: { run: CheckRunRow; action: string; c: Context }): void {
  hub.emit('check_run', told.action, { check_run: runJson(hub, told.run, true), sender: userJson(hub, actorOf(hub, told.c)) }, repo);
}

function rerequest(hub: Hub, c: Context): Response {
  const repo = repoOf(hub, c);
  actorOf(hub, c);
  tell(hub, repo, { run: readRun(hub, c), action: 'rerequested', c });
  return c.json({}, 201);
}

function readRun(hub: Hub, c: Context): CheckRunRow {
  const repo = repoOf(hub, c);
  if (repo.private) needGrant(c, 'checks', 'read');
  const run = hub.gh.checkRuns.get(numberParam(c, 'id'));
  if (run === undefined || run.repo_id !== repo.id) throw notFound();
  return run;
}

function readSuite(hub: Hub, c: Context): CheckSuiteRow {
  const repo = repoOf(hub, c);
  const suite = hub.gh.checkSuites.get(numberParam(c, 'id'));
  if (suite === undefined || suite.repo_id !== repo.id) throw notFound();
  return suite;
}

/** A commit id, `heads/name`, or a branch. */
export function shaOfRef(hub: Hub, repo: RepoRow, ref: string): string {
  if (commitOf(hub.gh, repo.id, ref) !== undefined) return ref;
  const name = ref.replace(/^(refs\/)?heads\//, '');
  const branch = hub.gh.branches.findBy('repo_id', repo.id).find((row) => row.name === name);
  if (branch === undefined) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  return branch.sha;
}

function runsForRef(hub: Hub, c: Context): Json {
  const repo = repoOf(hub, c);
  if (repo.private) needGrant(c, 'checks', 'read');
  const sha = shaOfRef(hub, repo, c.req.param('ref'));
  return listed(hub, c, hub.gh.checkRuns.findBy('repo_id', repo.id).filter((run) => run.head_sha === sha));
}

function listed(hub: Hub, c: Context, all: CheckRunRow[]): Json {
  const [name, status, appId, filter] = ['check_name', 'status', 'app_id', 'filter'].map((key) => c.req.query(key));
  const wanted = (filter === 'all' ? all : latestByName(all))
    .filter((run) => name === undefined || run.name === name)
    .filter((run) => status === undefined || run.status === status)
    .filter((run) => appId === undefined || run.app_id === Number(appId))
    .toSorted((left, right) => right.id - left.id);
  return { total_count: wanted.length, check_runs: paged(c, wanted).map((run) => runJson(hub, run)) };
}

function suitesForRef(hub: Hub, c: Context): Json {
  const repo = repoOf(hub, c);
  const sha = shaOfRef(hub, repo, c.req.param('ref'));
  const suites = hub.gh.checkSuites.findBy('repo_id', repo.id).filter((row) => row.head_sha === sha);
  return { total_count: suites.length, check_suites: paged(c, suites).map((suite) => suiteJson(hub, suite)) };
}
