import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import nock from 'nock';
import { recordGitHub, shop, type RecordedGitHub } from '../../../test/recordings/github.ts';
import { base, changeAnswer, checkRun, comment, comments, commit, founder, head, intentAnswer, notFound, repositoryNode } from '../../../test/recordings/snapshots.ts';

let world: RecordedGitHub;
beforeEach(async () => {
  world = await recordGitHub();
  world.on('QUERY Change', { body: changeAnswer() });
  world.on('QUERY Intent', { body: intentAnswer() });
  world.on(`GET /repos/acme/shop/commits/${head}/check-runs`, { body: { total_count: 2, check_runs: [checkRun(), checkRun({ id: 2, app: { id: 15368 } })] } });
});
afterAll(() => nock.cleanAll());

describe('a change', () => {
  it('is read with two requests', async () => {
    const change = await world.github.change(shop, 7);
    expect(change).toMatchObject({ number: 7, state: 'open', headSha: head, baseSha: base, mergeable: 'mergeable', fork: false, repository: { id: 42, defaultBranch: 'main', config: { text: 'version: 1\n' } } });
    expect(world.asked()).toEqual(['POST /graphql', `GET /repos/acme/shop/commits/${head}/check-runs`]);
  });

  it('says what head and the trial merge are made of, and where the queue has it', async () => {
    world.on('QUERY Change', [{ body: changeAnswer() }, { body: changeAnswer({ potentialMergeCommit: null, isMergeQueueEnabled: true, mergeQueueEntry: { headCommit: { oid: head } } }) }]);
    const change = await world.github.change(shop, 7);
    expect(change).toMatchObject({ headTree: '9'.repeat(40), testMerge: { tree: 'f'.repeat(40), parents: [base, head] }, merged: null, queue: null });
    expect(await world.github.change(shop, 7)).toMatchObject({ testMerge: null, queue: { entered: true, head } });
  });

  it('counts only the App\'s own check runs, with ids beyond 32 bits', async () => {
    const change = await world.github.change(shop, 7);
    expect(change?.checkRuns).toEqual([{ id: 61_000_000_001, name: 'assay', appId: 1001, headSha: head, status: 'completed', conclusion: 'success', externalId: 'x1' }]);
    expect(change?.comments.map(({ id, viaApp }) => ({ id, viaApp }))).toEqual([{ id: 4_000_000_001, viaApp: false }, { id: 4_000_000_002, viaApp: true }]);
    expect(change?.comments[1]?.author?.login).toBe('assay[bot]');
  });

  it('names the open pull requests of this repository that share its head', async () => {
    expect((await world.github.change(shop, 7))?.sameHead).toEqual([8]);
  });

  it('names who had a hand in it, and the commits that no account answers for', async () => {
    const ghost = '0'.repeat(40);
    world.on('QUERY Change', { body: changeAnswer({ commits: { pageInfo: { hasPreviousPage: true, startCursor: 'c1' }, nodes: [commit(head, founder)] } }) });
    world.on('QUERY EarlierCommits', { body: { data: { node: { commits: { pageInfo: { hasPreviousPage: false, startCursor: null }, nodes: [commit(ghost, null), commit(base, { __typename: 'User', login: 'mallory', databaseId: 66 })] } } } } });
    const change = await world.github.change(shop, 7);
    expect(change?.pushers.map((actor) => actor.login).sort()).toEqual(['force', 'founder', 'mallory']);
    expect(change?.unattributed).toEqual([ghost]);
  });

  it('brings every comment, oldest first', async () => {
    world.on('QUERY Change', { body: changeAnswer({ comments: { ...comments(comment('3', founder, 'c')), pageInfo: { hasPreviousPage: true, startCursor: 'p2' } } }) });
    world.on('QUERY EarlierComments', [
      { body: { data: { node: { comments: { ...comments(comment('2', founder, 'b')), pageInfo: { hasPreviousPage: true, startCursor: 'p1' } } } } } },
      { body: { data: { node: { comments: comments(comment('1', null, 'a')) } } } },
    ]);
    const change = await world.github.change(shop, 7);
    expect(change?.comments.map((found) => [found.id, found.author?.login ?? null])).toEqual([[1, null], [2, 'founder'], [3, 'founder']]);
    expect(world.journal.filter((asked) => asked.path === '/graphql').map((asked) => (asked.body as { variables: { before?: string } }).variables.before)).toEqual([undefined, 'p2', 'p1']);
  });

  it('is null where there is none, and GITHUB_GONE where the repository is gone or is another now', async () => {
    world.on('QUERY Change', [{ body: notFound({ ...repositoryNode, pullRequest: null }, ['repository', 'pullRequest']) }, { body: notFound(null, ['repository']) }, { body: changeAnswer({}, { databaseId: 43 }) }]);
    await expect(world.github.change(shop, 7)).resolves.toBeNull();
    await expect(world.github.change(shop, 7)).rejects.toMatchObject({ code: 'GITHUB_GONE', notBefore: world.clock.at + 3_600_000 });
    await expect(world.github.change(shop, 7)).rejects.toMatchObject({ code: 'GITHUB_GONE' });
  });

  it('refuses an answer that lacks a field, by name', async () => {
    world.on('QUERY Change', { body: changeAnswer({ headRefOid: undefined }) });
    await expect(world.github.change(shop, 7)).rejects.toMatchObject({ code: 'GITHUB_ANSWER_INVALID', message: expect.stringContaining('headRefOid') });
  });
});

