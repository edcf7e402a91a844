/** `assay sabotage`: try to break a change by program. The result is JSON on stdout or in --out; people read progress and summary on stderr. */
import { AssayError } from '../core/errors.ts';
import type { SabotageOutput } from '../core/job.ts';
import type { Models } from '../core/model.ts';
import type { Log } from '../core/ports/log.ts';
import { applyPatch } from '../core/tree.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { runSabotage, type SabotageRequest } from '../agents/saboteur/saboteur.ts';
import { loadCandidate, loadSpec } from '../consensus/load.ts';
import { loadBase } from './base-folder.ts';
import { answered, readOptions, readSeed, showProgress, writeJson } from './judging.ts';
import { openSandbox } from '../edges/sandbox/open.ts';

const usage = `assay sabotage --spec FILE --candidate DIR [--base DIR] [--seed N] [--out FILE]

  --spec FILE       the spec: surface, criteria with tests (DESIGN.md §7)
  --candidate DIR   files and assay-candidate.json {id, family, model, patch?}: the change under attack
  --base DIR        the files that it changes (default: none). Where base has the surface and meets every criterion, it is the oracle
  --seed N          for generated inputs (default 1)
  --out FILE        where the result goes (default: stdout)

No model is asked: this command has no gateway to one. A finding is a program that fails 5 of 5 times on the change and never on base.
Without a surface in the spec the diff alone is attacked, and the verdict is a finding or not_comparable.
Exit: 0 pass, 1 any other verdict, 2 wrong use or configuration, 3 error.
`;

export const verb = { summary: 'try to break a change; a finding is a program that fails on it and not on its base', run };

const options = { spec: { type: 'string' }, candidate: { type: 'string' }, base: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } } as const;

async function run(args: string[]): Promise<number> {
  const values = readOptions('sabotage', args, options);
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  return answered(values.out, async () => {
    const result = await runSabotage(requestOf(values), { sandbox: await openSandbox(), models: noModels, log: quiet, progress: showProgress });
    writeJson(result, values.out);
    process.stderr.write(summary(result));
    return exitCodeOf(result.outcome);
  });
}

type Values = ReturnType<typeof readOptions<typeof options>>;

function requestOf(values: Values): SabotageRequest {
  if (values.spec === undefined || values.candidate === undefined) throw new AssayError('USAGE', '--spec and --candidate are needed.', { remedy: 'assay sabotage --help' });
  const seed = readSeed('sabotage', values.seed);
  const base = values.base === undefined ? {} : loadBase(values.base);
  const spec = loadSpec(values.spec);
  const candidate = loadCandidate(values.candidate, base);
  // Named for the record of who attacks; without a gateway nobody is asked.
  return { spec, base, head: applyPatch(base, candidate.patch), family: 'anthropic', model: 'none', seed };
}

const noModels: Models = {
  ask: () => Promise.reject(new AssayError('MODEL_UNAVAILABLE', 'This command has no gateway to a model.', { remedy: 'Let the App run the Saboteur where a model should lend ideas.' })),
};

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

function summary(result: SabotageOutput): string {
  const lines = [`${result.outcome}: ${result.reason}`];
  for (const finding of result.findings) lines.push(`${finding.preExisting ? 'pre-existing' : finding.class} ${finding.oracle} ${finding.onHead}/5 on the change, ${finding.onBase}/5 on base: ${finding.claim}`, ...finding.program.trimEnd().split('\n').slice(0, 20).map((line) => `    ${line}`));
  return `${lines.join('\n')}\n`;
}
