/** GraphQL over HTTP: what Assay asks is answered from the same store as REST, and what GitHub's schema refuses is refused in GitHub's shape. */
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from 'octokit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitHub } from './start.ts';
import type { GitHubWorld } from './start.ts';

let world: GitHubWorld;
let founder: Octokit;
let forker: Octokit;
let assay: Octokit;
let head: string;
const shop = { owner: 'founder', repo: 'shop' };
const quiet = { throttle: { enabled: false }, retry: { enabled: false } };

beforeAll(async () => {
  world = await startGitHub({
    users: [{ login: 'founder' }, { login: 'forker' }],
    repos: [{ owner: 'founder', name: 'shop', labels: ['intent'], files: { 'README.md': '# shop\n', '.github/assay.yml': 'version: 1\n' } }, { owner: 'forker', name: 'secret', private: true }],
    app: { installations: [{ account: 'founder' }] },
  });
  const as = (login: string): Octokit => new Octokit({ ...quiet, baseUrl: world.url, auth: world.users[login] });
  [founder, forker] = [as('founder'), as('forker')];
  assay = new Octokit({ ...quiet, baseUrl: world.url, authStrategy: createAppAuth, auth: { appId: world.appId, privateKey: world.privateKeyPem, installationId: world.installationIds[0] } });
  const { data: issue } = await founder.rest.issues.create({ ...shop, title: 'Wanted', body: 'please', labels: ['intent'] });
  const { data: comment } = await founder.rest.issues.createComment({ ...shop, issue_number: issue.number, body: 'one' });
  await founder.rest.issues.updateComment({ ...shop, comment_id: comment.id, body: 'two' });
  await assay.rest.issues.createComment({ ...shop, issue_number: issue.number, body: 'spec' });
  await forker.rest.repos.createFork(shop);
  await forker.rest.repos.createOrUpdateFileContents({ owner: 'forker', repo: 'shop', path: 'new.ts', message: 'Add', content: Buffer.from('a\nb\n').toString('base64') });
  const { data: pull } = await forker.rest.pulls.create({ ...shop, head: 'forker:main', base: 'main', title: 'From a fork' });
  head = pull.head.sha;
  expect(pull).toMatchObject({ additions: 2, deletions: 0, changed_files: 1, commits: 1 });
  await assay.rest.checks.create({ ...shop, name: 'assay', head_sha: head, conclusion: 'failure', external_id: 'x1' });
  await founder.rest.repos.updateBranchProtection({
    ...shop, branch: 'main', required_status_checks: { strict: false, contexts: [], checks: [{ context: 'assay', app_id: world.appId }] }, enforce_admins: true, required_pull_request_reviews: null, restrictions: null,
  });
});
afterAll(() => world.stop());

async function errorsOf(octokit: Octokit, query: string): Promise<Record<string, unknown>[]> {
  const { data } = await octokit.request('POST /graphql', { query });
  return (data as { errors?: Record<string, unknown>[] }).errors ?? [];
}

describe('what is asked of an issue', () => {
  test('who wrote what, when it was edited, and who labelled it; a bot has no brackets in its name', async () => {
    const answer = await assay.graphql(`query Intent { repository(owner: "founder", name: "shop") {
      databaseId nameWithOwner isPrivate defaultBranchRef { name target { oid } } object(expression: "HEAD:.github/assay.yml") { ... on Blob { oid text } }
      issue(number: 1) { title state lastEditedAt author { __typename login ... on User { databaseId } } labels(first: 5) { nodes { name } }
        timelineItems(last: 10, itemTypes: [LABELED_EVENT]) { nodes { ... on LabeledEvent { actor { login } label { name } } } }
        comments(last: 1) { totalCount pageInfo { hasPreviousPage startCursor } nodes { body lastEditedAt viewerDidAuthor author { __typename login ... on Bot { databaseId } } } } } } }`);
    expect(answer).toMatchObject({ repository: {
      nameWithOwner: 'founder/shop', defaultBranchRef: { name: 'main' }, object: { text: 'version: 1\n' },
      issue: {
        state: 'OPEN', lastEditedAt: null, author: { __typename: 'User', login: 'founder' }, labels: { nodes: [{ name: 'intent' }] },
        timelineItems: { nodes: [{ actor: { login: 'founder' }, label: { name: 'intent' } }] },
        comments: { totalCount: 2, pageInfo: { hasPreviousPage: true }, nodes: [{ body: 'spec', viewerDidAuthor: true, author: { __typename: 'Bot', login: 'assay' } }] },
      },
    } });
    const before = (answer as { repository: { issue: { comments: { pageInfo: { startCursor: string } } } } }).repository.issue.comments.pageInfo.startCursor;
    const earlier = await assay.graphql(`{ repository(owner: "founder", name: "shop") { issue(number: 1) { comments(last: 5, before: "${before}") { nodes { body lastEditedAt } } } } }`);
    expect(earlier).toMatchObject({ repository: { issue: { comments: { nodes: [{ body: 'two', lastEditedAt: expect.any(String) }] } } } });
  });
});

