/**
 * `npm run bench:auditor [-- --every N] [--verbose]`: planted irreproducibility that the Auditor catches, and clean changes that it refuses. Of each change the answers are
 * asked under every condition; of clean ones the fingerprint is computed twice as well, here and under the first condition. Exit 1 where one is judged wrongly.
 */
import { parseArgs } from 'node:util';
import { conditions, under } from '../../../app/consensus/conditions.ts';
import { runConsensus } from '../../../app/consensus/consensus.ts';
import { unsteadyAnswer } from '../../../app/consensus/steadiness.ts';
import { openSandbox } from '../../../app/edges/sandbox/open.ts';
import { interval } from '../saboteur/table.ts';
import { clean, planted, type AuditCase } from './corpus.ts';

const { values: options } = parseArgs({ options: { every: { type: 'string', default: '1' }, verbose: { type: 'boolean', default: false } } });
const sandbox = await openSandbox();

/** Why the change is not reproducible, or null. */
async function judged({ spec, base, candidate, expected }: AuditCase): Promise<string | null> {
  const unsteady = await unsteadyAnswer(candidate, { spec, base, seed: 7 }, sandbox);
  if (unsteady || expected === 'planted') return unsteady;
  const request = { spec, base, candidates: [candidate], seed: 7 };
  const [here, there] = [await runConsensus(request, { sandbox }), await runConsensus(request, { sandbox: under(sandbox, conditions[0]) })];
  return here.fingerprint === there.fingerprint ? null : 'another fingerprint';
}

async function refusals(title: string, cases: AuditCase[]): Promise<number> {
  const began = performance.now();
  let refused = 0;
  for (const one of cases) {
    const why = await judged(one);
    refused += why ? 1 : 0;
    if (options.verbose || (why === null) === (one.expected === 'planted')) process.stdout.write(`${(why === null) === (one.expected === 'clean') ? 'as it should be' : 'WRONG          '} ${one.id}: ${why ?? 'steady'}\n`);
  }
  const [low, high] = interval(refused, cases.length);
  process.stdout.write(`${title.padEnd(28)} refused ${refused} of ${cases.length} (95 %: ${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)} %), ${((performance.now() - began) / 1000 / Math.max(1, cases.length)).toFixed(1)} s each\n`);
  return refused;
}

const sampled = (cases: AuditCase[]): AuditCase[] => cases.filter((_, at) => at % Number(options.every) === 0);
const [bad, good] = [sampled(planted()), sampled(clean())];
const caught = await refusals('planted irreproducibility', bad);
const blocked = await refusals('clean changes', good);
process.exitCode = caught === bad.length && blocked === 0 ? 0 : 1;
