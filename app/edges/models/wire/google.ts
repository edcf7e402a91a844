/** Gemini's generateContent, whole and streamed, as its command line agent speaks it. */
import { count } from '../vendor.ts';
import { bodyOf, cappedAt, listOf, onlyOwnTools, type Bill, type Body, type WireFormat } from './format.ts';

const offered = /^\/v1beta\/models\/[\w.-]+:(generateContent|streamGenerateContent)$/;

export const googleWire: WireFormat = {
  family: 'google',
  isOffered: (path) => offered.test(path),
  directed: (path, body, model) => ({ path: path.replace(/\/models\/[^:]+:/, () => `/models/${encodeURIComponent(model)}:`), body }),
  bounded(body, most) {
    const settings = bodyOf(body.generationConfig);
    const maxOutputTokens = cappedAt(settings.maxOutputTokens, most);
    const { kept, removed } = onlyOwnTools(body.tools, (tool) => Object.keys(tool).every((key) => key === 'functionDeclarations'));
    return { body: { ...body, generationConfig: { ...settings, maxOutputTokens }, ...(body.tools === undefined ? {} : { tools: kept }) }, maxOutputTokens, removed };
  },
  target: ({ baseUrl = 'https://generativelanguage.googleapis.com' }, path) => `${baseUrl.replace(/\/$/, '')}${path}${path.endsWith('streamGenerateContent') ? '?alt=sse' : ''}`,
  keyHeader: (key) => ({ 'x-goog-api-key': key }),
  read: (bill, value) => ({ ...told(bill, value), ended: bill.ended || listOf(value.candidates).some((one) => typeof one.finishReason === 'string') }),
};

/** Each piece of a stream tells the counts so far. */
function told(bill: Bill, piece: Body): Bill {
  const model = typeof piece.modelVersion === 'string' ? piece.modelVersion : bill.model;
  if (!piece.usageMetadata) return { ...bill, model };
  const usage = bodyOf(piece.usageMetadata);
  const of = (name: string) => count(typeof usage[name] === 'number' ? usage[name] : 0);
  const cacheReadTokens = of('cachedContentTokenCount');
  return { ...bill, model, usage: { inputTokens: Math.max(0, of('promptTokenCount') + of('toolUsePromptTokenCount') - cacheReadTokens), outputTokens: of('candidatesTokenCount') + of('thoughtsTokenCount'), cacheReadTokens, cacheWriteTokens: 0 } };
}
