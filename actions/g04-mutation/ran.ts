/** What the probes found by running the tests: mutants that no test noticed, new tests that pass on base too, and what was not run. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { notRun, packageAnswers, placeOf } from '../../app/core/package-answers.ts';
import { answered } from '../../app/core/tool-answer.ts';

const Mutant = z.object({ path: z.string(), line: z.number(), was: z.string(), became: z.string(), kind: z.string() });

const Mutation = z.object({
  applies: z.boolean(),
  why: z.string().nullable().default(null),
  score: z.number().nullable().default(null),
  minimum: z.number().default(0.8),
  killed: z.number().default(0),
  survived: z.array(Mutant).default([]),
  equivalent: z.array(Mutant).default([]),
  notRun: z.number().default(0),
  uncovered: z.number().default(0),
});

const Counterfactual = z.object({
  applies: z.boolean(),
  why: z.string().nullable().default(null),
  passesOnBase: z.array(z.string()).default([]),
  failsOnBase: z.array(z.string()).default([]),
  notRun: z.array(z.string()).default([]),
  olderFail: z.boolean().default(false),
});

export function ranFindings(tools: GuardFacts['tools']): RawFinding[] {
  const { mutation, counterfactual } = tools;
  const mutants = answered(mutation) ? packageAnswers(mutation.data).flatMap((each) => (each.why === null ? mutated(Mutation.parse(each.data), each.folder) : [notRun(each)])) : [];
  const others = answered(counterfactual) ? packageAnswers(counterfactual.data).flatMap((each) => (each.why === null ? onBase(Counterfactual.parse(each.data), each.folder) : [notRun(each)])) : [];
  return [...mutants, ...others];
}

function mutated({ applies, why, score, minimum, killed, survived, equivalent, notRun: left }: z.infer<typeof Mutation>, folder: string): RawFinding[] {
  const whole = placeOf(folder);
  if (!applies) return why === null ? [] : [{ code: 'MUTATION_NOT_RUN', ...whole, values: { why }, severity: 'info' }];
  const low = score !== null && score < minimum;
  const at = ({ path, line, was, became }: z.infer<typeof Mutant>) => ({ path, startLine: line, endLine: line, values: { was: was.slice(0, 100), became: became.slice(0, 100) } });
  return [
    ...(low ? [{ code: 'MUTATION_SCORE_LOW', ...whole, values: { score: percent(score), minimum: percent(minimum), killed, all: killed + survived.length } }] : []),
    ...survived.map((mutant): RawFinding => ({ code: 'MUTANT_SURVIVED', ...at(mutant), ...(low ? {} : { severity: 'info' }) })),
    ...equivalent.map((mutant): RawFinding => ({ code: 'MUTANT_EQUIVALENT', ...at(mutant), severity: 'info' })),
    ...(left > 0 ? [{ code: 'MUTANTS_NOT_RUN', ...whole, values: { count: left, why: why ?? 'the time box ended' }, severity: 'info' as const }] : []),
  ];
}

/** Where some new test fails on base, another that passes there may just say more of what was true before: reported. Where none fails, no test shows the change. */
function onBase({ applies, passesOnBase, failsOnBase, notRun: left, olderFail }: z.infer<typeof Counterfactual>, folder: string): RawFinding[] {
  if (!applies) return [];
  return [
    ...passesOnBase.map((path): RawFinding => ({ code: 'TEST_PASSES_ON_BASE', path, startLine: 0, endLine: 0, values: { name: path }, ...(failsOnBase.length + left.length > 0 ? { severity: 'info' } : {}) })),
    ...left.map((path): RawFinding => ({ code: 'COUNTERFACTUAL_NOT_RUN', path, startLine: 0, endLine: 0, values: { name: path }, severity: 'info' })),
    ...(olderFail ? [{ code: 'OLDER_TESTS_FAIL', ...placeOf(folder), severity: 'info' as const }] : []),
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
