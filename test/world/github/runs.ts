/**
 * GitHub Actions as far as a dispatched workflow goes: the dispatch, its run through its states with the events that GitHub sends, the artefacts it left.
 * What a run does is the runner's business, which a world brings along (`test/world/actions/act.ts` is the real one).
 */
import { randomBytes } from 'node:crypto';
import { sha256 } from '../../../app/core/digest.ts';
import { actorOf, needGrant, now, numberParam, repoOf } from './hub.ts';
import type { Hub } from './hub.ts';
import { artefactJson, runJson, workflowJson } from './format-run.ts';
import { userJson } from './format.ts';
import { notFound, paged, Refusal } from './router.ts';
import type { Context } from './router.ts';
import { callOf, given } from './run-given.ts';

export interface RunRow {
  id: number; repoId: number; headRepoId: number; path: string; event: string; headBranch: string; headSha: string; number: number; actorId: number;
  status: 'queued' | 'in_progress' | 'completed'; conclusion: string | null; createdAt: string; updatedAt: string;
}

export interface ArtefactRow { id: number; runId: number; name: string; zip: Buffer; size: number; digest: string | null; expired: boolean; signature: string }

/** What a runner is given of a run, as GitHub gives it. */
export interface RunGiven {
  id: number; repository: string; branch: string; headSha: string; path: string; inputs: Record<string, string>;
  /** The repository's files at the run's commit. */
  files: Map<string, Buffer>;
  /** `GITHUB_TOKEN`: this repository, contents and nothing else, to read. */
  token: string;
  apiUrl: string;
  /** Aborts when somebody cancels the run. */
  signal: AbortSignal;
}
export interface Left { name: string; zip: Buffer; size?: number; digest?: string | null; expired?: boolean }
export type Runner = (run: RunGiven) => Promise<{ conclusion: string; artefacts: Left[] }>;

export interface Runs {
  /** Does the work of runs from now on. */
  runner: Runner | null;
  all(): RunRow[];
  /** Why a runner threw, where one did: its run failed. */
  problems: string[];
  /** Another run than any that was dispatched, complete with what it left; its event is sent. */
  add(run: Partial<RunRow>, artefacts: Left[]): RunRow;
  alter(id: number, changes: Partial<RunRow>): void;
  /** Sends `workflow_run` completed once more. */
  tellAgain(id: number): void;
  /** No run is queued or in progress. */
  ended(): Promise<void>;
}

const firstRun = 7_000_001;

