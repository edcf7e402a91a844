/** G16: swallowed errors, imports against the project's own rules or in a circle, functions and files beyond their budget. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { parseFile } from '../../app/core/syntax.ts';
import { budgetHits } from './budget.ts';
import { errorHits } from './errors.ts';
import { importFindings } from './imports.ts';
import { lintFindings } from './linted.ts';
import { goFindings, ruffFindings } from './scanners.ts';
import { isCompiled, isJudged } from './scope.ts';
import { type Settings, settingsOf } from './settings.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsOf(facts.settings);
  if ('code' in settings) return [settings];
  const inFiles = facts.changed.filter(({ path, text }) => !path.endsWith('.go') && isJudged(path) && !isCompiled(text)).flatMap((file) => hits(file, settings));
  return [...inFiles, ...importFindings(facts, settings), ...ruffFindings(facts), ...goFindings(facts), ...lintFindings(facts)];
}

function hits(file: ChangedText, settings: Settings): RawFinding[] {
  const parsed = parseFile(file.path, file.text);
  return parsed === null ? [] : [...errorHits(parsed), ...budgetHits(file, settings)].map((hit) => ({ ...hit, path: file.path }));
}
