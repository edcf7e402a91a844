/** Pull requests opened and edited as GitHub lets one: both branches must exist, differ and not already have an open pull request; a fork's commits become reachable. */
import { actorOf, findRepo, needGrant, now, numberParam, ownerOf, pullOf, repoOf, withNodeId } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { pullJson, issueSide, simplePullJson } from './format-issue.ts';
import { userJson } from './format.ts';
import { commitsBetween, shareObjects } from './git.ts';
import { event, insertIssue } from './issues.ts';
import { bodyOf, invalid, paged, Refusal } from './router.ts';
import type { Context } from './router.ts';
import type { BranchRow, PullRow, RepoRow, UserRow } from './rows.ts';

export function addPullRoutes(hub: Hub): void {
  const { app } = hub;
  app.post('/repos/:owner/:repo/pulls', async (c) => c.json(pullJson(hub, await open(hub, c)), 201));
  app.get('/repos/:owner/:repo/pulls', (c) => c.json(paged(c, wanted(hub, c)).map((pull) => simplePullJson(hub, pull))));
  app.get('/repos/:owner/:repo/pulls/:number', (c) => {
    const repo = repoOf(hub, c);
    if (repo.private) needGrant(c, 'pull_requests', 'read');
    return c.json(pullJson(hub, pullOf(hub, repo, numberParam(c, 'number'))));
  });
  app.patch('/repos/:owner/:repo/pulls/:number', async (c) => {
    const repo = repoOf(hub, c);
    needGrant(c, 'pull_requests', 'write');
    const pull = pullOf(hub, repo, numberParam(c, 'number'));
    return c.json(pullJson(hub, editPull(hub, { repo, pull, actor: actorOf(hub, c) }, await bodyOf(c))));
  });
  app.get('/repos/:owner/:repo/commits/:sha/pulls', (c) => {
    const repo = repoOf(hub, c);
    const holds = (pull: PullRow): boolean => pull.merge_commit_sha === c.req.param('sha')
      || commitsBetween(hub.gh, repo.id, pull.base_sha, pull.head_sha).some((commit) => commit.sha === c.req.param('sha'));
    return c.json(paged(c, hub.gh.pullRequests.findBy('repo_id', repo.id).filter(holds)).map((pull) => simplePullJson(hub, pull)));
  });
}

function wanted(hub: Hub, c: Context): PullRow[] {
  const repo = repoOf(hub, c);
  if (repo.private) needGrant(c, 'pull_requests', 'read');
  const state = c.req.query('state') ?? 'open';
  const [head, base] = [c.req.query('head'), c.req.query('base')];
  const ascending = c.req.query('direction') === 'asc';
  const label = (pull: PullRow): string => `${hub.gh.repos.get(pull.head_repo_id)?.full_name.split('/')[0] ?? ''}:${pull.head_ref}`;
  return hub.gh.pullRequests.findBy('repo_id', repo.id)
    .filter((pull) => state === 'all' || pull.state === state)
    // GitHub ignores a head filter without an owner.
    .filter((pull) => head === undefined || !head.includes(':') || label(pull) === head)
    .filter((pull) => base === undefined || pull.base_ref === base)
    .toSorted((left, right) => (ascending ? left.number - right.number : right.number - left.number));
}

async function open(hub: Hub, c: Context): Promise<PullRow> {
  const repo = repoOf(hub, c);
  needGrant(c, 'pull_requests', 'write');
  const actor = actorOf(hub, c);
  const body = await bodyOf(c);
  if (typeof body['title'] !== 'string' || body['title'] === '') throw invalid('PullRequest', 'title', 'missing_field');
  const head = headBranch(hub, repo, body['head']);
  const base = branchNamed(hub, repo, body['base']);
  if (base === undefined) throw invalid('PullRequest', 'base');
  refuseUseless(hub, repo, { head, base });
  const text = typeof body['body'] === 'string' ? body['body'] : null;
  const side = insertIssue(hub, repo, { title: body['title'], body: text, author: actor, isPull: true });
  const pull = withNodeId(hub.gh.pullRequests, 'PullRequest', hub.gh.pullRequests.insert({
    ...FRESH, number: side.number, repo_id: repo.id, title: side.title, body: text, user_id: actor.id, head_ref: head.row.name, head_sha: head.row.sha, head_repo_id: head.repo.id,
    base_ref: base.name, base_sha: base.sha, base_repo_id: repo.id, draft: body['draft'] === true,
  }));
  hub.emit('pull_request', 'opened', { pull_request: pullJson(hub, pull), sender: userJson(hub, actor) }, repo);
  return pull;
}

