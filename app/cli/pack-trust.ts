/**
 * Whose signatures hold for a pack, as a person says it on the command line: one public key, a list of keys with their times, or the workflow run of an expectation. Nothing of
 * it is taken from the pack.
 */
import { dirname } from 'node:path';
import type { AssayError } from '../core/errors.ts';
import type { Statement } from '../core/ports/signer.ts';
import { readStatement } from '../core/statement.ts';
import { openKeyList } from '../edges/sigstore/key-list.ts';
import { openTrust } from '../edges/sigstore/open.ts';
import { verifyBundle } from '../edges/sigstore/signer.ts';
import { readKeyList } from '../evidence/key-list.ts';
import { provenTimes } from '../evidence/proven-times.ts';
import { parseExpectation } from '../evidence/verification/expectation-file.ts';
import { checkSigner } from '../evidence/verification/identity.ts';
import { readText } from './pack-folder.ts';
import { trustOf } from './verify-bundle.ts';
import { logReader } from './verify-log.ts';

const text = { type: 'string' } as const;
export const packTrustOptions = { key: text, keys: text, times: text, 'times-key': text, 'trusted-root': text, expect: text };
export interface PackTrustOptions { key?: string; keys?: string; times?: string; 'times-key'?: string; 'trusted-root'?: string; expect?: string }

type Verify = (bundle: string) => Statement;
type WrongUse = (message: string, cause?: unknown) => AssayError;

/** Throws what `wrongUse` makes where the options do not belong together, and CONFIG_* for a list or an expectation that is none. */
export async function packTrust(files: Record<string, string>, options: PackTrustOptions, wrongUse: WrongUse): Promise<Verify> {
  const { key, keys, expect, times, 'times-key': timesKey, 'trusted-root': root } = options;
  if ([key, keys, expect].filter((each) => each !== undefined).length !== 1) throw wrongUse('a pack needs --key, --keys or --expect, whom to trust: that is never taken from the pack');
  if ((times === undefined) !== (timesKey === undefined) || (times !== undefined && keys === undefined)) throw wrongUse('--times and --times-key belong together, and to --keys');
  const rootText = root === undefined ? {} : { root: await readText(root) };
  if (expect !== undefined) return ofRun(expect);
  if (key !== undefined) {
    const pem = await readText(key);
    return (bundle) => verifyBundle(bundle, [pem], rootText.root);
  }
  const proven = times === undefined ? new Map<string, number>() : await timesIn(files, { times, timesKey: timesKey!, wrongUse });
  return openKeyList({ keys: readKeyList(await readText(keys!)), ...rootText, provenAt: (digest) => proven.get(digest) ?? null });
}

/** One run signed every part, each field of its certificate as the expectation says. */
async function ofRun(file: string): Promise<Verify> {
  const { trust, signer } = parseExpectation(await readText(file));
  const verifier = openTrust(await trustOf(trust, dirname(file)));
  return (bundle) => {
    const opened = verifier.open(Buffer.from(bundle));
    checkSigner(opened.signer, signer);
    return readStatement(opened.payload);
  };
}

async function timesIn(files: Record<string, string>, { times, timesKey, wrongUse }: { times: string; timesKey: string; wrongUse: WrongUse }): Promise<ReadonlyMap<string, number>> {
  const entries = (await logReader(timesKey, wrongUse))(await readText(times));
  return provenTimes(entries, Object.entries(files).filter(([name]) => name.endsWith('.sigstore.json')).map(([, bundle]) => payloadIn(bundle)));
}

/** Unverified: only its digest counts, and what it names by digest. */
function payloadIn(bundle: string): Uint8Array {
  const payload = /"payload":"([A-Za-z0-9+/=]+)"/.exec(bundle)?.[1] ?? '';
  return Buffer.from(payload, 'base64');
}
