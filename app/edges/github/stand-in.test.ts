/** The port against the stand-in: one change from its first commit to its merge, over real HTTP, through the real store's limiter shape. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGitHub, type GitHubWorld } from '../../../test/world/github/start.ts';
import { textFile } from '../../core/tree.ts';
import type { CheckRunWrite, GitHub } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import { connectGitHub, type ConnectedGitHub } from './connect.ts';

let world: GitHubWorld;
let app: ConnectedGitHub;
let github: GitHub;
let shop: RepositoryRef;
const quiet = () => {};

async function asFounder(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${world.url}${path}`, { method, headers: { authorization: `Bearer ${world.users.founder}`, 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

function run(headSha: string, altered: Partial<CheckRunWrite>): CheckRunWrite {
  return { name: 'assay', headSha, externalId: 'change', status: 'completed', conclusion: 'failure', title: 'Not yet', summary: 'An approval is missing.', annotations: [], ...altered };
}

beforeAll(async () => {
  world = await startGitHub({ users: [{ login: 'founder' }, { login: 'stranger' }], repos: [{ owner: 'founder', name: 'shop', files: { 'src/price.ts': 'export const price = 1;\n', 'old.txt': 'old\n' } }] });
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  app = await connectGitHub({ appId: world.appId, privateKey: world.privateKeyPem, baseUrl: `${world.url}/api/v3`, secret: world.webhookSecret, store: { limiterTake: async () => 0 }, clock: { now: Date.now, sleep: async () => {} }, log });
  const [installation] = await app.installations();
  [shop] = await app.repositories(installation!.id) as [RepositoryRef];
  github = await app.installation(installation!.id);
});
afterAll(() => world.stop());

describe('a change, from its commit to its merge', () => {
  let base: string;
  let number: number;
  let head: string;

  it('starts from the default branch\'s files', async () => {
    base = (await github.branchSha(shop, 'main'))!;
    expect(await github.tree(shop, base)).toMatchObject({ 'src/price.ts': textFile('export const price = 1;\n') });
    await expect(github.branchSha(shop, 'none')).resolves.toBeNull();
  });

  it('is committed once, run twice', async () => {
    const options = { branch: 'assay/intent-1', parent: base, patch: { 'src/price.ts': textFile('export const price = 2;\n'), 'old.txt': null }, message: 'Raise the price' };
    head = (await github.commit(shop, options)).sha;
    expect(await github.commit(shop, options)).toEqual({ sha: head });
    expect(Object.keys(await github.tree(shop, head))).toEqual(['src/price.ts']);
    const { files, mergeBase } = await github.compare(shop, base, head);
    expect([mergeBase, files.map((file) => `${file.status} ${file.path}`).sort()]).toEqual([base, ['modified src/price.ts', 'removed old.txt']]);
  });

  it('has one commit on top of base', async () => {
    expect(await github.commits(shop, base, head)).toEqual([{ sha: head, parents: [base] }]);
  });

  it('becomes a pull request, once', async () => {
    const pull = { head: 'assay/intent-1', base: 'main', title: 'Raise the price', body: 'Evidence follows.' };
    ({ number } = await github.openPullRequest(shop, pull));
    expect(await github.openPullRequest(shop, pull)).toEqual({ number });
    await expect(github.findPullRequest(shop, 'assay/intent-1')).resolves.toBe(number);
    await expect(github.openChanges(shop)).resolves.toEqual([number]);
  });

  it('is seen with two requests', async () => {
    const before = world.requests.length;
    const change = await github.change(shop, number);
    expect(change).toMatchObject({ number, state: 'open', headSha: head, baseSha: base, fork: false, checkRuns: [], sameHead: [], repository: { id: shop.id, defaultBranch: 'main', config: null }, author: { login: await app.botLogin(), type: 'Bot' } });
    expect(world.requests.slice(before).filter((each) => !each.path.endsWith('access_tokens') && !each.path.endsWith('/app'))).toHaveLength(2);
    await expect(github.change(shop, 999)).resolves.toBeNull();
  });

  it('is refused its merge while the required check is red, and merged when it is green', async () => {
    await asFounder('PUT', `/repos/founder/shop/branches/main/protection`, { required_status_checks: { strict: false, checks: [{ context: 'assay', app_id: world.appId }] }, enforce_admins: true, required_pull_request_reviews: null, restrictions: null });
    const annotations = Array.from({ length: 60 }, (_, index) => ({ path: 'src/price.ts', startLine: 1, endLine: 1, level: 'failure' as const, title: `${index}`, message: 'x' }));
    const { id } = await github.createCheckRun(shop, run(head, { annotations }));
    expect((await github.change(shop, number))?.checkRuns).toEqual([{ id, name: 'assay', appId: world.appId, headSha: head, status: 'completed', conclusion: 'failure', externalId: 'change' }]);
    await expect(github.merge(shop, number, { headSha: head, title: 'Raise the price', message: 'm' })).resolves.toMatchObject({ merged: false, status: 405 });

    await github.updateCheckRun(shop, id, run(head, { conclusion: 'success', title: 'Proven' }));
    await expect(github.merge(shop, number, { headSha: base, title: 't', message: 'm' })).resolves.toMatchObject({ merged: false, status: 409 });
    await expect(github.merge(shop, number, { headSha: head, title: 'Raise the price', message: 'm' })).resolves.toMatchObject({ merged: true });
    expect((await github.change(shop, number))?.state).toBe('merged');
  });
});

describe('an intent', () => {
  it('is labelled, commented, answered and closed', async () => {
    const { number } = await asFounder('POST', '/repos/founder/shop/issues', { title: 'Discounts', body: 'please', labels: ['intent'] }) as { number: number };
    const comment = await github.createComment(shop, number, '<!-- assay:standing -->\nspec');
    await github.updateComment(shop, comment.id, '<!-- assay:standing -->\nspec 2');
    const { id } = await asFounder('POST', `/repos/founder/shop/issues/${number}/comments`, { body: '/approve' }) as { id: number };
    await github.react(shop, id, 'eyes');
    await github.setLabels(shop, number, ['building'], ['absent']);
    const intent = await github.intent(shop, number);
    expect(intent).toMatchObject({ title: 'Discounts', state: 'open', labelledBy: { login: 'founder' }, author: { login: 'founder', type: 'User' } });
    expect(intent?.labels.sort()).toEqual(['building', 'intent']);
    expect(intent?.comments.map((each) => [each.body.split('\n').at(-1), each.viaApp])).toEqual([['spec 2', true], ['/approve', false]]);
    await expect(github.openIssues(shop, 'intent')).resolves.toEqual([number]);
    await github.closeIssue(shop, number, 'completed');
    expect((await github.intent(shop, number))?.state).toBe('closed');
  });

  it('is judged by present permissions', async () => {
    await expect(github.permission(shop, 'founder')).resolves.toBe('admin');
    await expect(github.permission(shop, 'nobody-at-all')).resolves.toBe('none');
    expect(['none', 'read']).toContain(await github.permission(shop, 'stranger'));
  });
});

describe('trouble', () => {
  it('an expired token is replaced without anybody noticing', async () => {
    world.expireInstallationTokens();
    await expect(github.openChanges(shop)).resolves.toBeInstanceOf(Array);
  });

  it('a suspended installation says so', async () => {
    world.suspend(shop.installationId, true);
    await expect(github.openChanges(shop)).rejects.toMatchObject({ code: 'GITHUB_SUSPENDED' });
    world.suspend(shop.installationId, false);
    await expect(github.openChanges(shop)).resolves.toBeInstanceOf(Array);
  });
});
