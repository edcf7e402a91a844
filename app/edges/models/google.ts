/**
 * Gemini through Google's SDK (generateContent, v1beta). Gemini pairs tool results with calls by order and name and may give no id, so missing
 * ids are made here; its thought signatures travel in `ToolCall.signature`, because Gemini 3 rejects a call that comes back without its own.
 */
import { ApiError, FinishReason, GoogleGenAI, type Content, type GenerateContentConfig, type GenerateContentResponse, type Part } from '@google/genai';
import type { ModelAnswer, ModelMessage, ModelRequest, Models, ToolCall } from '../../core/model.ts';
import { ModelError, errorOfConnection, errorOfStatus } from './model-error.ts';
import { isStrict, plainSchema } from './strict-schema.ts';
import { argumentsOf, count, defaultTimeoutMs, insistOnContent, keyOf, type VendorSettings } from './vendor.ts';

export function googleModels(settings: VendorSettings): Models {
  return {
    async ask(request, { signal } = {}) {
      const client = clientOf(settings);
      const response = await client.models.generateContent({ model: request.model, contents: request.messages.map(contentOf), config: { ...configOf(request), ...(signal ? { abortSignal: signal } : {}) } }).catch(rethrow);
      return answerOf(response);
    },
  };
}

function clientOf(settings: VendorSettings): GoogleGenAI {
  return new GoogleGenAI({
    apiKey: keyOf(settings, 'GEMINI_API_KEY'), vertexai: false, apiVersion: 'v1beta',
    httpOptions: { timeout: settings.timeoutMs ?? defaultTimeoutMs, retryOptions: { attempts: 1 }, ...(settings.baseUrl ? { baseUrl: settings.baseUrl } : {}) },
  });
}

function configOf(request: ModelRequest): GenerateContentConfig {
  return {
    systemInstruction: request.system,
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    ...(request.tools.length > 0 ? { tools: [{ functionDeclarations: request.tools.map((tool) => ({ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters })) }] } : {}),
    ...(request.schema ? { responseMimeType: 'application/json', ...(isStrict(request.schema) ? { responseJsonSchema: plainSchema(request.schema) } : {}) } : {}),
  };
}

function contentOf(message: ModelMessage): Content {
  if (message.role === 'user') return { role: 'user', parts: [{ text: message.text }] };
  if (message.role === 'tool') {
    return { role: 'user', parts: message.results.map((result) => ({ functionResponse: { id: result.id, name: result.name, response: result.isError ? { error: result.text } : { output: result.text } } })) };
  }
  return { role: 'model', parts: [...(message.text ? [{ text: message.text }] : []), ...message.toolCalls.map(callPart)] };
}

function callPart(call: ToolCall): Part {
  return { functionCall: { id: call.id, name: call.name, args: call.arguments }, ...(call.signature ? { thoughtSignature: call.signature } : {}) };
}

function answerOf(response: GenerateContentResponse): ModelAnswer {
  const usage = usageOf(response);
  const candidate = response.candidates?.[0];
  const reason = candidate?.finishReason;
  if (response.promptFeedback?.blockReason || (reason && refusals.has(reason))) throw new ModelError('MODEL_REFUSED', `${response.modelVersion ?? 'google'} declined: ${response.promptFeedback?.blockReason ?? reason}`, { usage });
  if (!candidate || (reason && invalid.has(reason))) throw new ModelError('MODEL_ANSWER_INVALID', `google answered no usable candidate${reason ? `: ${reason}` : ''}`, { usage });
  const parts = candidate.content?.parts ?? [];
  const toolCalls = parts.flatMap((part, index) => toolCallOf(part, index, usage));
  return insistOnContent({
    text: parts.flatMap((part) => (part.text && !part.thought ? [part.text] : [])).join(''),
    toolCalls,
    model: (response.modelVersion ?? '').replace(/^models\//, ''),
    stop: reason === FinishReason.MAX_TOKENS ? 'length' : toolCalls.length > 0 ? 'tool' : 'end',
    usage,
  });
}

const refusals = new Set<string>(['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII']);
const invalid = new Set<string>(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS', 'MALFORMED_RESPONSE', 'LANGUAGE', 'OTHER']);

function toolCallOf(part: Part, index: number, usage: ModelAnswer['usage']): ToolCall[] {
  const call = part.functionCall;
  if (!call?.name) return [];
  return [{ id: call.id ?? `call_${index}`, name: call.name, arguments: argumentsOf(call.args ?? {}, usage), ...(part.thoughtSignature ? { signature: part.thoughtSignature } : {}) }];
}

/** Gemini counts cached tokens within the prompt and bills thoughts as output. */
function usageOf(response: GenerateContentResponse): ModelAnswer['usage'] {
  const usage = response.usageMetadata;
  const cacheReadTokens = count(usage?.cachedContentTokenCount);
  const inputTokens = Math.max(0, count(usage?.promptTokenCount) + count(usage?.toolUsePromptTokenCount) - cacheReadTokens);
  return { inputTokens, outputTokens: count(usage?.candidatesTokenCount) + count(usage?.thoughtsTokenCount), cacheReadTokens, cacheWriteTokens: 0 };
}

function rethrow(thrown: unknown): never {
  if (thrown instanceof SyntaxError) throw new ModelError('MODEL_ANSWER_INVALID', 'google answered something that is no JSON', { cause: thrown });
  if (!(thrown instanceof ApiError)) throw errorOfConnection('google', thrown);
  const retryAfter = /"retryDelay":\s*"([\d.]+s)"/.exec(thrown.message)?.[1] ?? null;
  // Google answers a bad key with 400, not 401.
  const status = thrown.status === 400 && /API_KEY_INVALID|API key not valid/.test(thrown.message) ? 401 : thrown.status;
  throw errorOfStatus({ family: 'google', status, message: thrown.message, retryAfter, cause: thrown });
}
