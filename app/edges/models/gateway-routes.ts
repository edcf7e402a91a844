/** What a job may ask of the gateway: a model, a model in its vendor's own language, what an earlier run of it left, what its agent did. */
import type { IncomingMessage } from 'node:http';
import { AssayError, problemOf } from '../../core/errors.ts';
import { ModelRequest } from '../../core/model.ts';
import { maxProgressBytes } from '../../core/ports/progress.ts';
import type { GatewayOptions, Issued } from './gateway.ts';
import { isBody } from './wire/format.ts';

export type Reply = { status: number; type: string } & ({ body: unknown } | { stream: AsyncIterable<Uint8Array> });

type RouteName = 'model' | 'wire' | 'loadProgress' | 'saveProgress' | 'account';

export interface Route {
  name: RouteName;
  jobId: string;
  /** Of the vendor's own path, without its query. */
  rest: string;
}

export interface Call {
  options: GatewayOptions;
  request: IncomingMessage;
  route: Route;
  signal: AbortSignal;
}

const names: Record<string, RouteName> = { 'POST model': 'model', 'POST wire': 'wire', 'GET progress': 'loadProgress', 'PUT progress': 'saveProgress', 'GET account': 'account' };

export function routeOf(method: string, url: string): Route | null {
  const path = /^\/jobs\/([^/?]+)\/([a-z]+)((?:\/[^?]*)?)(?:\?|$)/.exec(url);
  const name = path && names[`${method} ${path[2]}`];
  if (!path || !name || (name !== 'wire' && path[3] !== '')) return null;
  try {
    return { name, jobId: decodeURIComponent(path[1]!), rest: path[3]! };
  } catch {
    return null; // malformed escapes name no job
  }
}

const maxBodyBytes = 4 * 1024 * 1024;
/** An agent sends its whole conversation again each time. */
const maxWireBytes = 16 * 1024 * 1024;

export const routes: Record<RouteName, (grant: Issued, call: Call) => Promise<Reply>> = {
  async model(grant, { options, request, signal }) {
    const asked = ModelRequest.safeParse(jsonOf(await textOf(request, options.maxBodyBytes ?? maxBodyBytes)));
    if (!asked.success) throw new AssayError('MODEL_REQUEST_INVALID', `the body is no model request: ${asked.error.message.slice(0, 500)}`, { remedy: 'Send a ModelRequest as JSON.' });
    const { family, role } = asked.data;
    if (!grant.families.includes(family) || (grant.roles && !grant.roles.includes(role))) {
      throw new AssayError('DUTIES_CONFLICT', `this job may not ask ${family} as ${role}`, { remedy: 'Ask only the family and role that the job was started for.' });
    }
    return { status: 200, type: 'application/json', body: await grant.models.ask(asked.data, { signal }) };
  },

  async wire(grant, { options, request, route, signal }) {
    const { account, wire } = grant;
    account.calls += 1;
    try {
      if (!wire) throw new AssayError('DUTIES_CONFLICT', 'this job was not started for a command line agent', { remedy: 'Set `builders` in .github/assay.yml to via: cli.' });
      const body = jsonOf(await textOf(request, options.maxBodyBytes ?? maxWireBytes));
      if (!isBody(body)) throw new AssayError('MODEL_REQUEST_INVALID', 'the body is no JSON object', { remedy: 'Send what the vendor\'s own interface takes.' });
      const reply = await wire.pass({ path: route.rest, body, signal });
      return { status: 200, type: reply.type, stream: untilExpired(reply.body, grant, options) };
    } catch (thrown) {
      account.refused = problemOf(thrown);
      throw thrown;
    }
  },

  async loadProgress(grant, { options }) {
    const text = await options.progress?.jobProgress(grant.jobId) ?? null;
    return text === null ? { status: 204, type: 'application/json', body: '' } : { status: 200, type: 'application/json', body: text };
  },

  async saveProgress(grant, { options, request }) {
    const text = await textOf(request, maxProgressBytes);
    if (await options.progress?.putJobProgress(grant.jobId, text)) return { status: 204, type: 'application/json', body: '' };
    throw new AssayError('PROGRESS_NOT_KEPT', `job ${grant.jobId} does not run`, { remedy: 'Nothing to do: it was cancelled or has ended.' });
  },

  account: async ({ account }) => ({ status: 200, type: 'application/json', body: account }),
};

/** A stream that outlives its token ends where the token does. */
async function* untilExpired(stream: AsyncIterable<Uint8Array>, { expiresAt }: Issued, { clock }: GatewayOptions): AsyncIterable<Uint8Array> {
  for await (const piece of stream) {
    if (clock.now() >= expiresAt) return;
    yield piece;
  }
}

async function textOf(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new AssayError('BODY_TOO_LARGE', `the body has more than ${maxBytes} bytes`, { remedy: 'Send a shorter prompt.' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AssayError('MODEL_REQUEST_INVALID', 'the body is not JSON', { remedy: 'Send a ModelRequest as JSON.', cause });
  }
}
