/** Every request that the edge can make, made once against recorded answers and held against GitHub's own descriptions. */
import { buildSchema, parse, validate } from 'graphql';
import { schema } from '@octokit/graphql-schema';
import nock from 'nock';
import { afterAll, describe, expect, it } from 'vitest';
import type { CheckRunWrite, GitHub } from '../../app/core/ports/github.ts';
import { textFile } from '../../app/core/tree.ts';
import { blobsQuery } from '../../app/edges/github/queries/blobs.ts';
import { enqueueMutation, queueQuery } from '../../app/edges/github/queries/queue.ts';
import { commentsQuery } from '../../app/edges/github/queries/comments.ts';
import { changeQuery, earlierCommitsQuery } from '../../app/edges/github/queries/change.ts';
import { intentQuery } from '../../app/edges/github/queries/intent.ts';
import { recordGitHub, shop, type RecordedGitHub } from '../recordings/github.ts';
import { base, changeAnswer, checkRun, head, intentAnswer } from '../recordings/snapshots.ts';
import { faultsOf } from './openapi.ts';

afterAll(() => nock.cleanAll());

const run: CheckRunWrite = {
  name: 'assay', headSha: head, externalId: 'x', status: 'completed', conclusion: 'action_required', title: 't', summary: 's', text: 'long', detailsUrl: 'https://assay.test/x',
  annotations: Array.from({ length: 60 }, (_, index) => ({ path: 'a.ts', startLine: index + 1, endLine: index + 1, level: 'warning' as const, title: 't', message: 'm' })),
  actions: [{ label: 'Retry', description: 'Run again', identifier: 'retry' }],
};

/** One call per method of the port; a method without one does not compile. */
const calls: { [M in keyof GitHub]: (github: GitHub) => Promise<unknown> } = {
  intent: (github) => github.intent(shop, 3),
  change: (github) => github.change(shop, 7),
  permission: (github) => github.permission(shop, 'ann'),
  compare: (github) => github.compare(shop, base, head),
  commits: (github) => github.commits(shop, base, head),
  tree: (github) => github.tree(shop, head),
  listing: (github) => github.listing(shop, head),
  group: (github) => github.group(shop, { sha: head, branch: 'main' }),
  commitShape: (github) => github.commitShape(shop, head),
  enqueue: (github) => github.enqueue(shop, { nodeId: 'PR_1', headSha: head }),
  openIssues: (github) => github.openIssues(shop, 'intent'),
  openChanges: (github) => github.openChanges(shop),
  createComment: (github) => github.createComment(shop, 7, '<!-- m --> text'),
  updateComment: (github) => github.updateComment(shop, 5, 'text'),
  react: (github) => github.react(shop, 5, 'rocket'),
  createCheckRun: (github) => github.createCheckRun(shop, run),
  updateCheckRun: (github) => github.updateCheckRun(shop, 61, run),
  commit: (github) => github.commit(shop, { branch: 'assay/intent-3', parent: base, patch: { 'a.ts': textFile('x'), 'b.ts': null }, message: 'm' }),
  branchSha: (github) => github.branchSha(shop, 'assay/intent-3'),
  openPullRequest: (github) => github.openPullRequest(shop, { head: 'topic', base: 'main', title: 't', body: 'b' }),
  findPullRequest: (github) => github.findPullRequest(shop, 'topic'),
  merge: (github) => github.merge(shop, 7, { headSha: head, title: 't', message: 'm' }),
  closeIssue: (github) => github.closeIssue(shop, 3, 'not_planned'),
  setLabels: (github) => github.setLabels(shop, 3, ['a'], ['b']),
  readRef: (github) => github.readRef(shop, 'assay/audit'),
  extendRef: (github) => github.extendRef(shop, { name: 'assay/audit', isNew: false, parents: [base], files: { checkpoint: 'x' }, message: 'm' }),
};

