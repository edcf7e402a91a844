/** G02: secrets in the diff. One finding per line and value, always masked. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { secretFinder } from '../../app/core/secrets/finder.ts';
import providers from '../../rulepacks/secrets/providers.json' with { type: 'json' };
import { fromGitleaks } from './gitleaks.ts';

const find = secretFinder(providers);

export async function inspect(facts: GuardFacts): Promise<RawFinding[]> {
  const lists = await Promise.all(facts.changed.map(async (source) => (await find(source)).map((found): RawFinding => ({ ...found, path: source.path }))));
  const own = lists.flat();
  return [...own, ...fromGitleaks(facts, own)];
}