export function addRunRoutes(hub: Hub, runner: Runner | null): Runs {
  const runs = new Map<number, RunRow>();
  const artefacts: ArtefactRow[] = [];
  const cancels = new Map<number, AbortController>();
  const playing = new Set<Promise<void>>();
  const state: Runs = { runner, problems: [], all: () => [...runs.values()], add, alter, tellAgain: (id) => tell(rowOf(id), 'completed'), ended: async () => { while (playing.size > 0) await Promise.all(playing); } };

  function rowOf(id: number): RunRow {
    const row = runs.get(id);
    if (!row) throw notFound();
    return row;
  }

  function alter(id: number, changes: Partial<RunRow>): void {
    Object.assign(rowOf(id), changes, { updatedAt: now() });
  }

  function insert(row: Omit<RunRow, 'id' | 'number' | 'createdAt' | 'updatedAt'>): RunRow {
    const made = { ...row, id: firstRun + runs.size, number: runs.size + 1, createdAt: now(), updatedAt: now() };
    runs.set(made.id, made);
    return made;
  }

  function tell(row: RunRow, action: 'requested' | 'in_progress' | 'completed'): void {
    const repo = hub.gh.repos.get(row.repoId);
    const actor = hub.gh.users.get(row.actorId);
    if (repo && actor) hub.emit('workflow_run', action, { workflow_run: runJson(hub, row, true), workflow: workflowJson(hub, row), sender: userJson(hub, actor) }, repo);
  }

  function keep(row: RunRow, left: Left[]): void {
    for (const { name, zip, size = zip.length, digest = digestOf(zip), expired = false } of left) {
      artefacts.push({ id: 8_000_001 + artefacts.length, runId: row.id, name, zip, size, digest, expired, signature: randomBytes(12).toString('hex') });
    }
  }

  function add(run: Partial<RunRow>, left: Left[]): RunRow {
    const [like] = runs.values();
    if (!like) throw new Error('add a run after one was dispatched');
    const { id: _id, number: _number, createdAt: _created, updatedAt: _updated, ...same } = like;
    const row = insert({ ...same, status: 'completed', conclusion: 'success', ...run });
    keep(row, left);
    tell(row, 'completed');
    return row;
  }

  async function play(row: RunRow, inputs: Record<string, string>): Promise<void> {
    const cancel = new AbortController();
    cancels.set(row.id, cancel);
    const ended = new Promise<{ conclusion: string; artefacts: Left[] }>((resolve) => cancel.signal.addEventListener('abort', () => resolve({ conclusion: 'cancelled', artefacts: [] }), { once: true }));
    tell(row, 'requested');
    if (!state.runner) return;
    alter(row.id, { status: 'in_progress' });
    tell(row, 'in_progress');
    const worked = state.runner({ ...given(hub, row), inputs, signal: cancel.signal }).catch((error: unknown) => {
      state.problems.push(`run ${row.id}: ${error instanceof Error ? error.stack ?? error.message : String(error)}`);
      return { conclusion: 'failure', artefacts: [] };
    });
    const result = await Promise.race([worked, ended]);
    keep(row, result.artefacts);
    alter(row.id, { status: 'completed', conclusion: result.conclusion });
    tell(row, 'completed');
  }

  async function dispatch(c: Context): Promise<Response> {
    const repo = repoOf(hub, c);
    needGrant(c, 'actions', 'write');
    const actor = actorOf(hub, c);
    const call = await callOf(hub, { repo, c });
    const row = insert({ repoId: repo.id, headRepoId: repo.id, path: call.path, event: 'workflow_dispatch', headBranch: call.branch, headSha: call.sha, actorId: actor.id, status: 'queued', conclusion: null });
    const played = play(row, call.inputs).finally(() => playing.delete(played));
    playing.add(played);
    const json = runJson(hub, row);
    return call.details ? c.json({ workflow_run_id: row.id, run_url: json['url'], html_url: json['html_url'] }) : c.body(null, 204);
  }

  const { app } = hub;
  const at = '/repos/:owner/:repo/actions';
  const readRun = (c: Context): RunRow => {
    const repo = repoOf(hub, c);
    needGrant(c, 'actions', 'read');
    const row = rowOf(numberParam(c, 'id'));
    if (row.repoId !== repo.id) throw notFound();
    return row;
  };
  app.post(`${at}/workflows/:workflow/dispatches`, dispatch);
  app.get(`${at}/runs/:id`, (c) => c.json(runJson(hub, readRun(c))));
  app.get(`${at}/runs/:id/artifacts`, (c) => {
    const row = readRun(c);
    const found = artefacts.filter((each) => each.runId === row.id && (c.req.query('name') === undefined || each.name === c.req.query('name')));
    return c.json({ total_count: found.length, artifacts: paged(c, found).map((each) => artefactJson(hub, row, each)) });
  });
  app.post(`${at}/runs/:id/cancel`, (c) => {
    const row = readRun(c);
    needGrant(c, 'actions', 'write');
    if (row.status === 'completed') throw new Refusal(409, 'Cannot cancel a workflow run that is completed.');
    alter(row.id, { status: 'completed', conclusion: 'cancelled' });
    cancels.get(row.id)?.abort();
    return c.json({}, 202);
  });
  app.get(`${at}/artifacts/:id/zip`, (c) => {
    repoOf(hub, c);
    needGrant(c, 'actions', 'read');
    if (c.get('authUser') === undefined) throw new Refusal(401, 'Requires authentication');
    const found = artefacts.find((each) => each.id === numberParam(c, 'id'));
    if (!found) throw notFound();
    if (found.expired) throw new Refusal(410, 'Artifact has expired');
    return c.redirect(`${hub.baseUrl}/_signed/artifacts/${found.id}?sig=${found.signature}`, 302);
  });
  // The store behind the signed address knows no tokens and refuses whoever sends one along.
  app.get('/_signed/artifacts/:id', (c) => {
    const found = artefacts.find((each) => each.id === numberParam(c, 'id'));
    if (!found || found.signature !== c.req.query('sig')) return new Response('AuthenticationFailed', { status: 403 });
    if (c.req.header('authorization') !== undefined) return new Response('InvalidAuthenticationInfo', { status: 400 });
    return new Response(new Uint8Array(found.zip), { headers: { 'content-type': 'application/zip' } });
  });
  return state;
}

function digestOf(zip: Buffer): string {
  return `sha256:${sha256(zip)}`;
}