describe('an intent', () => {
  it('is read with one request and names who labelled it last', async () => {
    const intent = await world.github.intent(shop, 3);
    expect(intent).toMatchObject({ number: 3, state: 'open', labels: ['intent', 'pricing'], labelledBy: { login: 'founder', id: 1 } });
    expect(world.asked()).toEqual(['POST /graphql']);
  });

  it('has no labeller where the label is gone', async () => {
    world.on('QUERY Intent', { body: intentAnswer({ labels: { nodes: [] } }) });
    expect((await world.github.intent(shop, 3))?.labelledBy).toBeNull();
  });
});

describe('a permission', () => {
  it.each([
    [{ role_name: 'maintain', permission: 'write' }, 'maintain'],
    [{ role_name: 'triage', permission: 'read' }, 'triage'],
    [{ role_name: 'release-captain', permission: 'write' }, 'write'],
    [{ role_name: 'odd', permission: 'odder' }, 'none'],
  ])('of %o is %s', async (body, expected) => {
    world.on('GET /repos/acme/shop/collaborators/ann/permission', { body });
    await expect(world.github.permission(shop, 'ann')).resolves.toBe(expected);
  });

  it('of a stranger is none, and of nobody-knows is an error', async () => {
    await expect(world.github.permission(shop, 'stranger')).resolves.toBe('none');
    world.on('GET /repos/acme/shop/collaborators/ann/permission', { status: 503, body: { message: 'down' } });
    await expect(world.github.permission(shop, 'ann')).rejects.toMatchObject({ code: 'GITHUB_UNAVAILABLE' });
  });
});

