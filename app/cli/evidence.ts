/**
 * `assay evidence --out FOLDER [--report FILE…] [--tests FILE…] [--sbom FILE] [--artifact FILE…] [--signature FILE…] [--release PURL] [--key PRIVATE.pem] [--expectation FILE] [PATH]`: gathers what a
 * workflow run knows of a commit into one pack: every part signed, every file in one signed list. `assay verify FOLDER --expect FILE` (or --key) accepts it. Exit codes: 0 the
 * verdicts pass, 1 they do not (the pack is written all the same), 2 wrong use, 3 nothing was written.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError } from '../core/errors.ts';
import { exitCodeOf, worst } from '../core/verdict.ts';
import { verifyWholePack } from '../evidence/pack-verify.ts';
import { buildRunPack } from '../evidence/run-pack.ts';
import { gather } from './evidence/gather.ts';
import { optionsOf } from './evidence/options.ts';
import { runSigner } from './evidence/run-signer.ts';
import type { Verb } from './main.ts';

export const verb: Verb = {
  summary: 'gather a run\'s evidence into one signed pack: evidence --out FOLDER [--report FILE] [--tests FILE] [PATH]',
  async run(args) {
    const options = optionsOf(args);
    await refuseUsed(options.out);
    const signer = await runSigner({ key: options.key, env: process.env });
    const { evidence, left } = await gather(options, signer);
    const files = await buildRunPack(evidence, (statement) => signer.sign(statement));
    const report = verifyWholePack(files, signer.verify);
    const [fault] = report.faults;
    if (fault) throw new AssayError(fault.code, `the pack does not hold together: ${fault.file}: ${fault.message}`, { remedy: 'Nothing was written. Report it with this code.' });
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(options.out, name)), { recursive: true });
      await writeFile(join(options.out, name), text);
    }
    if (options.expectation !== undefined && signer.expectation) await writeFile(options.expectation, `${JSON.stringify(signer.expectation, null, 2)}\n`);
    for (const { slot, outcome, digest } of report.verdicts) process.stdout.write(`${outcome.padEnd(14)} ${slot} ${digest}\n`);
    for (const why of left) process.stdout.write(`${'left out'.padEnd(14)} ${why}\n`);
    process.stdout.write(`${Object.keys(files).length} files in ${options.out}, signed as ${signer.who}\nmanifest ${report.manifestDigest} of ${report.headSha}\n`);
    return exitCodeOf(worst(report.verdicts.map(({ outcome }) => outcome)));
  },
};

/** A file that lies there already would be in the pack and in no list. */
async function refuseUsed(folder: string): Promise<void> {
  const found = await readdir(folder).catch(() => []);
  if (found.length > 0) throw new AssayError('USAGE_EVIDENCE', `${folder} is not empty`, { remedy: 'Name a folder that is not there yet.' });
}
