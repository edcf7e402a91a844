import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startModels, type ModelWorld } from '../../../test/world/models.ts';
import type { Fault } from '../../../test/world/models-wire.ts';
import { families, type Family } from '../../core/family.ts';
import type { ModelRequest, Models } from '../../core/model.ts';
import { anthropicModels } from './anthropic.ts';
import { googleModels } from './google.ts';
import { openaiModels } from './openai.ts';
import type { VendorSettings } from './vendor.ts';

const make: Record<Family, (settings: VendorSettings) => Models> = { anthropic: anthropicModels, openai: openaiModels, google: googleModels };
const model: Record<Family, string> = { anthropic: 'claude-sonnet-4-6', openai: 'gpt-5.4', google: 'gemini-3.5-flash' };

let world: ModelWorld;
beforeAll(async () => { world = await startModels(); });
afterAll(() => world.stop());
beforeEach(() => world.script.heal());

const urlOf = (family: Family) => ({ anthropic: world.anthropicUrl, openai: world.openaiUrl, google: world.googleUrl })[family];
const vendor = (family: Family, rest: Partial<VendorSettings> = {}) => make[family]({ apiKey: 'not-a-real-key', baseUrl: urlOf(family), ...rest });
const tool = { name: 'write_file', description: 'writes', parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'], additionalProperties: false } };
const ask = (family: Family, rest: Partial<ModelRequest> = {}): ModelRequest => ({
  role: 'auditor', family, model: model[family], system: 'You are the auditor of Assay.', messages: [{ role: 'user', text: 'hello' }], tools: [], maxOutputTokens: 500, temperature: 0.3, ...rest,
});
const failure = async (family: Family, fault: Fault, rest: Partial<VendorSettings> = {}) => {
  world.script.fail({ family, with: fault });
  return vendor(family, rest).ask(ask(family)).then(() => { throw new Error('it answered'); }, (thrown: unknown) => thrown);
};

describe.each(families)('the %s edge', (family) => {
  it('answers text with the model and counts as the vendor gave them', async () => {
    world.script.text({ role: 'auditor', family, text: 'all is well' });
    const answer = await vendor(family).ask(ask(family));
    expect(answer).toMatchObject({ text: 'all is well', toolCalls: [], model: model[family], stop: 'end' });
    expect(answer.usage.inputTokens).toBeGreaterThan(0);
    expect(answer.usage.outputTokens).toBeGreaterThan(0);
  });

  it('carries a tool turn there and back', async () => {
    world.script.turns({ role: 'builder', family, turns: [{ calls: [{ name: 'write_file', arguments: { path: 'a.ts' } }, { name: 'write_file', arguments: { path: 'b.ts' } }] }, { text: 'done' }] });
    const request = ask(family, { role: 'builder', system: 'You are the builder of Assay.', tools: [tool] });
    const first = await vendor(family).ask(request);
    expect(first.stop).toBe('tool');
    expect(first.toolCalls.map((call) => call.arguments)).toEqual([{ path: 'a.ts' }, { path: 'b.ts' }]);
    const results = first.toolCalls.map((call) => ({ id: call.id, name: call.name, text: 'written', isError: false }));
    const second = await vendor(family).ask({ ...request, messages: [...request.messages, { role: 'assistant', text: '', toolCalls: first.toolCalls }, { role: 'tool', results }] });
    expect(second).toMatchObject({ text: 'done', stop: 'end' });
  });

  it('sends a strict schema to the vendor, and none that the vendor would reject', async () => {
    world.script.json({ role: 'auditor', family, json: { ok: true } });
    const strict = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'], additionalProperties: false };
    expect(JSON.parse((await vendor(family).ask(ask(family, { schema: strict }))).text)).toEqual({ ok: true });
    const sent = JSON.stringify(world.journal().at(-1)?.body);
    expect(sent).toContain(JSON.stringify(strict));
    await vendor(family).ask(ask(family, { schema: { type: 'object', properties: { any: {} } } }));
    const loose = JSON.stringify(world.journal().at(-1)?.body);
    if (family === 'openai') expect(loose).toContain('"strict":false');
    else expect(loose).not.toContain('"any":{}');
  });

  it.each<[Fault, string, boolean]>([
    [{ kind: 'rate-limit', retryAfterSeconds: 7 }, 'MODEL_RATE_LIMITED', true],
    [{ kind: 'overloaded' }, 'MODEL_OVERLOADED', true],
    [{ kind: 'status', status: 401 }, 'MODEL_KEY_MISSING', true],
    [{ kind: 'status', status: 402 }, 'MODEL_KEY_MISSING', true],
    [{ kind: 'status', status: 404 }, 'MODEL_REQUEST_INVALID', true],
    [{ kind: 'status', status: 500 }, 'MODEL_UNAVAILABLE', false],
    [{ kind: 'refusal' }, 'MODEL_REFUSED', false],
    [{ kind: 'empty' }, 'MODEL_ANSWER_INVALID', false],
    [{ kind: 'broken' }, 'MODEL_ANSWER_INVALID', false],
    [{ kind: 'outage' }, 'MODEL_UNAVAILABLE', false],
  ])('maps %o to %s, asking once', async (fault, code, unspent) => {
    const before = world.journal().length;
    const thrown = await failure(family, fault);
    expect(thrown).toMatchObject({ code, unspent });
    expect(world.journal().length - before).toBe(1);
    if (fault.kind === 'rate-limit') expect(thrown).toMatchObject({ retryAfterMs: 7000 });
    if (fault.kind === 'refusal') expect(thrown).toMatchObject({ usage: { inputTokens: 90, outputTokens: 10 } });
  });

  it('ends a silent vendor at its time limit, with the cost unknown', async () => {
    expect(await failure(family, { kind: 'hang' }, { timeoutMs: 300 })).toMatchObject({ code: 'MODEL_UNAVAILABLE', unspent: false });
  });

  it('knows that nothing was spent where nobody listens', async () => {
    const free = await freePort();
    const thrown = await vendor(family, { baseUrl: `http://127.0.0.1:${free}` }).ask(ask(family)).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'MODEL_UNAVAILABLE', unspent: true });
  });

  it('does not call without a key', async () => {
    const before = world.journal().length;
    await expect(vendor(family, { apiKey: '' }).ask(ask(family))).rejects.toMatchObject({ code: 'MODEL_KEY_MISSING', unspent: true });
    expect(world.journal().length).toBe(before);
  });

  it('shows a silent change of model by the vendor\'s own word', async () => {
    world.script.text({ role: 'auditor', family, text: 'hi' });
    world.script.fail({ family, with: { kind: 'model-change', model: 'another-model' } });
    expect((await vendor(family).ask(ask(family))).model).toBe('another-model');
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address ? address.port : 0;
}
