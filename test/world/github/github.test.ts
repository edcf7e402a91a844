/** The stand-in's story, told by the real Octokit over HTTP. It shows that our model does what we rely on GitHub to do; it is no evidence about GitHub. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAppAuth } from '@octokit/auth-app';
import { verify } from '@octokit/webhooks-methods';
import { Octokit } from 'octokit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitHub } from './start.ts';
import type { GitHubWorld } from './start.ts';

interface Received { event: string; guid: string; signature: string; body: string; payload: Record<string, unknown> }

const received: Received[] = [];
let answerWith = 202;
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    const header = (name: string): string => String(request.headers[name] ?? '');
    received.push({ event: header('x-github-event'), guid: header('x-github-delivery'), signature: header('x-hub-signature-256'), body, payload: JSON.parse(body) });
    response.writeHead(answerWith).end('noted');
  });
});
let world: GitHubWorld;
let founder: Octokit;
let stranger: Octokit;
let assay: Octokit;
let rogue: Octokit;
const shop = { owner: 'founder', repo: 'shop' };

function person(login: string): Octokit {
  return new Octokit({ baseUrl: world.url, auth: world.users[login], throttle: { enabled: false }, retry: { enabled: false } });
}

function installationOf(app: { appId: number; privateKeyPem: string; installationIds: number[] }): Octokit {
  const auth = { appId: app.appId, privateKey: app.privateKeyPem, installationId: app.installationIds[0] };
  return new Octokit({ baseUrl: world.url, authStrategy: createAppAuth, auth, throttle: { enabled: false }, retry: { enabled: false } });
}

async function status(call: Promise<{ status: number }>): Promise<number> {
  return await call.then((answer) => answer.status, (error: { status: number }) => error.status);
}

async function write(file: string, text: string, branch: string): Promise<string> {
  const known = await founder.rest.repos.getContent({ ...shop, path: file, ref: branch }).catch(() => undefined);
  const sha = known !== undefined && 'sha' in known.data ? { sha: known.data.sha } : {};
  const { data } = await founder.rest.repos.createOrUpdateFileContents({ ...shop, path: file, message: `Write ${file}`, content: Buffer.from(text).toString('base64'), branch, ...sha });
  return data.commit.sha ?? '';
}

async function branch(name: string): Promise<void> {
  const { data } = await founder.rest.git.getRef({ ...shop, ref: 'heads/main' });
  await founder.rest.git.createRef({ ...shop, ref: `refs/heads/${name}`, sha: data.object.sha });
}

async function change(name: string, file: string, text: string, body = ''): Promise<number> {
  await branch(name);
  await write(file, text, name);
  const { data } = await founder.rest.pulls.create({ ...shop, head: name, base: 'main', title: `Change ${name}`, body });
  return data.number;
}

async function seen(event: string, action?: string): Promise<Received[]> {
  await world.idle();
  return received.filter((one) => one.event === event && (action === undefined || one.payload['action'] === action));
}

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/api/github/webhooks`;
  world = await startGitHub({
    users: [{ login: 'founder' }, { login: 'stranger' }, { login: 'helper' }, { login: 'robot', type: 'Bot' }],
    orgs: [{ login: 'acme', members: [{ login: 'founder', role: 'admin' }, { login: 'helper' }] }],
    repos: [
      { owner: 'founder', name: 'shop', collaborators: { helper: 'write' }, labels: ['intent'], files: { 'README.md': '# shop\n', 'price.ts': 'one\ntwo\nthree\nfour\nfive\n' } },
      { owner: 'acme', name: 'vault', private: true },
    ],
    app: { webhookUrl },
    otherApps: [{ slug: 'rogue' }],
  });
  founder = person('founder');
  stranger = person('stranger');
  assay = installationOf(world);
  rogue = installationOf(world.otherApps[0] ?? world);
});

afterAll(async () => {
  await world.stop();
  await new Promise((resolve) => receiver.close(resolve));
});

describe('who is asking', () => {
  test('an unknown token is refused and nobody is taken for somebody', async () => {
    const guesser = new Octokit({ baseUrl: world.url, auth: 'ghp_guess' });
    expect(await status(guesser.rest.users.getAuthenticated())).toBe(401);
    expect(await status(guesser.rest.issues.create({ ...shop, title: 'hello' }))).toBe(401);
    expect((await founder.rest.users.getAuthenticated()).data).toMatchObject({ login: 'founder', type: 'User' });
  });

  test('an App is told apart by its signature, and only reaches what is its own', async () => {
    const app = new Octokit({ baseUrl: world.url, authStrategy: createAppAuth, auth: { appId: world.appId, privateKey: world.privateKeyPem } });
    expect((await app.rest.apps.getAuthenticated()).data).toMatchObject({ id: world.appId, slug: 'assay' });
    const forged = new Octokit({ baseUrl: world.url, authStrategy: createAppAuth, auth: { appId: world.appId, privateKey: world.otherApps[0]?.privateKeyPem } });
    expect(await status(forged.rest.apps.getAuthenticated())).toBe(401);
    expect(await status(founder.rest.apps.getAuthenticated())).toBe(401);
    const { data } = await assay.rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories.map((repo) => repo.full_name)).toEqual(['founder/shop']);
    expect(await status(stranger.rest.repos.get({ owner: 'acme', repo: 'vault' }))).toBe(404);
    expect(await status(assay.rest.repos.get({ owner: 'acme', repo: 'vault' }))).toBe(404);
  });

  test('permission is answered in roles, 404 only for nobody', async () => {
    const roles = ['founder', 'helper', 'stranger'].map(async (username) => (await assay.rest.repos.getCollaboratorPermissionLevel({ ...shop, username })).data);
    expect(await Promise.all(roles)).toMatchObject([{ permission: 'admin', role_name: 'admin' }, { permission: 'write', role_name: 'write' }, { permission: 'read', role_name: 'read' }]);
    expect(await status(assay.rest.repos.getCollaboratorPermissionLevel({ ...shop, username: 'nobody-at-all' }))).toBe(404);
    expect(await status(founder.rest.repos.getCollaboratorPermissionLevel({ owner: 'acme', repo: 'vault', username: 'stranger' }).then((answer) => ({ status: answer.data.permission === 'none' ? 200 : 0 })))).toBe(200);
    expect(await status(stranger.rest.issues.addLabels({ ...shop, issue_number: 1, labels: ['intent'] }))).toBe(403);
  });
});

describe('issues and comments', () => {
  test('a label given at creation is told like any other, by who gave it', async () => {
    const { data } = await founder.rest.issues.create({ ...shop, title: 'Discounts', body: 'Please', labels: ['intent'] });
    expect(await seen('issues', 'opened')).toHaveLength(1);
    const [labelled] = await seen('issues', 'labeled');
    expect(labelled?.payload).toMatchObject({ label: { name: 'intent' }, sender: { login: 'founder' }, installation: { id: world.installationIds[0] } });
    expect(await verify(world.webhookSecret, labelled?.body ?? '', labelled?.signature ?? '')).toBe(true);
    expect(labelled?.guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    const events = await founder.rest.issues.listEvents({ ...shop, issue_number: data.number });
    expect(events.data.filter((event) => event.event === 'labeled')).toMatchObject([{ actor: { login: 'founder' }, label: { name: 'intent' } }]);
    const plain = await stranger.rest.issues.create({ ...shop, title: 'Mine', labels: ['intent'] });
    expect(plain.data.labels).toEqual([]);
  });

  test('an edited comment carries what it said before, a deleted one is told, and others may not edit it', async () => {
    const { data: comment } = await stranger.rest.issues.createComment({ ...shop, issue_number: 1, body: 'nice' });
    await stranger.rest.issues.updateComment({ ...shop, comment_id: comment.id, body: '/approve' });
    const own = await assay.rest.issues.createComment({ ...shop, issue_number: 1, body: 'status' });
    expect(own.data.user?.login).toBe('assay[bot]');
    expect(await status(stranger.rest.issues.updateComment({ ...shop, comment_id: own.data.id, body: 'forged' }))).toBe(403);
    expect(await status(assay.rest.reactions.createForIssueComment({ ...shop, comment_id: comment.id, content: '+1' }))).toBe(201);
    expect(await status(assay.rest.reactions.createForIssueComment({ ...shop, comment_id: comment.id, content: '+1' }))).toBe(200);
    expect((await assay.rest.reactions.listForIssueComment({ ...shop, comment_id: comment.id })).data).toMatchObject([{ content: '+1', user: { login: 'assay[bot]' } }]);
    await stranger.rest.issues.deleteComment({ ...shop, comment_id: comment.id });
    expect((await seen('issue_comment', 'edited'))[0]?.payload).toMatchObject({ changes: { body: { from: 'nice' } }, comment: { body: '/approve' } });
    expect(await seen('issue_comment', 'deleted')).toHaveLength(1);
  });
});

describe('the gate', () => {
  test('the head follows a push and a ref update, each told with before and after', async () => {
    const number = await change('follow', 'a.ts', 'a\n');
    const { data: before } = await founder.rest.pulls.get({ ...shop, pull_number: number });
    const pushed = await write('a.ts', 'b\n', 'follow');
    expect((await founder.rest.pulls.get({ ...shop, pull_number: number })).data.head.sha).toBe(pushed);
    const [told] = await seen('pull_request', 'synchronize');
    expect(told?.payload).toMatchObject({ number, before: before.head.sha, after: pushed, pull_request: { number, head: { sha: pushed } } });
    await founder.rest.git.updateRef({ ...shop, ref: 'heads/follow', sha: before.head.sha, force: true });
    expect((await founder.rest.pulls.get({ ...shop, pull_number: number })).data.head.sha).toBe(before.head.sha);
    expect((await seen('push')).at(-1)?.payload).toMatchObject({ ref: 'refs/heads/follow', forced: true });
    await founder.rest.pulls.update({ ...shop, pull_number: number, state: 'closed' });
  });

  test('only the pinned App\'s latest run on the head lets a change in', async () => {
    const issue = await founder.rest.issues.create({ ...shop, title: 'Wanted' });
    const number = await change('gated', 'b.ts', 'b\n', `Closes #${issue.data.number}`);
    await founder.rest.repos.updateBranchProtection({
      ...shop, branch: 'main', required_status_checks: { strict: false, contexts: [], checks: [{ context: 'assay', app_id: world.appId }] }, enforce_admins: true, required_pull_request_reviews: null, restrictions: null,
    });
    const kept = await assay.rest.repos.getBranchProtection({ ...shop, branch: 'main' });
    expect(kept.data.required_status_checks?.checks).toEqual([{ context: 'assay', app_id: world.appId }]);
    const head = (await founder.rest.pulls.get({ ...shop, pull_number: number })).data.head.sha;
    const merge = async (): Promise<number> => await status(assay.rest.pulls.merge({ ...shop, pull_number: number }));
    expect(await merge()).toBe(405);
    expect(await status(founder.rest.checks.create({ ...shop, name: 'assay', head_sha: head, conclusion: 'success' }))).toBe(403);
    await rogue.rest.checks.create({ ...shop, name: 'assay', head_sha: head, conclusion: 'success' });
    expect(await merge()).toBe(405);
    const run = await assay.rest.checks.create({ ...shop, name: 'assay', head_sha: head, conclusion: 'success', external_id: 'x1' });
    expect(run.data).toMatchObject({ external_id: 'x1', app: { id: world.appId, slug: 'assay' } });
    await assay.rest.checks.create({ ...shop, name: 'assay', head_sha: head, conclusion: 'failure' });
    expect(await merge()).toBe(405);
    const message = await founder.rest.pulls.merge({ ...shop, pull_number: number }).catch((error: Error) => error.message);
    expect(message).toContain('Required status check "assay" is failing.');
    await assay.rest.checks.create({ ...shop, name: 'assay', head_sha: head, conclusion: 'skipped' });
    expect(await status(assay.rest.pulls.merge({ ...shop, pull_number: number, sha: '0'.repeat(40) }))).toBe(409);
    expect(await merge()).toBe(200);
    expect((await founder.rest.issues.get({ ...shop, issue_number: issue.data.number })).data.state).toBe('closed');
    const merged = (await seen('pull_request', 'closed')).find((one) => one.payload['number'] === number);
    expect(merged?.payload).toMatchObject({ number, pull_request: { merged: true, merged_by: { login: 'assay[bot]' } } });
    expect((await seen('push')).at(-1)?.payload).toMatchObject({ ref: 'refs/heads/main' });
    await founder.rest.repos.deleteBranchProtection({ ...shop, branch: 'main' });
  });

  test('a merge keeps both sides, and refuses a conflict', async () => {
    const ours = await change('ours', 'price.ts', 'ONE\ntwo\nthree\nfour\nfive\n');
    const theirs = await change('theirs', 'price.ts', 'one\ntwo\nthree\nfour\nFIVE\n');
    const clash = await change('clash', 'price.ts', 'uno\ntwo\nthree\nfour\nfive\n');
    expect(await status(founder.rest.pulls.merge({ ...shop, pull_number: ours }))).toBe(200);
    const { data } = await founder.rest.pulls.merge({ ...shop, pull_number: theirs });
    const commit = await founder.rest.git.getCommit({ ...shop, commit_sha: data.sha });
    expect(commit.data.parents).toHaveLength(2);
    const file = await founder.rest.repos.getContent({ ...shop, path: 'price.ts' });
    expect(Buffer.from('content' in file.data ? file.data.content : '', 'base64').toString('utf8')).toBe('ONE\ntwo\nthree\nfour\nFIVE\n');
    expect((await founder.rest.pulls.get({ ...shop, pull_number: clash })).data).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    expect(await status(founder.rest.pulls.merge({ ...shop, pull_number: clash }))).toBe(405);
  });

  test('nobody approves their own change', async () => {
    const number = await change('own', 'c.ts', 'c\n');
    expect(await status(founder.rest.pulls.createReview({ ...shop, pull_number: number, event: 'APPROVE' }))).toBe(422);
    expect((await person('helper').rest.pulls.createReview({ ...shop, pull_number: number, event: 'REQUEST_CHANGES', body: 'no' })).data.state).toBe('CHANGES_REQUESTED');
  });

  test('check runs append annotations and hold GitHub\'s limits', async () => {
    const head = (await founder.rest.git.getRef({ ...shop, ref: 'heads/own' })).data.object.sha;
    const note = { path: 'c.ts', start_line: 1, end_line: 1, annotation_level: 'warning' as const, message: 'look' };
    const output = { title: 't', summary: 's' };
    const { data: run } = await assay.rest.checks.create({ ...shop, name: 'assay/guardrails', head_sha: head, status: 'in_progress', output: { ...output, annotations: Array.from({ length: 50 }, () => note) } });
    await assay.rest.checks.update({ ...shop, check_run_id: run.id, output: { ...output, annotations: [note] } });
    expect(await assay.paginate(assay.rest.checks.listAnnotations, { ...shop, check_run_id: run.id, per_page: 100 })).toHaveLength(51);
    expect(await status(assay.rest.checks.update({ ...shop, check_run_id: run.id, output: { ...output, annotations: Array.from({ length: 51 }, () => note) } }))).toBe(422);
    expect(await status(assay.rest.checks.update({ ...shop, check_run_id: run.id, output: { title: 't', summary: 'x'.repeat(65_536) } }))).toBe(422);
    expect(await status(rogue.rest.checks.update({ ...shop, check_run_id: run.id, status: 'completed', conclusion: 'success' }))).toBe(403);
    expect((await assay.rest.checks.listForRef({ ...shop, ref: head, check_name: 'assay/guardrails' })).data.total_count).toBe(1);
  });
});
