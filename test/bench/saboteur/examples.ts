/** Which recorded programs meet the public examples: only those could be accepted. */
import { digestOf } from '../../../app/core/digest.ts';
import type { Sandbox } from '../../../app/core/ports/sandbox.ts';
import { runTrials } from '../../../app/consensus/execute.ts';
import { criterionTests, meets, trialOf } from '../../../app/consensus/pool.ts';
import type { Case } from './corpus.ts';

/** The first `most` of them in an order that mixes tasks: by digest of the id. */
export async function meetingExamples(cases: Case[], { sandbox, most }: { sandbox: Sandbox; most: number }): Promise<Case[]> {
  const passing: Case[] = [];
  const mixed = cases.map((one) => ({ one, rank: digestOf(one.id) })).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  for (const { one } of mixed) {
    if (passing.length >= most) break;
    if (await passes(one, sandbox)) passing.push(one);
  }
  return passing;
}

async function passes({ spec, head }: Case, sandbox: Sandbox): Promise<boolean> {
  const tests = criterionTests(spec);
  const [row = []] = await runTrials({ spec, tree: head, trials: tests.map(({ test }) => trialOf(test)) }, sandbox);
  return tests.length > 0 && tests.every(({ test }, at) => { const seen = row[at]; return seen !== undefined && meets(test, seen.behaviour, spec); });
}
