/**
 * Who is asking. As GitHub documents: an unknown or expired token is 401 "Bad credentials", an App JWT is verified (signature, lifetime of
 * at most ten minutes) and serves the App's own endpoints only, an installation token lives one hour, a suspended installation is 403.
 */
import { createPublicKey, verify } from 'node:crypto';
import { acting, actorFor } from './hub.ts';
import type { Hub } from './hub.ts';
import type { Context } from './router.ts';
import { Refusal } from './router.ts';

const HOUR = 3_600_000;

export function addAuth(hub: Hub): void {
  hub.app.use('*', async (c, next) => {
    const token = /^(?:bearer|token)\s+(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]?.trim();
    // There an App proves itself with its client secret, which the route looks at.
    if (/^\/applications\/[^/]+\/token$/.test(c.req.path)) return await acting.run({ actor: undefined, appId: undefined }, next);
    if (token === undefined) {
      if (c.req.header('authorization') !== undefined) throw new Refusal(401, 'Bad credentials');
      return await acting.run({ actor: undefined, appId: undefined }, next);
    }
    if (token.startsWith('eyJ')) return await asApp(hub, c, token, next);
    return await asHolder(hub, c, token, next);
  });
}

async function asApp(hub: Hub, c: Context, token: string, next: () => Promise<void>): Promise<void> {
  const app = verifiedApp(hub, token);
  if (!servesJwt(c.req.path)) throw new Refusal(401, 'Bad credentials');
  c.set('authApp', app);
  await acting.run({ actor: undefined, appId: app.appId }, next);
}

async function asHolder(hub: Hub, c: Context, token: string, next: () => Promise<void>): Promise<void> {
  const holder = hub.tokens.get(token);
  if (holder === undefined) throw new Refusal(401, 'Bad credentials');
  if (holder.installation !== undefined) {
    holder.expiresAt ??= Date.now() + HOUR;
    if (holder.expiresAt <= Date.now()) throw new Refusal(401, 'Bad credentials');
    refuseSuspended(hub, holder.installation.installationId);
  }
  c.set('authUser', holder);
  c.set('authToken', token);
  await acting.run({ actor: actorFor(hub, holder), appId: holder.installation?.appId }, next);
}

function refuseSuspended(hub: Hub, id: number): void {
  const row = hub.gh.appInstallations.all().find((installation) => installation.installation_id === id);
  if (row === undefined) throw new Refusal(401, 'Bad credentials');
  if (row.suspended_at !== null) throw new Refusal(403, 'This installation has been suspended');
}

function servesJwt(path: string): boolean {
  return path === '/app' || path.startsWith('/app/') || path.startsWith('/apps/') || /^\/(repos\/[^/]+\/[^/]+|orgs\/[^/]+|users\/[^/]+)\/installation$/.test(path);
}

interface Claims { iss?: unknown; iat?: unknown; exp?: unknown }

function verifiedApp(hub: Hub, token: string): { appId: number; slug: string; name: string } {
  const [header, claims, signature, ...rest] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) throw undecodable();
  const { iss, iat, exp } = decoded(claims);
  const app = hub.gh.apps.all().find((row) => String(row.app_id) === String(iss));
  if (app === undefined) throw new Refusal(404, 'Integration not found');
  const publicKey = createPublicKey(app.private_key);
  if (!verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))) throw undecodable();
  const seconds = Date.now() / 1000;
  if (typeof exp !== 'number' || exp < seconds) throw new Refusal(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires");
  if (exp > seconds + 660) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > seconds + 60) throw new Refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  return { appId: app.app_id, slug: app.slug, name: app.name };
}

function decoded(claims: string): Claims {
  try {
    return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Claims;
  } catch {
    throw undecodable();
  }
}

function undecodable(): Refusal {
  return new Refusal(401, 'A JSON web token could not be decoded');
}