describe('what is asked of a pull request', () => {
  test('a fork\'s change with its checks, files and the rule that guards its base', async () => {
    const answer = await assay.graphql(`query Change { viewer { login } rateLimit { cost remaining } repository(owner: "founder", name: "shop") {
      ref(qualifiedName: "refs/heads/main") { target { oid } }
      branchProtectionRules(first: 5) { nodes { pattern isAdminEnforced requiresStatusChecks requiredStatusChecks { context app { databaseId } } } }
      pullRequests(first: 5, states: [OPEN]) { nodes { number headRefOid } }
      pullRequest(number: 2) { state mergeable isCrossRepository headRefOid headRepository { nameWithOwner } baseRef { target { oid } } mergeCommit { oid } files(first: 5) { nodes { path changeType } }
        commits(last: 5) { totalCount nodes { commit { oid author { user { login } } checkSuites(first: 5) { nodes { app { databaseId slug } checkRuns(first: 5) { nodes { databaseId name conclusion externalId } } } } } } } } } }`);
    expect(answer).toMatchObject({ viewer: { login: 'assay[bot]' }, repository: {
      branchProtectionRules: { nodes: [{ pattern: 'main', isAdminEnforced: true, requiredStatusChecks: [{ context: 'assay', app: { databaseId: world.appId } }] }] },
      pullRequests: { nodes: [{ number: 2, headRefOid: head }] },
      pullRequest: {
        state: 'OPEN', mergeable: 'MERGEABLE', isCrossRepository: true, headRepository: { nameWithOwner: 'forker/shop' }, mergeCommit: null, files: { nodes: [{ path: 'new.ts', changeType: 'ADDED' }] },
        commits: { totalCount: 1, nodes: [{ commit: { oid: head, author: { user: { login: 'forker' } }, checkSuites: { nodes: [{ app: { slug: 'assay' }, checkRuns: { nodes: [{ name: 'assay', conclusion: 'FAILURE', externalId: 'x1' }] } }] } } }] },
      },
    } });
    const { data: files } = await assay.rest.pulls.listFiles({ ...shop, pull_number: 2 });
    expect(files).toMatchObject([{ filename: 'new.ts', status: 'added', additions: 2 }]);
    expect((await assay.rest.pulls.listCommits({ ...shop, pull_number: 2 })).data.map((commit) => commit.sha)).toEqual([head]);
  });

  test('the base tip moves, and a rewritten head leaves its trace', async () => {
    await founder.rest.repos.deleteBranchProtection({ ...shop, branch: 'main' });
    const { data } = await founder.rest.repos.createOrUpdateFileContents({ ...shop, path: 'z.ts', message: 'z', content: 'eg==' });
    const forked = await forker.rest.git.getRef({ owner: 'forker', repo: 'shop', ref: 'heads/main' });
    const commit = await forker.rest.git.getCommit({ owner: 'forker', repo: 'shop', commit_sha: forked.data.object.sha });
    const rewritten = await forker.rest.git.createCommit({ owner: 'forker', repo: 'shop', message: 'Rewritten', tree: commit.data.tree.sha, parents: commit.data.parents.map((parent) => parent.sha) });
    await forker.rest.git.updateRef({ owner: 'forker', repo: 'shop', ref: 'heads/main', sha: rewritten.data.sha, force: true });
    const answer = await assay.graphql(`{ repository(owner: "founder", name: "shop") { pullRequest(number: 2) { headRefOid baseRef { target { oid } }
      timelineItems(last: 5, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) { nodes { ... on HeadRefForcePushedEvent { actor { login } beforeCommit { oid } afterCommit { oid } } } } } } }`);
    expect(answer).toMatchObject({ repository: { pullRequest: {
      headRefOid: rewritten.data.sha, baseRef: { target: { oid: data.commit.sha } },
      timelineItems: { nodes: [{ actor: { login: 'forker' }, beforeCommit: { oid: head }, afterCommit: { oid: rewritten.data.sha } }] },
    } } });
  });
});

describe('what is refused', () => {
  test('a field the schema lacks, a list without bounds or with too many, a repository one may not see', async () => {
    expect(await errorsOf(assay, '{ repository(owner: "founder", name: "shop") { nonsense } }')).toMatchObject([{ message: expect.stringContaining('nonsense'), locations: [{ line: 1 }] }]);
    expect(await errorsOf(assay, '{ repository(owner: "founder", name: "shop") { labels { nodes { name } } } }')).toMatchObject([{ type: 'MISSING_PAGINATION_BOUNDARIES' }]);
    expect(await errorsOf(assay, '{ repository(owner: "founder", name: "shop") { labels(first: 101) { nodes { name } } } }')).toMatchObject([{ type: 'EXCESSIVE_PAGINATION' }]);
    expect(await errorsOf(assay, '{ repository(owner: "forker", name: "secret") { name } }')).toMatchObject([{ type: 'NOT_FOUND', path: ['repository'] }]);
    expect(await errorsOf(assay, '{ repository(owner: "founder", name: "shop") { issue(number: 99) { title } } }')).toMatchObject([{ type: 'NOT_FOUND', path: ['repository', 'issue'] }]);
    expect(await errorsOf(assay, '{ repository(owner: "founder", name: "shop") { stargazerCount } }')).toMatchObject([{ message: 'The GitHub stand-in does not model Repository.stargazerCount.' }]);
    await expect(new Octokit({ ...quiet, baseUrl: world.url }).graphql('{ viewer { login } }')).rejects.toMatchObject({ status: 401 });
  });

  test('an App without the permission may not write workflow files', async () => {
    const { data: blob } = await assay.rest.git.createBlob({ ...shop, content: 'on: push' });
    const tree = assay.rest.git.createTree({ ...shop, tree: [{ path: '.github/workflows/x.yml', mode: '100644', type: 'blob', sha: blob.sha }] });
    await expect(tree).rejects.toMatchObject({ status: 403 });
  });
});
