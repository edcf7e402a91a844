/** What the three vendor edges share: their settings, and the small conversions that all of them need. */
import { z } from 'zod';
import type { ModelAnswer, ToolCall } from '../../core/model.ts';
import { ModelError } from './model-error.ts';

/** `apiKey` null or empty: every call ends in MODEL_KEY_MISSING. `baseUrl` as the vendor's own variable has it (OpenAI's ends in /v1). */
export interface VendorSettings {
  apiKey: string | null | undefined;
  baseUrl?: string | undefined;
  timeoutMs?: number;
}

export const defaultTimeoutMs = 180_000;

/** The key, or the error that says it is missing; nothing was sent, so nothing was spent. */
export function keyOf(settings: VendorSettings, variable: string): string {
  if (settings.apiKey) return settings.apiKey;
  throw new ModelError('MODEL_KEY_MISSING', `${variable} is not set`, { unspent: true });
}

const Arguments = z.record(z.string(), z.unknown());

/** A tool call's arguments as an object; anything else makes the answer invalid, with its price known. */
export function argumentsOf(value: unknown, usage: ModelAnswer['usage']): ToolCall['arguments'] {
  const parsed = Arguments.safeParse(typeof value === 'string' ? jsonOrUndefined(value) : value);
  if (parsed.success) return parsed.data;
  throw new ModelError('MODEL_ANSWER_INVALID', 'a tool call carries arguments that are no JSON object', { usage });
}

function jsonOrUndefined(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return undefined; // not JSON: the caller's schema refuses it
  }
}

/** An answer without text and without tool calls says nothing; that is never a success. */
export function insistOnContent(answer: ModelAnswer): ModelAnswer {
  if (answer.text.trim() === '' && answer.toolCalls.length === 0) throw new ModelError('MODEL_ANSWER_INVALID', `${answer.model} answered nothing`, { usage: answer.usage });
  if (answer.model === '') throw new ModelError('MODEL_ANSWER_INVALID', 'the vendor did not say which model answered', { usage: answer.usage });
  return answer;
}

/** A count as the vendor gave it; absent or absurd counts are 0 and the ledger then keeps the whole reservation. */
export function count(value: number | null | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}
