/**
 * The App's door to models for agent jobs: `/jobs/:id/…` with a one-job token. Vendor keys, ledger and log stay on this side; the job sees an answer
 * or a problem with its stable code. A token is good for its own job, its families and roles, until it expires or is revoked: then calls under way end.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AssayError, problemOf, type Problem } from '../../core/errors.ts';
import type { Family } from '../../core/family.ts';
import type { Gateway } from '../../core/job.ts';
import type { Models, Role } from '../../core/model.ts';
import type { MicroUsd } from '../../core/money.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { JobProgress } from '../../core/ports/store.ts';
import { routeOf, routes, type Reply } from './gateway-routes.ts';
import type { Bill } from './wire/format.ts';
import type { WireModels } from './wire/passing.ts';

/** What a job may do. `cap` in micro-dollars is handed to `modelsFor`, which meters; `roles` absent means any. */
export interface Grant {
  families: readonly Family[];
  roles?: readonly Role[];
  /** The only model that a command line agent of this job may ask; absent: the job has none. */
  cliModel?: string;
  cap: MicroUsd;
  expiresAt: number;
}

export interface GatewayOptions {
  modelsFor(jobId: string, grant: Grant): Models;
  /** For command line agents, which speak their vendor's own language. */
  wireFor?(jobId: string, grant: Grant & { cliModel: string }, onBill: (bill: Bill) => void): WireModels;
  /** Where jobs keep how far they are. */
  progress?: JobProgress;
  clock: Clock;
  log: Log;
  host?: string;
  port?: number;
  /** Also listen on this unix socket, for a sandbox without a network. */
  socketPath?: string;
  maxBodyBytes?: number;
}

export interface RunningGateway {
  url: string;
  issue(jobId: string, grant: Grant): Gateway;
  /** The token dies, and every call that it opened with it. */
  revoke(jobId: string): void;
  stop(): Promise<void>;
}

/** One job's token and what it opens. `account`: what its command line agent did. */
export interface Issued extends Grant {
  jobId: string;
  tokenHash: Buffer;
  models: Models;
  wire: WireModels | null;
  account: { calls: number; models: string[]; refused: Problem | null };
  ended: AbortController;
}

export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const issued = new Map<string, Issued>();
  const serve = (request: IncomingMessage, response: ServerResponse) => void answer(request, response, { options, issued });
  const servers = [createServer(serve), ...(options.socketPath ? [createServer(serve)] : [])];
  await listen(servers[0]!, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  if (options.socketPath) await listen(servers[1]!, { path: options.socketPath });
  const address = servers[0]!.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = `http://${options.host ?? '127.0.0.1'}:${port}`;
  const revoke = (jobId: string) => {
    issued.get(jobId)?.ended.abort(tokenInvalid());
    issued.delete(jobId);
  };
  return {
    url, revoke,
    issue(jobId, grant) {
      const token = randomBytes(32).toString('base64url');
      revoke(jobId);
      issued.set(jobId, opened(options, { jobId, grant, token }));
      return { url: `${url}/jobs/${encodeURIComponent(jobId)}/model`, token };
    },
    stop: async () => void (await Promise.all(servers.map(close))),
  };
}

function opened(options: GatewayOptions, { jobId, grant, token }: { jobId: string; grant: Grant; token: string }): Issued {
  const account: Issued['account'] = { calls: 0, models: [], refused: null };
  const { cliModel } = grant;
  const onBill = ({ model }: Bill) => { if (model !== null && !account.models.includes(model)) account.models.push(model); };
  const wire = cliModel === undefined ? null : options.wireFor?.(jobId, { ...grant, cliModel }, onBill) ?? null;
  return { ...grant, jobId, tokenHash: hashOf(token), models: options.modelsFor(jobId, grant), wire, account, ended: new AbortController() };
}

interface Desk {
  options: GatewayOptions;
  issued: Map<string, Issued>;
}

/** The caller that goes away takes its call with it. */
async function answer(request: IncomingMessage, response: ServerResponse, { options, issued }: Desk): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const route = routeOf(request.method ?? '', request.url ?? '');
    if (!route) throw new AssayError('NOT_FOUND', 'there is nothing here', { remedy: 'POST /jobs/<id>/model.' });
    const grant = authorise(route.jobId, { request, issued, now: options.clock.now() });
    const signal = AbortSignal.any([gone.signal, grant.ended.signal]);
    await send(response, await routes[route.name](grant, { options, request, route, signal }), signal);
  } catch (thrown) {
    await send(response, refusalOf(thrown, options.log), gone.signal).catch((error: unknown) => options.log.warn({ problem: problemOf(error) }, 'model gateway could not answer'));
  }
}

/** One answer for every fault, so that a guess learns nothing about which jobs exist. */
function authorise(jobId: string, { request, issued, now }: { request: IncomingMessage; issued: Map<string, Issued>; now: number }): Issued {
  const grant = issued.get(jobId);
  const given = hashOf(tokenOf(request) ?? '');
  if (timingSafeEqual(given, grant?.tokenHash ?? hashOf(randomBytes(32).toString('hex'))) && grant && now < grant.expiresAt) return grant;
  throw tokenInvalid();
}

/** As our own client sends it, or where a vendor's own program puts its key. */
function tokenOf({ headers }: IncomingMessage): string | undefined {
  const own = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  return own ?? [headers['x-api-key'], headers['x-goog-api-key']].find((one) => typeof one === 'string');
}

function tokenInvalid(): AssayError {
  return new AssayError('JOB_TOKEN_INVALID', 'the token is not valid for this job, or no longer', { remedy: 'Start the job again; a token is issued per job and ends with it.' });
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

const statuses: Record<string, number> = {
  NOT_FOUND: 404, JOB_TOKEN_INVALID: 401, DUTIES_CONFLICT: 403, MODEL_REQUEST_INVALID: 400, BODY_TOO_LARGE: 413, BUDGET_EXCEEDED: 402, PROGRESS_NOT_KEPT: 409,
  MODEL_RATE_LIMITED: 429, MODEL_OVERLOADED: 503, MODEL_UNAVAILABLE: 502, MODEL_REFUSED: 422, MODEL_ANSWER_INVALID: 422, MODEL_KEY_MISSING: 501, MODEL_PRICE_UNKNOWN: 501,
};

/** `error` repeats it where vendors put theirs, so that their programs show the sentence. */
function refusalOf(thrown: unknown, log: Log): Reply {
  const { code, message, remedy } = problemOf(thrown);
  log.warn({ code }, 'model gateway refused a call');
  const status = statuses[code] ?? 500;
  return { status, type: 'application/problem+json', body: { type: 'error', title: code, status, detail: message, code, remedy, error: { type: code, code, status: code, message: `${code}: ${message}` } } };
}

async function send(response: ServerResponse, reply: Reply, signal: AbortSignal): Promise<void> {
  if (response.headersSent) return void response.destroy();
  // The body of a refused request may be unread; closing the connection keeps it from being taken for the next request.
  response.writeHead(reply.status, { 'content-type': reply.type, 'cache-control': 'no-store', ...(reply.status < 300 ? {} : { connection: 'close' }) });
  if (!('stream' in reply)) return void response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  for await (const piece of reply.stream) {
    if (signal.aborted) return void response.destroy();
    if (!response.write(piece)) await drained(response, signal);
  }
  response.end();
}

/** A caller that reads slowly is waited for; one that went away is not. */
function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function listen(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
