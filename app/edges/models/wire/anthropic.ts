/** Anthropic's Messages API as its command line agent speaks it. */
import { count } from '../vendor.ts';
import { bodyOf, cappedAt, noUsage, onlyOwnTools, type Bill, type Body, type WireFormat } from './format.ts';

export const anthropicWire: WireFormat = {
  family: 'anthropic',
  isOffered: (path) => path === '/v1/messages',
  directed: (path, body, model) => ({ path, body: { ...body, model } }),
  bounded(body, most) {
    const maxOutputTokens = cappedAt(body.max_tokens, most);
    const { mcp_servers: servers, container, context_management: _, ...rest } = body;
    const { kept, removed } = onlyOwnTools(body.tools, (tool) => tool.type === undefined || tool.type === 'custom');
    const thinking = bodyOf(body.thinking);
    // A budget for thinking must be below the whole output.
    const think = typeof thinking.budget_tokens === 'number' && thinking.budget_tokens >= maxOutputTokens ? { thinking: { type: 'disabled' } } : {};
    return {
      body: { ...rest, ...think, max_tokens: maxOutputTokens, ...(body.tools === undefined ? {} : { tools: kept }) }, maxOutputTokens,
      removed: [...removed, ...(servers === undefined ? [] : ['mcp_servers']), ...(container === undefined ? [] : ['container'])],
    };
  },
  target: ({ baseUrl = 'https://api.anthropic.com' }, path) => `${baseUrl.replace(/\/$/, '')}${path}`,
  keyHeader: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  read(bill, value) {
    if (value.type === 'message') return { ...told(bill, value), ended: true };
    if (value.type === 'message_start') return told(bill, bodyOf(value.message));
    if (value.type === 'message_delta') return told(bill, value);
    return value.type === 'message_stop' ? { ...bill, ended: true } : bill;
  },
};

/** Later events repeat some counts and leave out others. */
function told(bill: Bill, message: Body): Bill {
  const usage = bodyOf(message.usage);
  const of = (name: string, before: number) => (typeof usage[name] === 'number' ? count(usage[name]) : before);
  const before = bill.usage ?? noUsage;
  return {
    ...bill, model: typeof message.model === 'string' ? message.model : bill.model,
    usage: {
      inputTokens: of('input_tokens', before.inputTokens), outputTokens: of('output_tokens', before.outputTokens),
      cacheReadTokens: of('cache_read_input_tokens', before.cacheReadTokens), cacheWriteTokens: of('cache_creation_input_tokens', before.cacheWriteTokens),
    },
  };
}
