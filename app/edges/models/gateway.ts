/**
 * The App's door to models for agent jobs: `POST /jobs/:id/model` with a one-job token. Vendor keys, ledger and log stay on this side; the job sees
 * an answer or a problem with its stable code. A token is good for its own job, its families and roles, until it expires or is revoked.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AssayError, problemOf, type Problem } from '../../core/errors.ts';
import type { Family } from '../../core/family.ts';
import type { Gateway } from '../../core/job.ts';
import { ModelRequest, type Models, type Role } from '../../core/model.ts';
import type { MicroUsd } from '../../core/money.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';

/** What a job may do. `cap` in micro-dollars is handed to `modelsFor`, which meters; `roles` absent means any. */
export interface Grant {
  families: readonly Family[];
  roles?: readonly Role[];
  cap: MicroUsd;
  expiresAt: number;
}

export interface GatewayOptions {
  modelsFor(jobId: string, grant: Grant): Models;
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
  revoke(jobId: string): void;
  stop(): Promise<void>;
}

interface Issued extends Grant {
  tokenHash: Buffer;
  models: Models;
}

export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const issued = new Map<string, Issued>();
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, { options, issued }).then((reply) => send(response, reply), (thrown: unknown) => send(response, refusalOf(thrown, options.log)));
  };
  const servers = [createServer(serve), ...(options.socketPath ? [createServer(serve)] : [])];
  await listen(servers[0]!, { host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  if (options.socketPath) await listen(servers[1]!, { path: options.socketPath });
  const address = servers[0]!.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = `http://${options.host ?? '127.0.0.1'}:${port}`;
  return {
    url,
    issue(jobId, grant) {
      const token = randomBytes(32).toString('base64url');
      issued.set(jobId, { ...grant, tokenHash: hashOf(token), models: options.modelsFor(jobId, grant) });
      return { url: `${url}/jobs/${encodeURIComponent(jobId)}/model`, token };
    },
    revoke: (jobId) => void issued.delete(jobId),
    stop: async () => void (await Promise.all(servers.map(close))),
  };
}

interface Reply {
  status: number;
  type: 'application/json' | 'application/problem+json';
  body: unknown;
}

async function answer(request: IncomingMessage, { options, issued }: { options: GatewayOptions; issued: Map<string, Issued> }): Promise<Reply> {
  const jobId = jobOf(request.url ?? '');
  if (request.method !== 'POST' || jobId === null) throw new AssayError('NOT_FOUND', 'there is nothing here', { remedy: 'POST /jobs/<id>/model.' });
  const grant = authorise(jobId, { header: request.headers.authorization ?? '', issued, now: options.clock.now() });
  const asked = ModelRequest.safeParse(await readJson(request, options.maxBodyBytes ?? 4 * 1024 * 1024));
  if (!asked.success) throw new AssayError('MODEL_REQUEST_INVALID', `the body is no model request: ${asked.error.message.slice(0, 500)}`, { remedy: 'Send a ModelRequest as JSON.' });
  if (!grant.families.includes(asked.data.family) || (grant.roles && !grant.roles.includes(asked.data.role))) {
    throw new AssayError('DUTIES_CONFLICT', `this job may not ask ${asked.data.family} as ${asked.data.role}`, { remedy: 'Ask only the family and role that the job was started for.' });
  }
  return { status: 200, type: 'application/json', body: await grant.models.ask(asked.data) };
}

function jobOf(url: string): string | null {
  const path = /^\/jobs\/([^/?]+)\/model$/.exec(url);
  try {
    return path ? decodeURIComponent(path[1]!) : null;
  } catch {
    return null; // malformed escapes name no job
  }
}

/** One answer for every fault, so that a guess learns nothing about which jobs exist. */
function authorise(jobId: string, { header, issued, now }: { header: string; issued: Map<string, Issued>; now: number }): Issued {
  const grant = issued.get(jobId);
  const given = hashOf(/^Bearer (\S+)$/.exec(header)?.[1] ?? '');
  if (timingSafeEqual(given, grant?.tokenHash ?? hashOf(randomBytes(32).toString('hex'))) && grant && now < grant.expiresAt) return grant;
  throw new AssayError('JOB_TOKEN_INVALID', 'the token is not valid for this job, or no longer', { remedy: 'Start the job again; a token is issued per job and ends with it.' });
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new AssayError('BODY_TOO_LARGE', `the body has more than ${maxBytes} bytes`, { remedy: 'Send a shorter prompt.' });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new AssayError('MODEL_REQUEST_INVALID', 'the body is not JSON', { remedy: 'Send a ModelRequest as JSON.', cause });
  }
}

const statuses: Record<string, number> = {
  NOT_FOUND: 404, JOB_TOKEN_INVALID: 401, DUTIES_CONFLICT: 403, MODEL_REQUEST_INVALID: 400, BODY_TOO_LARGE: 413, BUDGET_EXCEEDED: 402,
  MODEL_RATE_LIMITED: 429, MODEL_OVERLOADED: 503, MODEL_UNAVAILABLE: 502, MODEL_REFUSED: 422, MODEL_ANSWER_INVALID: 422, MODEL_KEY_MISSING: 501, MODEL_PRICE_UNKNOWN: 501,
};

function refusalOf(thrown: unknown, log: Log): Reply {
  const problem: Problem = problemOf(thrown);
  log.warn({ code: problem.code }, 'model gateway refused a call');
  const status = statuses[problem.code] ?? 500;
  return { status, type: 'application/problem+json', body: { type: 'about:blank', title: problem.code, status, detail: problem.message, code: problem.code, remedy: problem.remedy } };
}

function send(response: ServerResponse, reply: Reply): void {
  // The body of a refused request may be unread; closing the connection keeps it from being taken for the next request.
  response.writeHead(reply.status, { 'content-type': reply.type, 'cache-control': 'no-store', ...(reply.status === 200 ? {} : { connection: 'close' }) });
  response.end(JSON.stringify(reply.body));
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
