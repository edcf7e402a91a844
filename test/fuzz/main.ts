/**
 * `npm run fuzz -- [--runs N] [--seed S]`: mutated bundles, statements, roots, SBOMs, configurations and comments, watched for crashes, hangs and false accepts. Prints a
 * row per target; exits 1 where a case failed. `--case I` runs one case again, in this thread. Keys are made anew in each run, so a failure in a bundle shows its input.
 */
import { parseArgs } from 'node:util';
import { fuzz, type FuzzReport } from './fuzz.ts';
import { targets } from './targets.ts';
import { watched } from './watch.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' }, case: { type: 'string' } } });
const [seed, runs] = [values.seed, values.runs].map(Number) as [number, number];
if (![seed, runs].every(Number.isSafeInteger)) throw new Error('--runs and --seed are whole numbers');

/** Each tenth, once. */
let told = 0;
function progress(done: number): void {
  const tenth = Math.floor((done * 10) / runs);
  if (tenth > told) process.stderr.write(`${done} of ${runs} cases\n`);
  told = tenth;
}

async function run(): Promise<FuzzReport> {
  if (values.case === undefined) return await watched({ seed, runs, limitMs: 60_000, onProgress: progress });
  return fuzz(await targets(), { seed, from: Number(values.case), to: Number(values.case) + 1 });
}

const started = Date.now();
const { tallies, failures } = await run();
const total = tallies.reduce((sum, { runs: each }) => sum + each, 0);
for (const { target, runs: each, accepted, slowestMs, slowestIndex } of tallies) {
  process.stdout.write(`${target.padEnd(24)} ${String(each).padStart(8)} runs ${String(accepted).padStart(8)} accepted   slowest ${slowestMs.toFixed(1)} ms (case ${slowestIndex})\n`);
}
for (const { target, index, what, input } of failures) process.stdout.write(`FAILED ${target} case ${index}: ${what}\n  input (base64): ${input}\n`);
process.stdout.write(`${total} cases, seed ${seed}: ${failures.length} failures in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
