/**
 * The page that a server without credentials shows: it has GitHub create the App from app.yml and keeps what GitHub answers in a file that
 * only this account can read. Works without scripts. A started set-up is bound to the browser that started it, once, for an hour; a file
 * that exists is never overwritten.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { request } from '@octokit/request';
import { parse } from 'yaml';
import { z } from 'zod';
import { AssayError, problemOf } from '../core/errors.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import { callbackPath } from './presence/sign-in.ts';
import { donePage, failedPage, startPage } from './setup-pages.ts';

export interface SetupOptions {
  /** Where `.env` is written. */
  dataDir: string;
  /** Where people's browsers and GitHub reach this server, e.g. `https://assay.example.com`. */
  publicUrl: string;
  /** GitHub's pages, and its REST API. */
  gitHubUrl: string;
  apiUrl: string;
  manifestFile: string | URL;
  webhookPath: string;
  clock: Clock;
  log: Log;
}

export type Setup = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const hour = 3_600_000;
const cookie = 'assay-setup';
const Manifest = z.looseObject({ name: z.string(), default_permissions: z.record(z.string(), z.string()), default_events: z.array(z.string()) });
const Created = z.object({ id: z.number().int(), slug: z.string(), html_url: z.string(), pem: z.string().includes('PRIVATE KEY'), webhook_secret: z.string().regex(/^[^'\n]+$/), client_id: z.string().regex(/^[\w.-]+$/), client_secret: z.string().regex(/^[^'\n]+$/) });
type Created = z.infer<typeof Created>;

/** Answers `GET /` and `GET /setup/callback`; false for anything else, which is then the caller's to answer. */
export function createSetup(options: SetupOptions): Setup {
  const started = new Map<string, number>();

  function begin(): string {
    const now = options.clock.now();
    for (const [state, at] of started) if (at < now - hour) started.delete(state);
    const state = randomBytes(32).toString('base64url');
    started.set(state, now);
    return state;
  }

  /** True once, for the browser that was given this state. */
  function isOurs(state: string, jar: string | undefined): boolean {
    const given = new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]+)`).exec(jar ?? '')?.[1] ?? '';
    const at = started.get(state);
    started.delete(state);
    return at !== undefined && at >= options.clock.now() - hour && same(given, state);
  }

  return async function setup(incoming, response) {
    const url = new URL(incoming.url ?? '/', options.publicUrl);
    if (incoming.method !== 'GET' || (url.pathname !== '/' && url.pathname !== '/setup/callback')) return false;
    try {
      if (url.pathname === '/') await start(options, { response, organization: url.searchParams.get('organization') ?? '', state: begin() });
      else await finish(options, { response, code: url.searchParams.get('code') ?? '', ours: isOurs(url.searchParams.get('state') ?? '', incoming.headers.cookie) });
    } catch (thrown) {
      const problem = problemOf(thrown);
      options.log.error({ problem }, 'set-up failed');
      send(response, { status: problem.code === 'UNEXPECTED' ? 500 : 400, page: failedPage(problem), formTo: "'none'" });
    }
    return true;
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

async function start(options: SetupOptions, { response, organization, state }: { response: ServerResponse; organization: string; state: string }): Promise<void> {
  if (organization !== '' && !/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(organization)) {
    throw new AssayError('SETUP_ORGANIZATION_INVALID', `"${organization}" is no organization's name`, { remedy: 'Go back and write it as it stands in its address on GitHub, or leave it empty.' });
  }
  await assertFresh(options);
  const manifest = JSON.stringify(await manifestFor(options));
  const place = organization ? `organizations/${organization}/settings/apps/new` : 'settings/apps/new';
  const action = `${options.gitHubUrl}/${place}?state=${state}`;
  const secure = options.publicUrl.startsWith('https:') ? '; Secure' : '';
  response.setHeader('set-cookie', `${cookie}=${state}; HttpOnly; SameSite=Lax; Path=/setup; Max-Age=3600${secure}`);
  send(response, { status: 200, page: startPage({ action, manifest, organization, reachable: !isLoopback(options.publicUrl) }), formTo: `'self' ${options.gitHubUrl}` });
}

