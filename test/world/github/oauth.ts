/**
 * The web sign-in for Apps, as GitHub documents it: authorize (for whoever is signed in at GitHub's pages, which takes a password and no token), a code that is good
 * once and for ten minutes and bound to its PKCE challenge and address, a user token for it, and giving that token back. Errors of the exchange are answers with 200.
 */
import { createHash, randomBytes } from 'node:crypto';
import { appJson } from './format.ts';
import { findUser } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import type { Context } from './router.ts';
import { Refusal } from './router.ts';

interface Grant { clientId: string; login: string; redirectUri: string; challenge: string; at: number }

export interface SignIns {
  /** The cookie of a browser in which this person signed in to GitHub. */
  signsIn(login: string): string;
  clientOf(appId: number): { clientId: string; clientSecret: string };
}

const codeMs = 600_000;

export function addOAuthRoutes(hub: Hub): SignIns {
  const browsers = new Map<string, string>();
  const grants = new Map<string, Grant>();
  const secrets = new Map<string, string>();
  const clientOf = (appId: number): { clientId: string; clientSecret: string } => {
    const clientId = String(appJson(hub, appId)['client_id']);
    const clientSecret = secrets.get(clientId) ?? randomBytes(20).toString('hex');
    secrets.set(clientId, clientSecret);
    return { clientId, clientSecret };
  };
  hub.app.get('/login/oauth/authorize', (c) => {
    const login = browsers.get(/(?:^|;\s*)user_session=(\w+)/.exec(c.req.header('cookie') ?? '')?.[1] ?? '');
    // Nobody is signed in here: GitHub shows its own sign-in page, whatever token came along.
    if (login === undefined) return c.html('<title>Sign in to GitHub</title>');
    const [clientId, redirectUri, challenge] = ['client_id', 'redirect_uri', 'code_challenge'].map((name) => c.req.query(name) ?? '') as [string, string, string];
    if (!secrets.has(clientId)) throw new Refusal(404, 'Not Found');
    const code = randomBytes(10).toString('hex');
    grants.set(code, { clientId, login, redirectUri, challenge: c.req.query('code_challenge_method') === 'S256' ? challenge : '', at: Date.now() });
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', c.req.query('state') ?? '');
    return c.redirect(back.href);
  });
  hub.app.post('/login/oauth/access_token', async (c) => c.json(tokenFor(hub, { grants, secrets }, await fields(c))));
  hub.app.delete('/applications/:client/token', async (c) => {
    const [client, secret] = Buffer.from(/^basic (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '', 'base64').toString('utf8').split(':');
    if (client !== c.req.param('client') || secret === undefined || secrets.get(client) !== secret) throw new Refusal(401, 'Bad credentials');
    if (!hub.tokens.delete((await fields(c))['access_token'] ?? '')) throw new Refusal(422, 'Validation Failed');
    return c.body(null, 204);
  });
  return {
    clientOf,
    signsIn(login) {
      const session = randomBytes(12).toString('hex');
      browsers.set(session, login);
      return `user_session=${session}`;
    },
  };
}

function tokenFor(hub: Hub, { grants, secrets }: { grants: Map<string, Grant>; secrets: Map<string, string> }, form: Record<string, string>): Json {
  const { client_id: clientId = '', client_secret: secret = '', code = '' } = form;
  if (secrets.get(clientId) !== secret) return failed('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.');
  const grant = grants.get(code);
  grants.delete(code);
  const isVerified = grant?.challenge === '' || createHash('sha256').update(form['code_verifier'] ?? '').digest('base64url') === grant?.challenge;
  if (grant?.clientId !== clientId || !isVerified || grant.at < Date.now() - codeMs) return failed('bad_verification_code', 'The code passed is incorrect or expired.');
  if (form['redirect_uri'] !== undefined && form['redirect_uri'] !== grant.redirectUri) return failed('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL for this application.');
  const user = findUser(hub, grant.login);
  if (user === undefined) return failed('bad_verification_code', 'The code passed is incorrect or expired.');
  const token = `ghu_${randomBytes(18).toString('hex')}`;
  hub.tokens.set(token, { login: user.login, id: user.id, scopes: [] });
  return { access_token: token, scope: '', token_type: 'bearer' };
}

function failed(error: string, description: string): Json {
  return { error, error_description: description };
}

/** Sent as a form or as JSON; GitHub takes both. */
async function fields(c: Context): Promise<Record<string, string>> {
  const text = await c.req.text();
  const isJson = (c.req.header('content-type') ?? '').includes('json');
  return isJson ? JSON.parse(text) as Record<string, string> : Object.fromEntries(new URLSearchParams(text));
}
