import { createServer, type Server } from 'node:http';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSetup } from './setup.ts';
import { escapeHtml } from './setup-pages.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
let dataDir: string;
let now: number;
let servers: Server[];
let conversions: string[];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'assay-setup-'));
  now = 1_000_000_000;
  servers = [];
  conversions = [];
  answer = { status: 201, body: { id: 77, slug: 'assay-acme', html_url: 'https://github.test/apps/assay-acme', pem: privateKey, webhook_secret: 'made at run time', client_id: 'Iv1.77', client_secret: 'also made at run time' } };
});
afterEach(async () => {
  for (const server of servers) server.close();
  await rm(dataDir, { recursive: true });
});

async function listen(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(publicUrl = 'https://assay.example.com'): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const apiUrl = await listen((request, response) => {
    conversions.push(`${request.method} ${request.url}`);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const setup = createSetup({ dataDir, publicUrl, gitHubUrl: 'https://github.test', apiUrl, manifestFile: new URL('../../app.yml', import.meta.url), webhookPath: '/api/github/webhooks', clock: { now: () => now, sleep: async () => {} }, log });
  const own = await listen((request, response) => void setup(request, response).then((answered) => { if (!answered) response.writeHead(418).end(); }));
  return (path, init) => fetch(own + path, { redirect: 'manual', ...init });
}

async function begin(visit: (path: string) => Promise<Response>, path = '/') {
  const response = await visit(path);
  const html = await response.text();
  const cookie = response.headers.get('set-cookie') ?? '';
  const unescaped = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
  const manifest = JSON.parse(unescaped(/name="manifest" value="([^"]*)"/.exec(html)?.[1] ?? '{}')) as { hook_attributes: { url: string }; redirect_url: string; default_permissions: object };
  const action = new URL(unescaped(/method="post" action="([^"]*)"/.exec(html)?.[1] ?? 'about:blank'));
  return { response, html, cookie, manifest, action, state: action.searchParams.get('state') ?? '', jar: cookie.split(';')[0]! };
}

describe('the first page', () => {
  it('posts the manifest to GitHub with this server\'s addresses', async () => {
    const { manifest, action, response, cookie } = await begin(await serve());
    expect(manifest).toMatchObject({ hook_attributes: { url: 'https://assay.example.com/api/github/webhooks' }, redirect_url: 'https://assay.example.com/setup/callback', default_permissions: { checks: 'write' } });
    expect(action.origin + action.pathname).toBe('https://github.test/settings/apps/new');
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax; Path=\/setup; Max-Age=3600; Secure/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('names an organization without a script, and refuses what is no name', async () => {
    const visit = await serve();
    expect((await begin(visit, '/?organization=acme')).action.pathname).toBe('/organizations/acme/settings/apps/new');
    const refused = await begin(visit, '/?organization=%22%3E%3Cscript%3E');
    expect([refused.response.status, refused.html.includes('<script')]).toEqual([400, false]);
  });

  it('says so where GitHub cannot reach this server, needs no foreign asset and has a name for everything', async () => {
    const { html } = await begin(await serve('http://127.0.0.1:3000'));
    expect(html).toContain('<code>PUBLIC_URL</code>');
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(/);
    expect(html).toMatch(/<html lang="en">[\s\S]*<title>[\s\S]*<main>[\s\S]*<h1>[\s\S]*<label for="organization">[\s\S]*id="organization"/);
  });

  it('leaves every other path to the server', async () => {
    const visit = await serve();
    expect((await visit('/api/github/webhooks', { method: 'POST' })).status).toBe(418);
    expect((await visit('/healthz')).status).toBe(418);
  });
});

describe('GitHub\'s answer', () => {
  it('becomes a file that only this account can read and that Node can load', async () => {
    const visit = await serve();
    const { state, jar } = await begin(visit);
    const response = await visit(`/setup/callback?code=c0de&state=${state}`, { headers: { cookie: jar } });
    const html = await response.text();
    expect([response.status, conversions]).toEqual([200, ['POST /app-manifests/c0de/conversions']]);
    expect(html).toContain('https://github.test/apps/assay-acme/installations/new');
    expect(html).not.toContain('PRIVATE KEY');
    const file = join(dataDir, '.env');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const kept = parseEnv(await readFile(file, 'utf8'));
    expect(kept).toMatchObject({ APP_ID: '77', WEBHOOK_SECRET: 'made at run time', GITHUB_CLIENT_ID: 'Iv1.77', GITHUB_CLIENT_SECRET: 'also made at run time' });
    expect(kept.PRIVATE_KEY?.trim()).toBe(privateKey.trim());
  });

  it('is taken once, by the browser that started, within the hour', async () => {
    const visit = await serve();
    const first = await begin(visit);
    const answers = [
      await visit(`/setup/callback?code=c0de&state=${first.state}`),
      await visit(`/setup/callback?code=c0de&state=${first.state}`, { headers: { cookie: first.jar } }),
      await visit('/setup/callback?code=c0de&state=', { headers: { cookie: 'assay-setup=' } }),
    ];
    const late = await begin(visit);
    now += 3_600_001;
    answers.push(await visit(`/setup/callback?code=c0de&state=${late.state}`, { headers: { cookie: late.jar } }));
    expect(answers.map((response) => response.status)).toEqual([400, 400, 400, 400]);
    expect(await answers[0]!.text()).toContain('SETUP_STATE_INVALID');
    expect(conversions).toEqual([]);
  });

  it('never overwrites credentials, also not in a second run', async () => {
    const visit = await serve();
    const [first, second] = [await begin(visit), await begin(visit)];
    await visit(`/setup/callback?code=c0de&state=${first.state}`, { headers: { cookie: first.jar } });
    const again = await visit(`/setup/callback?code=c0de&state=${second.state}`, { headers: { cookie: second.jar } });
    expect([again.status, await again.text()]).toEqual([400, expect.stringContaining('SETUP_DONE')]);
    expect((await visit('/')).status).toBe(400);
    expect(conversions).toHaveLength(1);
  });

  it.each([
    ['expired', { status: 404, body: { message: 'Not Found' } }],
    ['without a key', { status: 201, body: { id: 77, slug: 's', html_url: 'https://github.test/x', pem: '', webhook_secret: 'x' } }],
  ])('%s is an error with a remedy and leaves no file', async (_, refused) => {
    answer = refused;
    const visit = await serve();
    const { state, jar } = await begin(visit);
    const response = await visit(`/setup/callback?code=c0de&state=${state}`, { headers: { cookie: jar } });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('SETUP_CONVERSION_FAILED')]);
    await expect(stat(join(dataDir, '.env'))).rejects.toThrow('ENOENT');
  });
});

it('escapes every character that HTML gives a meaning', () => {
  expect(escapeHtml(`<a href="x" id='y'>&`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;');
});
