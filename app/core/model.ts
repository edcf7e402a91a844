/** One way to talk to any model. The three SDKs and the gateway's client implement `Models`. */
import { z } from 'zod';
import { families } from './family.ts';

export const roles = ['planner', 'builder', 'acceptance', 'auditor', 'saboteur'] as const;
export type Role = (typeof roles)[number];

/** `signature` is opaque state that a vendor wants back with its own call (Gemini's thought signature); callers only pass it on. */
const ToolCall = z.strictObject({ id: z.string(), name: z.string(), arguments: z.record(z.string(), z.unknown()), signature: z.string().optional() });
export type ToolCall = z.infer<typeof ToolCall>;

export const ModelMessage = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), text: z.string() }),
  z.strictObject({ role: z.literal('assistant'), text: z.string(), toolCalls: z.array(ToolCall) }),
  z.strictObject({ role: z.literal('tool'), results: z.array(z.strictObject({ id: z.string(), name: z.string(), text: z.string(), isError: z.boolean() })) }),
]);
export type ModelMessage = z.infer<typeof ModelMessage>;

/** `parameters` and `schema` are JSON Schema. With `schema` the answer's text is one JSON value that fits it. */
export const ModelRequest = z.strictObject({
  role: z.enum(roles),
  family: z.enum(families),
  model: z.string(),
  system: z.string(),
  messages: z.array(ModelMessage).min(1),
  tools: z.array(z.strictObject({ name: z.string(), description: z.string(), parameters: z.record(z.string(), z.unknown()) })),
  schema: z.record(z.string(), z.unknown()).optional(),
  maxOutputTokens: z.number().int().positive(),
  temperature: z.number().min(0).max(2),
});
export type ModelRequest = z.infer<typeof ModelRequest>;

export const ModelAnswer = z.strictObject({
  text: z.string(),
  toolCalls: z.array(ToolCall),
  /** The model id as the vendor answered it. */
  model: z.string(),
  stop: z.enum(['end', 'tool', 'length', 'refusal']),
  usage: z.strictObject({ inputTokens: z.number().int(), outputTokens: z.number().int(), cacheReadTokens: z.number().int(), cacheWriteTokens: z.number().int() }),
});
export type ModelAnswer = z.infer<typeof ModelAnswer>;

/**
 * Asks once. Throws AssayError with code MODEL_OVERLOADED | MODEL_RATE_LIMITED | MODEL_REFUSED | MODEL_ANSWER_INVALID | MODEL_UNAVAILABLE |
 * MODEL_KEY_MISSING | MODEL_PRICE_UNKNOWN | BUDGET_EXCEEDED | JOB_TOKEN_INVALID. Callers that need JSON use `askJson` (one corrected retry, then error).
 * `signal` ends the call at once, down to the vendor's connection, as MODEL_UNAVAILABLE; what it may have cost stays reserved.
 */
export interface Models {
  ask(request: ModelRequest, options?: { signal?: AbortSignal | undefined }): Promise<ModelAnswer>;
}
