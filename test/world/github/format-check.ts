/** Check runs, suites and annotations as GitHub's REST API and webhooks write them. */
import type { Hub, Json } from './hub.ts';
import { appJson, repoJson } from './format.ts';
import { simplePullJson } from './format-issue.ts';
import { commitOf } from './git.ts';
import type { CheckRunRow, CheckSuiteRow } from './rows.ts';

export function runJson(hub: Hub, run: CheckRunRow, inEvent = false): Json {
  const repo = hub.gh.repos.get(run.repo_id);
  const url = `${hub.baseUrl}/repos/${repo?.full_name ?? ''}/check-runs/${run.id}`;
  const html = `${hub.baseUrl}/${repo?.full_name ?? ''}/runs/${run.id}`;
  const suite = hub.gh.checkSuites.get(run.check_suite_id);
  const { annotations: _annotations, ...output } = run.output;
  return {
    id: run.id, name: run.name, node_id: run.node_id, head_sha: run.head_sha, external_id: run.external_id, url, html_url: html, details_url: run.details_url ?? html,
    status: run.status, conclusion: run.conclusion, started_at: run.started_at, completed_at: run.completed_at, output: { ...output, annotations_url: `${url}/annotations` },
    check_suite: inEvent && suite !== undefined ? suiteJson(hub, suite) : { id: run.check_suite_id }, app: appJson(hub, run.app_id), pull_requests: pullsAt(hub, run),
  };
}

/** Open pull requests of this repository (forks are left out, as GitHub does). */
function pullsAt(hub: Hub, run: CheckRunRow): Json[] {
  return hub.gh.pullRequests.findBy('repo_id', run.repo_id)
    .filter((pull) => pull.state === 'open' && pull.head_sha === run.head_sha && pull.head_repo_id === run.repo_id)
    .map((pull) => {
      const whole = simplePullJson(hub, pull);
      const repo = hub.gh.repos.get(pull.repo_id);
      const brief = { id: pull.repo_id, url: `${hub.baseUrl}/repos/${repo?.full_name ?? ''}`, name: repo?.name ?? '' };
      return {
        id: pull.id, number: pull.number, url: whole['url'], head: { ref: pull.head_ref, sha: pull.head_sha, repo: brief }, base: { ref: pull.base_ref, sha: pull.base_sha, repo: brief },
      };
    });
}

export function suiteJson(hub: Hub, suite: CheckSuiteRow): Json {
  const repo = hub.gh.repos.get(suite.repo_id);
  const url = `${hub.baseUrl}/repos/${repo?.full_name ?? ''}/check-suites/${suite.id}`;
  const commit = commitOf(hub.gh, suite.repo_id, suite.head_sha);
  const person = (name = '', email = ''): Json => ({ name, email });
  return {
    id: suite.id, node_id: suite.node_id, head_branch: suite.head_branch, head_sha: suite.head_sha, status: suite.status, conclusion: suite.conclusion, url,
    before: suite.before === '' ? null : suite.before, after: suite.after, pull_requests: [], app: suite.app_id === null ? null : appJson(hub, suite.app_id),
    created_at: suite.created_at, updated_at: suite.updated_at, repository: repo === undefined ? null : repoJson(hub, repo), check_runs_url: `${url}/check-runs`,
    latest_check_runs_count: hub.gh.checkRuns.all().filter((run) => run.check_suite_id === suite.id).length,
    head_commit: {
      id: suite.head_sha, tree_id: commit?.tree_sha ?? '', message: commit?.message ?? '', timestamp: commit?.committer_date ?? suite.created_at,
      author: person(commit?.author_name, commit?.author_email), committer: person(commit?.committer_name, commit?.committer_email),
    },
  };
}

export function annotationsJson(hub: Hub, run: CheckRunRow): Json[] {
  const repo = hub.gh.repos.get(run.repo_id);
  return run.output.annotations.map((note) => ({ ...note, blob_href: `${hub.baseUrl}/${repo?.full_name ?? ''}/blob/${run.head_sha}/${note.path}` }));
}
