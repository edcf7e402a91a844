/** How the three vendors speak on the wire, as far as the stand-in must know it: who asks whom as what, and the bodies of their failures. */
import type { Family } from '../../app/core/family.ts';

/** One request, read from its own path and body. `role` comes from the first line of the system prompt. */
export interface Asked {
  family: Family;
  model: string;
  role: string;
  system: string;
  firstUserText: string;
  body: Record<string, unknown>;
}

export type Fault =
  | { kind: 'rate-limit'; retryAfterSeconds?: number }
  | { kind: 'overloaded' | 'refusal' | 'malformed' | 'broken' | 'empty' | 'outage' | 'hang' }
  | { kind: 'status'; status: number }
  | { kind: 'model-change'; model: string };

interface Part { text?: string }
const textOf = (content: unknown): string => (typeof content === 'string' ? content : Array.isArray(content) ? content.map((part: Part) => part.text ?? '').join('') : '');

export function readAsked(path: string, body: Record<string, unknown>): Asked | null {
  const google = /^\/v1beta\/models\/([^:]+):(?:generateContent|streamGenerateContent)/.exec(path);
  const family: Family | null = path.startsWith('/v1/messages') ? 'anthropic' : path.startsWith('/v1/responses') ? 'openai' : google ? 'google' : null;
  if (!family) return null;
  const instruction = body.systemInstruction as { parts?: unknown } | undefined;
  const system = family === 'google' ? textOf(instruction?.parts) : textOf(family === 'openai' ? body.instructions : body.system);
  const list = (family === 'google' ? body.contents : family === 'openai' ? body.input : body.messages) as { role?: string; content?: unknown; parts?: unknown }[];
  const user = list.find((message) => message.role === 'user');
  const firstUserText = textOf(family === 'google' ? user?.parts : user?.content);
  return {
    family, system, body, model: google ? decodeURIComponent(google[1]!) : String(body.model),
    role: roleOf(system, list.filter((message) => message.role === 'user').map((message) => textOf(family === 'google' ? message.parts : message.content)).join('\n')), firstUserText,
  };
}

/** A command line agent has a system prompt of its own; ours is then what its user said first. */
export function roleOf(system: string, said = ''): string {
  return (/^You are the (\w+) of Assay\./.exec(system) ?? /You are the (\w+) of Assay\./.exec(said))?.[1] ?? 'unknown';
}

export interface WireReply { status: number; headers?: Record<string, string>; body: unknown }

const googleStatus: Record<number, string> = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED', 500: 'INTERNAL', 503: 'UNAVAILABLE' };
const anthropicType: Record<number, string> = { 400: 'invalid_request_error', 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error', 429: 'rate_limit_error', 500: 'api_error', 529: 'overloaded_error' };

/** An error as this vendor documents it. */
export function errorReply(family: Family, status: number, message: string, retryAfterSeconds?: number): WireReply {
  const headers = retryAfterSeconds === undefined || family === 'google' ? {} : { 'retry-after': String(retryAfterSeconds) };
  if (family === 'anthropic') return { status, headers, body: { type: 'error', error: { type: anthropicType[status] ?? 'api_error', message } } };
  if (family === 'openai') return { status, headers, body: { error: { message, type: status === 429 ? 'rate_limit_exceeded' : 'invalid_request_error', code: null, param: null } } };
  const details = retryAfterSeconds === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` }];
  return { status, body: { error: { code: status, message, status: googleStatus[status] ?? 'UNKNOWN', details } } };
}

/** The reply of a fault that answers with a body; null for the faults that the server plays on the connection or by rewriting. */
export function faultReply(asked: Asked, fault: Fault): WireReply | null {
  switch (fault.kind) {
    case 'rate-limit': return errorReply(asked.family, 429, 'rate limit reached', fault.retryAfterSeconds);
    case 'overloaded': return errorReply(asked.family, asked.family === 'anthropic' ? 529 : 503, 'overloaded');
    case 'status': return errorReply(asked.family, fault.status, `status ${fault.status}`);
    case 'refusal': return { status: 200, body: refusal(asked) };
    case 'malformed': return { status: 200, body: spoken(asked, 'Sure! Here is what I think, in plain words.') };
    case 'empty': return { status: 200, body: spoken(asked, '') };
    case 'broken': return { status: 200, body: '{"this is cut o' };
    case 'outage': case 'hang': case 'model-change': return null;
  }
}

const anthropicUsage = { input_tokens: 90, output_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const openaiUsage = { input_tokens: 90, output_tokens: 10, total_tokens: 100, input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } };
const googleUsage = { promptTokenCount: 90, candidatesTokenCount: 10, totalTokenCount: 100 };

function spoken({ family, model }: Asked, text: string): unknown {
  if (family === 'anthropic') return { id: 'msg_1', type: 'message', role: 'assistant', model, content: text ? [{ type: 'text', text }] : [], stop_reason: 'end_turn', stop_sequence: null, usage: anthropicUsage };
  if (family === 'openai') return openaiBody(model, text ? [{ type: 'output_text', text, annotations: [] }] : []);
  return { candidates: [{ content: { role: 'model', parts: text ? [{ text }] : [] }, finishReason: 'STOP', index: 0 }], usageMetadata: googleUsage, modelVersion: model };
}

function refusal({ family, model }: Asked): unknown {
  if (family === 'anthropic') return { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: 'refusal', stop_sequence: null, usage: anthropicUsage };
  if (family === 'openai') return openaiBody(model, [{ type: 'refusal', refusal: 'I cannot help with that.' }]);
  return { candidates: [{ finishReason: 'SAFETY', index: 0 }], usageMetadata: googleUsage, modelVersion: model };
}

function openaiBody(model: string, content: unknown[]): unknown {
  return { id: 'resp_1', object: 'response', created_at: 0, status: 'completed', model, error: null, incomplete_details: null, output: [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }], usage: openaiUsage };
}

/** The same for a stream of server-sent events. */
export function streamAsTheVendorWould(asked: Asked, text: string, model: string | null): string {
  if (asked.family !== 'google') return model === null ? text : text.replaceAll(JSON.stringify(asked.model), JSON.stringify(model));
  return text.replace(/^data: (\{.*\})$/gm, (_line, json: string) => `data: ${JSON.stringify(asTheVendorWould(asked, JSON.parse(json) as Record<string, unknown>, model))}`);
}

/**
 * What aimock leaves out or spells otherwise than the vendor: Gemini names the model that answered and ends a tool turn with STOP.
 * `model` overrides who answered, for a silent swap.
 */
export function asTheVendorWould(asked: Asked, body: Record<string, unknown>, model: string | null): Record<string, unknown> {
  if (asked.family !== 'google') return model ? { ...body, model } : body;
  const candidates = (body.candidates as { finishReason?: string }[] | undefined)?.map((one) => (one.finishReason === 'FUNCTION_CALL' ? { ...one, finishReason: 'STOP' } : one));
  return { ...body, ...(candidates ? { candidates } : {}), modelVersion: model ?? asked.model };
}
