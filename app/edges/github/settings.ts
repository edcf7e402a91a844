/** Where GitHub is and who Assay is there, from the environment. Pure over the variables it is given. */
import { existsSync, readFileSync } from 'node:fs';
import { AssayError } from '../../core/errors.ts';

export interface GitHubAddress {
  /** The REST API. */
  baseUrl: string;
  /** GitHub's pages. */
  pagesUrl: string;
}

export interface GitHubSettings extends GitHubAddress {
  appId: number;
  privateKey: string;
  secret: string;
}

type Environment = Record<string, string | undefined>;

/** `GHE_HOST` (with `GHE_PROTOCOL`) names another GitHub; it serves its API under /api/v3. */
export function gitHubAddress(env: Environment): GitHubAddress {
  if (!env.GHE_HOST) return { baseUrl: 'https://api.github.com', pagesUrl: 'https://github.com' };
  const protocol = env.GHE_PROTOCOL ?? 'https';
  if (!/^https?$/.test(protocol) || !/^[\w.[\]:-]+$/.test(env.GHE_HOST)) {
    throw new AssayError('CONFIG_GITHUB_HOST', `${protocol}://${env.GHE_HOST} is no address of a GitHub`, { remedy: 'Set GHE_HOST to a host name, with a port where needed, and GHE_PROTOCOL to https or http.' });
  }
  const pagesUrl = `${protocol}://${env.GHE_HOST}`;
  return { baseUrl: `${pagesUrl}/api/v3`, pagesUrl };
}

/** Null where none of the three is set; some but not all, or an unusable one, is CONFIG_GITHUB_CREDENTIALS. */
export function gitHubSettings(env: Environment): GitHubSettings | null {
  const given = { APP_ID: env.APP_ID, PRIVATE_KEY: env.PRIVATE_KEY ?? env.PRIVATE_KEY_PATH, WEBHOOK_SECRET: env.WEBHOOK_SECRET };
  const missing = Object.entries(given).filter(([, value]) => !value).map(([name]) => name);
  if (missing.length === 3) return null;
  if (missing.length > 0) throw wrong(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set`);
  const appId = Number(env.APP_ID);
  if (!Number.isSafeInteger(appId) || appId <= 0) throw wrong('APP_ID is no number');
  return { ...gitHubAddress(env), appId, privateKey: privateKeyOf(env), secret: env.WEBHOOK_SECRET! };
}

/** The PEM itself, with its line breaks or with `\n` for them, the PEM in base64, or the name of a file. */
function privateKeyOf(env: Environment): string {
  const path = env.PRIVATE_KEY === undefined ? env.PRIVATE_KEY_PATH! : existsSync(env.PRIVATE_KEY) ? env.PRIVATE_KEY : null;
  const text = path === null ? env.PRIVATE_KEY! : readKey(path);
  const decoded = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  const key = decoded.replaceAll('\\n', '\n').trim();
  if (!/^-----BEGIN (RSA )?PRIVATE KEY-----\n[\s\S]+\n-----END (RSA )?PRIVATE KEY-----$/.test(key)) throw wrong('PRIVATE_KEY is no PEM');
  return `${key}\n`;
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw wrong(`PRIVATE_KEY_PATH cannot be read (${path})`, thrown);
  }
}

function wrong(message: string, cause?: unknown): AssayError {
  return new AssayError('CONFIG_GITHUB_CREDENTIALS', message, { remedy: 'Set APP_ID, PRIVATE_KEY (the PEM, or PRIVATE_KEY_PATH) and WEBHOOK_SECRET, or none of them to see the set-up page.', cause });
}
