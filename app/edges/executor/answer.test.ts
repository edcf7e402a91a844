/** What an answer from outside must be to be believed, for the kind that actions.test.ts does not play. */
import { expect, it } from 'vitest';
import { consensusOf, spec } from '../../../test/world/script.ts';
import type { JobInput } from '../../core/job.ts';
import { believeOutside } from './answer.ts';

const candidates = ['anthropic', 'openai'].map((family) => ({ id: family, family, model: 'm', patch: {}, tests: [] }));
const job: JobInput = { kind: 'consensus', input: { spec, base: {}, candidates, seed: 1 } };
const result = consensusOf(candidates, ['anthropic', 'openai']);
const envelope = (output: object) => ({ ok: true, kind: 'consensus', output, sandbox: 'bubblewrap', ms: 1 });

it('a consensus about the candidates and the seed that were given is believed as it is', () => {
  expect(believeOutside(job, envelope(result))).toEqual(envelope(result));
});

it('and so is a problem with its code', () => {
  const problem = { ok: false, kind: 'consensus', problem: { code: 'X', message: 'm', remedy: 'r' }, sandbox: 'none', ms: 1 };
  expect(believeOutside(job, problem)).toEqual(problem);
});

it.each([
  ['a winner that was never a candidate', { winner: 'google' }], ['a member that was never a candidate', { clusters: [{ members: ['google'], families: ['google'], size: 1 }] }], ['another seed', { seed: 2 }],
  ['an outcome that does not exist', { outcome: 'great' }], ['a confidence beyond certainty', { confidence: 2 }], ['more than a result', { approve: true }], ['a part missing', { clusters: undefined }],
])('%s is not', (_what, change) => {
  expect(() => believeOutside(job, envelope({ ...result, ...change }))).toThrow(expect.objectContaining({ code: 'EXECUTOR_OUTPUT_INVALID' }));
});

it('work that asks models is not done outside, whoever says so', () => {
  const plan: JobInput = { kind: 'plan', input: { intent: { number: 1, title: '', body: '', author: 'a' }, base: {}, baseSha: 's', models: {}, attempt: 0 } };
  expect(() => believeOutside(plan, { ...envelope({}), kind: 'plan' })).toThrow(expect.objectContaining({ code: 'EXECUTOR_OUTPUT_INVALID' }));
});
