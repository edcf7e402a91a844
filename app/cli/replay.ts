/**
 * `assay replay PACK --key PUBLIC.pem`: verifies the pack and takes its decision again, with the policy and the facts that are in it. Offline. Exit codes: 0 the
 * same decision, 1 another one, 2 wrong use or a pack without a decision, 3 the pack does not verify.
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { AssayError } from '../core/errors.ts';
import { policyOf } from '../edges/policy.ts';
import { verifyBundle } from '../edges/sigstore/signer.ts';
import { verifyWholePack } from '../evidence/pack-verify.ts';
import type { Verb } from './main.ts';
import { readPack, readText } from './pack-folder.ts';

const usage = 'assay replay PACK --key PUBLIC.pem';

export const verb: Verb = {
  summary: 'take the decision of an evidence pack again, offline: replay PACK --key PUBLIC.pem',
  async run(args) {
    const { folder, key } = optionsOf(args);
    const pem = await readText(key);
    const { verified, faults, decision, policy } = verifyWholePack(await readPack(folder), (bundle) => verifyBundle(bundle, [pem]));
    for (const { file, code, message } of faults) process.stdout.write(`${code} ${file}: ${message}\n`);
    if (!verified) return told('the pack does not verify, so nothing is replayed', 3);
    if (!decision || !policy) throw new AssayError('USAGE_REPLAY', 'the pack holds no decision with its policy', { remedy: 'A pack has one once its change was ordered to merge, or was closed.' });
    const again = await (await policyOf(policy)).decide(decision.package, decision.input);
    if (!isDeepStrictEqual(again, decision.decision)) return told(`${decision.package} decides otherwise on the same facts`, 1);
    return told(`${decision.package} decides the same under policy ${decision.policy}`, 0);
  },
};

function optionsOf(args: string[]): { folder: string; key: string } {
  try {
    const { values, positionals } = parseArgs({ args, options: { key: { type: 'string' } }, allowPositionals: true });
    if (positionals.length !== 1 || !values.key) throw new Error('say one PACK and --key: the key is never taken from the pack');
    return { folder: positionals[0]!, key: values.key };
  } catch (cause) {
    throw new AssayError('USAGE_REPLAY', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

function told(line: string, code: number): number {
  process.stdout.write(`${line}\n`);
  return code;
}
