/**
 * The webhook endpoint: signature first, then parse, then one durable commit, then 202. Nothing is acknowledged that is not on disk, a replay
 * changes nothing, and a store that does not answer in time is a 503, which GitHub shows as failed and the delivery poll asks for again.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Webhooks } from '@octokit/webhooks';
import { AssayError, problemOf } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { DeliveryEffects, Inbox } from '../core/ports/store.ts';
import { createBodyReader, type BodyReader } from './body.ts';
import { effectsOf, type Own } from './routes.ts';

export interface ReceiverOptions {
  store: Pick<Inbox, 'putDelivery'>;
  /** All secrets that are valid now: two while one is being replaced. */
  secrets: string[];
  log: Log;
  /** How long the store may take; GitHub gives up after 10 s. Default 5 s. */
  deadlineMs?: number;
  /** Milliseconds since the epoch; the system's time by default. */
  now?: () => number;
  own?: Own;
  /** Called after a new delivery is on disk, so that the loop need not wait for its next poll. */
  onStored?: () => void;
}

interface Receiver extends ReceiverOptions {
  deadlineMs: number;
  now: () => number;
  bodies: BodyReader;
  webhooks: Webhooks[];
}

interface Headers {
  guid: string;
  event: string;
  signature: string;
}

const bodyDeadlineMs = 9_000;
const noEffects: DeliveryEffects = { marks: [], repository: null, comment: null, installation: null };

const statuses: Record<string, number> = {
  METHOD_NOT_ALLOWED: 405, HEADERS_INVALID: 400, BODY_TOO_LARGE: 413, BODY_INCOMPLETE: 408, INGEST_BUSY: 503, SIGNATURE_INVALID: 401,
  PAYLOAD_NOT_JSON: 400, PAYLOAD_INVALID: 400,
};

export function createReceiver(options: ReceiverOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const secrets = options.secrets.filter((secret) => secret !== '');
  if (secrets.length === 0) throw new AssayError('CONFIG_WEBHOOK_SECRET_MISSING', 'no webhook secret is set', { remedy: 'Set WEBHOOK_SECRET to the secret of the GitHub App.' });
  const receiver: Receiver = { deadlineMs: 5_000, now: () => Date.now(), ...options, bodies: createBodyReader(), webhooks: secrets.map((secret) => new Webhooks({ secret })) };
  return async (req, res) => {
    try {
      answer(res, 202, { result: await receive(receiver, req) });
    } catch (thrown) {
      refuse(receiver, { req, res, thrown });
    }
  };
}

async function receive(receiver: Receiver, req: IncomingMessage): Promise<'stored' | 'replay' | 'ignored'> {
  const headers = readHeaders(req);
  const body = (await receiver.bodies.read(req, bodyDeadlineMs)).toString('utf8');
  if (!(await isSigned(receiver, body, headers.signature))) {
    throw new AssayError('SIGNATURE_INVALID', 'the signature does not fit the body', { remedy: 'Set the same secret in the GitHub App and in WEBHOOK_SECRET.' });
  }
  const payload = parse(body);
  const effects = effectsOf(headers.event, payload, receiver.own ?? null);
  const delivery = { guid: headers.guid, event: headers.event, action: actionOf(payload), body, receivedAt: receiver.now() };
  const result = await inTime(receiver.store.putDelivery(delivery, effects ?? noEffects), receiver.deadlineMs);
  receiver.log.info({ guid: headers.guid, event: headers.event, action: delivery.action, marks: effects?.marks ?? [], result }, 'delivery received');
  if (result === 'stored' && effects) receiver.onStored?.();
  return result === 'stored' && !effects ? 'ignored' : result;
}

function readHeaders(req: IncomingMessage): Headers {
  if (req.method !== 'POST') throw new AssayError('METHOD_NOT_ALLOWED', `${req.method ?? 'this method'} is not for webhooks`, { remedy: 'POST deliveries here.' });
  const { 'x-github-delivery': guid, 'x-github-event': event, 'x-hub-signature-256': signature, 'content-type': type } = req.headers;
  const missing = (what: string) => new AssayError('HEADERS_INVALID', what, { remedy: 'Let GitHub send the delivery, with a secret and content type application/json.' });
  if (typeof guid !== 'string' || !/^[\w-]{1,100}$/.test(guid)) throw missing('X-GitHub-Delivery is missing or malformed');
  if (typeof event !== 'string' || !/^\w{1,100}$/.test(event)) throw missing('X-GitHub-Event is missing or malformed');
  if (!type?.startsWith('application/json')) throw missing('the content type is not application/json');
  return { guid, event, signature: typeof signature === 'string' ? signature : '' };
}

async function isSigned(receiver: Receiver, body: string, signature: string): Promise<boolean> {
  if (body === '' || !/^sha256=[0-9a-f]{64}$/.test(signature)) return false;
  for (const webhooks of receiver.webhooks) if (await webhooks.verify(body, signature)) return true;
  return false;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new AssayError('PAYLOAD_NOT_JSON', 'the body is signed but is no JSON', { remedy: 'Set the content type of the webhook to application/json.', cause });
  }
}

function actionOf(payload: unknown): string | null {
  return typeof payload === 'object' && payload !== null && 'action' in payload && typeof payload.action === 'string' ? payload.action : null;
}

/** What is still under way at the deadline may yet be stored; then GitHub's next attempt is a replay. */
async function inTime<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AssayError('STORE_TIMEOUT', `the store did not answer within ${deadlineMs} ms`, { remedy: 'Check the disk or the database; GitHub redelivers.' })), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whatever the store could not do is 503: the delivery is not ours yet. */
function refuse(receiver: Receiver, { req, res, thrown }: { req: IncomingMessage; res: ServerResponse; thrown: unknown }): void {
  const problem = problemOf(thrown);
  const status = statuses[problem.code] ?? 503;
  receiver.log.warn({ guid: req.headers['x-github-delivery'], event: req.headers['x-github-event'], status, code: problem.code, cause: problem.message }, 'delivery refused');
  if (!req.complete) res.setHeader('connection', 'close');
  if (status === 405) res.setHeader('allow', 'POST');
  answer(res, status, { code: problem.code, message: status === 503 ? 'not stored' : problem.message, remedy: problem.remedy });
}

function answer(res: ServerResponse, status: number, body: object): void {
  if (res.destroyed || res.headersSent) return;
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
