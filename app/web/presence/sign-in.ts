/**
 * GitHub's web sign-in for Apps: authorize, code, user token, account number. It proves a person at GitHub's own page, which a token in an agent's hands does not.
 * `state` binds the answer to the browser that asked, PKCE to this server. The user token is asked who it is, given back to GitHub, and kept nowhere.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request } from '@octokit/request';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { cookieOf, random, type Sessions } from './sessions.ts';

export interface SignInSettings {
  clientId: string;
  clientSecret: string;
}

export interface SignInOptions extends SignInSettings {
  publicUrl: string;
  /** GitHub's pages, and its REST API. */
  gitHub: { baseUrl: string; pagesUrl: string };
  sessions: Sessions;
}

export const callbackPath = '/sign-in/callback';
const cookie = 'assay-sign-in';
const Asked = z.object({ state: z.string(), verifier: z.string(), to: z.string() });
const Token = z.object({ access_token: z.string().min(1) });
const User = z.object({ id: z.number().int().positive(), login: z.string(), type: z.string() });

/** Where the browser is sent, and the cookie that it takes along. `to`: a path of this server to come back to. */
export async function begin({ clientId, publicUrl, gitHub, sessions }: SignInOptions, to: string): Promise<{ location: string; cookie: string }> {
  const [state, verifier] = [random(), random()];
  const name = await sessions.put({ state, verifier, to: isOwnPath(to) ? to : '/passkeys' });
  const location = new URL('/login/oauth/authorize', gitHub.pagesUrl);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  location.search = new URLSearchParams({ client_id: clientId, redirect_uri: callbackUrl(publicUrl), state, code_challenge: challenge, code_challenge_method: 'S256', allow_signup: 'false' }).toString();
  return { location: location.href, cookie: `${cookie}=${name}; HttpOnly; SameSite=Lax; Path=/sign-in; Max-Age=300${publicUrl.startsWith('https:') ? '; Secure' : ''}` };
}

/** Throws SIGN_IN_STATE, SIGN_IN_CODE or SIGN_IN_PERSON. */
export async function finish(options: SignInOptions, incoming: IncomingMessage): Promise<{ account: number; login: string; to: string }> {
  const query = new URL(incoming.url ?? '/', options.publicUrl).searchParams;
  const asked = Asked.safeParse(await options.sessions.take(cookieOf(incoming, cookie) ?? '')).data;
  if (!asked || asked.state !== query.get('state')) throw refused('SIGN_IN_STATE', 'this answer does not belong to a sign-in that this browser began here');
  const code = query.get('code');
  if (code === null || !/^[\w-]{1,200}$/.test(code)) throw refused('SIGN_IN_CODE', 'GitHub sent no code; the sign-in was refused there');
  const token = await trade(options, { code, verifier: asked.verifier });
  const user = await whoIs(options, token);
  if (user.type !== 'User') throw refused('SIGN_IN_PERSON', 'this account is no person\'s');
  return { account: user.id, login: user.login, to: asked.to };
}

async function trade({ clientId, clientSecret, publicUrl, gitHub }: SignInOptions, { code, verifier }: { code: string; verifier: string }): Promise<string> {
  try {
    const { data } = await request('POST /login/oauth/access_token', {
      baseUrl: gitHub.pagesUrl, headers: { accept: 'application/json' }, client_id: clientId, client_secret: clientSecret, code, redirect_uri: callbackUrl(publicUrl), code_verifier: verifier,
    });
    return Token.parse(data).access_token;
  } catch {
    // The cause is left out: it carries the secret.
    throw refused('SIGN_IN_CODE', 'GitHub took no token for the code');
  }
}

async function whoIs({ clientId, clientSecret, gitHub }: SignInOptions, token: string): Promise<z.infer<typeof User>> {
  try {
    const { data } = await request('GET /user', { baseUrl: gitHub.baseUrl, headers: { authorization: `token ${token}` } });
    return User.parse(data);
  } catch {
    throw refused('SIGN_IN_PERSON', 'GitHub does not say whose sign-in this is');
  } finally {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    await request('DELETE /applications/{client_id}/token', { baseUrl: gitHub.baseUrl, headers: { authorization: `basic ${basic}` }, client_id: clientId, access_token: token })
      .catch(() => undefined); // It runs out by itself.
  }
}

function callbackUrl(publicUrl: string): string {
  return new URL(callbackPath, publicUrl).href;
}

function isOwnPath(path: string): boolean {
  return /^\/(passkeys|approve\/\d+\/\d+\/[0-9a-f]{64})$/.test(path);
}

function refused(code: string, message: string): AssayError {
  return new AssayError(code, message, { remedy: 'Open the page again and sign in from there.' });
}
