/**
 * Claude through Anthropic's SDK (Messages API). The SDK never retries here. `temperature` is not sent: the Messages API of this SDK no longer
 * has it. The prompt is marked cacheable, because an agent's loop sends the same beginning again on each turn.
 */
import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import type { Message, MessageParam, MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages/messages';
import type { ModelAnswer, ModelMessage, ModelRequest, Models } from '../../core/model.ts';
import { ModelError, errorOfConnection, errorOfStatus } from './model-error.ts';
import { isStrict, plainSchema } from './strict-schema.ts';
import { argumentsOf, count, defaultTimeoutMs, insistOnContent, keyOf, type VendorSettings } from './vendor.ts';

export function anthropicModels(settings: VendorSettings): Models {
  return {
    async ask(request, { signal } = {}) {
      const client = clientOf(settings);
      const message = await client.messages.create(paramsOf(request), signal ? { signal } : {}).catch(rethrow);
      return answerOf(message);
    },
  };
}

function clientOf(settings: VendorSettings): Anthropic {
  return new Anthropic({
    apiKey: keyOf(settings, 'ANTHROPIC_API_KEY'), authToken: null, maxRetries: 0, timeout: settings.timeoutMs ?? defaultTimeoutMs, logLevel: 'off',
    ...(settings.baseUrl ? { baseURL: settings.baseUrl } : {}),
  });
}

function paramsOf(request: ModelRequest): MessageCreateParamsNonStreaming {
  return {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    system: request.system,
    cache_control: { type: 'ephemeral' },
    messages: request.messages.map(messageOf),
    ...(request.tools.length > 0 ? { tools: request.tools.map((tool) => ({ name: tool.name, description: tool.description, input_schema: { ...tool.parameters, type: 'object' as const } })) } : {}),
    ...(request.schema && isStrict(request.schema) ? { output_config: { format: { type: 'json_schema' as const, schema: plainSchema(request.schema) } } } : {}),
  };
}

function messageOf(message: ModelMessage): MessageParam {
  if (message.role === 'user') return { role: 'user', content: message.text };
  if (message.role === 'tool') {
    return { role: 'user', content: message.results.map((result) => ({ type: 'tool_result' as const, tool_use_id: result.id, content: result.text, is_error: result.isError })) };
  }
  const calls = message.toolCalls.map((call) => ({ type: 'tool_use' as const, id: call.id, name: call.name, input: call.arguments }));
  return { role: 'assistant', content: [...(message.text ? [{ type: 'text' as const, text: message.text }] : []), ...calls] };
}

function answerOf(message: Message): ModelAnswer {
  const usage = usageOf(message);
  if (!Array.isArray(message.content)) throw new ModelError('MODEL_ANSWER_INVALID', 'anthropic answered something that is no message', { usage });
  if (message.stop_reason === 'refusal') throw new ModelError('MODEL_REFUSED', `${message.model} declined`, { usage });
  const calls = message.content.filter((block) => block.type === 'tool_use');
  return insistOnContent({
    text: message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
    toolCalls: calls.map((call) => ({ id: call.id, name: call.name, arguments: argumentsOf(call.input, usage) })),
    model: message.model ?? '',
    stop: stopOf(message.stop_reason, calls.length > 0),
    usage,
  });
}

function stopOf(reason: Message['stop_reason'], calls: boolean): ModelAnswer['stop'] {
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  return calls ? 'tool' : 'end';
}

function usageOf(message: Message): ModelAnswer['usage'] {
  const usage = message.usage;
  return {
    inputTokens: count(usage?.input_tokens), outputTokens: count(usage?.output_tokens),
    cacheReadTokens: count(usage?.cache_read_input_tokens), cacheWriteTokens: count(usage?.cache_creation_input_tokens),
  };
}

function rethrow(thrown: unknown): never {
  if (thrown instanceof APIConnectionError || !(thrown instanceof APIError)) throw thrown instanceof SyntaxError ? unreadable(thrown) : errorOfConnection('anthropic', thrown);
  if (thrown.status === undefined) throw errorOfConnection('anthropic', thrown);
  throw errorOfStatus({ family: 'anthropic', status: thrown.status, message: thrown.message, retryAfter: thrown.headers?.get('retry-after') ?? null, cause: thrown });
}

function unreadable(cause: SyntaxError): ModelError {
  return new ModelError('MODEL_ANSWER_INVALID', 'anthropic answered something that is no JSON', { cause });
}
