/** Keys that came one after the other, and what their signatures are worth: by the time of a timestamp authority, by a time that a log proves, and without any. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { startSigstore } from '../../../test/world/sigstore/start.ts';
import { canonicalJson } from '../../core/digest.ts';
import { statementDigest, statementType } from '../../core/statement.ts';
import { pemKey } from '../keys/pem.ts';
import { openKeyList, type KeyListTrust } from './key-list.ts';
import { signerWith } from './signer.ts';

const sigstore = await startSigstore();
afterAll(() => sigstore.close());
const made = () => pemKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
const [old, current, foreign] = [made(), made(), made()];
const statement = { _type: statementType, subject: [{ name: 'x', digest: { sha256: 'a'.repeat(64) } }], predicateType: 'https://example.test/x', predicate: {} } as const;
const statementGiven = { ...statement, subject: [...statement.subject] };
const bundleOf = async (key = old, timestamps?: { url: string; root: string }) => canonicalJson((await signerWith(key, timestamps ? { timestamps } : {}).sign(statementGiven)).bundle);
const [untimed, timed] = [await bundleOf(), await bundleOf(old, { url: sigstore.url, root: sigstore.root })];
const hour = 3_600_000;

function opened(bundle: string, { retiredAt = Date.now() + hour, at = null, root }: { retiredAt?: number; at?: number | null; root?: string } = {}): string {
  const keys: KeyListTrust['keys'] = [{ ...old, from: Date.now() - 24 * hour, until: retiredAt }, { ...current, from: retiredAt, until: null }];
  try {
    openKeyList({ keys, ...(root === undefined ? {} : { root }), provenAt: (digest) => (digest === statementDigest(statementGiven) ? at : null) })(bundle);
    return 'believed';
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
  }
}

it('the time of an authority decides for a retired key, as far as the authority is trusted', () => {
  expect(opened(timed, { root: sigstore.root })).toBe('believed');
  expect(opened(timed, { root: sigstore.root, retiredAt: Date.now() - hour })).toBe('EVIDENCE_KEY_EXPIRED');
  // A log that says otherwise does not make a signed time better.
  expect(opened(timed, { root: sigstore.root, retiredAt: Date.now() - hour, at: Date.now() - 2 * hour })).toBe('EVIDENCE_KEY_EXPIRED');
  expect(opened(timed)).toMatch(/^EVIDENCE_/);
});

it('without one the log decides, and without either the retired key is not believed', () => {
  expect(opened(untimed)).toBe('EVIDENCE_KEY_RETIRED');
  expect(opened(untimed, { retiredAt: Date.now() - hour, at: Date.now() - 2 * hour })).toBe('believed');
  expect(opened(untimed, { retiredAt: Date.now() - 2 * hour, at: Date.now() - hour })).toBe('EVIDENCE_KEY_EXPIRED');
  expect(opened(untimed, { at: Date.now() - 48 * hour })).toBe('EVIDENCE_KEY_EXPIRED');
});

it('the key that signs now needs no time, and a key that is not listed is refused', async () => {
  expect(opened(await bundleOf(current))).toBe('believed');
  expect(opened(await bundleOf(foreign))).toBe('EVIDENCE_KEY_UNKNOWN');
});

it('a signer whose authority is away signs nothing', async () => {
  await expect(bundleOf(current, { url: 'http://127.0.0.1:1', root: sigstore.root })).rejects.toMatchObject({ code: 'SIGNING_FAILED' });
}, 30_000);