describe('a comparison', () => {
  it('lists files with their former names', async () => {
    world.on(`GET /repos/acme/shop/compare/${base}...${head}`, { body: { merge_base_commit: { sha: base }, files: [{ filename: 'b.ts', previous_filename: 'a.ts', status: 'renamed' }] } });
    await expect(world.github.compare(shop, base, head)).resolves.toEqual({ mergeBase: base, files: [{ path: 'b.ts', previousPath: 'a.ts', status: 'renamed' }] });
  });

  it('lists commits with their parents, and refuses a list that GitHub cut', async () => {
    const commits = [{ sha: '1', parents: [{ sha: base }] }, { sha: head, parents: [{ sha: '1' }, { sha: '2' }] }];
    world.on(`GET /repos/acme/shop/compare/${base}...${head}`, [{ body: { merge_base_commit: { sha: base }, commits, total_commits: 2 } }, { body: { merge_base_commit: { sha: base }, commits, total_commits: 3 } }]);
    await expect(world.github.commits(shop, base, head)).resolves.toEqual([{ sha: '1', parents: [base] }, { sha: head, parents: ['1', '2'] }]);
    await expect(world.github.commits(shop, base, head)).rejects.toMatchObject({ code: 'COMMITS_TOO_MANY' });
  });

  it('compares whole trees where GitHub stops at 300 files, and says so where it cannot', async () => {
    const files = Array.from({ length: 300 }, (_, index) => ({ filename: `f${index}`, status: 'added' }));
    world.on(`GET /repos/acme/shop/compare/${base}...${head}`, { body: { merge_base_commit: { sha: base }, files } });
    const entry = (path: string, sha: string) => ({ path, sha, mode: '100644', type: 'blob', size: 1 });
    world.on(`GET /repos/acme/shop/git/trees/${base}`, { body: { tree: [entry('same', '1'), entry('gone', '2'), entry('edited', '3')], truncated: false } });
    world.on(`GET /repos/acme/shop/git/trees/${head}`, [{ body: { tree: [entry('same', '1'), entry('new', '4'), entry('edited', '5')], truncated: false } }, { body: { tree: [], truncated: true } }]);
    expect((await world.github.compare(shop, base, head)).files.map(({ path, status }) => `${status} ${path}`)).toEqual(['added new', 'modified edited', 'removed gone']);
    await expect(world.github.compare(shop, base, head)).rejects.toMatchObject({ code: 'FILE_LIST_TRUNCATED' });
  });
});

describe('the lists', () => {
  it('walk every page and leave pull requests out of issues', async () => {
    const issues = Array.from({ length: 100 }, (_, index) => ({ number: index + 1, ...(index % 2 && { pull_request: {} }) }));
    world.on('GET /repos/acme/shop/issues', ({ query }) => ({ body: query.page === '1' ? issues : [{ number: 500 }] }));
    world.on('GET /repos/acme/shop/pulls', { body: [{ number: 7 }, { number: 8 }] });
    const numbers = await world.github.openIssues(shop, 'intent');
    expect([numbers.length, numbers.at(-1)]).toEqual([51, 500]);
    await expect(world.github.openChanges(shop)).resolves.toEqual([7, 8]);
  });

  it('name installations that are not suspended, and their repositories', async () => {
    world.on('GET /app/installations', { body: [{ id: 7, account: { login: 'acme' }, suspended_at: null }, { id: 8, account: { login: 'gone' }, suspended_at: '2026-01-01T00:00:00Z' }] });
    world.on('GET /installation/repositories', { body: { total_count: 1, repositories: [{ id: 42, name: 'shop', owner: { login: 'acme' } }] } });
    world.on('GET /app', { body: { slug: 'assay' } });
    await expect(world.app.installations()).resolves.toEqual([{ id: 7, account: 'acme' }]);
    await expect(world.app.repositories(7)).resolves.toEqual([shop]);
    await expect(world.app.botLogin()).resolves.toBe('assay[bot]');
  });

  it('follow the deliveries\' cursor until they are older than asked, and redeliver by an id beyond 53 bits', async () => {
    const delivered = (guid: string, at: string) => ({ id: 1, guid, delivered_at: at, status: 'OK', event: 'push' });
    world.on('GET /app/hook/deliveries', ({ query }) => query.cursor === 'v1_9'
      ? { body: [delivered('b', '2026-11-20T11:00:00Z'), delivered('c', '2026-11-20T01:00:00Z')], headers: { link: `<https://github.test/app/hook/deliveries?cursor=v1_1>; rel="next"` } }
      : { body: [delivered('a', '2026-11-20T11:30:00Z')], headers: { link: `<https://github.test/app/hook/deliveries?per_page=100&cursor=v1_9>; rel="next"` } });
    world.on('POST /app/hook/deliveries/18446744073709551610/attempts', { status: 202, body: {} });
    const found = await world.app.deliveries.list(Date.parse('2026-11-20T10:00:00Z'));
    expect(found.map((delivery) => delivery.guid)).toEqual(['a', 'b']);
    await world.app.deliveries.redeliver(18446744073709551610n);
    expect(world.asked().at(-1)).toBe('POST /app/hook/deliveries/18446744073709551610/attempts');
  });
});
