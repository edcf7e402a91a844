/** G10: hidden text, orders to agents, agent configuration and workflow injection. Every message shows hidden characters in escaped form. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { configurationHits } from './configuration.ts';
import { hiddenHits } from './hidden.ts';
import { instructionHits } from './instructions.ts';
import { fromScanners } from './scanners.ts';
import { isActionFile, isWorkflow } from './surface.ts';
import { workflowHits } from './workflow.ts';

export async function inspect(facts: GuardFacts): Promise<RawFinding[]> {
  const lists = await Promise.all(facts.changed.map(async ({ path, text }) => {
    const workflow = isWorkflow(path) || isActionFile(path) ? await workflowHits(path, text) : [];
    const hits = [...hiddenHits(path, text), ...instructionHits(path, text), ...configurationHits(path, text), ...workflow];
    return hits.map((hit): RawFinding => ({ ...hit, path }));
  }));
  const own = lists.flat();
  return [...own, ...fromScanners(facts, own)];
}
