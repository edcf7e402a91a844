import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryPurse, steppingClock, type Purse } from '../../../test/world/purse.ts';
import type { ModelAnswer, ModelRequest, Models } from '../../core/model.ts';
import { tiers } from '../../agents/router.ts';
import { usd, type MicroUsd } from '../../core/money.ts';
import { openStore } from '../store/sqlite/open.ts';
import { forecastOf } from './forecast.ts';
import { meteredModels, type MeteredOptions } from './metered.ts';
import { ModelError } from './model-error.ts';
import { actualCost, listPrices, worstCase } from './prices.ts';

const request = (rest: Partial<ModelRequest> = {}): ModelRequest => ({
  role: 'builder', family: 'openai', model: 'gpt-5.4', system: 'You are the builder of Assay.', messages: [{ role: 'user', text: 'go' }], tools: [], maxOutputTokens: 1000, temperature: 0, ...rest,
});
const answer = (rest: Partial<ModelAnswer> = {}): ModelAnswer => ({
  text: 'ok', toolCalls: [], model: 'gpt-5.4-2026-03-05', stop: 'end', usage: { inputTokens: 100, outputTokens: 50, cacheReadTokens: 0, cacheWriteTokens: 0 }, ...rest,
});
const vendor = (ask: Models['ask']): MeteredOptions['vendors'] => ({ anthropic: { ask }, openai: { ask }, google: { ask } });
const meter = (purse: Purse, ask: Models['ask'], rest: Partial<MeteredOptions> = {}) => meteredModels({
  vendors: vendor(ask), ledger: purse.ledger, promptLog: purse.promptLog, clock: steppingClock(), project: 'intent:1#1', job: 'job-1', cap: usd(10), traceId: 'trace-1', ...rest,
});
const single = (purse: Purse) => [...purse.entries.values()][0];
const overloaded = () => new ModelError('MODEL_OVERLOADED', 'overloaded', { unspent: true });

