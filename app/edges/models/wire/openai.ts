/** OpenAI's Responses API as its command line agent speaks it. */
import { count } from '../vendor.ts';
import { bodyOf, cappedAt, onlyOwnTools, type Bill, type Body, type WireFormat } from './format.ts';

const own = new Set<unknown>(['function', 'custom', 'local_shell']);

export const openaiWire: WireFormat = {
  family: 'openai',
  isOffered: (path) => path === '/v1/responses',
  directed: (path, body, model) => ({ path, body: { ...body, model } }),
  bounded(body, most) {
    const maxOutputTokens = cappedAt(body.max_output_tokens, most);
    const { kept, removed } = onlyOwnTools(body.tools, (tool) => own.has(tool.type));
    return { body: { ...body, max_output_tokens: maxOutputTokens, store: false, ...(body.tools === undefined ? {} : { tools: kept }) }, maxOutputTokens, removed };
  },
  target: ({ baseUrl = 'https://api.openai.com/v1' }, path) => `${baseUrl.replace(/\/$/, '')}${path.replace(/^\/v1/, '')}`,
  keyHeader: (key) => ({ authorization: `Bearer ${key}` }),
  read(bill, value) {
    if (value.object === 'response') return { ...told(bill, value), ended: true };
    const response = bodyOf(value.response);
    if (value.type === 'response.created') return told(bill, response);
    return /^response\.(completed|incomplete|failed)$/.test(String(value.type)) ? { ...told(bill, response), ended: true } : bill;
  },
};

/** Cached tokens are counted within the input tokens there, and apart here. */
function told(bill: Bill, response: Body): Bill {
  const model = typeof response.model === 'string' ? response.model : bill.model;
  if (!response.usage) return { ...bill, model };
  const usage = bodyOf(response.usage);
  const details = bodyOf(usage.input_tokens_details);
  const [cacheReadTokens, cacheWriteTokens] = [countOf(details.cached_tokens), countOf(details.cache_write_tokens)];
  return { ...bill, model, usage: { inputTokens: Math.max(0, countOf(usage.input_tokens) - cacheReadTokens - cacheWriteTokens), outputTokens: countOf(usage.output_tokens), cacheReadTokens, cacheWriteTokens } };
}

function countOf(value: unknown): number {
  return count(typeof value === 'number' ? value : 0);
}
