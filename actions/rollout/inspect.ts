/** rollout: whether what the change ships can be taken back. Over the pull request's words, the migrations and the flags of the diff; nothing runs. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';
import { isProduction } from '../../app/core/test-paths.ts';
import { flagsOn, mentionsFlag } from './flags.ts';
import { isMigration, oneWay } from './migrations.ts';

const Settings = z.strictObject({ plan: z.boolean().default(true), flag: z.boolean().default(false) });
const planFile = /(^|\/)(rollback|rollout|runbooks?)([-_./]|$)/i;
const planWords = /\b(roll(ing)?[ -]?back|revert(ed|ing)?|taken? back|back ?out)\b/i;

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsBy(Settings, facts.settings);
  if ('code' in settings) return [settings];
  return [...facts.changed.flatMap((file) => [...wayBack(file, facts), ...flagsOn(file)]), ...(facts.all ? [] : asked(facts, settings))];
}

function whole(path: string): Pick<RawFinding, 'path' | 'startLine' | 'endLine'> {
  return { path, startLine: 0, endLine: 0 };
}

/** Asked once for the change as a whole, at the first production file it touches. */
function asked(facts: GuardFacts, want: z.infer<typeof Settings>): RawFinding[] {
  const first = facts.changed.find((file) => isProduction(file.path) && file.changedLines.size > 0);
  if (!first) return [];
  const plan = want.plan && !hasPlan(facts) ? [{ ...whole(first.path), ...(facts.pull ? { code: 'ROLLBACK_PLAN_MISSING' } : { code: 'ROLLBACK_PLAN_UNKNOWN', severity: 'info' as const }) }] : [];
  const isNew = facts.changed.some((file) => isProduction(file.path) && file.baseText === null);
  return [...plan, ...(want.flag && isNew && !mentionsFlag(facts) ? [{ ...whole(first.path), code: 'FLAG_MISSING' }] : [])];
}

function hasPlan({ changed, pull, messages }: GuardFacts): boolean {
  return [pull?.body ?? '', ...messages].some((text) => planWords.test(text)) || changed.some((file) => planFile.test(file.path) && planWords.test(file.text));
}

function wayBack(file: ChangedText, facts: GuardFacts): RawFinding[] {
  if (!isMigration(file.path)) return [];
  return oneWay(file, (path) => facts.read(path) !== null || facts.paths.includes(path)).map(({ line, what }) => ({ code: 'MIGRATION_WITHOUT_WAY_BACK', path: file.path, startLine: line, endLine: line, severity: 'high', values: { what } }));
}
