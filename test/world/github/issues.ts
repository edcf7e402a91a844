/**
 * Issues: created (labels given at creation send `issues.labeled` too; without triage they are dropped silently, as GitHub does), edited, closed,
 * labelled; every act leaves its event with the actor who did it.
 */
import { actorOf, findPull, issueOf, needGrant, now, numberParam, repoOf, withNodeId } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { issueEventJson, issueJson } from './format-issue.ts';
import { labelJson, userById } from './format.ts';
import { atLeast, roleOf } from './permission.ts';
import { bodyOf, invalid, paged } from './router.ts';
import type { Context } from './router.ts';
import type { IssueRow, LabelRow, RepoRow, UserRow } from './rows.ts';
import { editPull } from './pulls.ts';

export function addIssueRoutes(hub: Hub): void {
  const { app } = hub;
  app.post('/repos/:owner/:repo/issues', async (c) => c.json(issueJson(hub, await create(hub, c)), 201));
  app.get('/repos/:owner/:repo/issues', (c) => c.json(paged(c, wanted(hub, c)).map((issue) => issueJson(hub, issue))));
  app.get('/repos/:owner/:repo/issues/:number', (c) => c.json(issueJson(hub, read(hub, c))));
  app.patch('/repos/:owner/:repo/issues/:number', async (c) => c.json(issueJson(hub, await edit(hub, c))));
  for (const list of ['events', 'timeline']) {
    app.get(`/repos/:owner/:repo/issues/:number/${list}`, (c) => {
      const issue = read(hub, c);
      const events = hub.gh.issueEvents.findBy('repo_id', issue.repo_id).filter((event) => event.issue_number === issue.number);
      return c.json(paged(c, events).map((event) => issueEventJson(hub, event)));
    });
  }
}

function read(hub: Hub, c: Context): IssueRow {
  const repo = repoOf(hub, c);
  if (repo.private) needGrant(c, 'issues', 'read');
  return issueOf(hub, repo, numberParam(c, 'number'));
}

/** Pull requests are issues to this list. */
function wanted(hub: Hub, c: Context): IssueRow[] {
  const repo = repoOf(hub, c);
  if (repo.private) needGrant(c, 'issues', 'read');
  const state = c.req.query('state') ?? 'open';
  const names = (c.req.query('labels') ?? '').split(',').filter((name) => name !== '');
  const since = c.req.query('since') ?? '';
  const creator = c.req.query('creator');
  const ascending = c.req.query('direction') === 'asc';
  return hub.gh.issues.findBy('repo_id', repo.id)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => names.every((name) => issue.label_ids.some((id) => hub.gh.labels.get(id)?.name.toLowerCase() === name.toLowerCase())))
    .filter((issue) => issue.updated_at >= since && (creator === undefined || hub.gh.users.get(issue.user_id)?.login === creator))
    .toSorted((left, right) => (ascending ? left.number - right.number : right.number - left.number));
}

async function create(hub: Hub, c: Context): Promise<IssueRow> {
  const repo = repoOf(hub, c);
  needGrant(c, 'issues', 'write');
  const actor = actorOf(hub, c);
  const body = await bodyOf(c);
  if (typeof body['title'] !== 'string' || body['title'].trim() === '') throw invalid('Issue', 'title', 'missing_field');
  const labels = mayLabel(hub, c, repo) ? labelsNamed(hub, repo, body['labels']) : [];
  const text = typeof body['body'] === 'string' ? body['body'] : null;
  const issue = insertIssue(hub, repo, { title: body['title'], body: text, author: actor, isPull: false });
  event(hub, issue, { event: 'opened', actor });
  hub.gh.issues.update(issue.id, { label_ids: labels.map((label) => label.id) });
  hub.emit('issues', 'opened', { issue: issueJson(hub, hub.gh.issues.get(issue.id) ?? issue) }, repo);
  for (const label of labels) tellLabel(hub, repo, { issue, label, actor, action: 'labeled' });
  return hub.gh.issues.get(issue.id) ?? issue;
}

/** Numbers are shared by issues and pull requests. */
export function insertIssue(hub: Hub, repo: RepoRow, what: { title: string; body: string | null; author: UserRow; isPull: boolean }): IssueRow {
  const number = 1 + hub.gh.issues.findBy('repo_id', repo.id).reduce((most, issue) => Math.max(most, issue.number), 0);
  hub.gh.repos.update(repo.id, { open_issues_count: (hub.gh.repos.get(repo.id)?.open_issues_count ?? 0) + 1 });
  return withNodeId(hub.gh.issues, 'Issue', hub.gh.issues.insert({
    node_id: '', number, repo_id: repo.id, title: what.title, body: what.body, state: 'open', state_reason: null, locked: false, active_lock_reason: null,
    user_id: what.author.id, assignee_ids: [], label_ids: [], milestone_id: null, comments: 0, closed_at: null, closed_by_id: null, is_pull_request: what.isPull,
  }));
}

function mayLabel(hub: Hub, c: Context, repo: RepoRow): boolean {
  return c.get('authUser')?.installation !== undefined || atLeast(roleOf(hub, repo, actorOf(hub, c)), 'triage');
}

