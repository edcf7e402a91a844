/** Which model each family is asked for: the configuration's choice, else the router's by how hard the task looks. */
import { route, taskFactsOf, tiers } from '../agents/router.ts';
import type { Config } from '../core/config.ts';
import type { Family } from '../core/family.ts';
import type { Spec } from '../core/spec.ts';

export interface Voter {
  family: Family;
  model: string;
  why: string;
}

/** Without a spec (planning) the middle tier is asked. `failedRounds` raises the tier. */
export function votersFor(families: readonly Family[], config: Config, task: { spec: Spec; failedRounds: number } | null): Voter[] {
  const routing = task ? route(taskFactsOf(task.spec, task.failedRounds)) : null;
  return families.map((family) => {
    const chosen = config.families[family];
    if (chosen) return { family, model: chosen, why: 'chosen in the configuration' };
    return { family, model: (routing?.models ?? tiers[2])[family], why: routing ? routing.reasons.join('; ') : 'planning: tier 2' };
  });
}
