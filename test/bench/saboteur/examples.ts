/** Which recorded programs meet the public examples: only those could be accepted. */
import type { Sandbox } from '../../../app/core/ports/sandbox.ts';
import { runTrials } from '../../../app/consensus/execute.ts';
import { criterionTests, meets, trialOf } from '../../../app/consensus/pool.ts';
import type { Case } from './corpus.ts';

export async function meetsExamples(cases: Case[], sandbox: Sandbox): Promise<Case[]> {
  const known = new Map<string, boolean>();
  const passing: Case[] = [];
  for (const one of cases) {
    if (!known.has(one.id)) known.set(one.id, await passes(one, sandbox));
    if (known.get(one.id)) passing.push(one);
  }
  return passing;
}

async function passes({ spec, head }: Case, sandbox: Sandbox): Promise<boolean> {
  const tests = criterionTests(spec);
  const [row = []] = await runTrials({ spec, tree: head, trials: tests.map(({ test }) => trialOf(test)) }, sandbox);
  return tests.length > 0 && tests.every(({ test }, at) => { const seen = row[at]; return seen !== undefined && meets(test, seen.behaviour, spec); });
}
