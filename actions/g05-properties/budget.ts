/** Which functions of the change are too complex. A function that was as complex on base, here or in a file that the change moves, is old and only told. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { parseFile } from '../../app/core/syntax.ts';
import { isProduction } from '../../app/core/test-paths.ts';
import { answered } from '../../app/core/tool-answer.ts';
import { type Measured, measure } from './complexity.ts';
import type { Settings } from './settings.ts';

type Placed = Measured & { path: string };

/** Larger texts are data or bundles, and what a tool wrote is nobody's to simplify. */
const maxLength = 400_000;
const generated = /@generated\b|\bDO NOT EDIT\b|\b(auto-?generated|automatically generated)\b/i;
const isWritten = (text: string): boolean => text.length <= maxLength && !generated.test(text.slice(0, 1500));

export function tooComplex(facts: GuardFacts, settings: Settings): RawFinding[] {
  const head = [...facts.changed.flatMap(({ path, text }) => functionsOf(path, text)), ...byLizard(facts, 'head')];
  const base = [...facts.changed.flatMap(({ path, baseText }) => functionsOf(path, baseText)), ...facts.removed.flatMap(({ path, baseText }) => functionsOf(path, baseText)), ...byLizard(facts, 'base')];
  const old = new Map<string, number[]>();
  for (const { name, complexity } of base) old.set(name ?? '', [...(old.get(name ?? '') ?? []), complexity]);
  for (const list of old.values()) list.sort((a, b) => a - b);
  const least = Math.min(settings.complexity, settings.complexityTold);
  return head.filter(({ complexity }) => complexity > least).toSorted((a, b) => b.complexity - a.complexity).map((each) => findingOf(each, { settings, kept: takes(old.get(each.name ?? ''), each.complexity) }));
}

/** Takes the least complex function of that name which was at least as complex; each stands for one of head. */
function takes(list: number[] | undefined, complexity: number): boolean {
  const at = list?.findIndex((each) => each >= complexity) ?? -1;
  if (at >= 0) list?.splice(at, 1);
  return at >= 0;
}

function findingOf({ name, complexity, path, startLine, endLine }: Placed, { settings, kept }: { settings: Settings; kept: boolean }): RawFinding {
  const values = { name: name ?? 'A function without a name', complexity, budget: complexity > settings.complexity ? settings.complexity : settings.complexityTold };
  const at = { path, startLine, endLine, values };
  if (complexity > settings.complexity && !kept) return { code: 'COMPLEXITY_OVER_BUDGET', ...at };
  return { code: kept ? 'COMPLEXITY_KEPT' : 'COMPLEXITY_NEAR_BUDGET', severity: 'info', ...at };
}

function functionsOf(path: string, text: string | null): Placed[] {
  if (text === null || !isProduction(path) || !isWritten(text)) return [];
  const parsed = parseFile(path, text);
  return parsed ? measure(parsed).map((each) => ({ ...each, path })) : [];
}

/** The languages that no grammar of ours reads; its adapter puts the number into `rule` and the side into `level`. */
function byLizard(facts: GuardFacts, side: 'head' | 'base'): Placed[] {
  const answer = facts.tools.lizard;
  if (!answered(answer)) return [];
  const judged = new Set(facts.changed.filter(({ text, baseText }) => isWritten(side === 'head' ? text : baseText ?? '')).map(({ path }) => path));
  return answer.findings.filter(({ level, path }) => level === side && judged.has(path)).map(({ rule, path, startLine, endLine, message }) => ({ name: message, complexity: Number(rule.replace('ccn:', '')), path, startLine, endLine }));
}
