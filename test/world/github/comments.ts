/** Comments on issues and pull requests: created, edited (the webhook carries what it said before), deleted; reactions on them; a review by oneself is not an approval. */
import { acting, actorOf, issueOf, needGrant, now, numberParam, pullOf, repoOf, withNodeId } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { commentJson, issueJson } from './format-issue.ts';
import { userById } from './format.ts';
import { bodyOf, invalid, notFound, paged, Refusal } from './router.ts';
import type { Context } from './router.ts';
import type { CommentRow, RepoRow } from './rows.ts';
import { nodeId } from './store.ts';

export function addCommentRoutes(hub: Hub): void {
  const { app } = hub;
  app.post('/repos/:owner/:repo/issues/:number/comments', async (c) => c.json(commentJson(hub, await create(hub, c)), 201));
  app.get('/repos/:owner/:repo/issues/:number/comments', (c) => {
    const issue = issueOf(hub, repoOf(hub, c), numberParam(c, 'number'));
    const comments = hub.gh.comments.findBy('repo_id', issue.repo_id).filter((row) => row.comment_type === 'issue' && row.issue_number === issue.number);
    return c.json(paged(c, comments).map((comment) => commentJson(hub, comment)));
  });
  app.get('/repos/:owner/:repo/issues/comments/:id', (c) => c.json(commentJson(hub, read(hub, c).comment)));
  app.patch('/repos/:owner/:repo/issues/comments/:id', async (c) => c.json(commentJson(hub, await edit(hub, c))));
  app.delete('/repos/:owner/:repo/issues/comments/:id', (c) => remove(hub, c));
  app.get('/repos/:owner/:repo/issues/comments/:id/reactions', (c) => {
    const { comment } = read(hub, c);
    return c.json(paged(c, hub.reactions.filter((row) => row.comment_id === comment.id)).map((row) => reactionJson(hub, row)));
  });
  app.post('/repos/:owner/:repo/issues/comments/:id/reactions', async (c) => react(hub, c));
}

/** Refuses what emulate's review route lets through. */
export function addReviewGuard(hub: Hub): void {
  hub.app.use('/repos/:owner/:repo/pulls/:number/reviews', async (c, next) => {
    if (c.req.method === 'POST') {
      const copy = JSON.parse(await c.req.raw.clone().text()) as Json;
      const pull = pullOf(hub, repoOf(hub, c), numberParam(c, 'number'));
      const own = pull.user_id === actorOf(hub, c).id && (copy['event'] === 'APPROVE' || copy['event'] === 'REQUEST_CHANGES');
      if (own) throw new Refusal(422, 'Unprocessable Entity', [`Review Can not ${copy['event'] === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`]);
    }
    await next();
  });
}

async function create(hub: Hub, c: Context): Promise<CommentRow> {
  const repo = repoOf(hub, c);
  const issue = issueOf(hub, repo, numberParam(c, 'number'));
  needCommentGrant(c, issue.is_pull_request);
  const actor = actorOf(hub, c);
  const text = await textOf(c);
  if (issue.locked) throw new Refusal(403, 'Unable to create comment because issue is locked.');
  const appId = acting.getStore()?.appId;
  const row = withNodeId(hub.gh.comments, 'IssueComment', hub.gh.comments.insert({
    node_id: '', repo_id: repo.id, issue_number: issue.number, pull_number: null, commit_sha: null, body: text, user_id: actor.id, in_reply_to_id: null, path: null,
    position: null, line: null, side: null, subject_type: null, comment_type: 'issue', review_id: null, ...(appId === undefined ? {} : { via_app_id: appId }),
  }));
  hub.gh.issues.update(issue.id, { comments: issue.comments + 1 });
  tell(hub, repo, { comment: row, action: 'created' });
  return row;
}

/** On a pull request GitHub takes either permission. */
function needCommentGrant(c: Context, onPull: boolean): void {
  const grant = c.get('authUser')?.installation;
  if (onPull && grant?.permissions['pull_requests'] === 'write') return;
  needGrant(c, 'issues', 'write');
}

async function textOf(c: Context): Promise<string> {
  const body = await bodyOf(c);
  const text = body['body'];
  if (typeof text !== 'string' || text.trim() === '') throw invalid('IssueComment', 'body', 'missing_field');
  if (text.length > 65_536) throw new Refusal(422, 'Validation Failed', [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Body is too long (maximum is 65536 characters)' }]);
  return text;
}

function read(hub: Hub, c: Context): { repo: RepoRow; comment: CommentRow } {
  const repo = repoOf(hub, c);
  const comment = hub.gh.comments.get(numberParam(c, 'id'));
  if (comment === undefined || comment.repo_id !== repo.id || comment.comment_type !== 'issue') throw notFound();
  return { repo, comment };
}

async function edit(hub: Hub, c: Context): Promise<CommentRow> {
  const { repo, comment } = read(hub, c);
  needCommentGrant(c, issueOf(hub, repo, comment.issue_number ?? 0).is_pull_request);
  actorOf(hub, c);
  const text = await textOf(c);
  if (text === comment.body) return comment;
  const edited = hub.gh.comments.update(comment.id, { body: text, last_edited_at: now() }) ?? comment;
  tell(hub, repo, { comment: edited, action: 'edited', changes: { body: { from: comment.body } } });
  return edited;
}

function remove(hub: Hub, c: Context): Response {
  const { repo, comment } = read(hub, c);
  const issue = issueOf(hub, repo, comment.issue_number ?? 0);
  needCommentGrant(c, issue.is_pull_request);
  actorOf(hub, c);
  hub.gh.issues.update(issue.id, { comments: Math.max(0, issue.comments - 1) });
  tell(hub, repo, { comment, action: 'deleted' });
  hub.gh.comments.delete(comment.id);
  return c.body(null, 204);
}

function tell(hub: Hub, repo: RepoRow, what: { comment: CommentRow; action: 'created' | 'edited' | 'deleted'; changes?: Json }): void {
  const issue = issueOf(hub, repo, what.comment.issue_number ?? 0);
  const payload = { issue: issueJson(hub, issue), comment: commentJson(hub, what.comment), ...(what.changes === undefined ? {} : { changes: what.changes }) };
  hub.emit('issue_comment', what.action, payload, repo);
}

const REACTIONS = new Set(['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']);

/** The same reaction again is answered 200 with the one that is there. */
async function react(hub: Hub, c: Context): Promise<Response> {
  const { repo, comment } = read(hub, c);
  needCommentGrant(c, issueOf(hub, repo, comment.issue_number ?? 0).is_pull_request);
  const actor = actorOf(hub, c);
  const content = (await bodyOf(c))['content'];
  if (typeof content !== 'string' || !REACTIONS.has(content)) throw invalid('Reaction', 'content');
  const known = hub.reactions.find((row) => row.comment_id === comment.id && row.user_id === actor.id && row.content === content);
  if (known !== undefined) return c.json(reactionJson(hub, known));
  const row = { id: 700_001 + hub.reactions.length, comment_id: comment.id, user_id: actor.id, content, created_at: now() };
  hub.reactions.push(row);
  return c.json(reactionJson(hub, row), 201);
}

function reactionJson(hub: Hub, row: Hub['reactions'][number]): Json {
  return { id: row.id, node_id: nodeId('Reaction', row.id), user: userById(hub, row.user_id), content: row.content, created_at: row.created_at };
}
