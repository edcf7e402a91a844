/** G13: secrets that the commits exposed, also where a later one took them away; tokens of workflows; rotation of the declared secrets. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { leaks } from './leaks.ts';
import { rotation } from './rotation.ts';
import { fromScanners } from './scanners.ts';
import { isActionFile, isWorkflow, tokenHits } from './workflows.ts';

export async function inspect(facts: GuardFacts): Promise<RawFinding[]> {
  const workflows = facts.changed.filter(({ path }) => isWorkflow(path) || isActionFile(path));
  const tokens = workflows.flatMap((file) => tokenHits(file).map((hit): RawFinding => ({ ...hit, path: file.path })));
  const own = [...await leaks(facts), ...tokens, ...rotation(facts)];
  return [...own, ...fromScanners(facts, own)];
}
