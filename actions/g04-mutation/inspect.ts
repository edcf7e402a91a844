/**
 * G04: tests that would not notice. What can be read off the texts is judged always, also where nothing can run; what running showed – mutants, new tests on
 * base – comes from the probes and is told apart.
 */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { insideOnly, OutsideGlobs } from '../../app/core/outside.ts';
import { compared } from './compared.ts';
import { factsOf } from './reading.ts';
import { ranFindings } from './ran.ts';
import { specialCases } from './special-cases.ts';
import { isTest } from '../../app/core/test-paths.ts';
import { thresholds } from './thresholds.ts';

/** `guardrails.G04`; the probes read the same keys. */
const Settings = z.strictObject({ mutants: z.number().optional(), minimum: z.number().optional(), seconds: z.number().optional(), suiteSeconds: z.number().optional(), outside: OutsideGlobs });

export function inspect(facts: GuardFacts): RawFinding[] {
  const hits = facts.changed.filter((file) => isTest(file.path)).flatMap((file) => {
    return factsOf(facts, file).hits.map(({ code, startLine, endLine, name, severity }): RawFinding => ({ code, path: file.path, startLine, endLine, values: { name: name.slice(0, 120) }, ...(severity ? { severity } : {}) }));
  });
  const settings = Settings.safeParse(facts.settings ?? {});
  const misconfigured: RawFinding[] = settings.success ? [] : [{ code: 'SETTINGS_WRONG', path: '.github/assay.yml', startLine: 0, endLine: 0, error: true, values: { why: z.prettifyError(settings.error) } }];
  const inside = insideOnly(facts);
  const left = inside.left.map((why): RawFinding => ({ code: 'MUTATION_NOT_RUN', path: '.', startLine: 0, endLine: 0, severity: 'info', values: { why } }));
  return [...misconfigured, ...left, ...hits, ...compared(facts), ...thresholds(facts), ...specialCases(facts), ...ranFindings(inside.facts.tools)];
}
