/** What a person sees in a browser: plain pages per repository, issue and pull request, clearly labelled as the stand-in. All text from users is escaped. */
import { findPull, findRepo } from './hub.ts';
import type { Hub } from './hub.ts';
import { latestByName } from './checks.ts';
import { notFound } from './router.ts';
import type { Context } from './router.ts';
import type { IssueRow, RepoRow } from './rows.ts';

const LABEL = 'GitHub stand-in (not GitHub)';

export function addPages(hub: Hub): void {
  const { app } = hub;
  app.get('/', (c) => {
    if (!(c.req.header('accept') ?? '').includes('text/html')) return c.json({ current_user_url: `${hub.baseUrl}/user`, repository_url: `${hub.baseUrl}/repos/{owner}/{repo}` });
    const repos = hub.gh.repos.all().map((repo) => `<li><a href="/${escaped(repo.full_name)}">${escaped(repo.full_name)}</a>${repo.private ? ' (private)' : ''}</li>`);
    return page(c, { title: 'Repositories', body: `<ul>${repos.join('')}</ul>` });
  });
  app.use('*', async (c, next) => await shown(hub, c) ?? await next());
}

/** Pages answer browsers only, so that no address of the API is taken. */
function shown(hub: Hub, c: Context): Response | undefined {
  if (c.req.method !== 'GET' || !(c.req.header('accept') ?? '').includes('text/html')) return undefined;
  const [owner, name, kind, number, ...rest] = c.req.path.split('/').slice(1).map((part) => decodeURIComponent(part));
  if (owner === undefined || name === undefined || rest.length > 0) return undefined;
  const repo = findRepo(hub, owner, name);
  if (repo === undefined || repo.private) return undefined;
  if (kind === undefined) return repoPage(hub, c, repo);
  const issue = hub.gh.issues.findBy('repo_id', repo.id).find((row) => row.number === Number(number));
  if ((kind === 'issues' || kind === 'pull') && issue !== undefined) return issuePage(hub, c, { repo, issue });
  if (kind === 'runs') return runPage(hub, c, Number(number));
  return undefined;
}

function repoPage(hub: Hub, c: Context, repo: RepoRow): Response {
  const rows = hub.gh.issues.findBy('repo_id', repo.id).toReversed().map((issue) => {
    const kind = issue.is_pull_request ? 'pull' : 'issues';
    const state = findPull(hub, repo, issue.number)?.merged === true ? 'merged' : issue.state;
    return `<li><a href="/${escaped(repo.full_name)}/${kind}/${issue.number}">#${issue.number} ${escaped(issue.title)}</a> (${issue.is_pull_request ? 'pull request' : 'issue'}, ${state})</li>`;
  });
  return page(c, { title: repo.full_name, body: rows.length === 0 ? '<p>Nothing here yet.</p>' : `<ul>${rows.join('')}</ul>` });
}

function issuePage(hub: Hub, c: Context, { repo, issue }: { repo: RepoRow; issue: IssueRow }): Response {
  const by = (id: number): string => escaped(hub.gh.users.get(id)?.login ?? 'ghost');
  const comments = hub.gh.comments.findBy('repo_id', repo.id).filter((row) => row.comment_type === 'issue' && row.issue_number === issue.number)
    .map((row) => `<article id="issuecomment-${row.id}"><h2>${by(row.user_id)}${row.last_edited_at === undefined ? '' : ' (edited)'}</h2><pre>${escaped(row.body)}</pre></article>`);
  const labels = issue.label_ids.map((id) => escaped(hub.gh.labels.get(id)?.name ?? '')).join(', ');
  const body = `<p><a href="/${escaped(repo.full_name)}">${escaped(repo.full_name)}</a> · opened by ${by(issue.user_id)} · ${stateOf(hub, repo, issue)}${labels === '' ? '' : ` · ${labels}`}</p>
    <pre>${escaped(issue.body ?? '')}</pre>${checks(hub, repo, issue.number)}${comments.join('')}`;
  return page(c, { title: `#${issue.number} ${issue.title}`, body });
}

function stateOf(hub: Hub, repo: RepoRow, issue: IssueRow): string {
  return findPull(hub, repo, issue.number)?.merged === true ? 'merged' : issue.state;
}

function checks(hub: Hub, repo: RepoRow, number: number): string {
  const pull = findPull(hub, repo, number);
  if (pull === undefined) return '';
  const runs = latestByName(hub.gh.checkRuns.findBy('repo_id', repo.id).filter((run) => run.head_sha === pull.head_sha));
  const rows = runs.map((run) => {
    const app = hub.gh.apps.all().find((row) => row.app_id === run.app_id)?.slug ?? '';
    return `<tr><td><a href="/${escaped(repo.full_name)}/runs/${run.id}">${escaped(run.name)}</a></td><td>${escaped(run.conclusion ?? run.status)}</td><td>${escaped(app)}</td><td>${escaped(run.output.title ?? '')}</td></tr>`;
  });
  if (rows.length === 0) return '<p>No checks yet.</p>';
  return `<table><caption>Checks on ${pull.head_sha.slice(0, 7)}</caption><thead><tr><th>Check</th><th>Result</th><th>By</th><th>Says</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function runPage(hub: Hub, c: Context, id: number): Response {
  const run = hub.gh.checkRuns.get(id);
  if (run === undefined) throw notFound();
  const notes = run.output.annotations.map((note) => `<li>${escaped(note.path)}:${note.start_line} ${escaped(note.annotation_level)}: ${escaped(note.message)}</li>`);
  return page(c, {
    title: `${run.name}: ${run.conclusion ?? run.status}`,
    body: `<h2>${escaped(run.output.title ?? '')}</h2><pre>${escaped(run.output.summary ?? '')}</pre><pre>${escaped(run.output.text ?? '')}</pre><ul>${notes.join('')}</ul>`,
  });
}

function page(c: Context, { title, body }: { title: string; body: string }): Response {
  return c.html(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)} · ${LABEL}</title>
    <style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}pre{white-space:pre-wrap;background:#f4f4f4;padding:.75rem}
    table{border-collapse:collapse}td,th{border:1px solid #999;padding:.25rem .5rem;text-align:left}.banner{background:#5c3a00;color:#fff;padding:.5rem 1rem;font-weight:600}</style></head>
    <body><p class="banner"><a href="/" style="color:#fff">${LABEL}</a></p><main><h1>${escaped(title)}</h1>${body}</main></body></html>`);
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
