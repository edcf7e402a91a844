/**
 * A GitHub of recorded answers, for tests of the edge itself: a table from "METHOD /path" to an answer, and a journal of what was asked.
 * It holds no state; what GitHub would do with a write is the stand-in's business (test/world).
 */
import { generateKeyPairSync } from 'node:crypto';
import nock from 'nock';
import { connectGitHub, type ConnectedGitHub } from '../../app/edges/github/connect.ts';
import type { GitHubLimits } from '../../app/edges/github/limits.ts';
import type { GitHub } from '../../app/core/ports/github.ts';
import type { RepositoryRef } from '../../app/core/ports/store.ts';

export const address = 'https://github.test';
export const appId = 1001;
export const shop: RepositoryRef = { id: 42, owner: 'acme', name: 'shop', installationId: 7 };

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
}
export interface Answer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** No answer at all: the connection breaks with this code. */
  broken?: string;
}
type Handler = Answer | ((asked: Asked) => Answer);

export interface RecordedGitHub {
  app: ConnectedGitHub;
  github: GitHub;
  journal: Asked[];
  /** What was asked besides tokens, as "METHOD /path". */
  asked(): string[];
  on(route: string, handler: Handler | Handler[]): void;
  clock: { now(): number; sleep(ms: number): Promise<void>; at: number; slept: number[] };
  taken: { bucket: string; cost: number; perMinute: number }[];
}

/** 2048 bits made at run time: no key is committed. */
const key = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
export const privateKey = key.privateKey;

export async function recordGitHub(options: { limits?: Partial<GitHubLimits>; wait?: (bucket: string) => number } = {}): Promise<RecordedGitHub> {
  nock.cleanAll();
  nock.disableNetConnect();
  const journal: Asked[] = [];
  const handlers = new Map<string, Handler[]>();
  const taken: RecordedGitHub['taken'] = [];
  const clock = { at: Date.parse('2026-11-20T12:00:00Z'), slept: [] as number[], now: () => clock.at, async sleep(ms: number) { clock.slept.push(ms); clock.at += ms; } };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  intercept(journal, handlers);
  const store = { async limiterTake(bucket: string, cost: number, perMinute: number) { taken.push({ bucket, cost, perMinute }); return options.wait?.(bucket) ?? 0; } };
  const app = await connectGitHub({ appId, privateKey, baseUrl: address, secret: 'made at run time', store, clock, log, ...(options.limits && { limits: options.limits }) });
  const on = (route: string, handler: Handler | Handler[]) => void handlers.set(route, Array.isArray(handler) ? [...handler] : [handler]);
  on('POST /app/installations/7/access_tokens', () => ({ status: 201, body: { token: `run-time-${journal.length}`, expires_at: '2099-01-01T00:00:00Z', permissions: {}, repository_selection: 'all' } }));
  return { app, github: await app.installation(7), journal, on, clock, taken, asked: () => journal.filter(({ path }) => !path.endsWith('/access_tokens')).map(({ method, path }) => `${method} ${path}`) };
}

function intercept(journal: Asked[], handlers: Map<string, Handler[]>): void {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    nock(address).persist().intercept(/.*/, method).reply(async (request: Request) => {
      const url = new URL(request.url);
      const asked: Asked = { method, path: decodeURIComponent(url.pathname), query: Object.fromEntries(url.searchParams), headers: Object.fromEntries(request.headers), body: parsed(await request.text()) };
      journal.push(asked);
      const answer = answerTo(asked, handlers);
      if (answer.broken) throw Object.assign(new Error(answer.broken), { code: answer.broken });
      return [answer.status ?? 200, answer.body === undefined ? '' : JSON.stringify(answer.body), { 'content-type': 'application/json; charset=utf-8', ...answer.headers }] as const;
    });
  }
}

/** The handlers of a route answer in turn; the last one stays. */
function answerTo(asked: Asked, handlers: Map<string, Handler[]>): Answer {
  const name = asked.path === '/graphql' ? /(?:query|mutation) (\w+)/.exec((asked.body as { query: string }).query)?.[1] : undefined;
  const queue = handlers.get(name ? `QUERY ${name}` : `${asked.method} ${asked.path}`);
  if (!queue?.length) return { status: 404, body: { message: 'Not Found' } };
  const handler = queue.length > 1 ? queue.shift()! : queue[0]!;
  return typeof handler === 'function' ? handler(asked) : handler;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body === '' ? undefined : body;
  }
}
