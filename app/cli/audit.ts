/** `assay audit`: reproduce a consensus from a clean start. Reads the bundle of `assay consensus --bundle` and checks that it is about these files. */
import { readFileSync } from 'node:fs';
import { AssayError } from '../core/errors.ts';
import { families, type Family } from '../core/family.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { readOptions, showProgress, writeJson } from './judging.ts';
import { openSandbox } from '../edges/sandbox/open.ts';
import { runAudit } from '../consensus/audit.ts';
import { ConsensusBundle, requireSame, requireWhole } from '../consensus/bundle.ts';
import { loadCandidate, loadSpec } from '../consensus/load.ts';
import { loadBase } from './base-folder.ts';

const usage = `assay audit --spec FILE --candidate DIR --base DIR --bundle FILE [--family NAME] [--out FILE]

  --spec FILE       the spec that consensus was given
  --candidate DIR   the winning candidate
  --base DIR        the files that candidates change; an empty folder where there are none
  --bundle FILE     written by "assay consensus … --bundle FILE"; it holds the other candidates, the seed and the fingerprint
  --family NAME     who audits (${families.join(', ')}); default: the first that did not write the winner
  --out FILE        where the result goes (default: stdout)

Exit: 0 reproduced, 1 not reproduced, 2 wrong use or configuration, 3 error.
`;

export const verb = { summary: 'reproduce a consensus from a clean start and compare fingerprints', run };

const options = {
  spec: { type: 'string' }, candidate: { type: 'string' }, base: { type: 'string' }, bundle: { type: 'string' }, family: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' },
} as const;

async function run(args: string[]): Promise<number> {
  const values = readOptions('audit', args, options);
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { spec, candidate, base, bundle: file } = values;
  if (spec === undefined || candidate === undefined || base === undefined || file === undefined) throw new AssayError('USAGE', '--spec, --candidate, --base and --bundle are needed.', { remedy: 'assay audit --help' });
  const bundle = readBundle(file);
  const tree = loadBase(base);
  const audited = loadCandidate(candidate, tree);
  requireSame(bundle, { spec: loadSpec(spec), base: tree, candidate: audited });
  const tools = { sandbox: await openSandbox(), progress: showProgress };
  const output = await runAudit({ ...bundle, family: auditor(values.family, audited.family) }, tools);
  writeJson(output, values.out);
  process.stderr.write(`${output.outcome}: ${output.reason}\n`);
  return exitCodeOf(output.outcome);
}

function readBundle(file: string): ConsensusBundle {
  try {
    return requireWhole(ConsensusBundle.parse(JSON.parse(readFileSync(file, 'utf8'))), file);
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw new AssayError('CONFIG_BUNDLE_INVALID', `${file} is no consensus bundle: ${cause instanceof Error ? cause.message.slice(0, 300) : String(cause)}`, { remedy: 'Write one with "assay consensus … --bundle FILE".', cause });
  }
}

function auditor(asked: string | undefined, winner: string): Family {
  const family = asked === undefined ? families.find((name) => name !== winner) : families.find((name) => name === asked);
  if (family === undefined) throw new AssayError('USAGE', `There is no family ${asked}.`, { remedy: `Choose one of ${families.join(', ')}.` });
  return family;
}
