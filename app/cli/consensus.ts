/** `assay consensus`: compare candidates by running them. The result is JSON on stdout or in --out; people read stderr. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ConsensusResult } from '../core/candidate.ts';
import { AssayError, problemOf } from '../core/errors.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { openSandbox } from '../edges/sandbox/open.ts';
import { bundleOf } from '../consensus/bundle.ts';
import { runConsensus } from '../consensus/consensus.ts';
import type { ConsensusRequest } from '../consensus/request.ts';
import { loadCandidate, loadRecord, loadSpec, loadTree } from '../consensus/load.ts';

const usage = `assay consensus --spec FILE --candidate DIR … [--base DIR] [--seed N] [--record FILE] [--out FILE] [--bundle FILE]

  --spec FILE       the spec: surface, criteria with tests (DESIGN.md §7)
  --candidate DIR   files and assay-candidate.json {id, family, model, patch?}; tests/*.json may hold the builder's own tests; once per candidate
  --base DIR        the files that candidates change (default: none)
  --seed N          for generated inputs (default 1)
  --record FILE     families' record, to choose inside the winning cluster (default: the committed prior)
  --out FILE        where the result goes (default: stdout)
  --bundle FILE     what "assay audit --bundle FILE" needs, written where there is a winner

Exit: 0 pass, 1 any other verdict, 2 wrong use or configuration, 3 error.
`;

export const verb = { summary: 'compare candidates by running them; pass where independent families agree', run };

const options = {
  spec: { type: 'string' }, candidate: { type: 'string', multiple: true }, base: { type: 'string' }, seed: { type: 'string' },
  record: { type: 'string' }, out: { type: 'string' }, bundle: { type: 'string' }, help: { type: 'boolean' },
} as const;

async function run(args: string[]): Promise<number> {
  const values = valuesOf(args);
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    const request = requestOf(values);
    const result = await runConsensus(request, { sandbox: await openSandbox(), progress: (line) => process.stderr.write(`assay: ${line}\n`) });
    writeJson(result, values.out);
    const bundle = values.bundle === undefined ? null : bundleOf(request, result);
    if (bundle && values.bundle !== undefined) writeFileSync(values.bundle, `${JSON.stringify(bundle)}\n`);
    process.stderr.write(summary(result));
    return exitCodeOf(result.outcome);
  } catch (thrown) {
    const problem = problemOf(thrown);
    writeJson({ outcome: 'error', reason: `${problem.code}: ${problem.message}` }, values.out);
    throw thrown;
  }
}

function valuesOf(args: string[]) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new AssayError('USAGE', cause instanceof Error ? cause.message : String(cause), { remedy: 'assay consensus --help', cause });
  }
}

function requestOf(values: ReturnType<typeof valuesOf>): ConsensusRequest {
  if (values.spec === undefined || !values.candidate) throw new AssayError('USAGE', '--spec and at least one --candidate are needed.', { remedy: 'assay consensus --help' });
  const seed = Number(values.seed ?? '1');
  if (!Number.isSafeInteger(seed)) throw new AssayError('USAGE', `--seed must be a whole number, not ${values.seed}.`, { remedy: 'assay consensus --help' });
  const base = values.base === undefined ? {} : loadTree(values.base);
  const spec = loadSpec(values.spec);
  const candidates = values.candidate.map((folder) => loadCandidate(folder, base));
  return { spec, base, candidates, seed, ...(values.record === undefined ? {} : { record: loadRecord(values.record) }) };
}

function writeJson(value: object, file: string | undefined): void {
  const text = `${JSON.stringify(value, null, 1)}\n`;
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}

function summary(result: ConsensusResult): string {
  const lines = [`${result.outcome}: ${result.reason}`, ...(result.winner ? [`winner ${result.winner}, confidence ${result.confidence}`] : [])];
  const [dissent] = result.dissent;
  if (dissent) lines.push(`they differ on ${JSON.stringify(dissent.input).slice(0, 300)}`, ...Object.entries(dissent.outputs).map(([id, output]) => `  ${id}: ${JSON.stringify(output).slice(0, 200)}`));
  return `${lines.join('\n')}\n`;
}
