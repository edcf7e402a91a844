import { afterAll, describe, expect, it } from 'vitest';
import nock from 'nock';
import { recordGitHub, shop } from '../../../test/recordings/github.ts';
import { changeAnswer } from '../../../test/recordings/snapshots.ts';

afterAll(() => nock.cleanAll());
const permission = 'GET /repos/acme/shop/collaborators/ann/permission';
const write = { body: { role_name: 'write', permission: 'write' } };

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => expect.fail('was not refused'), (thrown: unknown) => thrown);
}

describe('revalidation', () => {
  it('asks again with the ETag and takes 304 for "as before"', async () => {
    const world = await recordGitHub();
    world.on(permission, [{ ...write, headers: { etag: '"v1"' } }, { status: 304 }, { body: { role_name: 'read', permission: 'read' }, headers: { etag: '"v2"' } }]);
    const answers = [await world.github.permission(shop, 'ann'), await world.github.permission(shop, 'ann'), await world.github.permission(shop, 'ann')];
    expect(answers).toEqual(['write', 'write', 'read']);
    const sent = world.journal.filter((asked) => asked.path.endsWith('permission')).map((asked) => asked.headers['if-none-match']);
    expect(sent).toEqual([undefined, '"v1"', '"v1"']);
  });

  it('never lends one installation what another was shown', async () => {
    const world = await recordGitHub();
    world.on('POST /app/installations/8/access_tokens', { status: 201, body: { token: 'other', expires_at: '2099-01-01T00:00:00Z', permissions: {}, repository_selection: 'all' } });
    world.on(permission, { ...write, headers: { etag: '"v1"' } });
    await world.github.permission(shop, 'ann');
    await (await world.app.installation(8)).permission({ ...shop, installationId: 8 }, 'ann');
    expect(world.journal.at(-1)?.headers['if-none-match']).toBeUndefined();
  });
});

describe('a token that GitHub no longer takes', () => {
  it('is replaced once, and the request repeated once', async () => {
    const world = await recordGitHub();
    world.on(permission, [write, { status: 401, body: { message: 'Bad credentials' } }, write]);
    await world.github.permission(shop, 'ann');
    await expect(world.github.permission(shop, 'ann')).resolves.toBe('write');
    expect(world.journal.filter((asked) => asked.path.endsWith('access_tokens'))).toHaveLength(2);
    const tokens = world.journal.filter((asked) => asked.path.endsWith('permission')).map((asked) => asked.headers.authorization);
    expect(tokens[1]).toBe(tokens[0]);
    expect(tokens[2]).not.toBe(tokens[0]);
  });

  it('is not waited for in process, however new it is', async () => {
    const world = await recordGitHub();
    world.on(permission, { status: 401, body: { message: 'Bad credentials' } });
    expect(await refusal(world.github.permission(shop, 'ann'))).toMatchObject({ code: 'GITHUB_UNAVAILABLE', notBefore: world.clock.at + 60_000 });
    // Octokit's own hook would have slept and asked three times more.
    expect(world.asked()).toHaveLength(2);
  });

  it('twice means: come back later, and says what to check', async () => {
    const world = await recordGitHub();
    world.on('POST /app/installations/7/access_tokens', { status: 401, body: { message: 'A JSON web token could not be decoded' } });
    expect(await refusal(world.github.permission(shop, 'ann'))).toMatchObject({ code: 'GITHUB_UNAVAILABLE', remedy: expect.stringContaining('PRIVATE_KEY') });
  });
});