const FRESH = {
  node_id: '', state: 'open' as const, locked: false, assignee_ids: [], label_ids: [], merged: false, merged_at: null, merged_by_id: null, merge_commit_sha: null,
  comments: 0, review_comments: 0, closed_at: null, requested_reviewer_ids: [], requested_team_ids: [], milestone_id: null,
};

/** `branch` or `owner:branch` of a fork. */
function headBranch(hub: Hub, repo: RepoRow, head: unknown): { repo: RepoRow; row: BranchRow } {
  if (typeof head !== 'string') throw invalid('PullRequest', 'head', 'missing_field');
  const [owner, name] = head.includes(':') ? [head.slice(0, head.indexOf(':')), head.slice(head.indexOf(':') + 1)] : [ownerOf(repo), head];
  const same = findRepo(hub, owner, repo.name);
  const from = same?.id === repo.id ? repo : hub.gh.repos.all().find((row) => row.forked_from_id === repo.id && row.full_name.toLowerCase().startsWith(`${owner.toLowerCase()}/`));
  const row = from === undefined ? undefined : branchNamed(hub, from, name);
  if (from === undefined || row === undefined) throw invalid('PullRequest', 'head');
  return { repo: from, row };
}

function branchNamed(hub: Hub, repo: RepoRow, name: unknown): BranchRow | undefined {
  return hub.gh.branches.findBy('repo_id', repo.id).find((row) => row.name === name);
}

function refuseUseless(hub: Hub, repo: RepoRow, { head, base }: { head: { repo: RepoRow; row: BranchRow }; base: BranchRow }): void {
  shareObjects(hub.gh, head.repo.id, repo.id, head.row.sha);
  const custom = (message: string): Refusal => new Refusal(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
  if (commitsBetween(hub.gh, repo.id, base.sha, head.row.sha).length === 0) throw custom(`No commits between ${base.name} and ${head.row.name}`);
  const twin = hub.gh.pullRequests.findBy('repo_id', repo.id)
    .find((pull) => pull.state === 'open' && pull.head_repo_id === head.repo.id && pull.head_ref === head.row.name && pull.base_ref === base.name);
  if (twin !== undefined) throw custom(`A pull request already exists for ${ownerOf(head.repo)}:${head.row.name}.`);
}

export function editPull(hub: Hub, { repo, pull, actor }: { repo: RepoRow; pull: PullRow; actor: UserRow }, body: Json): PullRow {
  const title = typeof body['title'] === 'string' ? body['title'] : pull.title;
  const text = typeof body['body'] === 'string' || body['body'] === null ? body['body'] : pull.body;
  const base = typeof body['base'] === 'string' ? branchNamed(hub, repo, body['base']) : undefined;
  if (typeof body['base'] === 'string' && base === undefined) throw invalid('PullRequest', 'base');
  const changes: Json = { ...(title === pull.title ? {} : { title: { from: pull.title } }), ...(text === pull.body ? {} : { body: { from: pull.body ?? '' } }) };
  if (base !== undefined && base.name !== pull.base_ref) changes['base'] = { ref: { from: pull.base_ref }, sha: { from: pull.base_sha } };
  if (Object.keys(changes).length > 0) {
    const edited = hub.gh.pullRequests.update(pull.id, { title, body: text, last_edited_at: now(), ...(base === undefined ? {} : { base_ref: base.name, base_sha: base.sha }) });
    hub.gh.issues.update(issueSide(hub, pull)?.id ?? 0, { title, body: text, last_edited_at: now() });
    if (edited !== undefined) hub.emit('pull_request', 'edited', { pull_request: pullJson(hub, edited), changes }, repo);
  }
  if (body['state'] === 'open' || body['state'] === 'closed') setState(hub, { repo, pull, actor }, body['state']);
  return hub.gh.pullRequests.get(pull.id) ?? pull;
}

function setState(hub: Hub, { repo, pull, actor }: { repo: RepoRow; pull: PullRow; actor: UserRow }, state: 'open' | 'closed'): void {
  if (state === pull.state) return;
  if (pull.merged) throw new Refusal(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', field: 'state', message: 'The pull request is merged.' }]);
  const closing = state === 'closed';
  const head = hub.gh.branches.findBy('repo_id', pull.head_repo_id).find((row) => row.name === pull.head_ref);
  const changed = hub.gh.pullRequests.update(pull.id, { state, closed_at: closing ? now() : null, ...(closing || head === undefined ? {} : { head_sha: head.sha }) });
  hub.gh.issues.update(issueSide(hub, pull)?.id ?? 0, { state, closed_at: closing ? now() : null, closed_by_id: closing ? actor.id : null });
  event(hub, pull, { event: closing ? 'closed' : 'reopened', actor });
  if (changed !== undefined) hub.emit('pull_request', closing ? 'closed' : 'reopened', { pull_request: pullJson(hub, changed), sender: userJson(hub, actor) }, repo);
}
