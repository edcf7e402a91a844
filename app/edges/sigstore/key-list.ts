/**
 * Bundles against a list of keys that came one after the other. A signature of the key that signs now holds; one of a retired key holds where its time, of a timestamp
 * authority or of the audit log, lies within the key's time, and without such a time it does not.
 */
import { EvidenceRefusal } from '../../core/refusal.ts';
import { readStatement } from '../../core/statement.ts';
import type { Statement } from '../../core/ports/signer.ts';
import { keyTrust, openText, type TrustedKey } from './open.ts';
import { emptyRoot, readRoot } from './root.ts';

export interface ListedKey {
  keyId: string;
  publicKeyPem: string;
  from: number;
  until: number | null;
}

export interface KeyListTrust {
  keys: readonly ListedKey[];
  /** Text of the trusted root that names the timestamp authority; absent: bundles with a signed time are refused. */
  root?: string;
  /** When a payload (SHA-256) was there at the latest, as far as a log proves it. */
  provenAt(payloadSha256: string): number | null;
}

/** What answers throws EVIDENCE_KEY_EXPIRED for a time outside of the key's, EVIDENCE_KEY_RETIRED for a retired key without a time, and EVIDENCE_* as `verifyBundle` does. */
export function openKeyList({ keys, root, provenAt }: KeyListTrust): (bundle: string) => Statement {
  const trust = keyTrust(keys.map(windowed), { timestamps: 0, root: root === undefined ? emptyRoot : readRoot(root) });
  return (bundle) => {
    const { payload, payloadSha256, signer, times } = openText(bundle, trust);
    const key = keys.find(({ keyId }) => signer.kind === 'key' && keyId === signer.hint);
    if (!key) throw new EvidenceRefusal('EVIDENCE_KEY_UNKNOWN', 'signed with a key that is not in the list');
    // A signed time was held against the key's own time already.
    if (times.length === 0) checkTime(key, provenAt(payloadSha256));
    return readStatement(payload);
  };
}

function windowed({ publicKeyPem, from, until }: ListedKey): TrustedKey {
  return { publicKeyPem, from, ...(until === null ? {} : { until }) };
}

function checkTime({ keyId, from, until }: ListedKey, at: number | null): void {
  const expected = `${new Date(from).toISOString()} to ${until === null ? 'now' : new Date(until).toISOString()}`;
  if (at !== null && (at < from || at > (until ?? Infinity))) throw new EvidenceRefusal('EVIDENCE_KEY_EXPIRED', `the key ${keyId} was not valid when this was signed`, { got: new Date(at).toISOString(), expected });
  if (at !== null || until === null) return;
  throw new EvidenceRefusal('EVIDENCE_KEY_RETIRED', `the key ${keyId} is retired, and nothing proves that this was signed before`, {
    expected, remedy: 'Give the audit log that names it (--times EXPORT --times-key KEY), or take the evidence again from the App, whose newest key then signs for it.',
  });
}
