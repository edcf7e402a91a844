/**
 * The door of the stand-in: an HTTP server on loopback that keeps a journal, plays the fault plan, counts the request limit per token, answers a GET that
 * has not changed with 304 (which is free), and serves the API at the root as well as under `/api/v3` and `/api/graphql`, as an Enterprise Server does.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';

export interface Journalled {
  at: number;
  method: string;
  path: string;
  query: string;
  status: number;
  graphqlOperation?: string;
  /** The first characters of the token, enough to tell callers apart. */
  caller: string;
  /** The JSON a client sent; undefined for none. */
  body?: unknown;
}

export interface Front {
  server: Server;
  url: string;
  requests: Journalled[];
  answerWith(handler: (request: Request) => Promise<Response>): void;
  /** How far the hour's limit of a caller (its authorization header) is used. */
  standing(caller: string | undefined): { limit: number; used: number; remaining: number; reset: number };
  close(): Promise<void>;
}

interface Limit { used: number; reset: number }

export async function openFront(options: { port: number; faults: Faults; limit: number }): Promise<Front> {
  const requests: Journalled[] = [];
  const limits = new Map<string, Limit>();
  let handler: (request: Request) => Promise<Response> = async () => Response.json({ message: 'starting' }, { status: 503 });
  const server = createServer((incoming, outgoing) => {
    serve({ incoming, outgoing }, { ...options, requests, limits, answer: (request) => handler(request), url }).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    server, url, requests, answerWith: (given) => { handler = given; },
    standing: (caller = 'nobody') => {
      const { used, reset } = limits.get(caller) ?? { used: 0, reset: Math.floor(Date.now() / 1000) + 3600 };
      return { limit: options.limit, used, remaining: Math.max(0, options.limit - used), reset };
    },
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}

interface Serving { faults: Faults; limit: number; requests: Journalled[]; limits: Map<string, Limit>; url: string; answer(request: Request): Promise<Response> }
interface Exchange { incoming: IncomingMessage; outgoing: ServerResponse }

async function serve({ incoming, outgoing }: Exchange, serving: Serving): Promise<void> {
  const body = await read(incoming);
  const target = new URL(incoming.url ?? '/', serving.url);
  target.pathname = target.pathname.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql') || '/';
  const method = incoming.method ?? 'GET';
  const operation = target.pathname === '/graphql' ? operationOf(body) : undefined;
  const entry: Journalled = {
    at: Date.now(), method, path: target.pathname, query: target.search, status: 0, caller: (incoming.headers.authorization ?? '').replace(/^\S+\s+/, '').slice(0, 12),
    ...(operation === undefined ? {} : { graphqlOperation: operation }), ...(body.length === 0 ? {} : { body: parsed(body) }),
  };
  serving.requests.push(entry);
  const fault = serving.faults.requestFault({ method, path: target.pathname, operation });
  if (fault?.kind === 'delay') await sleep(fault.ms);
  if (fault?.kind === 'reset' && fault.when === 'before') { outgoing.destroy(); return; }
  const response = fault?.kind === 'answer'
    ? new Response(JSON.stringify(fault.body), { status: fault.status, headers: { 'content-type': 'application/json; charset=utf-8', ...fault.headers } })
    : await counted(serving, { incoming, request: requestFor(incoming, target, body) });
  entry.status = response.status;
  if (fault?.kind === 'reset') { outgoing.destroy(); return; }
  await write(outgoing, response, method);
}

function requestFor(incoming: IncomingMessage, target: URL, body: Buffer): Request {
  const method = incoming.method ?? 'GET';
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === 'string') headers.set(name, value);
  const bodiless = method === 'GET' || method === 'HEAD';
  return new Request(target, { method, headers, ...(bodiless ? {} : { body: body.length === 0 ? '{}' : new Uint8Array(body) }) });
}

/** GitHub counts what it answers, except what has not changed. */
async function counted(serving: Serving, asked: { incoming: IncomingMessage; request: Request }): Promise<Response> {
  const caller = asked.incoming.headers.authorization ?? 'nobody';
  const seconds = Math.floor(Date.now() / 1000);
  const known = serving.limits.get(caller);
  const limit = known !== undefined && known.reset > seconds ? known : { used: 0, reset: seconds + 3600 };
  serving.limits.set(caller, limit);
  const response = limit.used >= serving.limit ? exhausted() : tagged(await buffered(await serving.answer(asked.request)), asked.request, caller);
  const whole = await response;
  if (whole.status !== 304 && new URL(asked.request.url).pathname !== '/rate_limit') limit.used += 1;
  const headers = new Headers(whole.headers);
  const counts = { limit: serving.limit, remaining: Math.max(0, serving.limit - limit.used), used: limit.used, reset: limit.reset, resource: 'core' };
  for (const [name, value] of Object.entries(counts)) headers.set(`x-ratelimit-${name}`, String(value));
  return new Response(whole.body, { status: whole.status, headers });
}

async function exhausted(): Promise<Response> {
  return Response.json({ message: 'API rate limit exceeded.', documentation_url: 'https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting' }, { status: 403 });
}

interface Buffered { status: number; headers: Headers; bytes: Uint8Array<ArrayBuffer> }

async function buffered(response: Response): Promise<Buffered> {
  return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** The tag belongs to the caller as well: whether GitHub's tags survive a new token is not documented, so none here do. */
async function tagged(answer: Buffered, request: Request, caller: string): Promise<Response> {
  const headers = new Headers(answer.headers);
  headers.set('x-github-media-type', 'github.v3; format=json');
  const empty = answer.status === 204 || answer.status === 304;
  if (request.method !== 'GET' || answer.status !== 200) return new Response(empty ? null : answer.bytes, { status: answer.status, headers });
  const tag = `W/"${createHash('sha256').update(caller).update(answer.bytes).digest('hex')}"`;
  headers.set('etag', tag);
  headers.set('cache-control', 'private, max-age=60, s-maxage=60');
  if (request.headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers });
  return new Response(answer.bytes, { status: 200, headers });
}

async function write(outgoing: ServerResponse, response: Response, method: string): Promise<void> {
  const bytes = Buffer.from(await response.arrayBuffer());
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  if (response.status !== 204 && response.status !== 304) outgoing.setHeader('content-length', bytes.byteLength);
  outgoing.end(method === 'HEAD' ? undefined : bytes);
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return body.toString('utf8');
  }
}

function operationOf(body: Buffer): string | undefined {
  const asked = parsed(body);
  if (asked === null || typeof asked !== 'object') return undefined;
  const { operationName, query } = asked as { operationName?: unknown; query?: unknown };
  if (typeof operationName === 'string') return operationName;
  return typeof query === 'string' ? /^\s*(?:query|mutation)\s+(\w+)/m.exec(query)?.[1] ?? 'anonymous' : undefined;
}
