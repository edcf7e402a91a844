/** Workflow runs, workflows and artefacts as GitHub's REST API and webhooks write them. */
import type { Hub, Json } from './hub.ts';
import { repoJson, userJson } from './format.ts';
import { commitOf } from './git.ts';
import { nodeId } from './store.ts';
import type { ArtefactRow, RunRow } from './runs.ts';

const workflowId = (run: RunRow): number => 600_000 + [...run.path].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 90_000, 7);

export function runJson(hub: Hub, run: RunRow, inEvent = false): Json {
  const repo = hub.gh.repos.get(run.repoId)!;
  const head = hub.gh.repos.get(run.headRepoId) ?? repo;
  const actor = hub.gh.users.get(run.actorId)!;
  const at = `${hub.baseUrl}/repos/${repo.full_name}`;
  const url = `${at}/actions/runs/${run.id}`;
  const brief = (of: typeof repo): Json => repoJson(hub, of);
  return {
    id: run.id, name: 'Assay', node_id: nodeId('WorkflowRun', run.id), check_suite_id: 900_000 + run.number, check_suite_node_id: nodeId('CheckSuite', 900_000 + run.number),
    head_branch: run.headBranch, head_sha: run.headSha, path: `${run.path}@${run.headBranch}`, run_number: run.number, run_attempt: 1, referenced_workflows: [], event: run.event,
    status: run.status, conclusion: run.conclusion, workflow_id: workflowId(run), display_title: 'Assay', url, html_url: `${hub.baseUrl}/${repo.full_name}/actions/runs/${run.id}`, pull_requests: [],
    created_at: run.createdAt, updated_at: run.updatedAt, run_started_at: run.createdAt, actor: userJson(hub, actor), triggering_actor: userJson(hub, actor),
    jobs_url: `${url}/jobs`, logs_url: `${url}/logs`, check_suite_url: `${at}/check-suites/${900_000 + run.number}`, artifacts_url: `${url}/artifacts`, cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`, previous_attempt_url: null, workflow_url: `${at}/actions/workflows/${workflowId(run)}`, head_commit: headCommit(hub, run),
    repository: brief(repo), head_repository: brief(head), ...(inEvent ? {} : { head_repository_id: head.id }),
  };
}

function headCommit(hub: Hub, run: RunRow): Json {
  const commit = commitOf(hub.gh, run.repoId, run.headSha);
  const person = (name = '', email = ''): Json => ({ name, email });
  return {
    id: run.headSha, tree_id: commit?.tree_sha ?? '', message: commit?.message ?? '', timestamp: commit?.committer_date ?? run.createdAt,
    author: person(commit?.author_name, commit?.author_email), committer: person(commit?.committer_name, commit?.committer_email),
  };
}

export function workflowJson(hub: Hub, run: RunRow): Json {
  const repo = hub.gh.repos.get(run.repoId)!;
  const id = workflowId(run);
  return {
    id, node_id: nodeId('Workflow', id), name: 'Assay', path: run.path, state: 'active', created_at: repo.created_at, updated_at: repo.updated_at,
    url: `${hub.baseUrl}/repos/${repo.full_name}/actions/workflows/${id}`, html_url: `${hub.baseUrl}/${repo.full_name}/blob/${repo.default_branch}/${run.path}`,
    badge_url: `${hub.baseUrl}/${repo.full_name}/workflows/Assay/badge.svg`,
  };
}

export function artefactJson(hub: Hub, run: RunRow, artefact: ArtefactRow): Json {
  const repo = hub.gh.repos.get(run.repoId)!;
  const url = `${hub.baseUrl}/repos/${repo.full_name}/actions/artifacts/${artefact.id}`;
  return {
    id: artefact.id, node_id: nodeId('Artifact', artefact.id), name: artefact.name, size_in_bytes: artefact.size, url, archive_download_url: `${url}/zip`, expired: artefact.expired,
    created_at: run.updatedAt, updated_at: run.updatedAt, expires_at: run.updatedAt, digest: artefact.digest,
    workflow_run: { id: run.id, repository_id: run.repoId, head_repository_id: run.headRepoId, head_branch: run.headBranch, head_sha: run.headSha },
  };
}