function labelsNamed(hub: Hub, repo: RepoRow, names: unknown): LabelRow[] {
  if (names === undefined || names === null) return [];
  if (!Array.isArray(names)) throw invalid('Issue', 'labels');
  return [...new Set(names.map((name: unknown) => (typeof name === 'string' ? name : String((name as { name?: unknown }).name))))].map((name) => labelNamed(hub, repo, name));
}

export function labelNamed(hub: Hub, repo: RepoRow, name: string): LabelRow {
  const known = hub.gh.labels.findBy('repo_id', repo.id).find((label) => label.name.toLowerCase() === name.toLowerCase());
  return known ?? withNodeId(hub.gh.labels, 'Label', hub.gh.labels.insert({ node_id: '', repo_id: repo.id, name, description: null, color: 'ededed', default: false }));
}

function tellLabel(hub: Hub, repo: RepoRow, what: { issue: IssueRow; label: LabelRow; actor: UserRow; action: 'labeled' | 'unlabeled' }): void {
  event(hub, what.issue, { event: what.action, actor: what.actor, label: what.label.name });
  const current = hub.gh.issues.get(what.issue.id) ?? what.issue;
  hub.emit('issues', what.action, { issue: issueJson(hub, current), label: labelJson(hub, what.label) }, repo);
}

export function event(hub: Hub, issue: { repo_id: number; number: number }, what: { event: string; actor: UserRow; label?: string }): void {
  const row = hub.gh.issueEvents.insert({
    node_id: '', repo_id: issue.repo_id, issue_number: issue.number, event: what.event, actor_id: what.actor.id, commit_id: null, commit_url: null,
    label_name: what.label ?? null, assignee_id: null, milestone_title: null, rename: null,
  });
  withNodeId(hub.gh.issueEvents, 'IssueEvent', row);
}

async function edit(hub: Hub, c: Context): Promise<IssueRow> {
  const repo = repoOf(hub, c);
  needGrant(c, findPull(hub, repo, numberParam(c, 'number')) === undefined ? 'issues' : 'pull_requests', 'write');
  const actor = actorOf(hub, c);
  const issue = issueOf(hub, repo, numberParam(c, 'number'));
  const body = await bodyOf(c);
  if (issue.is_pull_request) {
    const pull = findPull(hub, repo, issue.number);
    if (pull !== undefined) editPull(hub, { repo, pull, actor }, body);
    return issueOf(hub, repo, issue.number);
  }
  editText(hub, repo, issue, body);
  editState(hub, repo, { issue, actor, body });
  if (Array.isArray(body['labels']) && mayLabel(hub, c, repo)) editLabels(hub, repo, { issue, actor, labels: labelsNamed(hub, repo, body['labels']) });
  return hub.gh.issues.get(issue.id) ?? issue;
}

function editText(hub: Hub, repo: RepoRow, issue: IssueRow, body: Json): void {
  const title = typeof body['title'] === 'string' ? body['title'] : issue.title;
  const text = typeof body['body'] === 'string' || body['body'] === null ? body['body'] : issue.body;
  const changes = { ...(title === issue.title ? {} : { title: { from: issue.title } }), ...(text === issue.body ? {} : { body: { from: issue.body ?? '' } }) };
  if (Object.keys(changes).length === 0) return;
  const edited = hub.gh.issues.update(issue.id, { title, body: text, last_edited_at: now() });
  if (edited !== undefined) hub.emit('issues', 'edited', { issue: issueJson(hub, edited), changes }, repo);
}

function editState(hub: Hub, repo: RepoRow, what: { issue: IssueRow; actor: UserRow; body: Json }): void {
  const { issue, actor, body } = what;
  const state = body['state'];
  if ((state !== 'open' && state !== 'closed') || state === issue.state) return;
  const reason = typeof body['state_reason'] === 'string' ? body['state_reason'] : state === 'closed' ? 'completed' : 'reopened';
  const closing = state === 'closed';
  const changed = hub.gh.issues.update(issue.id, { state, state_reason: reason, closed_at: closing ? now() : null, closed_by_id: closing ? actor.id : null });
  hub.gh.repos.update(repo.id, { open_issues_count: Math.max(0, (hub.gh.repos.get(repo.id)?.open_issues_count ?? 0) + (closing ? -1 : 1)) });
  event(hub, issue, { event: closing ? 'closed' : 'reopened', actor });
  if (changed !== undefined) hub.emit('issues', closing ? 'closed' : 'reopened', { issue: issueJson(hub, changed), sender: userById(hub, actor.id) }, repo);
}

function editLabels(hub: Hub, repo: RepoRow, what: { issue: IssueRow; actor: UserRow; labels: LabelRow[] }): void {
  const ids = what.labels.map((label) => label.id);
  hub.gh.issues.update(what.issue.id, { label_ids: ids });
  const gone = what.issue.label_ids.filter((id) => !ids.includes(id)).map((id) => hub.gh.labels.get(id)).filter((label) => label !== undefined);
  for (const label of gone) tellLabel(hub, repo, { ...what, label, action: 'unlabeled' });
  for (const label of what.labels) if (!what.issue.label_ids.includes(label.id)) tellLabel(hub, repo, { ...what, label, action: 'labeled' });
}
