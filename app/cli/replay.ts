/**
 * `assay replay PACK --key PUBLIC.pem`: verifies the pack and takes its decision again, with the policy and the facts that are in it. Offline. Exit codes: 0 the
 * same decision, 1 another one, 2 wrong use or a pack without a decision, 3 the pack does not verify.
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { AssayError } from '../core/errors.ts';
import { policyOf } from '../edges/policy.ts';
import { verifyWholePack } from '../evidence/pack-verify.ts';
import type { Verb } from './main.ts';
import { readPack } from './pack-folder.ts';
import { packTrust, packTrustOptions, type PackTrustOptions } from './pack-trust.ts';

const usage = 'assay replay PACK (--key PUBLIC.pem | --keys KEYS.json [--times EXPORT --times-key KEY]) [--trusted-root FILE]';

export const verb: Verb = {
  summary: 'take the decision of an evidence pack again, offline: replay PACK --key PUBLIC.pem',
  async run(args) {
    const { folder, trust } = optionsOf(args);
    const files = await readPack(folder);
    const { verified, faults, decision, policy } = verifyWholePack(files, await packTrust(files, trust, wrongUse));
    for (const { file, code, message } of faults) process.stdout.write(`${code} ${file}: ${message}\n`);
    if (!verified) return told('the pack does not verify, so nothing is replayed', 3);
    if (!decision || !policy) throw new AssayError('USAGE_REPLAY', 'the pack holds no decision with its policy', { remedy: 'A pack has one once its change was ordered to merge, or was closed.' });
    const again = await (await policyOf(policy)).decide(decision.package, decision.input);
    if (!isDeepStrictEqual(again, decision.decision)) return told(`${decision.package} decides otherwise on the same facts`, 1);
    return told(`${decision.package} decides the same under policy ${decision.policy}`, 0);
  },
};

function optionsOf(args: string[]): { folder: string; trust: PackTrustOptions } {
  try {
    const { values, positionals } = parseArgs({ args, options: packTrustOptions, allowPositionals: true });
    if (positionals.length !== 1) throw new Error('say one PACK');
    return { folder: positionals[0]!, trust: values };
  } catch (cause) {
    throw wrongUse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function wrongUse(message: string, cause?: unknown): AssayError {
  return new AssayError('USAGE_REPLAY', message, { remedy: usage, cause });
}

function told(line: string, code: number): number {
  process.stdout.write(`${line}\n`);
  return code;
}
