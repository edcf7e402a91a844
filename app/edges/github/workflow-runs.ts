/** The port `WorkflowRuns` over one installation's client. It says what GitHub says of a run and its artefacts and judges none of it. */
import { AssayError } from '../../core/errors.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { ArtefactSnapshot, WorkflowRuns, WorkflowRunSnapshot } from '../../core/ports/workflow-runs.ts';
import { blobSha } from './blobs.ts';
import type { Client, Data } from './client.ts';
import { download } from './download.ts';
import { GitHubError, hasStatus, idOf } from './failures.ts';
import { place } from './read.ts';

export function createWorkflowRuns(client: Client): WorkflowRuns {
  return {
    defaultBranch: async (repository) => (await client.rest('GET /repos/{owner}/{repo}', place(repository))).default_branch,
    standing: (repository) => standingOf(client, repository),
    createBlob: (repository, bytes) => createBlob(client, repository, bytes),
    dispatch: (repository, call) => dispatch(client, repository, call),
    run: (repository, id) => readRun(client, repository, id),
    artefacts: (repository, run, name) => listArtefacts(client, repository, { run, name }),
    download: (repository, artefact, maxBytes) => download(client, { repository, artefact, maxBytes }),
    cancel: (repository, run) => cancel(client, repository, run),
  };
}

async function standingOf(client: Client, repository: RepositoryRef): ReturnType<WorkflowRuns['standing']> {
  const { owner, visibility, private: hidden } = await client.rest('GET /repos/{owner}/{repo}', place(repository));
  return { ownerId: idOf(owner.id), visibility: visibility === 'internal' ? visibility : hidden ? 'private' : 'public' };
}

async function createBlob(client: Client, repository: RepositoryRef, bytes: Buffer): Promise<{ sha: string }> {
  const { sha } = await client.rest('POST /repos/{owner}/{repo}/git/blobs', { ...place(repository), content: bytes.toString('base64'), encoding: 'base64' });
  if (sha === blobSha(bytes, 'sha1') || sha === blobSha(bytes, 'sha256')) return { sha };
  throw new GitHubError('GITHUB_ANSWER_INVALID', `the new blob is named ${sha}, which is not its content`, { status: 201, notBefore: null });
}

type Call = Parameters<WorkflowRuns['dispatch']>[1];

/** GitHub names the run that it starts. One that does not could only be found by what anybody can imitate. */
async function dispatch(client: Client, repository: RepositoryRef, { workflow, branch, inputs }: Call): Promise<{ id: number; url: string }> {
  try {
    const answer = await client.rest('POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches', { ...place(repository), workflow_id: workflow, ref: branch, inputs, return_run_details: true });
    if (answer?.workflow_run_id) return { id: idOf(answer.workflow_run_id), url: answer.html_url };
  } catch (thrown) {
    throw refused(thrown, { workflow, branch });
  }
  throw new AssayError('EXECUTOR_RUN_UNNAMED', 'GitHub started a run without naming it, so its result could not be told from another one', { remedy: 'This GitHub is too old for the actions executor: set ASSAY_EXECUTOR=local.' });
}

function refused(thrown: unknown, { workflow, branch }: Omit<Call, 'inputs'>): unknown {
  if (hasStatus(thrown, 404)) {
    return new AssayError('EXECUTOR_WORKFLOW_MISSING', `the default branch ${branch} has no workflow .github/workflows/${workflow}`, { remedy: 'Add the workflow file that the README shows to the default branch, then comment /retry; or set ASSAY_EXECUTOR=local.', cause: thrown });
  }
  if (hasStatus(thrown, 403, 422) && thrown.code !== 'GITHUB_LIMIT') {
    return new AssayError('EXECUTOR_WORKFLOW_REFUSED', `GitHub does not start .github/workflows/${workflow} on ${branch}: ${thrown.message}`, { remedy: 'The workflow needs "workflow_dispatch" with the inputs "job" and "blob", must be enabled, and the App needs the permission "actions: write". Then comment /retry.', cause: thrown });
  }
  return thrown;
}

/** Right after its start GitHub may not know a run yet. */
async function readRun(client: Client, repository: RepositoryRef, id: number): Promise<WorkflowRunSnapshot | null> {
  try {
    return snapshotOf(await client.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { ...place(repository), run_id: id }));
  } catch (thrown) {
    if (hasStatus(thrown, 404)) return null;
    throw thrown;
  }
}

function snapshotOf(run: Data<'GET /repos/{owner}/{repo}/actions/runs/{run_id}'>): WorkflowRunSnapshot {
  return {
    id: idOf(run.id), repositoryId: idOf(run.repository.id), headRepositoryId: run.head_repository ? idOf(run.head_repository.id) : null, path: run.path.split('@')[0] ?? '', event: run.event,
    headBranch: run.head_branch, headSha: run.head_sha, attempt: run.run_attempt ?? 1, status: run.status ?? 'unknown', conclusion: run.conclusion, url: run.html_url,
  };
}

async function listArtefacts(client: Client, repository: RepositoryRef, { run, name }: { run: number; name: string }): Promise<ArtefactSnapshot[]> {
  const { artifacts } = await client.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts', { ...place(repository), run_id: run, name, per_page: 100 });
  return artifacts.filter((each) => each.name === name).map((each) => ({
    id: idOf(each.id), name: each.name, bytes: each.size_in_bytes, digest: each.digest ?? null, expired: each.expired, runId: each.workflow_run?.id ? idOf(each.workflow_run.id) : null,
  }));
}

/** A run that has ended or is gone needs no stop. */
async function cancel(client: Client, repository: RepositoryRef, run: number): Promise<void> {
  try {
    await client.rest('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', { ...place(repository), run_id: run });
  } catch (thrown) {
    if (!hasStatus(thrown, 404, 409)) throw thrown;
  }
}
