/** Which model families may read a repository: all with a key, or, where the configuration says where its data belongs, those whose endpoint stands there by policy. */
import type { Config } from '../core/config.ts';
import type { Family } from '../core/family.ts';
import type { Policy } from '../core/ports/policy.ts';
import { ruleResidency } from '../core/residency.ts';

interface Place {
  families: readonly Family[];
  /** Where each family's endpoint stands; one that nobody told is nowhere that policy knows. */
  regions: Partial<Record<Family, string>>;
  policy: Policy;
  now: number;
}

export async function readersOf({ residency }: Pick<Config, 'residency'>, { families, regions, policy, now }: Place): Promise<Family[]> {
  if (!residency) return [...families];
  const { home, class: dataClass } = residency;
  const asked = await Promise.all(families.map(async (family) => ({ family, ...await ruleResidency(policy, { now, class: dataClass, region: regions[family] ?? 'unknown', home, storedAt: null, action: 'store' }) })));
  return asked.filter(({ allow }) => allow).map(({ family }) => family);
}
