/** The first day: no App, the set-up page makes one, the doctor says what the gate still lacks, and stops saying it once that is done. On the stand-in. */
import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doctor } from '../../app/cli/doctor.ts';
import { createSetup } from '../../app/web/setup.ts';
import { startGitHub, type GitHubWorld } from '../world/github/start.ts';

let world: GitHubWorld;
let server: Server;
let dataDir: string;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  world = await startGitHub({ users: [{ login: 'founder' }], repos: [{ owner: 'founder', name: 'shop' }] });
  dataDir = await mkdtemp(join(tmpdir(), 'assay-first-day-'));
  env = { GHE_HOST: new URL(world.url).host, GHE_PROTOCOL: 'http' };
});
afterAll(async () => {
  server.close();
  await world.stop();
  await rm(dataDir, { recursive: true });
});

async function examine(...args: string[]): Promise<{ exit: number; codes: string[] }> {
  let text = '';
  const exit = await doctor([...args, '--format', 'json'], { env, write: (more) => { text += more; }, sandbox: async () => ({ name: 'bubblewrap', words: 'contained', remedy: null }), locked: () => [] });
  const { diagnoses } = JSON.parse(text) as { diagnoses: { code: string; outcome: string }[] };
  return { exit, codes: diagnoses.filter((each) => each.outcome === 'problem').map((each) => each.code) };
}

async function asFounder(method: string, path: string, body: string, type = 'application/json'): Promise<Response> {
  return fetch(world.url + path, { method, body, redirect: 'manual', headers: { authorization: `Bearer ${world.users.founder}`, 'content-type': type } });
}

it('starts without credentials', async () => {
  expect(await examine()).toEqual({ exit: 1, codes: ['CREDENTIALS_MISSING'] });
});

it('makes the App through the set-up page', async () => {
  server = createServer((request, response) => void setup(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const setup = createSetup({ dataDir, publicUrl, gitHubUrl: world.url, apiUrl: `${world.url}/api/v3`, manifestFile: new URL('../../app.yml', import.meta.url), webhookPath: '/api/github/webhooks', clock: { now: Date.now, sleep: async () => {} }, log });

  const first = await fetch(publicUrl);
  const html = (await first.text()).replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  const action = new URL(/method="post" action="([^"]*)"/.exec(html)![1]!);
  const manifest = /name="manifest" value="(\{.*?\})">/.exec(html)![1]!;
  const sentBack = await asFounder('POST', action.pathname + action.search, new URLSearchParams({ manifest }).toString(), 'application/x-www-form-urlencoded');
  const done = await fetch(sentBack.headers.get('location')!, { headers: { cookie: first.headers.get('set-cookie')!.split(';')[0]! } });
  expect([sentBack.status, done.status]).toEqual([302, 200]);
  env = { ...env, ...parseEnv(await readFile(join(dataDir, '.env'), 'utf8')) };
});

it('is told to install the App, to add the workflow, to protect the branch, to require the check, and to require it from the App alone', async () => {
  expect(await examine()).toEqual({ exit: 0, codes: [] });
  expect((await examine('--repo', 'founder/shop')).codes).toEqual(['NOT_INSTALLED']);
  world.installApp(Number(env.APP_ID), { account: 'founder' });
  expect((await examine('--repo', 'founder/shop')).codes).toContain('WORKFLOW_MISSING');
  const content = Buffer.from('on: {workflow_dispatch: {inputs: {job: {type: string}, blob: {type: string}}}}\njobs: {}\n').toString('base64');
  expect((await asFounder('PUT', '/repos/founder/shop/contents/.github/workflows/assay.yml', JSON.stringify({ message: 'Let Assay judge', content, branch: 'main' }))).status).toBe(201);
  const protect = (checks: object[]) => asFounder('PUT', '/repos/founder/shop/branches/main/protection', JSON.stringify({ required_status_checks: { strict: false, checks }, enforce_admins: true, required_pull_request_reviews: null, restrictions: null }));
  await protect([{ context: 'assay', app_id: -1 }]);
  expect((await examine('--repo', 'founder/shop')).codes).toEqual(['SPOOFABLE']);
  await protect([{ context: 'assay', app_id: Number(env.APP_ID) }]);
  expect((await examine('--repo', 'founder/shop')).codes).toEqual([]);
});
