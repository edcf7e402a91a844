/**
 * GPT through OpenAI's SDK (Responses API). Nothing is stored at the vendor and the whole input is sent each time, so a job can move between
 * replicas. `temperature` goes only to the models that take it: the reasoning models (gpt-5 and later, o-series) reject it.
 */
import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { Response, ResponseCreateParamsNonStreaming, ResponseInputItem } from 'openai/resources/responses/responses';
import type { ModelAnswer, ModelMessage, ModelRequest, Models } from '../../core/model.ts';
import { ModelError, errorOfConnection, errorOfStatus } from './model-error.ts';
import { isStrict, plainSchema } from './strict-schema.ts';
import { argumentsOf, count, defaultTimeoutMs, insistOnContent, keyOf, type VendorSettings } from './vendor.ts';

export function openaiModels(settings: VendorSettings): Models {
  return {
    async ask(request, { signal } = {}) {
      const client = clientOf(settings);
      const response = await client.responses.create(paramsOf(request), signal ? { signal } : {}).catch(rethrow);
      return answerOf(response);
    },
  };
}

function clientOf(settings: VendorSettings): OpenAI {
  return new OpenAI({
    apiKey: keyOf(settings, 'OPENAI_API_KEY'), organization: null, project: null, maxRetries: 0, timeout: settings.timeoutMs ?? defaultTimeoutMs, logLevel: 'off',
    ...(settings.baseUrl ? { baseURL: settings.baseUrl } : {}),
  });
}

function paramsOf(request: ModelRequest): ResponseCreateParamsNonStreaming {
  return {
    model: request.model,
    instructions: request.system,
    input: request.messages.flatMap(itemsOf),
    max_output_tokens: request.maxOutputTokens,
    store: false,
    ...(/^(gpt-4|gpt-3)/.test(request.model) ? { temperature: request.temperature } : {}),
    ...(request.tools.length > 0 ? { tools: request.tools.map((tool) => ({ type: 'function' as const, name: tool.name, description: tool.description, parameters: tool.parameters, strict: false })) } : {}),
    ...(request.schema ? { text: { format: { type: 'json_schema' as const, name: `${request.role}_answer`, schema: plainSchema(request.schema), strict: isStrict(request.schema) } } } : {}),
  };
}

function itemsOf(message: ModelMessage): ResponseInputItem[] {
  if (message.role === 'user') return [{ role: 'user', content: message.text }];
  if (message.role === 'tool') return message.results.map((result) => ({ type: 'function_call_output', call_id: result.id, output: result.isError ? `error: ${result.text}` : result.text }));
  const calls = message.toolCalls.map((call): ResponseInputItem => ({ type: 'function_call', call_id: call.id, name: call.name, arguments: JSON.stringify(call.arguments) }));
  return [...(message.text ? [{ role: 'assistant' as const, content: message.text }] : []), ...calls];
}

function answerOf(response: Response): ModelAnswer {
  const usage = usageOf(response);
  if (!Array.isArray(response.output)) throw new ModelError('MODEL_ANSWER_INVALID', 'openai answered something that is no response', { usage });
  if (response.status === 'failed' || response.error) throw new ModelError('MODEL_UNAVAILABLE', `openai failed: ${response.error?.message ?? 'no reason given'}`);
  const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const refusal = parts.find((part) => part.type === 'refusal');
  if (refusal || response.incomplete_details?.reason === 'content_filter') throw new ModelError('MODEL_REFUSED', `${response.model} declined`, { usage });
  const calls = response.output.filter((item) => item.type === 'function_call');
  return insistOnContent({
    text: parts.flatMap((part) => (part.type === 'output_text' ? [part.text] : [])).join(''),
    toolCalls: calls.map((call) => ({ id: call.call_id, name: call.name, arguments: argumentsOf(call.arguments, usage) })),
    model: response.model ?? '',
    stop: response.status === 'incomplete' ? 'length' : calls.length > 0 ? 'tool' : 'end',
    usage,
  });
}

/** OpenAI counts cached tokens within the input tokens; here they are counted apart. */
function usageOf(response: Response): ModelAnswer['usage'] {
  const details = response.usage?.input_tokens_details;
  const cacheReadTokens = count(details?.cached_tokens);
  const cacheWriteTokens = count(details?.cache_write_tokens);
  const inputTokens = Math.max(0, count(response.usage?.input_tokens) - cacheReadTokens - cacheWriteTokens);
  return { inputTokens, outputTokens: count(response.usage?.output_tokens), cacheReadTokens, cacheWriteTokens };
}

function rethrow(thrown: unknown): never {
  if (thrown instanceof SyntaxError) throw new ModelError('MODEL_ANSWER_INVALID', 'openai answered something that is no JSON', { cause: thrown });
  if (thrown instanceof APIConnectionError || !(thrown instanceof APIError) || thrown.status === undefined) throw errorOfConnection('openai', thrown);
  // An account without credit is told so with 429, and waiting does not help.
  const status = thrown.code === 'insufficient_quota' ? 402 : thrown.status;
  throw errorOfStatus({ family: 'openai', status, message: thrown.message, retryAfter: thrown.headers?.get('retry-after') ?? null, cause: thrown });
}