async function answered(): Promise<RecordedGitHub> {
  const world = await recordGitHub({ limits: { contentGapMs: 0 } });
  const answers: Record<string, unknown> = {
    'QUERY Intent': intentAnswer(),
    'QUERY Change': changeAnswer(),
    'QUERY Queue': { data: { repository: { databaseId: 42, mergeQueue: { entries: { pageInfo: { hasPreviousPage: false, startCursor: null }, nodes: [{ pullRequest: { number: 7 }, headCommit: { oid: head }, baseCommit: { oid: base } }] } } } } },
    'QUERY Enqueue': { data: { enqueuePullRequest: { mergeQueueEntry: { position: 1 } } } },
    [`GET /repos/acme/shop/commits/${head}/check-runs`]: { check_runs: [] },
    [`GET /repos/acme/shop/compare/${base}...${head}`]: { merge_base_commit: { sha: base }, files: [], total_commits: 1, commits: [{ sha: head, parents: [{ sha: base }] }] },
    [`GET /repos/acme/shop/git/trees/${head}`]: { tree: [], truncated: false },
    'GET /repos/acme/shop/issues': [], 'GET /repos/acme/shop/pulls': [], 'GET /repos/acme/shop': {},
    'POST /repos/acme/shop/issues/7/comments': { id: 1 }, 'PATCH /repos/acme/shop/issues/comments/5': {}, 'POST /repos/acme/shop/issues/comments/5/reactions': {},
    'POST /repos/acme/shop/check-runs': checkRun({ id: 61 }), 'PATCH /repos/acme/shop/check-runs/61': checkRun({ id: 61 }), 'GET /repos/acme/shop/check-runs/61': checkRun({ id: 61 }),
    'POST /repos/acme/shop/git/blobs': { sha: 'b' }, [`GET /repos/acme/shop/git/commits/${base}`]: { tree: { sha: 't' }, parents: [] },
    'POST /repos/acme/shop/git/trees': { sha: 't2' }, 'POST /repos/acme/shop/git/commits': { sha: 'c2' }, 'POST /repos/acme/shop/git/refs': {},
    'GET /repos/acme/shop/git/ref/assay/audit': { object: { sha: base } }, 'PATCH /repos/acme/shop/git/refs/assay/audit': {},
    'POST /repos/acme/shop/pulls': { number: 7 }, 'PUT /repos/acme/shop/pulls/7/merge': { merged: true, sha: 'm' },
    'PATCH /repos/acme/shop/issues/3': {}, 'POST /repos/acme/shop/issues/3/labels': [], 'DELETE /repos/acme/shop/issues/3/labels/b': [],
    'GET /app': { slug: 'assay' }, 'GET /app/installations': [], 'GET /installation/repositories': { repositories: [] }, 'GET /app/hook/deliveries': [], 'POST /app/hook/deliveries/1/attempts': {},
  };
  for (const [route, body] of Object.entries(answers)) world.on(route, { body });
  return world;
}

describe('GitHub\'s description of its REST API', () => {
  it.each(Object.keys(calls) as (keyof GitHub)[])('allows what %s sends', async (method) => {
    const world = await answered();
    await calls[method](world.github);
    const rest = world.journal.filter((asked) => asked.path !== '/graphql');
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.flatMap(faultsOf)).toEqual([]);
  });

  it('allows what the App itself asks', async () => {
    const { app, journal } = await answered();
    await Promise.all([app.botLogin(), app.installations(), app.repositories(7), app.deliveries.list(0), app.deliveries.redeliver(1)]);
    expect(journal.flatMap(faultsOf)).toEqual([]);
  });

  it('allows branches with a second outcome: a moved ref, a lookup after a lost answer', async () => {
    const world = await answered();
    world.on('GET /repos/acme/shop/git/ref/heads/assay/intent-3', { body: { object: { sha: 'theirs' } } });
    world.on('GET /repos/acme/shop/git/commits/theirs', { body: { tree: { sha: 'x' }, parents: [] } });
    world.on('PATCH /repos/acme/shop/git/refs/heads/assay/intent-3', { body: {} });
    world.on('POST /repos/acme/shop/issues/7/comments', [{ broken: 'ECONNRESET' }, { body: { id: 1 } }]);
    world.on('GET /repos/acme/shop/issues/7/comments', { body: [] });
    world.on('PUT /repos/acme/shop/pulls/7/merge', { broken: 'ECONNRESET' });
    world.on('GET /repos/acme/shop/pulls/7', { body: { merged: true, merge_commit_sha: 'm' } });
    await calls.commit(world.github);
    await calls.createComment(world.github);
    await calls.merge(world.github);
    expect(world.journal.flatMap(faultsOf)).toEqual([]);
  });

  it('is not deaf: a wrong path, field, value or missing field is a fault', () => {
    expect(faultsOf({ method: 'GET', path: '/repos/acme/shop/approvals', body: undefined })).toHaveLength(1);
    expect(faultsOf({ method: 'POST', path: '/repos/acme/shop/pulls', body: { head: 'a' } })).not.toEqual([]);
    expect(faultsOf({ method: 'PATCH', path: '/repos/acme/shop/issues/3', body: { state: 'shut' } })).not.toEqual([]);
    expect(faultsOf({ method: 'PATCH', path: '/repos/acme/shop/issues/3', body: { stat: 'closed' } })).not.toEqual([]);
  });
});

describe('GitHub\'s GraphQL schema', () => {
  const github = buildSchema(schema.idl, { assumeValid: true, assumeValidSDL: true });
  it.each(Object.entries({ intentQuery, changeQuery, commentsQuery, earlierCommitsQuery, queueQuery, enqueueMutation, blobsQuery: blobsQuery([head, base]) }))('answers %s', (_, query) => {
    expect(validate(github, parse(query)).map((error) => error.message)).toEqual([]);
  });
});
