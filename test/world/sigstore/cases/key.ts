/** Keys of one's own: where a certificate is asked for and the reverse, keys nobody trusts, keys that were retired, and a key that may sign something else. */
import { generateKeyPairSync } from 'node:crypto';
import type { TrustDomain } from '../../../../app/edges/sigstore/open.ts';
import type { Slot } from '../../../../app/evidence/verification/expectation.ts';
import { keySigner, signStatement, witnessesOf, type Witnesses } from '../sign.ts';
import { rootText } from '../root.ts';
import { keyPair, type Sigstore } from '../start.ts';
import { artifact, expect, statementOf } from '../statements.ts';
import { workflowCase, type EvidenceCase } from './case.ts';

interface Holder {
  pem: string;
  hint: string;
  sign(slot: Slot, witnesses?: Witnesses): Promise<Buffer>;
}

async function holderOf(sigstore: Sigstore, { publicKey, privateKey } = keyPair()): Promise<Holder> {
  const signer = keySigner(privateKey, publicKey);
  const { key } = await signer.sign(Buffer.alloc(0));
  return {
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    hint: key.$case === 'publicKey' ? (key.hint ?? '') : '',
    sign: (slot, witnesses = 'none') => signStatement(statementOf(slot), { signer, witnesses: witnessesOf(sigstore, witnesses) }),
  };
}

export async function casesOfKeys(sigstore: Sigstore): Promise<EvidenceCase[]> {
  const [app, author, edwards] = await Promise.all([holderOf(sigstore), holderOf(sigstore), holderOf(sigstore, generateKeyPairSync('ed25519'))]);
  const times = rootText(sigstore.instance, 'times');
  const own = (holders: Holder[], more: { timestamps?: 0 | 1; until?: number } = {}): TrustDomain => ({
    domain: 'own-key', timestamps: more.timestamps ?? 0, root: times, keys: holders.map(({ pem }) => ({ publicKeyPem: pem, ...(more.until === undefined ? {} : { until: more.until }) })),
  });
  const by = (holders: Holder[], slot: Slot = 'verdict') => expect(slot, { signer: { kind: 'key', hints: holders.map(({ hint }) => hint) } });
  const verdict = { artifact, domain: own([app]), bundle: await app.sign('verdict'), expectation: by([app]) };
  const certificate = await workflowCase(sigstore, { id: 'E25', name: 'certificate-where-a-key-is-configured', expected: 'EVIDENCE_KEY_KIND' });
  return [
    { ...verdict, id: 'honest', name: 'own-key', expected: 'verified' },
    { ...verdict, id: 'honest', name: 'own-ed25519-key', expected: 'verified', domain: own([edwards]), bundle: await edwards.sign('verdict'), expectation: by([edwards]) },
    { ...verdict, id: 'honest', name: 'own-key-with-time', expected: 'verified', domain: own([app], { timestamps: 1 }), bundle: await app.sign('verdict', 'time') },
    { ...certificate, domain: own([app]) },
    { ...verdict, id: 'E25', name: 'key-where-a-certificate-is-configured', expected: 'EVIDENCE_KEY_KIND', domain: { domain: 'public-good', root: sigstore.root }, expectation: expect('verdict') },
    { ...verdict, id: 'E25', name: 'key-where-a-certificate-is-expected', expected: 'EVIDENCE_KEY_KIND', expectation: expect('verdict') },
    { ...verdict, id: 'E25', name: 'certificate-where-a-key-is-expected', expected: 'EVIDENCE_KEY_KIND', domain: certificate.domain, bundle: certificate.bundle },
    { ...verdict, id: 'E26', name: 'key-that-nobody-trusts', expected: 'EVIDENCE_KEY_UNKNOWN', bundle: await author.sign('verdict') },
    { ...verdict, id: 'E26', name: 'key-retired-before', expected: 'EVIDENCE_KEY_EXPIRED', domain: own([app], { timestamps: 1, until: Date.now() - 3_600_000 }), bundle: await app.sign('verdict', 'time') },
    { ...verdict, id: 'E14', name: 'key-without-the-time-that-is-demanded', expected: 'EVIDENCE_TIME', domain: own([app], { timestamps: 1 }) },
    { ...verdict, id: 'honest', name: 'exception-by-its-author', expected: 'verified', domain: own([app, author]), bundle: await author.sign('vex'), expectation: by([author], 'vex') },
    { ...verdict, id: 'E30', name: 'exception-by-another-trusted-key', expected: 'EVIDENCE_KEY_SLOT', domain: own([app, author]), bundle: await app.sign('vex'), expectation: by([author], 'vex') },
    { ...verdict, id: 'E30', name: 'exception-by-a-stranger', expected: 'EVIDENCE_KEY_UNKNOWN', bundle: await author.sign('vex'), expectation: by([app], 'vex') },
  ];
}
