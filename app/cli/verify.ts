/**
 * `assay verify --log FILE` checks an exported audit log, `assay verify PACK` a manifest pack. Both work offline and trust only the key they are
 * given. Exit codes: 0 verified and (for a pack) passed, 1 the pack is genuine and its verdict is not a pass, or the log is broken, 2 wrong use, 3 the pack does not verify.
 */
import { parseArgs } from 'node:util';
import { AssayError } from '../core/errors.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { verifyBundle } from '../edges/sigstore/signer.ts';
import { verifyWholePack } from '../evidence/pack-verify.ts';
import type { Verb } from './main.ts';
import { readPack, readText } from './pack-folder.ts';
import { bundleUsage, verifyBundleFile } from './verify-bundle.ts';
import { verifyLog } from './verify-log.ts';

const usage = `assay verify --log FILE [--checkpoint CHECKPOINT] [--against CHECKPOINT] [--key FILE] [--witness FILE]   |   assay verify PACK --key PUBLIC.pem   |   ${bundleUsage}`;

interface Options { log?: string; checkpoint?: string; against?: string; key?: string; witness?: string; pack?: string }

export const verb: Verb = {
  summary: 'verify an audit log, an evidence pack, or one bundle against an expectation, offline',
  async run(args) {
    if (args.some((each) => /^--bundle(=|$)/.test(each))) return verifyBundleFile(args);
    const options = optionsOf(args);
    if (options.log !== undefined) return verifyLog({ ...options, log: options.log }, wrongUse);
    if (options.pack !== undefined) return verifyFolder(options.pack, options);
    throw wrongUse('name a log with --log, or a pack folder');
  },
};

function optionsOf(args: string[]): Options {
  try {
    const { values, positionals } = parseArgs({ args, options: { log: { type: 'string' }, checkpoint: { type: 'string' }, against: { type: 'string' }, key: { type: 'string' }, witness: { type: 'string' } }, allowPositionals: true, strict: true });
    if (positionals.length > 1 || (positionals.length === 1 && values.log !== undefined)) throw new Error('one log or one pack at a time');
    return { ...values, ...(positionals[0] === undefined ? {} : { pack: positionals[0] }) };
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

async function verifyFolder(folder: string, { key }: Options): Promise<number> {
  if (key === undefined) throw wrongUse('a pack needs --key, the public key to trust: it is never taken from the pack');
  const pem = await readText(key);
  const report = verifyWholePack(await readPack(folder), (bundle) => verifyBundle(bundle, [pem]));
  for (const { file, code, message } of report.faults) process.stdout.write(`${code} ${file}: ${message}\n`);
  if (!report.verified) {
    process.stdout.write('the pack does not verify\n');
    return 3;
  }
  for (const { slot, outcome, digest } of report.verdicts) process.stdout.write(`${outcome.padEnd(14)} ${slot} ${digest}\n`);
  if (report.approval) process.stdout.write(`${'approved'.padEnd(14)} by account ${report.approval.actorId} (${report.approval.class})\n`);
  process.stdout.write(`manifest ${report.manifestDigest} of ${report.headSha} verified: ${report.outcome}\n`);
  return exitCodeOf(report.outcome);
}

function wrongUse(message: string, cause?: unknown): AssayError {
  return new AssayError('USAGE', message, { remedy: usage, cause });
}
