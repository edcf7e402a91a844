import { expect, test } from 'vitest';
import { AssayError } from '../core/errors.ts';
import type { JobInput, PlanOutput } from '../core/job.ts';
import { answerJob } from './job.ts';

const job: JobInput = { kind: 'plan', input: { intent: { number: 1, title: 't', body: 'b', author: 'a' }, base: {}, baseSha: 's', models: {}, attempt: 1 } };
const plan: PlanOutput = { outcome: 'neutral', reason: 'R', spec: null, riskTier: 'low', assumptions: [], question: 'which?' };

test('the handler of the kind answers, and the grade it had is in the answer', async () => {
  const answer = await answerJob({ job, gateway: null }, { plan: async (input, tools) => ({ ...plan, reason: `${input.intent.title} ${tools.sandbox.grade.name}` }) });
  expect(answer).toMatchObject({ ok: true, kind: 'plan', output: { reason: `t ${answer.sandbox}` } });
});

test('a kind without a handler is JOB_KIND_UNKNOWN, as an answer', async () => {
  expect(await answerJob({ job, gateway: null }, {})).toMatchObject({ ok: false, kind: 'plan', problem: { code: 'JOB_KIND_UNKNOWN' } });
});

test('what a handler throws is an answer with its code, also a model call without a gateway', async () => {
  const thrown = await answerJob({ job, gateway: null }, { plan: () => Promise.reject(new AssayError('PLAN_BROKEN', 'why', { remedy: 'r' })) });
  expect(thrown).toMatchObject({ ok: false, problem: { code: 'PLAN_BROKEN', message: 'why', remedy: 'r' } });
  const asking = await answerJob({ job, gateway: null }, {
    plan: async (_input, tools) => {
      await tools.models.ask({ role: 'planner', family: 'anthropic', model: 'm', system: '', messages: [{ role: 'user', text: 'x' }], tools: [], maxOutputTokens: 1, temperature: 0 });
      return plan;
    },
  });
  expect(asking).toMatchObject({ ok: false, problem: { code: 'MODEL_UNAVAILABLE' } });
});
