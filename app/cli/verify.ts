/**
 * `assay verify --log FILE` checks an exported audit log, `assay verify PACK` a manifest pack. Both work offline and trust only the key they are
 * given. Exit codes: 0 verified and (for a pack) passed, 1 the pack is genuine and its verdict is not a pass, or the log is broken, 2 wrong use, 3 the pack does not verify.
 */
import { parseArgs } from 'node:util';
import { AssayError, problemOf } from '../core/errors.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { checkSigned } from '../edges/webauthn/verify.ts';
import { disclosureFile } from '../evidence/disclosure/names.ts';
import type { PackFault } from '../evidence/pack.ts';
import { verifyWholePack, type PackApproval, type WholePackReport } from '../evidence/pack-verify.ts';
import { verifyBundle as verifyArtifact } from './conformance/verify-bundle.ts';
import type { Verb } from './main.ts';
import { readPack } from './pack-folder.ts';
import { packTrust, packTrustOptions, type PackTrustOptions } from './pack-trust.ts';
import { bundleUsage, verifyBundleFile } from './verify-bundle.ts';
import { verifyLog } from './verify-log.ts';

const usage = `assay verify --log FILE [--checkpoint CHECKPOINT] [--against CHECKPOINT] [--key FILE] [--witness FILE]   |   assay verify PACK (--key PUBLIC.pem | --keys KEYS.json [--times EXPORT --times-key KEY] | --expect FILE) [--trusted-root FILE]   |   ${bundleUsage}   |   assay verify --bundle FILE (--key PUBLIC.pem | --certificate-identity ID --certificate-oidc-issuer URL) [--trusted-root FILE] FILE`;

interface Options extends PackTrustOptions { log?: string; checkpoint?: string; against?: string; witness?: string; pack?: string }

export const verb: Verb = {
  summary: 'verify an audit log, an evidence pack, or one bundle against an expectation, offline',
  async run(args) {
    const has = (name: string) => args.some((each) => each === name || each.startsWith(`${name}=`));
    // Over bytes in place of a statement there is nothing to expect but who signed.
    if (has('--bundle')) return has('--expect') || !(has('--key') || has('--certificate-identity')) ? verifyBundleFile(args) : verifyArtifact(args);
    const options = optionsOf(args);
    if (options.log !== undefined) return verifyLog({ ...options, log: options.log }, wrongUse);
    if (options.pack !== undefined) return verifyFolder(options.pack, options);
    throw wrongUse('name a log with --log, or a pack folder');
  },
};

function optionsOf(args: string[]): Options {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({ args, options: { log: text, checkpoint: text, against: text, witness: text, ...packTrustOptions }, allowPositionals: true, strict: true });
    if (positionals.length > 1 || (positionals.length === 1 && values.log !== undefined)) throw new Error('one log or one pack at a time');
    return { ...values, ...(positionals[0] === undefined ? {} : { pack: positionals[0] }) };
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

async function verifyFolder(folder: string, options: Options): Promise<number> {
  const files = await readPack(folder);
  const verify = await packTrust(files, options, wrongUse);
  // Drawing pages takes a library that nothing else here needs.
  if (files[disclosureFile] !== undefined) return (await import('./verify-disclosure.ts')).verifyDisclosureFolder({ files, verify, presence: presenceFaults });
  const report = verifyWholePack(files, verify);
  const faults = [...report.faults, ...await presenceFaults(report)];
  for (const { file, code, message } of faults) process.stdout.write(`${code} ${file}: ${message}\n`);
  if (!report.verified || faults.length > 0) {
    process.stdout.write('the pack does not verify\n');
    return 3;
  }
  for (const { slot, outcome, digest } of report.verdicts) process.stdout.write(`${outcome.padEnd(14)} ${slot} ${digest}\n`);
  for (const { actorId, class: kind, passkey } of report.approvals) process.stdout.write(`${'approved'.padEnd(14)} by account ${actorId} (${kind}${passkey ? `, passkey of ${passkey.assertion.rpId}` : ''})\n`);
  process.stdout.write(`manifest ${report.manifestDigest} of ${report.headSha} verified: ${report.outcome}\n`);
  return exitCodeOf(report.outcome);
}

/** The App's key says that a passkey signed; the passkey's own signature says it too. */
async function presenceFaults({ approvals }: WholePackReport): Promise<PackFault[]> {
  const faults = await Promise.all(approvals.map(presenceFault));
  return faults.flat();
}

async function presenceFault({ passkey, file }: PackApproval): Promise<PackFault[]> {
  if (!passkey) return [];
  try {
    await checkSigned(passkey.act, passkey.assertion);
    return [];
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    return [{ file, code, message }];
  }
}

function wrongUse(message: string, cause?: unknown): AssayError {
  return new AssayError('USAGE', message, { remedy: usage, cause });
}
