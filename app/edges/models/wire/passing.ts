/**
 * Passes a command line agent's request on to its vendor with the App's key, and the answer back as it comes. The purse is the same as of every other
 * call: the worst case is reserved before, the vendor's own counts settle it after, an answer that was cut off stays reserved in full.
 */
import { AssayError } from '../../../core/errors.ts';
import type { Family } from '../../../core/family.ts';
import type { ModelRequest } from '../../../core/model.ts';
import type { LedgerEntry } from '../../../core/ports/store.ts';
import { logLine } from '../call-log.ts';
import { oneAtATime, reserve, settle, type Purse } from '../metered.ts';
import { errorOfConnection, errorOfStatus, ModelError } from '../model-error.ts';
import { defaultTimeoutMs, keyOf, type VendorSettings } from '../vendor.ts';
import { anthropicWire } from './anthropic.ts';
import { billReader } from './events.ts';
import type { Bill, Body, WireFormat } from './format.ts';
import { googleWire } from './google.ts';
import { openaiWire } from './openai.ts';

/** `path` without its query. */
export interface WireRequest {
  path: string;
  body: Body;
  signal: AbortSignal;
}

export interface WireReply {
  type: string;
  body: AsyncIterable<Uint8Array>;
}

/** Throws what `Models.ask` throws, before the first byte; after it the stream ends early and the bill stays at its worst. */
export interface WireModels {
  pass(request: WireRequest): Promise<WireReply>;
}

/** `model`: the one that is asked, whichever the agent names. `onBill` hears which model answered. */
export interface WireOptions extends Purse {
  settings: Record<Family, VendorSettings>;
  families: readonly Family[];
  model: string;
  onBill(bill: Bill): void;
}

const formats: readonly WireFormat[] = [anthropicWire, openaiWire, googleWire];
const variables: Record<Family, string> = { anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY', google: 'GEMINI_API_KEY' };
/** An agent asks for as much as its model can; the purse reserves what may come. */
const mostOutputTokens = 32_000;
const loggedCharacters = 200_000;

export function wireModels(options: WireOptions): WireModels {
  const inOrder = oneAtATime();
  return {
    async pass(request) {
      const call = openCall(options, request);
      try {
        call.entry = await inOrder(() => reserve(options, call.asked));
        const response = await sent(options, call, request.signal);
        return { type: response.headers.get('content-type') ?? 'application/json', body: watched(options, call, response) };
      } catch (thrown) {
        if (call.entry && thrown instanceof ModelError && thrown.unspent) await options.ledger.release(call.entry.id);
        await options.promptLog.logPrompt(logLine({ options, request: call.asked, entry: call.entry, startedAt: call.startedAt, answer: null, thrown }));
        throw thrown;
      }
    },
  };
}

interface Call {
  format: WireFormat;
  path: string;
  body: Body;
  /** As the ledger and the log know it. */
  asked: ModelRequest;
  startedAt: number;
  entry: LedgerEntry | null;
}

function openCall(options: WireOptions, { path, body }: WireRequest): Call {
  const format = formats.find((one) => options.families.includes(one.family) && one.isOffered(path));
  if (!format) throw new AssayError('MODEL_REQUEST_INVALID', `${path.slice(0, 100)} is not offered to this job`, { remedy: 'Only requests for an answer of the job\'s own family are passed on.' });
  const directed = format.directed(path, body, options.model);
  const bounded = format.bounded(directed.body, mostOutputTokens);
  const asked: ModelRequest = {
    role: 'builder', family: format.family, model: options.model, system: '', messages: [{ role: 'user', text: JSON.stringify(bounded.body) }],
    tools: bounded.removed.map((name) => ({ name: `removed: ${name}`, description: '', parameters: {} })), maxOutputTokens: bounded.maxOutputTokens, temperature: 0,
  };
  return { format, path: directed.path, body: bounded.body, asked, startedAt: options.clock.now(), entry: null };
}

async function sent({ settings }: WireOptions, { format, path, body }: Call, signal: AbortSignal): Promise<Response> {
  const vendor = settings[format.family];
  const key = keyOf(vendor, variables[format.family]);
  const response = await fetch(format.target({ baseUrl: vendor.baseUrl }, path), {
    method: 'POST', headers: { 'content-type': 'application/json', ...format.keyHeader(key) }, body: JSON.stringify(body), redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(vendor.timeoutMs ?? defaultTimeoutMs * 5)]),
  }).catch((thrown: unknown) => { throw errorOfConnection(format.family, thrown); });
  if (response.ok && response.body) return response;
  const message = (await response.text().catch(() => '')).slice(0, 500);
  throw errorOfStatus({ family: format.family, status: response.status, message, retryAfter: response.headers.get('retry-after'), cause: null });
}

async function* watched(options: WireOptions, call: Call, response: Response): AsyncIterable<Uint8Array> {
  const reader = billReader(call.format, response.headers.get('content-type')?.includes('event-stream') ?? false);
  const decoder = new TextDecoder();
  let said = '';
  try {
    for await (const piece of response.body ?? []) {
      const text = decoder.decode(piece, { stream: true });
      reader.take(text);
      if (said.length < loggedCharacters) said += text;
      yield piece;
    }
  } finally {
    await billed(options, call, { bill: reader.end(), said });
  }
}

/** Runs also where the reader went away or the vendor broke off: then the reservation stands. */
async function billed(options: WireOptions, call: Call, { bill, said }: { bill: Bill; said: string }): Promise<void> {
  const { asked: request, entry, startedAt } = call;
  options.onBill(bill);
  if (bill.ended && entry) await settle(options, { entry, request, usage: bill.usage });
  const answer = bill.model === null || !bill.ended ? null : { text: said.slice(0, loggedCharacters), toolCalls: [], model: bill.model, stop: 'end' as const, usage: bill.usage };
  const thrown = bill.ended
    ? new AssayError('MODEL_ANSWER_INVALID', 'the vendor did not say which model answered', { remedy: 'Such an answer does not count for quorum.' })
    : new AssayError('MODEL_UNAVAILABLE', `the answer broke off after ${said.length} characters`, { remedy: 'What it may have cost stays reserved.' });
  await options.promptLog.logPrompt(logLine({ options, request, entry, startedAt, answer, thrown }));
}
