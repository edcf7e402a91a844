/** Coverage of touched lines and of the whole, from what the coverage probe measured: each uncovered stretch by its place, the shares against their minimum. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { notRun, packageAnswers, placeOf } from '../../app/core/package-answers.ts';
import { insideOnly, OutsideGlobs } from '../../app/core/outside.ts';
import { answered } from '../../app/core/tool-answer.ts';

const Settings = z.strictObject({
  touched: z.number().min(0).max(1).default(0.8),
  overall: z.number().min(0).max(1).default(0.8),
  command: z.string().optional(),
  report: z.string().optional(),
  suiteSeconds: z.number().optional(),
  outside: OutsideGlobs,
});

const Data = z.object({
  applies: z.boolean(),
  why: z.string().nullable().default(null),
  files: z.array(z.object({ path: z.string(), all: z.number(), missed: z.array(z.number()) })).default([]),
  overall: z.object({ all: z.number(), covered: z.number() }).default({ all: 0, covered: 0 }),
});

export function inspect(facts: GuardFacts): RawFinding[] {
  const inside = insideOnly(facts);
  return [...inside.left.map((why): RawFinding => ({ code: 'COVERAGE_NOT_MEASURED', path: '.', startLine: 0, endLine: 0, severity: 'info', values: { why } })), ...judged(inside.facts)];
}

function judged(facts: GuardFacts): RawFinding[] {
  const settings = Settings.safeParse(facts.settings ?? {});
  if (!settings.success) return [{ code: 'COVERAGE_NOT_MEASURED', ...placeOf(''), error: true, values: { why: `guardrails.coverage: ${z.prettifyError(settings.error)}` } }];
  const answer = facts.tools.coverage;
  // The runner says by itself that a required engine did not answer.
  if (!answered(answer)) return [];
  return packageAnswers(answer.data).flatMap((each) => (each.why === null ? measured(Data.parse(each.data), placeOf(each.folder), settings.data) : [notRun(each)]));
}

type Place = ReturnType<typeof placeOf>;

function measured(data: z.infer<typeof Data>, whole: Place, settings: z.infer<typeof Settings>): RawFinding[] {
  if (!data.applies) return data.why === null ? [] : [{ code: 'COVERAGE_NOT_MEASURED', ...whole, severity: 'info', values: { why: data.why } }];
  return [...touched(data, whole, settings.touched), ...overall(data, whole, settings.overall)];
}

function touched({ files }: z.infer<typeof Data>, whole: Place, minimum: number): RawFinding[] {
  const all = files.reduce((sum, file) => sum + file.all, 0);
  const covered = all - files.reduce((sum, file) => sum + file.missed.length, 0);
  const low = all > 0 && covered / all < minimum;
  const places = files.flatMap(({ path, missed }) => stretches(missed).map(([startLine, endLine]): RawFinding => ({ code: 'LINES_UNCOVERED', path, startLine, endLine, ...(low ? {} : { severity: 'info' }) })));
  return [...(low ? [{ code: 'TOUCHED_COVERAGE_LOW', ...whole, values: { covered, all, share: percent(covered / all), minimum: percent(minimum) } }] : []), ...places];
}

/** The whole must be above its minimum, not at it. */
function overall({ overall: { all, covered } }: z.infer<typeof Data>, whole: Place, minimum: number): RawFinding[] {
  if (all === 0 || covered / all > minimum) return [];
  return [{ code: 'OVERALL_COVERAGE_LOW', ...whole, values: { covered, all, share: percent(covered / all), minimum: percent(minimum) } }];
}

/** Lines that follow each other become one place. */
function stretches(lines: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const line of [...lines].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && line <= last[1] + 1) last[1] = line;
    else found.push([line, line]);
  }
  return found;
}

function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
