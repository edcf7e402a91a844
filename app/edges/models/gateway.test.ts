import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { steppingClock } from '../../../test/world/purse.ts';
import { AssayError } from '../../core/errors.ts';
import type { ModelAnswer, ModelRequest, Models } from '../../core/model.ts';
import { usd } from '../../core/money.ts';
import { gatewayModels, throughSocket } from './gateway-client.ts';
import { startGateway, type Grant, type RunningGateway } from './gateway.ts';

const request: ModelRequest = { role: 'builder', family: 'openai', model: 'gpt-5.4', system: 's', messages: [{ role: 'user', text: 'go' }], tools: [], maxOutputTokens: 10, temperature: 0 };
const answer: ModelAnswer = { text: 'ok', toolCalls: [], model: 'gpt-5.4', stop: 'end', usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 } };
const grant: Grant = { families: ['openai'], roles: ['builder'], cap: usd(1), expiresAt: 60_000 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let gateway: RunningGateway;
const clock = steppingClock();
const start = async (ask: Models['ask'] = async () => answer, rest: { socketPath?: string; maxBodyBytes?: number } = {}) => {
  gateway = await startGateway({ modelsFor: () => ({ ask }), clock, log: silent, ...rest });
  return gateway;
};
afterEach(() => gateway.stop());

describe('the gateway', () => {
  it('carries a request of its job and the answer back', async () => {
    const { issue } = await start();
    expect(await gatewayModels(issue('job-1', grant)).ask(request)).toEqual(answer);
  });

  it('hands each job its own purse', async () => {
    const seen: [string, number][] = [];
    gateway = await startGateway({ modelsFor: (job, { cap }) => { seen.push([job, cap]); return { ask: async () => answer }; }, clock, log: silent });
    gateway.issue('a', grant);
    gateway.issue('b', { ...grant, cap: usd(2) });
    expect(seen).toEqual([['a', 1_000_000], ['b', 2_000_000]]);
  });

  it('refuses a token that is wrong, of another job, revoked, replaced or expired', async () => {
    const { issue, revoke } = await start();
    const one = issue('job-1', grant);
    const other = issue('job-2', grant);
    const refused = { code: 'JOB_TOKEN_INVALID' };
    await expect(gatewayModels({ ...one, token: 'guess' }).ask(request)).rejects.toMatchObject(refused);
    await expect(gatewayModels({ ...one, token: '' }).ask(request)).rejects.toMatchObject(refused);
    await expect(gatewayModels({ ...one, token: other.token }).ask(request)).rejects.toMatchObject(refused);
    await expect(gatewayModels({ ...one, url: one.url.replace('job-1', 'no-such-job') }).ask(request)).rejects.toMatchObject(refused);
    revoke('job-2');
    await expect(gatewayModels(other).ask(request)).rejects.toMatchObject(refused);
    const again = issue('job-1', grant);
    await expect(gatewayModels(one).ask(request)).rejects.toMatchObject(refused);
    await clock.sleep(60_000);
    await expect(gatewayModels(again).ask(request)).rejects.toMatchObject(refused);
    expect((await fetch(one.url, { method: 'POST', body: '{}' })).status).toBe(401);
  });

  it('lets a job ask only its families, as its role', async () => {
    const { issue } = await start();
    const models = gatewayModels(issue('job-1', { ...grant, expiresAt: Infinity }));
    await expect(models.ask({ ...request, family: 'google' })).rejects.toMatchObject({ code: 'DUTIES_CONFLICT' });
    await expect(models.ask({ ...request, role: 'auditor' })).rejects.toMatchObject({ code: 'DUTIES_CONFLICT' });
  });

  it('carries problems with their code: an empty purse is 402', async () => {
    const { issue } = await start(async () => { throw new AssayError('BUDGET_EXCEEDED', 'no money', { remedy: 'more' }); });
    const mine = issue('job-1', { ...grant, expiresAt: Infinity });
    await expect(gatewayModels(mine).ask(request)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED', remedy: 'more' });
    const raw = await fetch(mine.url, { method: 'POST', headers: { authorization: `Bearer ${mine.token}` }, body: JSON.stringify(request) });
    expect([raw.status, raw.headers.get('content-type')]).toEqual([402, 'application/problem+json']);
  });

  it('refuses what is no model request, too long, or elsewhere', async () => {
    const { issue, url } = await start(undefined, { maxBodyBytes: 2000 });
    const mine = issue('job-1', { ...grant, expiresAt: Infinity });
    const post = (body: string, path = mine.url) => fetch(path, { method: 'POST', headers: { authorization: `Bearer ${mine.token}` }, body }).then((reply) => reply.status);
    expect(await post('not json')).toBe(400);
    expect(await post(JSON.stringify({ ...request, extra: 1 }))).toBe(400);
    expect(await post(JSON.stringify({ ...request, system: 'x'.repeat(3000) }))).toBe(413);
    expect(await post('{}', `${url}/jobs`)).toBe(404);
    expect(await post('{}', `${url}/jobs/%E0%A4%A/model`)).toBe(404);
  });

  it('also listens on a unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-gw-'));
    try {
      const socketPath = join(folder, 'gateway.sock');
      const { issue } = await start(undefined, { socketPath });
      expect(await gatewayModels(throughSocket(issue('job-1', { ...grant, expiresAt: Infinity }), socketPath)).ask(request)).toEqual(answer);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is MODEL_UNAVAILABLE once it is gone', async () => {
    const { issue } = await start();
    const mine = issue('job-1', { ...grant, expiresAt: Infinity });
    await gateway.stop();
    await expect(gatewayModels(mine).ask(request)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
  });
});
