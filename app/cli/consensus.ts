/** `assay consensus`: compare candidates by running them. The result is JSON on stdout or in --out; people read stderr. */
import { writeFileSync } from 'node:fs';
import type { ConsensusResult } from '../core/candidate.ts';
import { AssayError } from '../core/errors.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { openSandbox } from '../edges/sandbox/open.ts';
import { bundleOf } from '../consensus/bundle.ts';
import { keptIn } from '../consensus/kept.ts';
import { runConsensus } from '../consensus/consensus.ts';
import type { ConsensusRequest } from '../consensus/request.ts';
import { answered, readOptions, readSeed, showProgress, writeJson } from './judging.ts';
import { loadCandidate, loadRecord, loadSpec, loadTree } from '../consensus/load.ts';

const usage = `assay consensus --spec FILE --candidate DIR … [--base DIR] [--seed N] [--record FILE] [--confidence N] [--resume FILE] [--out FILE] [--bundle FILE]

  --spec FILE       the spec: surface, criteria with tests (DESIGN.md §7)
  --candidate DIR   files and assay-candidate.json {id, family, model, patch?}; tests/*.json may hold the builder's own tests; once per candidate
  --base DIR        the files that candidates change (default: none)
  --seed N          for generated inputs (default 1)
  --record FILE     families' record, to choose inside the winning cluster and to weigh dissent (default: the committed prior)
  --confidence N    nothing passes below this probability of being right (0 to 1, default 0.85)
  --resume FILE     keeps finished observations there; the same command after a crash goes on from them
  --out FILE        where the result goes (default: stdout)
  --bundle FILE     what "assay audit --bundle FILE" needs, written where there is a winner

Exit: 0 pass, 1 any other verdict, 2 wrong use or configuration, 3 error.
`;

export const verb = { summary: 'compare candidates by running them; pass where independent families agree', run };

const options = {
  spec: { type: 'string' }, candidate: { type: 'string', multiple: true }, base: { type: 'string' }, seed: { type: 'string' },
  record: { type: 'string' }, out: { type: 'string' }, bundle: { type: 'string' }, confidence: { type: 'string' }, resume: { type: 'string' }, help: { type: 'boolean' },
} as const;

async function run(args: string[]): Promise<number> {
  const values = readOptions('consensus', args, options);
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  return answered(values.out, async () => {
    const request = requestOf(values);
    const kept = values.resume === undefined ? {} : { kept: keptIn(values.resume) };
    const result = await runConsensus(request, { sandbox: await openSandbox(), progress: showProgress, ...kept });
    writeJson(result, values.out);
    const bundle = values.bundle === undefined ? null : bundleOf(request, result);
    if (bundle && values.bundle !== undefined) writeFileSync(values.bundle, `${JSON.stringify(bundle)}\n`);
    process.stderr.write(summary(result));
    return exitCodeOf(result.outcome);
  });
}

type Values = ReturnType<typeof readOptions<typeof options>>;

function requestOf(values: Values): ConsensusRequest {
  if (values.spec === undefined || !values.candidate) throw new AssayError('USAGE', '--spec and at least one --candidate are needed.', { remedy: 'assay consensus --help' });
  const seed = readSeed('consensus', values.seed);
  const base = values.base === undefined ? {} : loadTree(values.base);
  const spec = loadSpec(values.spec);
  const candidates = values.candidate.map((folder) => loadCandidate(folder, base));
  return { spec, base, candidates, seed, ...(values.record === undefined ? {} : { record: loadRecord(values.record) }), ...(values.confidence === undefined ? {} : { requiredConfidence: probability(values.confidence) }) };
}

function probability(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new AssayError('USAGE', `--confidence ${JSON.stringify(text)} is no probability.`, { remedy: 'Give a number from 0 to 1, e.g. --confidence 0.9.' });
}

function summary(result: ConsensusResult): string {
  const lines = [`${result.outcome}: ${result.reason}`, ...(result.winner ? [`winner ${result.winner}, confidence ${result.confidence}`] : [])];
  if (result.speed) lines.push(`${result.speed.survivors.length} of ${result.speed.survivors.length + Object.keys(result.speed.failed).length} survive ${result.speed.inputs} large inputs`);
  lines.push(...Object.entries(result.outside ?? {}).map(([id, why]) => `outside: ${id} ${why}`));
  const [dissent] = result.dissent;
  if (dissent) lines.push(`they differ on ${JSON.stringify(dissent.input).slice(0, 300)}`, ...Object.entries(dissent.outputs).map(([id, output]) => `  ${id}: ${JSON.stringify(output).slice(0, 200)}`));
  return `${lines.join('\n')}\n`;
}
