/**
 * The Planner: from an intent to a spec that a person can approve. Code first: an intent that is not ready gets one question and costs nothing.
 * Then a model writes criteria, surface, assumptions and risk; code checks them again, gives the spec its id and may raise the risk, never lower it.
 */
import { z } from 'zod';
import { askJson } from '../core/ask-json.ts';
import { digestOf } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import { families, type Family } from '../core/family.ts';
import type { PlanInput, PlanOutput } from '../core/job.ts';
import type { Models } from '../core/model.ts';
import type { Log } from '../core/ports/log.ts';
import { Spec } from '../core/spec.ts';
import { openingOf } from './descriptor.ts';
import { parseIntentForm, questionFor } from './intent-form.ts';
import { plannerAgent, PlannerAnswer } from './planner-agent.ts';
import { taskFactsOf } from './router.ts';
import { uncoveredSentences } from './sentence-coverage.ts';
import { specFaults, specGaps } from './spec-check.ts';

type Input = z.infer<typeof PlanInput>;

export async function runPlan(input: Input, tools: { models: Models; log: Log }): Promise<PlanOutput> {
  const form = parseIntentForm(input.intent.body);
  if (form.missing.length > 0) {
    return gap(`the intent lacks ${form.missing.join(', ')}`, { question: questionFor(form.missing) });
  }
  try {
    return judge(input, await askSomeFamily(input, tools));
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    tools.log.warn({ code: thrown.code, intent: input.intent.number }, 'planning failed');
    return { outcome: 'error', reason: `${thrown.code}: ${thrown.message}`, spec: null, riskTier: 'high', assumptions: [], question: null };
  }
}

const unavailable = new Set(['MODEL_UNAVAILABLE', 'MODEL_OVERLOADED', 'MODEL_RATE_LIMITED', 'MODEL_KEY_MISSING', 'MODEL_REQUEST_INVALID']);

/** A plan needs one family; where a vendor is down, or no longer has the model, the next one is asked. Another attempt starts with another family. */
async function askSomeFamily(input: Input, tools: { models: Models; log: Log }): Promise<PlannerAnswer> {
  const order = familyOrder(input);
  let last: unknown = new AssayError('MODEL_KEY_MISSING', 'no family is configured to plan', { remedy: 'Configure at least one model family.' });
  for (const family of order) {
    try {
      const question = { request: openingOf(plannerAgent, { family, model: input.models[family]!, facts: input }), schema: PlannerAnswer, check: (answer: PlannerAnswer) => specFaults(answer.spec) };
      return (await askJson(tools.models, question)).value;
    } catch (thrown) {
      if (!(thrown instanceof AssayError) || !unavailable.has(thrown.code)) throw thrown;
      tools.log.warn({ code: thrown.code, family }, 'a family could not plan');
      last = thrown;
    }
  }
  throw last;
}

function familyOrder(input: Input): Family[] {
  const known = families.filter((family) => input.models[family]);
  const first = known.length > 0 ? Math.max(0, input.attempt - 1) % known.length : 0;
  return [...known.slice(first), ...known.slice(0, first)];
}

function judge(input: Input, answer: PlannerAnswer): PlanOutput {
  const spec = Spec.parse({ version: 1, id: specId(input), ...answer.spec });
  const removed = plannerAgent.prompt(input).removed;
  const uncovered = uncoveredSentences(wishesOf(input.intent.body), spec);
  const facts = { assumptions: answer.assumptions, riskTier: riskOf(spec, answer.riskTier), ...(removed.length > 0 ? { removed } : {}), ...(uncovered.length > 0 ? { uncovered } : {}) };
  const gaps = [...(answer.question ? [answer.question] : []), ...specGaps(spec)];
  if (gaps[0]) return gap(gaps.join(' '), { question: gaps[0], spec, ...facts });
  return { outcome: 'pass', reason: `${spec.criteria.length} criteria, each with a test`, spec, question: null, ...facts };
}

/** What the author wants built; who for and for how much is not in a spec. */
function wishesOf(body: string): string {
  const { goal, constraints, successMetrics } = parseIntentForm(body).fields;
  return [goal, constraints, successMetrics].join('\n');
}

/** Same intent on the same base, same id: a second run plans the same subject, not another one. */
function specId(input: Input): string {
  const { number, title, body } = input.intent;
  return `intent-${number}-${digestOf({ number, title, body, baseSha: input.baseSha }).slice(0, 12)}`;
}

/** A security task is high risk, whatever the model thinks of it. */
function riskOf(spec: Spec, said: PlanOutput['riskTier']): PlanOutput['riskTier'] {
  return taskFactsOf(spec, 0).security ? 'high' : said;
}

function gap(reason: string, rest: Partial<PlanOutput> & { question: string }): PlanOutput {
  return { outcome: 'spec_gap', reason, spec: null, riskTier: 'medium', assumptions: [], ...rest };
}