describe('the purse', () => {
  it('reserves the worst case before the call and settles what the vendor counted', async () => {
    const purse = memoryPurse();
    let reservedDuring: MicroUsd | undefined;
    await meter(purse, async () => { reservedDuring = single(purse)?.reserved; return answer(); }).ask(request());
    expect(reservedDuring).toBe(worstCase(listPrices, request()));
    expect(single(purse)).toMatchObject({ settled: 250 + 750, priceVersion: listPrices.version, model: 'gpt-5.4' });
  });

  it('never passes the cap under 100 concurrent calls, whatever fails when', async () => {
    const fate = fc.constantFrom<'ok' | 'overloaded' | 'lost' | 'refused' | 'uncounted'>('ok', 'overloaded', 'lost', 'refused', 'uncounted');
    await fc.assert(fc.asyncProperty(fc.array(fate, { minLength: 100, maxLength: 100 }), fc.integer({ min: 1, max: 60 }), async (fates, calls) => {
      const purse = memoryPurse();
      const cap = worstCase(listPrices, request()) * calls;
      let next = 0;
      const models = meter(purse, async (asked) => {
        const mine = fates[next++ % fates.length]!;
        await Promise.resolve();
        if (mine === 'overloaded') throw overloaded();
        if (mine === 'lost') throw new ModelError('MODEL_UNAVAILABLE', 'reset');
        if (mine === 'refused') throw new ModelError('MODEL_REFUSED', 'no', { usage: answer().usage });
        const outputTokens = asked.maxOutputTokens; // the dearest answer the vendor may give
        return answer({ usage: mine === 'uncounted' ? { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 } : { inputTokens: 2000, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 } });
      }, { cap, patience: { attempts: 2 } });
      const results = await Promise.allSettled(Array.from({ length: 100 }, () => models.ask(request())));
      expect(purse.peak()).toBeLessThanOrEqual(cap);
      expect(results.length).toBe(purse.log.length);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toHaveProperty('code');
    }), { numRuns: 25 });
  });

  it('refuses a call that the budget does not cover, without making it', async () => {
    const purse = memoryPurse();
    let calls = 0;
    const models = meter(purse, async () => { calls += 1; return answer(); }, { cap: worstCase(listPrices, request()) - 1 });
    await expect(models.ask(request())).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(calls).toBe(0);
    expect(purse.log[0]).toMatchObject({ ledgerId: null, problem: { code: 'BUDGET_EXCEEDED' } });
  });

  it('holds the cap of one job under concurrent calls too', async () => {
    const purse = memoryPurse();
    const models = meter(purse, async () => answer({ usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 } }), { jobCap: worstCase(listPrices, request()) * 3 });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => models.ask(request())));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(3);
  });

  it('keeps the reservation when the process ends between reserve and settle', async () => {
    const purse = memoryPurse();
    const asked = Promise.withResolvers<void>();
    void meter(purse, () => { asked.resolve(); return new Promise(() => undefined); }).ask(request()); // never returns, as in a crash
    await asked.promise;
    expect(single(purse)).toMatchObject({ settled: null, reserved: worstCase(listPrices, request()) });
    const restarted = meter(purse, async () => answer(), { cap: worstCase(listPrices, request()) });
    await expect(restarted.ask(request())).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  it('gives back what provably was not spent, and only that', async () => {
    const purse = memoryPurse();
    await expect(meter(purse, async () => { throw new ModelError('MODEL_KEY_MISSING', 'no key', { unspent: true }); }).ask(request())).rejects.toThrow();
    expect(purse.entries.size).toBe(0);
    await expect(meter(purse, async () => { throw new ModelError('MODEL_UNAVAILABLE', 'reset'); }).ask(request())).rejects.toThrow();
    expect(single(purse)).toMatchObject({ settled: null });
    await expect(meter(purse, async () => { throw new TypeError('a bug'); }).ask(request())).rejects.toThrow('a bug');
    expect(purse.entries.size).toBe(2);
  });

  it('has no free models', async () => {
    await expect(meter(memoryPurse(), async () => answer()).ask(request({ model: 'gpt-unheard-of' }))).rejects.toMatchObject({ code: 'MODEL_PRICE_UNKNOWN' });
    await expect(meter(memoryPurse(), async () => answer()).ask(request({ family: 'google' }))).rejects.toMatchObject({ code: 'MODEL_PRICE_UNKNOWN' });
  });
});

describe('patience', () => {
  it('asks again after an overload, on the vendor\'s own terms', async () => {
    const purse = memoryPurse();
    const clock = steppingClock();
    const errors = [new ModelError('MODEL_RATE_LIMITED', 'slow', { unspent: true, retryAfterMs: 7000 }), overloaded()];
    const models = meter(purse, async () => { const error = errors.shift(); if (error) throw error; return answer(); }, { clock, patience: { random: () => 0.5 } });
    expect(await models.ask(request())).toMatchObject({ text: 'ok' });
    expect(clock.slept).toEqual([7000, 2000]);
    expect(purse.entries.size).toBe(1);
  });

  it('gives up within its limits and asks no more where the cost is unknown', async () => {
    const clock = steppingClock();
    let calls = 0;
    const patient = meter(memoryPurse(), async () => { calls += 1; throw overloaded(); }, { clock });
    await expect(patient.ask(request())).rejects.toMatchObject({ code: 'MODEL_OVERLOADED' });
    expect(calls).toBe(4);
    const hopeless = meter(memoryPurse(), async () => { calls += 1; throw new ModelError('MODEL_RATE_LIMITED', 'tomorrow', { unspent: true, retryAfterMs: 86_400_000 }); }, { clock });
    await expect(hopeless.ask(request())).rejects.toMatchObject({ code: 'MODEL_RATE_LIMITED' });
    const unsure = meter(memoryPurse(), async () => { calls += 1; throw new ModelError('MODEL_UNAVAILABLE', 'reset'); }, { clock });
    await expect(unsure.ask(request())).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(calls).toBe(6);
  });
});

