/** What a vendor's failure means: one stable code, whether money can have been spent, and how long to wait before asking again. */
import { AssayError } from '../../core/errors.ts';
import type { ModelAnswer } from '../../core/model.ts';
import type { Family } from '../../core/family.ts';

export type ModelErrorCode =
  | 'MODEL_OVERLOADED' | 'MODEL_RATE_LIMITED' | 'MODEL_REFUSED' | 'MODEL_ANSWER_INVALID' | 'MODEL_UNAVAILABLE' | 'MODEL_KEY_MISSING' | 'MODEL_REQUEST_INVALID';

/** `unspent` is true only where the vendor provably did no work; `usage` is what a refusal or an unusable answer still cost. */
export class ModelError extends AssayError {
  override readonly code: ModelErrorCode;
  readonly unspent: boolean;
  readonly retryAfterMs: number | null;
  readonly usage: ModelAnswer['usage'] | null;

  constructor(code: ModelErrorCode, message: string, options: { unspent?: boolean; retryAfterMs?: number | null; usage?: ModelAnswer['usage']; cause?: unknown } = {}) {
    super(code, message, { remedy: remedies[code], cause: options.cause });
    this.code = code;
    this.unspent = options.unspent ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.usage = options.usage ?? null;
  }
}

const remedies: Record<ModelErrorCode, string> = {
  MODEL_OVERLOADED: 'The vendor is overloaded; Assay asks again later. Nothing to do unless it lasts.',
  MODEL_RATE_LIMITED: "Wait, or raise the account's rate limit at the vendor.",
  MODEL_REFUSED: 'The model declined. Reword the intent so that its purpose is plain, or hand the task to a person.',
  MODEL_ANSWER_INVALID: 'The answer did not have the asked form, twice. Retry; if it repeats, choose another model for this role.',
  MODEL_UNAVAILABLE: "The vendor could not be reached or did not answer in time. Check its status page, the base URL and the network.",
  MODEL_KEY_MISSING: 'Set the API key of this family (ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY), or check that the key is valid and its account has credit.',
  MODEL_REQUEST_INVALID: 'The vendor rejected the request. Check that the configured model exists and takes the parameters sent.',
};

interface HttpFailure {
  family: Family;
  status: number;
  message: string;
  retryAfter: string | null;
  cause: unknown;
}

/** Maps an HTTP status as the three vendors document it. Their failed requests are not billed, but a 5xx other than "overloaded" is no proof. */
export function errorOfStatus({ family, status, message, retryAfter, cause }: HttpFailure): ModelError {
  const said = `${family} answered ${status}: ${message.slice(0, 300)}`;
  if (status === 429) return new ModelError('MODEL_RATE_LIMITED', said, { unspent: true, retryAfterMs: millisecondsOf(retryAfter), cause });
  if (status === 529 || status === 503) return new ModelError('MODEL_OVERLOADED', said, { unspent: true, retryAfterMs: millisecondsOf(retryAfter), cause });
  if (status === 401 || status === 402 || status === 403) return new ModelError('MODEL_KEY_MISSING', said, { unspent: true, cause });
  if (status >= 400 && status < 500 && status !== 408 && status !== 499) return new ModelError('MODEL_REQUEST_INVALID', said, { unspent: true, cause });
  return new ModelError('MODEL_UNAVAILABLE', said, { cause });
}

/** A `Retry-After` of seconds, a date, or Google's `12s`. */
function millisecondsOf(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const seconds = Number(retryAfter.replace(/s$/, ''));
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1000));
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? null : Math.max(0, until - Date.now());
}

const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** A connection that failed: unspent only where the request cannot have left the machine. */
export function errorOfConnection(family: Family, thrown: unknown): ModelError {
  const causes = causeChain(thrown);
  const unspent = causes.some((cause) => 'code' in cause && typeof cause.code === 'string' && neverSent.has(cause.code));
  const why = causes.map((cause) => cause.message).filter(Boolean).join(': ').slice(0, 300);
  return new ModelError('MODEL_UNAVAILABLE', `${family} could not be asked: ${why || String(thrown)}`, { unspent, cause: thrown });
}

/** The error and what caused it; `fetch` hides the errno of a connection one or two levels down, sometimes in an AggregateError. */
function causeChain(thrown: unknown): Error[] {
  const chain: Error[] = [];
  const queue: unknown[] = [thrown];
  while (queue.length > 0 && chain.length < 10) {
    const next = queue.shift();
    if (!(next instanceof Error)) continue;
    chain.push(next);
    queue.push(next.cause, ...(next instanceof AggregateError ? next.errors : []));
  }
  return chain;
}
