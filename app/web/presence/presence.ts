/**
 * The handler of what people sign: `/approve/…`, `/passkeys` and the sign-in they need. A GET has no effect; a POST comes from our own page, as JSON, from a
 * browser that is signed in. Refusals are JSON or a page with a stable code, and are logged.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AssayError, problemOf, type Problem } from '../../core/errors.ts';
import type { GitHubApp } from '../../core/ports/github.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Policy } from '../../core/ports/policy.ts';
import type { Store } from '../../core/ports/store.ts';
import type { WebAuthn } from '../../core/ports/webauthn.ts';
import { shownTo, sign, signingOptions, type ApproveOptions } from './approve.ts';
import type { Named } from './evidence.ts';
import { approvePage, passkeysPage, refusedPage, type ScriptedPage } from './pages.ts';
import { add, addingOptions, confirm, confirmingOptions, remove } from './passkeys.ts';
import { createSessions, random, type Session } from './sessions.ts';
import { begin, callbackPath, finish, type SignInOptions, type SignInSettings } from './sign-in.ts';

export interface PresenceOptions {
  store: Store;
  app: Pick<GitHubApp, 'installation'>;
  policy: Policy;
  webAuthn: WebAuthn;
  publicUrl: string;
  gitHub: { baseUrl: string; pagesUrl: string };
  /** Null: this App has no web sign-in, and the pages say so. */
  signIn: SignInSettings | null;
  /** What only this App knows, by which it knows its own cookies. */
  sessionSecret: string;
  onSigned: () => void;
  now: () => number;
  log: Log;
}

interface Presence extends ApproveOptions {
  publicUrl: string;
  gitHubUrl: string;
  signIn: SignInOptions | null;
}

type Answer = { page: ScriptedPage } | { json: unknown } | { to: string; cookie: string };

const maxBodyBytes = 64 * 1024;

/** Answers what it knows; false lets the next handler try. */
export function createPresence(options: PresenceOptions): (req: IncomingMessage, res: ServerResponse) => Promise<boolean> {
  const { store, app, policy, webAuthn, publicUrl, gitHub, now, onSigned, log } = options;
  const sessions = createSessions({ publicUrl, now, secret: options.sessionSecret, tickets: store });
  const party = { rpId: new URL(publicUrl).hostname, origin: new URL(publicUrl).origin };
  const presence: Presence = { store, app, policy, webAuthn, sessions, party, now, onSigned, publicUrl, gitHubUrl: gitHub.pagesUrl, signIn: options.signIn ? { ...options.signIn, publicUrl, gitHub, sessions } : null };
  return async (req, res) => {
    const path = new URL(req.url ?? '/', 'http://localhost').pathname;
    if (!/^\/(approve|passkeys|sign-in)(\/|$)/.test(path)) return false;
    try {
      const answer = req.method === 'GET' ? await shown(presence, req, path) : req.method === 'POST' ? { json: await done(presence, req, path) } : null;
      if (!answer) throw unknown();
      reply(res, answer);
    } catch (thrown) {
      const problem = problemOf(thrown);
      log.warn({ problem, path }, 'not signed');
      refuse(res, { problem, asPage: req.method === 'GET' });
    }
    return true;
  };
}

async function shown(presence: Presence, req: IncomingMessage, path: string): Promise<Answer> {
  const { signIn, sessions } = presence;
  if (!signIn) throw new AssayError('SIGN_IN_UNSET', 'this App has no web sign-in', { remedy: 'Set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET to those of the App, and restart.' });
  if (path === callbackPath) {
    const { to, ...person } = await finish(signIn, req);
    return { to, cookie: sessions.cookie(sessions.start(person)) };
  }
  const session = sessions.of(req);
  if (path === '/sign-in' || !session) {
    const { location, cookie } = await begin(signIn, path);
    return { to: location, cookie };
  }
  return { page: await pageFor(presence, session, path) };
}

async function pageFor(presence: Presence, session: Session, path: string): Promise<ScriptedPage> {
  const nonce = random();
  if (path === '/passkeys') return passkeysPage(await presence.store.passkeys(session.account), { session, nonce, now: presence.now() });
  const named = namedIn(path);
  if (!named || named.act !== '') throw unknown();
  return approvePage(await shownTo(presence, session, named), { session, nonce, gitHubUrl: presence.gitHubUrl });
}

/** What a page of ours asks for. */
async function done(presence: Presence, req: IncomingMessage, path: string): Promise<unknown> {
  if (req.headers.origin !== presence.party.origin || !/^application\/json\b/.test(req.headers['content-type'] ?? '')) throw new AssayError('PRESENCE_ORIGIN', 'this did not come from a page of this server', { remedy: 'Open the page itself.' });
  const session = presence.sessions.of(req);
  if (!session) throw new AssayError('SIGN_IN_NEEDED', 'nobody is signed in', { remedy: 'Load the page again: it leads to the sign-in.' });
  const body = await bodyOf(req);
  const named = namedIn(path);
  if (named) return named.act === '' ? sign(presence, session, { named, body }) : signingOptions(presence, session, named);
  switch (path) {
    case '/passkeys/add/options': return addingOptions(presence, session);
    case '/passkeys/add': return add(presence, session, body);
    case '/passkeys/confirm/options': return confirmingOptions(presence, session);
    case '/passkeys/confirm': return confirm(presence, session, body);
    case '/passkeys/remove': return remove(presence, session, body);
    default: throw unknown();
  }
}

function namedIn(path: string): (Named & { act: string }) | null {
  const match = /^\/approve\/(\d{1,15})\/(\d{1,15})\/([0-9a-f]{64})(\/options)?$/.exec(path);
  return match ? { repositoryId: Number(match[1]), number: Number(match[2]), digest: match[3]!, act: match[4] ?? '' } : null;
}

async function bodyOf(req: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of req) {
    text += String(chunk);
    if (text.length > maxBodyBytes) throw new AssayError('PRESENCE_BODY', 'that is too much', { remedy: 'Load the page again.' });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new AssayError('PRESENCE_BODY', 'that is no JSON', { remedy: 'Load the page again.' });
  }
}

function unknown(): AssayError {
  return new AssayError('PRESENCE_PATH', 'there is no such page', { remedy: 'Follow the link in the answer to your `/approve`.' });
}

// With no referrer at all a browser would send its own page's POST as from nowhere.
const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' };

function policyOf(scripts: string): string {
  return `default-src 'none'; style-src 'unsafe-inline'; ${scripts}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}

function reply(res: ServerResponse, answer: Answer): void {
  if ('to' in answer) res.writeHead(302, { ...always, 'location': answer.to, 'set-cookie': answer.cookie }).end();
  else if ('json' in answer) res.writeHead(200, { ...always, 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
  else res.writeHead(200, { ...always, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policyOf(`script-src 'nonce-${answer.page.nonce}'; connect-src 'self'; `) }).end(answer.page.html);
}

function refuse(res: ServerResponse, { problem, asPage }: { problem: Problem; asPage: boolean }): void {
  const status = problem.code === 'UNEXPECTED' ? 500 : problem.code === 'PRESENCE_PATH' ? 404 : problem.code === 'SIGN_IN_UNSET' ? 503 : 403;
  if (asPage) res.writeHead(status, { ...always, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policyOf('') }).end(refusedPage(problem));
  else res.writeHead(status, { ...always, 'content-type': 'application/json' }).end(JSON.stringify(problem));
}
