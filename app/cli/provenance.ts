/**
 * `assay provenance [--out FILE] [--bundle FILE] [--key PRIVATE.pem] FILE…`: SLSA provenance v1 of files that this workflow run made: its workflow, commit, run and inputs, and the
 * lock files of the checkout. With --bundle it is signed too. Outside of GitHub Actions there is nobody to say who built, so nothing is stated. Exit codes: 0, 2 wrong use, 3 error.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { canonicalJson } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { Statement } from '../core/ports/signer.ts';
import { statementBytes } from '../core/statement.ts';
import type { RunContext } from '../edges/workflow-run/context.ts';
import { provenanceStatement } from '../evidence/provenance.ts';
import type { NamedDigest } from '../evidence/statements.ts';
import { aboutOf, digestsOf, lockFiles } from './evidence/inputs.ts';
import { runSigner, type RunSigner } from './evidence/run-signer.ts';
import type { Verb } from './main.ts';

const usage = 'assay provenance [--out FILE] [--bundle FILE] [--key PRIVATE.pem] FILE…   (in a GitHub Actions job)';

export const verb: Verb = {
  summary: 'SLSA provenance of what a workflow run made: provenance [--out FILE] [--bundle FILE] FILE…',
  async run(args) {
    const { out, bundle, key, files } = optionsOf(args);
    const subject = await digestsOf(files);
    const { run } = await aboutOf(process.cwd(), process.env);
    if (!run) throw new AssayError('PROVENANCE_NO_RUN', 'this is no workflow run, so there is nobody to say who built these files', { remedy: 'Run it in the job that builds them. A statement by hand would be a claim and no provenance.' });
    const signer = bundle === undefined ? null : await runSigner({ key, env: process.env });
    const statement = runProvenance({ run, signer, subject, materials: await lockFiles(process.cwd()) });
    if (signer && bundle !== undefined) await writeFile(bundle, `${canonicalJson((await signer.sign(statement)).bundle)}\n`);
    if (out !== undefined) await writeFile(out, statementBytes(statement));
    else if (bundle === undefined) process.stdout.write(`${statementBytes(statement).toString('utf8')}\n`);
    if (signer) process.stderr.write(`signed as ${signer.who}\n`);
    return 0;
  },
};

/** Of the claims that the signature will be by, where the run signs itself. */
export function runProvenance({ run, signer, subject, materials }: { run: RunContext; signer: RunSigner | null; subject: readonly NamedDigest[]; materials: readonly NamedDigest[] }): Statement {
  return provenanceStatement({ server: run.server, claims: signer?.identity?.claims ?? run.claims, inputs: run.inputs, materials, subject: subject.map(({ name, sha256 }) => ({ name, digest: { sha256 } })) });
}

function optionsOf(args: string[]): { out: string | undefined; bundle: string | undefined; key: string | undefined; files: string[] } {
  try {
    const text = { type: 'string' } as const;
    const { values: { out, bundle, key }, positionals } = parseArgs({ args, allowPositionals: true, options: { out: text, bundle: text, key: text } });
    if (positionals.length === 0) throw new Error('say which files this run made');
    if (key !== undefined && bundle === undefined) throw new Error('--key signs nothing without --bundle');
    return { out, bundle, key, files: positionals };
  } catch (thrown) {
    throw new AssayError('USAGE_PROVENANCE', thrown instanceof Error ? thrown.message : String(thrown), { remedy: usage, cause: thrown });
  }
}
