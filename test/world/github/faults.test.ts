/** What the stand-in does when told to fail: limits, broken connections, webhooks lost, doubled, late, out of order, or with nobody listening; and how they are sent again. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from 'octokit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGitHub } from './start.ts';
import type { GitHubWorld } from './start.ts';

let received: { event: string; guid: string; body: string }[];
let answerWith: number;
let world: GitHubWorld;
let founder: Octokit;
let app: Octokit;
const shop = { owner: 'founder', repo: 'shop' };
const quiet = { throttle: { enabled: false }, retry: { enabled: false } };
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    received.push({ event: String(request.headers['x-github-event']), guid: String(request.headers['x-github-delivery']), body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(answerWith).end();
  });
});

beforeEach(async () => {
  received = [];
  answerWith = 202;
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  world = await startGitHub({ users: [{ login: 'founder' }], repos: [shop].map(({ owner, repo }) => ({ owner, name: repo })), app: { webhookUrl }, rateLimit: 60 });
  founder = new Octokit({ ...quiet, baseUrl: world.url, auth: world.users['founder'] });
  app = new Octokit({ ...quiet, baseUrl: world.url, authStrategy: createAppAuth, auth: { appId: world.appId, privateKey: world.privateKeyPem } });
});

afterEach(async () => {
  await world.stop();
  await new Promise((resolve) => { receiver.close(resolve); receiver.closeAllConnections(); });
});

const issue = async (title: string): Promise<number> => (await founder.rest.issues.create({ ...shop, title })).data.number;

test('a failed delivery is listed, not repeated, and sent again under the same GUID when asked', async () => {
  answerWith = 500;
  await issue('one');
  await world.idle();
  expect(received).toHaveLength(1);
  answerWith = 202;
  world.faults.webhook('issues', { kind: 'receiver down' });
  await issue('two');
  await world.idle();
  expect(received).toHaveLength(1);
  const { data } = await app.rest.apps.listWebhookDeliveries();
  expect(data.map((delivery) => [delivery.event, delivery.status_code, delivery.redelivery])).toEqual([['issues', 502, false], ['issues', 500, false]]);
  for (const delivery of data.toReversed()) await app.rest.apps.redeliverWebhookDelivery({ delivery_id: delivery.id });
  await world.idle();
  expect(received.map((one) => one.guid)).toEqual([received[0]?.guid, received[0]?.guid, data[0]?.guid]);
  expect(received[1]?.body).toBe(received[0]?.body);
  const after = await app.rest.apps.listWebhookDeliveries({ per_page: 3 });
  expect(after.data.map((delivery) => [delivery.status, delivery.redelivery])).toEqual([['OK', true], ['OK', true], ['failed to connect to host', false]]);
  const cursor = /cursor=([^&>]+)/.exec(after.headers.link ?? '')?.[1] ?? '';
  expect((await app.rest.apps.listWebhookDeliveries({ per_page: 3, cursor })).data.map((delivery) => delivery.status_code)).toEqual([500]);
});

test('webhooks are lost without a trace, doubled, or held and released in the wrong order', async () => {
  world.faults.webhook('issues.opened', { kind: 'drop' });
  await issue('lost');
  world.faults.webhook('*', { kind: 'duplicate' });
  await issue('doubled');
  await world.idle();
  expect(received).toHaveLength(2);
  expect(received[0]?.guid).toBe(received[1]?.guid);
  world.faults.webhook('*', { kind: 'hold' }, 2);
  await issue('first');
  await issue('second');
  await world.idle();
  expect(received).toHaveLength(2);
  world.releaseWebhooks('reversed');
  await world.idle();
  expect(received.slice(2).map((one) => (JSON.parse(one.body) as { issue: { title: string } }).issue.title)).toEqual(['second', 'first']);
  expect(world.deliveries()).toHaveLength(4);
});

test('requests are answered with a limit, an outage, or a cut before or after the effect', async () => {
  const comment = async (): Promise<unknown> => await founder.rest.issues.createComment({ ...shop, issue_number: 1, body: 'hello' })
    .then((answer) => answer.status, (error: { status: number; response?: { headers: Record<string, string> } }) => [error.status, error.response?.headers['retry-after']]);
  const count = async (): Promise<number> => (await founder.rest.issues.listComments({ ...shop, issue_number: 1 })).data.length;
  await issue('one');
  world.faults.secondaryLimit({ method: 'POST' }, { status: 429, retryAfter: 7 });
  world.faults.answer({ path: /\/comments$/, method: 'POST', nth: 2 }, { status: 502 });
  expect(await comment()).toEqual([429, '7']);
  expect(await comment()).toBe(201);
  expect(await comment()).toEqual([502, undefined]);
  expect(await count()).toBe(1);
  world.faults.reset({ method: 'POST' }, 'before');
  expect(await comment()).toEqual([500, undefined]);
  expect(await count()).toBe(1);
  world.faults.reset({ method: 'POST' }, 'after');
  expect(await comment()).toEqual([500, undefined]);
  expect(await count()).toBe(2);
});

test('what has not changed costs nothing, and the hour\'s limit is kept', async () => {
  const first = await founder.rest.repos.get(shop);
  const left = Number(first.headers['x-ratelimit-remaining']);
  const again = await founder.rest.repos.get({ ...shop, headers: { 'if-none-match': first.headers.etag } }).catch((error: { status: number; response: { headers: Record<string, string> } }) => error);
  expect(again).toMatchObject({ status: 304 });
  await founder.rest.repos.get(shop);
  expect(world.requests.filter((one) => one.path === '/repos/founder/shop').map((one) => one.status)).toEqual([200, 304, 200]);
  let last = await founder.rest.users.getAuthenticated();
  expect(Number(last.headers['x-ratelimit-remaining'])).toBe(left - 2);
  while (Number(last.headers['x-ratelimit-remaining']) > 0) last = await founder.rest.users.getAuthenticated();
  await expect(founder.rest.users.getAuthenticated()).rejects.toMatchObject({ status: 403, response: { headers: { 'x-ratelimit-remaining': '0' } } });
});

test('a token that has run out and a suspended installation are told apart', async () => {
  const installation = world.installationIds[0] ?? 0;
  const { data } = await app.rest.apps.createInstallationAccessToken({ installation_id: installation });
  const assay = new Octokit({ ...quiet, baseUrl: world.url, auth: data.token });
  await assay.rest.issues.listForRepo(shop);
  world.suspend(installation, true);
  await expect(assay.rest.issues.listForRepo(shop)).rejects.toMatchObject({ status: 403 });
  world.suspend(installation, false);
  world.expireInstallationTokens();
  await expect(assay.rest.issues.listForRepo(shop)).rejects.toMatchObject({ status: 401 });
});

test('a manifest posted in the set-up page becomes an App with its own credentials, once', async () => {
  const manifest = { name: 'Fresh Assay', url: world.url, redirect_url: 'http://127.0.0.1:1/setup', hook_attributes: { url: 'http://127.0.0.1:1/hooks' }, default_permissions: { checks: 'write' }, default_events: ['push'] };
  const posted = await fetch(`${world.url}/settings/apps/new?state=s1`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ manifest: JSON.stringify(manifest) }) });
  const back = new URL(posted.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('s1');
  const code = back.searchParams.get('code') ?? '';
  const nobody = new Octokit({ ...quiet, baseUrl: world.url });
  const { data } = await nobody.rest.apps.createFromManifest({ code });
  expect(data).toMatchObject({ slug: 'fresh-assay', events: ['push'] });
  const fresh = new Octokit({ ...quiet, baseUrl: world.url, authStrategy: createAppAuth, auth: { appId: data.id, privateKey: data.pem } });
  expect((await fresh.rest.apps.getAuthenticated()).data).toMatchObject({ id: data.id });
  await expect(nobody.rest.apps.createFromManifest({ code })).rejects.toMatchObject({ status: 404 });
});

test('a browser sees labelled pages in which nothing a user wrote is markup', async () => {
  await founder.rest.issues.create({ ...shop, title: '<script>alert(1)</script>', body: '<img src=x onerror=alert(2)>' });
  for (const path of ['/', '/founder/shop', '/founder/shop/issues/1']) {
    const html = await (await fetch(`${world.url}${path}`, { headers: { accept: 'text/html' } })).text();
    expect(html).toContain('GitHub stand-in (not GitHub)');
    expect(html).not.toMatch(/<script|<img/);
  }
});
