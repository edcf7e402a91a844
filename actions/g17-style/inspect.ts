/** G17: formatting as the repository's own formatter writes it, `.editorconfig`, and decision records like those beside them. Nothing is imposed where the repository keeps no rule. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { editorFindings } from './editor.ts';
import { formattedFindings } from './formatted.ts';
import { type Known, prettierFindings } from './prettier.ts';
import { recordFindings } from './records.ts';
import { ruffFindings } from './ruff.ts';
import { typeFindings } from './types.ts';

const generated = /(^|\/)(node_modules|vendor|third_party|dist|build|\.yarn)\/|\.min\.[a-z]+$|\.generated\.|(^|\/)__snapshots__\//i;

export async function inspect(facts: GuardFacts): Promise<RawFinding[]> {
  const found = recordFindings(facts);
  const known: Known = new Map();
  for (const file of facts.changed.filter(({ path }) => !generated.test(path))) {
    const formatted = await prettierFindings(file, facts, known);
    // What the formatter would put right is told once.
    found.push(...formatted, ...(formatted.some(({ code }) => code === 'FORMAT') ? [] : await editorFindings(file, facts)));
  }
  return [...found, ...ruffFindings(facts), ...formattedFindings(facts), ...typeFindings(facts)];
}
