/** The job's side of the gateway: `Models` that carry each request to the App. `unix:/path.sock:/jobs/<id>/model` goes through a socket. */
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { Gateway } from '../../core/job.ts';
import { ModelAnswer, type Models } from '../../core/model.ts';
import { maxProgressBytes, type Progress } from '../../core/ports/progress.ts';

const ProblemBody = z.looseObject({ code: z.string(), detail: z.string(), remedy: z.string() });

/** Longer than the gateway's own patience with a vendor. */
const defaultTimeoutMs = 600_000;
const maxAnswerBytes = maxProgressBytes + 1024;

export function gatewayModels(gateway: Gateway, options: { timeoutMs?: number } = {}): Models {
  return {
    async ask(request, { signal } = {}) {
      const reply = await send(gateway, { method: 'POST', body: JSON.stringify(request), timeoutMs: options.timeoutMs ?? defaultTimeoutMs, signal });
      if (reply.status === 200) return parsed(reply.text);
      throw problemFrom(reply);
    },
  };
}

/** What the App keeps of this job between its runs. */
export function gatewayProgress(gateway: Gateway): Progress {
  const at = beside(gateway, 'progress');
  return {
    async load() {
      const reply = await send(at, { method: 'GET', timeoutMs: besideTimeoutMs });
      if (reply.status === 204) return null;
      if (reply.status === 200) return reply.text;
      throw problemFrom(reply);
    },
    async save(text) {
      const reply = await send(at, { method: 'PUT', body: text, timeoutMs: besideTimeoutMs });
      if (reply.status !== 204) throw problemFrom(reply);
    },
  };
}

const AccountBody = z.strictObject({ calls: z.number(), models: z.array(z.string()), refused: z.strictObject({ code: z.string(), message: z.string(), remedy: z.string() }).nullable() });
/** What the App saw of a command line agent's calls: how many, by which models they were answered, and why the last refused one was refused. */
export type Account = z.infer<typeof AccountBody>;

export async function gatewayAccount(gateway: Gateway): Promise<Account> {
  const reply = await send(beside(gateway, 'account'), { method: 'GET', timeoutMs: besideTimeoutMs });
  if (reply.status !== 200) throw problemFrom(reply);
  return AccountBody.parse(jsonOf(reply.text));
}

const besideTimeoutMs = 60_000;

function beside(gateway: Gateway, what: 'progress' | 'account'): Gateway {
  return { ...gateway, url: gateway.url.replace(/\/model$/, `/${what}`) };
}

function parsed(text: string): ModelAnswer {
  const answer = ModelAnswer.safeParse(jsonOf(text));
  if (answer.success) return answer.data;
  throw new AssayError('MODEL_ANSWER_INVALID', 'the gateway answered something that is no model answer', { remedy: 'Check that job and App run the same version of Assay.', cause: answer.error });
}

function problemFrom(reply: Reply): AssayError {
  const problem = ProblemBody.safeParse(jsonOf(reply.text));
  if (problem.success) return new AssayError(problem.data.code, problem.data.detail, { remedy: problem.data.remedy });
  return unavailable(`it answered ${reply.status}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: the schema refuses it
  }
}

function unavailable(why: string, cause?: unknown): AssayError {
  return new AssayError('MODEL_UNAVAILABLE', `the model gateway could not be asked: ${why}`, { remedy: 'Check that the App runs and that the job may reach its gateway.', cause });
}

interface Reply {
  status: number;
  text: string;
}

interface Sent {
  method: 'GET' | 'POST' | 'PUT';
  body?: string;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

function send(gateway: Gateway, { method, body = '', timeoutMs, signal }: Sent): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const start = gateway.url.startsWith('https:') ? httpsRequest : httpRequest;
  const request = start({
    ...targetOf(gateway.url), method, signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
    headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  }, (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxAnswerBytes) response.destroy(new Error('the answer is too long'));
      else chunks.push(chunk);
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    response.on('error', (error) => reject(unavailable(error.message, error)));
  });
  request.on('error', (error) => reject(unavailable(error.message, error)));
  request.end(body);
  return promise;
}

function targetOf(url: string): RequestOptions {
  const socket = /^unix:([^:]+):(\/.*)$/.exec(url);
  if (socket) return { socketPath: socket[1], path: socket[2], host: 'gateway' };
  const { hostname, port, pathname } = new URL(url);
  return { hostname, port, path: pathname };
}

/** The same grant, reached through a unix socket at this path inside the sandbox. */
export function throughSocket(gateway: Gateway, socketPath: string): Gateway {
  return { url: `unix:${socketPath}:${new URL(gateway.url).pathname}`, token: gateway.token };
}
