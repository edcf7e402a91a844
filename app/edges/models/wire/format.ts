/** What the App must understand of a vendor's own wire format to meter a request that a command line agent makes: the model, the bounds, the bill. */
import type { Family } from '../../../core/family.ts';
import type { ModelAnswer } from '../../../core/model.ts';

export type Body = Record<string, unknown>;

/** `model`: as the vendor named it in its answer. Counts are the vendor's; all 0 while it has told none. */
export interface Bill {
  model: string | null;
  usage: ModelAnswer['usage'];
  /** The vendor said that the answer is whole. */
  ended: boolean;
}

export interface WireFormat {
  family: Family;
  /** Whether this asks for an answer of a model; nothing else is passed on. `path` starts with a slash and has no query. */
  isOffered(path: string): boolean;
  /** The same request to this model, whichever the agent chose: its helpers and aliases are not what the job was started for. */
  directed(path: string, body: Body, model: string): { path: string; body: Body };
  /** The body with at most this many output tokens, without tools that the vendor itself would carry out. */
  bounded(body: Body, maxOutputTokens: number): { body: Body; maxOutputTokens: number; removed: string[] };
  /** Whose server, and with which key; `path` as above. */
  target(settings: { baseUrl?: string | undefined }, path: string): string;
  keyHeader(key: string): Record<string, string>;
  /** What one event of the stream, or the whole answer, adds to the bill. */
  read(bill: Bill, value: Body): Bill;
}

export const noUsage: ModelAnswer['usage'] = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function bodyOf(value: unknown): Body {
  return isBody(value) ? value : {};
}

export function listOf(value: unknown): Body[] {
  return Array.isArray(value) ? value.filter(isBody) : [];
}

/** What was asked for, but never more than this. */
export function cappedAt(asked: unknown, most: number): number {
  return typeof asked === 'number' && Number.isFinite(asked) && asked >= 1 ? Math.min(Math.floor(asked), most) : most;
}

/** Tools that the vendor would carry out itself reach the network from there: only those that the caller carries out stay. */
export function onlyOwnTools(tools: unknown, isOwn: (tool: Body) => boolean): { kept: Body[]; removed: string[] } {
  const all = listOf(tools);
  return { kept: all.filter(isOwn), removed: all.filter((tool) => !isOwn(tool)).map((tool) => String(tool.type ?? Object.keys(tool)[0] ?? 'unnamed').slice(0, 60)) };
}
