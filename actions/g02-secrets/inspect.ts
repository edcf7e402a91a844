/** G02: secrets in the diff. One finding per line and value, always masked. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { secretFinder } from '../../app/core/secrets/finder.ts';
import providers from '../../rulepacks/secrets/providers.json' with { type: 'json' };

const find = secretFinder(providers);

export async function inspect(facts: GuardFacts): Promise<RawFinding[]> {
  const found: RawFinding[] = [];
  // One after the other: a hundred thousand files at once would not fit into memory, and nothing here waits.
  for (const source of facts.changed) found.push(...(await find(source)).map((each) => ({ ...each, path: source.path })));
  return found;
}