describe('the prompt log', () => {
  it('records who asked what, without secrets', async () => {
    const purse = memoryPurse();
    const token = `ghp_${randomBytes(20).toString('hex')}`;
    const password = randomBytes(15).toString('base64url');
    const text = `use ${token} and\npassword = "${password}"`;
    await meter(purse, async () => answer({ text: 'ok', toolCalls: [{ id: '1', name: 'write_file', arguments: { apiKey: password } }] })).ask(request({ messages: [{ role: 'user', text }], temperature: 0.4 }));
    const [line] = purse.log;
    expect(JSON.stringify(line)).not.toContain(token);
    expect(JSON.stringify(line)).not.toContain(password);
    expect(line).toMatchObject({ job: 'job-1', role: 'builder', requestedModel: 'gpt-5.4', answeredModel: 'gpt-5.4-2026-03-05', temperature: 0.4, traceId: 'trace-1', ledgerId: single(purse)?.id, problem: null });
    expect(line?.promptSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('flags a silent change of model, and not a dated name of the same', async () => {
    const purse = memoryPurse();
    await meter(purse, async () => answer({ model: 'gpt-5.4-mini' })).ask(request());
    await meter(purse, async () => answer({ model: 'gpt-5.4-2026-03-05' })).ask(request());
    expect(purse.log.map((line) => line.problem?.code ?? null)).toEqual(['MODEL_CHANGED', null]);
  });
});

describe('the purse on the embedded store', () => {
  it('never passes the cap with 100 concurrent calls of two jobs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-purse-'));
    const store = await openStore({ path: join(folder, 'store.db'), clock: steppingClock(1) });
    try {
      const cap = worstCase(listPrices, request()) * 7;
      const ask: Models['ask'] = async (asked) => answer({ usage: { inputTokens: 2000, outputTokens: asked.maxOutputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 } });
      const jobs = ['a', 'b'].map((job) => meteredModels({ vendors: vendor(ask), ledger: store, promptLog: store, clock: steppingClock(), project: 'intent:1#1', job, cap, traceId: 't' }));
      const results = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => jobs[n % 2]!.ask(request())));
      const { committed, settled, calls } = await store.spent('intent:1#1');
      expect(committed).toBeLessThanOrEqual(cap);
      expect([settled, calls]).toEqual([committed, results.filter((result) => result.status === 'fulfilled').length]);
      expect(await store.prompts({})).toHaveLength(100);
      const mine = await store.promptDigests('a');
      expect([mine.length, mine]).toEqual([50, (await store.prompts({ job: 'a' })).map((line) => line.promptSha256)]);
      expect(await store.promptDigests('nobody')).toEqual([]);
    } finally {
      await store.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('the forecast', () => {
  it('grows with the task and stays under its ceiling', () => {
    const small = forecastOf({ models: tiers[3], criteria: 1, maxTurns: 24 });
    const large = forecastOf({ models: tiers[1], criteria: 8, maxTurns: 24 });
    expect(small.expected).toBeGreaterThan(0);
    expect(large.expected).toBeGreaterThan(small.expected);
    for (const one of [small, large]) expect(one.ceiling).toBeGreaterThan(one.expected);
  });
});

describe('prices', () => {
  it('bounds any real count by bytes, and charges the long rate for long input', () => {
    const long = request({ model: 'gpt-5.5', messages: [{ role: 'user', text: 'x'.repeat(300_000) }] });
    const usage = { inputTokens: 300_000, outputTokens: 1000, cacheReadTokens: 0, cacheWriteTokens: 0 };
    expect(actualCost(listPrices, long, usage)).toBe(3_000_000 + 45_000);
    expect(worstCase(listPrices, long)).toBeGreaterThanOrEqual(actualCost(listPrices, long, usage));
    expect(actualCost(listPrices, long, { ...usage, inputTokens: 1000 })).toBe(5_000 + 30_000);
  });
});
