/** Requests of command line agents on their way to a vendor: what is taken out, what is held to its bounds, and how the bill is read from answers cut anywhere. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryPurse, steppingClock, type Purse } from '../../../../test/world/purse.ts';
import { usd } from '../../../core/money.ts';
import type { Family } from '../../../core/family.ts';
import { startGateway, type RunningGateway } from '../gateway.ts';
import { anthropicWire } from './anthropic.ts';
import { billReader } from './events.ts';
import type { WireFormat } from './format.ts';
import { googleWire } from './google.ts';
import { openaiWire } from './openai.ts';
import { wireModels } from './passing.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe('a request of an agent', () => {
  it.each<[WireFormat, Record<string, unknown>, Record<string, unknown>, string[]]>([
    [anthropicWire, { max_tokens: 900_000, tools: [{ name: 'mine' }, { type: 'web_fetch_1', name: 'w' }], mcp_servers: [{}], container: 'c' }, { max_tokens: 32_000, tools: [{ name: 'mine' }] }, ['web_fetch_1', 'mcp_servers', 'container']],
    [openaiWire, { tools: [{ type: 'function' }, { type: 'web_search' }, { type: 'mcp' }], store: true }, { max_output_tokens: 32_000, store: false, tools: [{ type: 'function' }] }, ['web_search', 'mcp']],
    [googleWire, { generationConfig: { maxOutputTokens: -1, topP: 1 }, tools: [{ functionDeclarations: [] }, { googleSearch: {} }] }, { generationConfig: { maxOutputTokens: 32_000, topP: 1 }, tools: [{ functionDeclarations: [] }] }, ['googleSearch']],
  ])('is bounded, without what the vendor would do by itself: $0.family', (format, asked, sent, removed) => {
    expect(format.bounded(asked, 32_000)).toEqual({ body: sent, maxOutputTokens: 32_000, removed });
  });

  it('goes to the job\'s model and to no other place', () => {
    expect(googleWire.directed('/v1beta/models/gemini-x:generateContent', {}, 'gemini-3.5-flash').path).toBe('/v1beta/models/gemini-3.5-flash:generateContent');
    expect(anthropicWire.directed('/v1/messages', { model: 'other' }, 'mine').body).toEqual({ model: 'mine' });
    for (const path of ['/v1/files', '/v1/messages/batches', '/v1beta/models/x:countTokens', '/v1/models', '/v1beta/models/a/../b:generateContent']) expect([anthropicWire, openaiWire, googleWire].some((format) => format.isOffered(path))).toBe(false);
  });
});

const streams: [WireFormat, string, object][] = [
  [anthropicWire, 'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":7,"output_tokens":1}}}\n\ndata: {"type":"message_delta","usage":{"output_tokens":9}}\n\ndata: {"type":"message_stop"}\n\n', { inputTokens: 7, outputTokens: 9 }],
  [openaiWire, 'data: {"type":"response.created","response":{"model":"m"}}\r\n\r\ndata: {"type":"response.completed","response":{"model":"m","usage":{"input_tokens":10,"output_tokens":3,"input_tokens_details":{"cached_tokens":4}}}}\r\n\r\ndata: [DONE]\r\n', { inputTokens: 6, outputTokens: 3, cacheReadTokens: 4 }],
  [googleWire, 'data: {"modelVersion":"m","usageMetadata":{"promptTokenCount":5},"candidates":[{}]}\n\ndata: {"modelVersion":"m","usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":4},"candidates":[{"finishReason":"STOP"}]}', { inputTokens: 5, outputTokens: 6 }],
];

describe('the bill of a stream', () => {
  it.each(streams)('is the same wherever it is cut, and is not whole before its end: $0.family', (format, text, usage) => {
    for (let at = 0; at <= text.length; at += 1) {
      const reader = billReader(format, true);
      reader.take(text.slice(0, at));
      reader.take(text.slice(at));
      expect(reader.end()).toMatchObject({ model: 'm', ended: true, usage });
    }
    const half = billReader(format, true);
    half.take(text.slice(0, text.length / 3));
    expect(half.end().ended).toBe(false);
  });

  it('is nothing where the answer is none', () => {
    for (const text of ['', 'data: {', 'data: [DONE]\n', '<html>', 'data: "text"\n', 'null']) {
      const reader = billReader(anthropicWire, true);
      reader.take(text);
      expect(reader.end()).toMatchObject({ model: null, ended: false });
    }
  });
});

describe('a call under way', () => {
  let vendor: Server;
  let gateway: RunningGateway;
  let purse: Purse;
  let gone = 0;
  afterEach(async () => {
    await gateway.stop();
    vendor.closeAllConnections();
    vendor.close();
  });

  /** A vendor that sends the beginning of a stream and then nothing. */
  async function open(): Promise<{ url: string; token: string }> {
    gone = 0;
    purse = memoryPurse();
    vendor = createServer((request, response) => {
      request.resume();
      response.on('close', () => { gone += 1; });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"type":"message_start","message":{"model":"claude-sonnet-4-6","usage":{"input_tokens":7}}}\n\n');
    }).listen(0, '127.0.0.1');
    await once(vendor, 'listening');
    const address = vendor.address();
    const baseUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const settings = Object.fromEntries((['anthropic', 'openai', 'google'] as const).map((family) => [family, { apiKey: 'k', baseUrl }])) as Record<Family, { apiKey: string; baseUrl: string }>;
    const clock = steppingClock();
    gateway = await startGateway({ clock, log: silent, modelsFor: () => ({ ask: () => Promise.reject(new Error('not asked')) }), wireFor: (job, { families, cliModel }, onBill) => wireModels({ settings, families, model: cliModel, onBill, ledger: purse.ledger, promptLog: purse.promptLog, clock, project: 'intent:1#1', job, cap: usd(50), traceId: 't' }) });
    const grant = gateway.issue('j', { families: ['anthropic'], cliModel: 'claude-sonnet-4-6', cap: usd(50), expiresAt: Infinity });
    return { url: grant.url.replace(/\/model$/, '/wire/v1/messages'), token: grant.token };
  }

  const asked = ({ url, token }: { url: string; token: string }, signal?: AbortSignal) => fetch(url, { method: 'POST', headers: { 'x-api-key': token }, body: '{"model":"claude-sonnet-4-6","max_tokens":10,"messages":[]}', ...(signal ? { signal } : {}) });
  const cutOff = async () => {
    await expect.poll(() => gone, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => purse.log.at(-1)?.problem?.code, { timeout: 20_000 }).toBe('MODEL_UNAVAILABLE');
    expect([...purse.entries.values()]).toMatchObject([{ settled: null }]);
  };

  it('ends with its token, in the middle of the stream, and stays reserved in full', async () => {
    const answer = await asked(await open());
    gateway.revoke('j');
    await answer.text().catch(() => 'cut');
    await cutOff();
  });

  it('ends with its caller', async () => {
    const caller = new AbortController();
    await asked(await open(), caller.signal);
    caller.abort();
    await cutOff();
  });

  it('is refused for another family, before anything is reserved', async () => {
    const { url, token } = await open();
    const answer = await fetch(url.replace('/v1/messages', '/v1/responses'), { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '{"model":"gpt-5.4"}' });
    expect([answer.status, (await answer.json() as { code: string }).code, purse.entries.size]).toEqual([400, 'MODEL_REQUEST_INVALID', 0]);
  });
});
