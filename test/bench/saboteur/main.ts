/**
 * `npm run bench:saboteur [-- --half NAME] [--every N] [--only TEXT] [--expected defect|right] [--alone] [--recorded N] [--verbose]`: what the Saboteur finds without a model. Recall by class over seeded defects,
 * false blocks over right variants with their 95 % interval, seconds for one change, for both halves of the corpus; then, where it is present, a sample of N recorded
 * programs. Exit 1 where an aim is missed.
 */
import { parseArgs } from 'node:util';
import { targetOf } from '../../../app/agents/saboteur/controls.ts';
import { hunt, type Catch } from '../../../app/agents/saboteur/hunt.ts';
import { surfaceFiles } from '../../../app/agents/saboteur/surface.ts';
import { verify } from '../../../app/agents/saboteur/verify.ts';
import { meetingExamples } from './examples.ts';
import { openSandbox } from '../../../app/edges/sandbox/open.ts';
import { corpus, halves, type Case, type Half } from './corpus.ts';
import { recorded } from './recorded.ts';
import { table, type Result } from './table.ts';

const { values: options } = parseArgs({ options: { half: { type: 'string' }, every: { type: 'string', default: '1' }, only: { type: 'string' }, expected: { type: 'string' }, recorded: { type: 'string', default: '120' }, alone: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } } });
const sandbox = await openSandbox();

async function judge(one: Case): Promise<Result> {
  const began = performance.now();
  const found = await hunt({ target: targetOf(one.spec, one.base, one.head), sandbox, seed: 7 }, { ideas: [], verify });
  const confirmed = found.findings.filter((finding) => !finding.preExisting);
  const result: Result = { one, found: confirmed.length > 0, sameClass: confirmed.some((finding) => finding.class === one.class), disputed: found.disputed.length > 0, seconds: (performance.now() - began) / 1000 };
  if (options.verbose) tell(result, found);
  return result;
}

function tell({ one, found, seconds }: Result, caught: Catch): void {
  const mark = (one.expected === 'defect') === found ? 'as it should be' : one.expected === 'defect' ? 'MISSED' : 'FALSE BLOCK';
  const first = caught.findings.find((finding) => !finding.preExisting);
  process.stdout.write(`${mark.padEnd(16)} ${one.id} (${one.class} ${one.kind}) ${seconds.toFixed(1)} s ${first ? `${first.class} ${first.oracle}: ${first.claim.slice(0, 160)}` : ''}${caught.disputed[0] ? ` DISPUTED ${caught.disputed[0]}` : ''}${caught.dropped[0] ? ` dropped ${caught.dropped[0].claim.slice(0, 90)} ${caught.dropped[0].why}` : ''}\n`);
}

async function judgeAll(title: string, cases: Case[]): Promise<boolean> {
  const results: Result[] = [];
  for (const one of cases) results.push(await judge(one));
  const { text, ok } = table(title, results);
  process.stdout.write(text);
  return ok;
}

/** The same change as one that brings the surface in. */
function withoutSurface(one: Case): Case {
  const own = new Set(surfaceFiles(one.spec));
  return { ...one, base: Object.fromEntries(Object.entries(one.base).filter(([path]) => !own.has(path))) };
}

/** One of every `step`, so that a sample has every program. */
function sampled<T>(items: T[], step: number): T[] {
  return items.filter((_, at) => at % step === 0);
}

const wanted = halves.filter((half) => options.half === undefined || half === options.half);
const passed: boolean[] = [];
for (const half of wanted as Half[]) {
  const cases = corpus(half).filter((one) => (options.only === undefined || one.id.includes(options.only)) && (options.expected === undefined || one.expected === options.expected));
  const some = sampled(cases, Number(options.every));
  // Without the base there is nothing to compare with; what the criterion tests refuse already is no case.
  if (options.alone) await judgeAll(`seeded, ${half}, accepted without a base`, await meetingExamples(some.filter((one) => one.class === 'GAP' || one.class === 'none').map(withoutSurface), { sandbox, most: some.length }));
  else passed.push(await judgeAll(`seeded, ${half}`, some));
}
for (const file of options.recorded === '0' ? [] : ['humaneval.jsonl.gz', 'mbpp.jsonl.gz']) {
  const all = recorded(file);
  if (all === null) process.stdout.write(`recorded programs (${file}): absent\n`);
  else {
    const most = Math.ceil(Number(options.recorded) / 8);
    for (const kind of ['rewritten', 'alone']) for (const expected of ['defect', 'right'] as const) {
      const mine = all.filter((one) => one.class === kind && one.expected === expected && (options.only === undefined || one.id.includes(options.only)));
      passed.push(await judgeAll(`recorded, ${file}, ${kind}, ${expected}`, await meetingExamples(mine, { sandbox, most })));
    }
  }
}
process.exitCode = passed.every(Boolean) ? 0 : 1;
