/** Another App's bot, as it would act: a JWT with its own key, exchanged for an installation token. */
import { createSign } from 'node:crypto';
import type { AppHandle } from './github/start.ts';

export async function installationOf(url: string, app: AppHandle): Promise<{ login: string; token: string }> {
  const seconds = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: seconds - 30, exp: seconds + 300, iss: app.appId })}`;
  const jwt = `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(app.privateKeyPem, 'base64url')}`;
  const answer = await fetch(`${url}/app/installations/${app.installationIds[0]}/access_tokens`, { method: 'POST', headers: { authorization: `Bearer ${jwt}`, accept: 'application/vnd.github+json' } });
  const { token } = await answer.json() as { token: string };
  return { login: `${app.slug}[bot]`, token };
}