describe('GitHub says no', () => {
  it.each([
    ['suspended', { status: 403, body: { message: 'This installation has been suspended' } }, 'GITHUB_SUSPENDED'],
    ['uninstalled', { status: 404, body: { message: 'Not Found' } }, 'GITHUB_GONE'],
  ])('%s, already when asked for a token', async (_, answer, code) => {
    const world = await recordGitHub();
    world.on('POST /app/installations/7/access_tokens', answer);
    const thrown = await refusal(world.github.openChanges(shop));
    expect(thrown).toMatchObject({ code, notBefore: world.clock.at + 3_600_000 });
  });

  it('to a query, in a 200', async () => {
    const world = await recordGitHub();
    world.on('QUERY Change', [
      { body: { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] }, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(world.clock.at / 1000 + 600) } },
      { body: { data: { repository: null }, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }] } },
      { body: { data: null, errors: [{ message: 'Something went wrong while executing your query.' }] } },
    ]);
    expect(await refusal(world.github.change(shop, 7))).toMatchObject({ code: 'GITHUB_LIMIT', notBefore: world.clock.at + 600_000 });
    expect(await refusal(world.github.change(shop, 7))).toMatchObject({ code: 'GITHUB_SUSPENDED' });
    expect(await refusal(world.github.change(shop, 7))).toMatchObject({ code: 'GITHUB_UNAVAILABLE' });
  });

  it('without sleeping or retrying in process', async () => {
    const world = await recordGitHub();
    world.on('QUERY Change', { status: 403, body: { message: 'secondary rate limit' }, headers: { 'retry-after': '120' } });
    expect(await refusal(world.github.change(shop, 7))).toMatchObject({ code: 'GITHUB_LIMIT', notBefore: world.clock.at + 120_000 });
    expect([world.asked().length, world.clock.slept]).toEqual([1, []]);
  });
});

describe('the gate', () => {
  it('takes points from buckets of the installation that all replicas share', async () => {
    const world = await recordGitHub();
    world.on('QUERY Change', { body: changeAnswer() });
    world.on(`GET /repos/acme/shop/commits/${'a'.repeat(40)}/check-runs`, { body: { check_runs: [] } });
    world.on('PATCH /repos/acme/shop/issues/comments/5', { body: {} });
    await world.github.change(shop, 7);
    await world.github.updateComment(shop, 5, 'x');
    expect(world.taken).toEqual([
      { bucket: 'github:graphql:7', cost: 1, perMinute: 2000 },
      { bucket: 'github:rest:7', cost: 1, perMinute: 900 },
      { bucket: 'github:content:7', cost: 1, perMinute: 80 },
      { bucket: 'github:rest:7', cost: 5, perMinute: 900 },
    ]);
  });

  it('sends nothing when a bucket is empty, and says when to come back', async () => {
    const world = await recordGitHub({ wait: (bucket) => (bucket === 'github:rest:7' ? 4200 : 0) });
    expect(await refusal(world.github.openChanges(shop))).toMatchObject({ code: 'GITHUB_LIMIT', notBefore: world.clock.at + 4200 });
    expect(world.journal).toEqual([]);
  });

  it('spaces writes by a second and turns a crowd away', async () => {
    const world = await recordGitHub();
    world.on('PATCH /repos/acme/shop/issues/comments/5', { body: {} });
    const sleep = new Promise<void>(() => {});
    await world.github.updateComment(shop, 5, 'a');
    await world.github.updateComment(shop, 5, 'b');
    expect(world.clock.slept).toEqual([1000]);
    world.clock.sleep = () => sleep;
    void world.github.updateComment(shop, 5, 'c');
    void world.github.updateComment(shop, 5, 'd');
    expect(await refusal(world.github.updateComment(shop, 5, 'e'))).toMatchObject({ code: 'GITHUB_LIMIT' });
  });

  it('stops at 500 content writes an hour', async () => {
    const world = await recordGitHub({ limits: { contentPerHour: 2, contentGapMs: 0 } });
    world.on('PATCH /repos/acme/shop/issues/comments/5', { body: {} });
    await world.github.updateComment(shop, 5, 'a');
    world.clock.at += 600_000;
    await world.github.updateComment(shop, 5, 'b');
    expect(await refusal(world.github.updateComment(shop, 5, 'c'))).toMatchObject({ code: 'GITHUB_LIMIT', notBefore: world.clock.at + 3_000_000 });
    world.clock.at += 3_000_001;
    await world.github.updateComment(shop, 5, 'c');
  });

  it('keeps at most the allowed number under way', async () => {
    const world = await recordGitHub({ limits: { concurrent: 2 } });
    let underWay = 0;
    let most = 0;
    nock.cleanAll();
    nock('https://github.test').persist().post(/access_tokens/).reply(201, { token: 'run-time', expires_at: '2099-01-01T00:00:00Z', permissions: {} });
    nock('https://github.test').persist().get(/permission/).reply(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return [200, { role_name: 'read' }] as const;
    });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => world.github.permission(shop, `user${index}`)));
    expect([answers.length, most]).toEqual([12, 2]);
  });
});
