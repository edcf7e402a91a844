/** G14: what others rely on changes only with a reason that can be read. Without a pull request there is nobody to have said it yet, so it is told. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { hasContext } from './context.ts';
import { placesOf } from './kinds.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  // The whole tree is no change, and nobody has to say why it is there.
  if (facts.all || hasContext(facts)) return [];
  return placesOf(facts).map(({ code, path, line, what }): RawFinding => ({ code, path, startLine: line, endLine: line, values: { what }, ...(facts.pull === null ? { severity: 'info' } : {}) }));
}