function isLoopback(address: string): boolean {
  return /^(localhost|\[::1\]|127(\.\d+){3})$/.test(new URL(address).hostname);
}

async function manifestFor(options: SetupOptions): Promise<object> {
  const manifest = Manifest.parse(parse(await readFile(options.manifestFile, 'utf8')));
  return {
    ...manifest,
    hook_attributes: { url: new URL(options.webhookPath, options.publicUrl).href, active: true },
    redirect_url: new URL('/setup/callback', options.publicUrl).href,
    // Where people come back to who sign in to approve by passkey.
    callback_urls: [new URL(callbackPath, options.publicUrl).href],
  };
}

function fileOf(options: SetupOptions): string {
  return join(options.dataDir, '.env');
}

async function assertFresh(options: SetupOptions): Promise<void> {
  const exists = await access(fileOf(options), constants.F_OK).then(() => true, () => false);
  if (exists) throw alreadyDone(options);
}

function alreadyDone(options: SetupOptions): AssayError {
  return new AssayError('SETUP_DONE', `${fileOf(options)} already holds credentials`, { remedy: 'Restart the server to use them. To start over, move that file away first.' });
}

async function finish(options: SetupOptions, { response, code, ours }: { response: ServerResponse; code: string; ours: boolean }): Promise<void> {
  if (!ours) throw new AssayError('SETUP_STATE_INVALID', 'this answer does not belong to a set-up that this browser started here within the hour', { remedy: 'Open this server\'s first page and start again; delete the App at GitHub if one was made.' });
  if (!/^[\w-]{1,200}$/.test(code)) throw new AssayError('SETUP_CODE_INVALID', 'GitHub\'s answer carries no code', { remedy: 'Open this server\'s first page and start again.' });
  await assertFresh(options);
  const created = await convert(options, code);
  await keep(options, created);
  options.log.info({ appId: created.id, slug: created.slug }, 'the App was created');
  send(response, { status: 200, page: donePage({ file: fileOf(options), slug: created.slug, installUrl: `${created.html_url}/installations/new` }), formTo: "'none'" });
}

async function convert(options: SetupOptions, code: string): Promise<Created> {
  try {
    const answer = await request('POST /app-manifests/{code}/conversions', { baseUrl: options.apiUrl, code });
    return Created.parse(answer.data);
  } catch (thrown) {
    // The cause is left out: it could carry the key.
    const why = thrown instanceof z.ZodError ? 'an answer without id, key or secret' : thrown instanceof Error ? thrown.message : 'no answer';
    throw new AssayError('SETUP_CONVERSION_FAILED', `GitHub did not give the App's credentials (${why})`, { remedy: 'The code is good for one hour and once. Delete the half-made App at GitHub and start again.' });
  }
}

/** `wx`: of two at once, one fails instead of overwriting. The form is what `process.loadEnvFile` reads. */
async function keep(options: SetupOptions, created: Created): Promise<void> {
  const lines = [`APP_ID=${created.id}`, `PRIVATE_KEY="${created.pem.trim()}\n"`, `WEBHOOK_SECRET='${created.webhook_secret}'`, `GITHUB_CLIENT_ID='${created.client_id}'`, `GITHUB_CLIENT_SECRET='${created.client_secret}'`];
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  try {
    await writeFile(fileOf(options), `${lines.join('\n')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') throw alreadyDone(options);
    throw new AssayError('SETUP_WRITE_FAILED', `cannot write ${fileOf(options)}`, { remedy: 'Make the data folder writable for this account, delete the App at GitHub, and start again.', cause: thrown });
  }
}

function send(response: ServerResponse, { status, page, formTo }: { status: number; page: string; formTo: string }): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action ${formTo}; base-uri 'none'; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(page);
}
