/** Bundles with something wrong in what logs, times and roots say: the witnesses, not the signer. One after the other, since they turn the clocks of the one instance. */
import { TSAWitness } from '@sigstore/sign';
import { claims } from '../claims.ts';
import { once, signStatement, witnessesOf, workflowSigner } from '../sign.ts';
import { startSigstore, type Sigstore } from '../start.ts';
import { artifact, expect, statementOf } from '../statements.ts';
import { altered, workflowCase, type BundleJson, type EvidenceCase } from './case.ts';

const later = 20 * 60_000;

export async function casesOfLog(sigstore: Sigstore): Promise<EvidenceCase[]> {
  const honest = await workflowCase(sigstore, { id: 'E13', name: 'entry-twice', expected: 'EVIDENCE_LOG_DUPLICATE' });
  const second = await workflowCase(sigstore, { id: 'E14', name: 'second-log', expected: 'verified', witnesses: 'log-v2' });
  const another = await workflowCase(sigstore, { id: 'E14', name: 'another', expected: 'verified' });
  const of = (id: string, name: string, expected: string, change: (bundle: BundleJson) => void): EvidenceCase => ({ ...honest, id, name, expected, bundle: altered(honest.bundle, change) });
  const otherEntry = (JSON.parse(another.bundle.toString()) as BundleJson).verificationMaterial.tlogEntries[0]!;
  return [
    of('E13', 'entry-twice', 'EVIDENCE_LOG_DUPLICATE', ({ verificationMaterial: { tlogEntries } }) => { tlogEntries.push(structuredClone(tlogEntries[0]!)); }),
    of('E13', 'entry-twice-at-another-index', 'EVIDENCE_LOG_DUPLICATE', ({ verificationMaterial: { tlogEntries } }) => { tlogEntries.push({ ...structuredClone(tlogEntries[0]!), logIndex: '7' }); }),
    of('E14', 'time-without-promise', 'EVIDENCE_TIME', ({ verificationMaterial: { tlogEntries } }) => { delete tlogEntries[0]!.inclusionPromise; }),
    of('E14', 'time-changed', 'EVIDENCE_LOG_INCLUSION', ({ verificationMaterial: { tlogEntries } }) => { tlogEntries[0]!.integratedTime = String(Number(tlogEntries[0]!.integratedTime) + 1); }),
    of('E14', 'entry-of-another-signature', 'EVIDENCE_LOG_BODY', ({ verificationMaterial: { tlogEntries } }) => { tlogEntries[0] = otherEntry; }),
    of('E14', 'body-changed', 'EVIDENCE_LOG_INCLUSION', ({ verificationMaterial: { tlogEntries } }) => { tlogEntries[0]!.canonicalizedBody = Buffer.from('{}').toString('base64'); }),
    of('E14', 'root-hash-in-the-checkpoint-changed', 'EVIDENCE_LOG_INCLUSION', ({ verificationMaterial: { tlogEntries } }) => { const proof = tlogEntries[0]!.inclusionProof!; proof.checkpoint.envelope = proof.checkpoint.envelope.replace(/\n1\n./, '\n1\nA'); }),
    of('E14', 'no-entry', 'EVIDENCE_TIME', ({ verificationMaterial }) => { Reflect.deleteProperty(verificationMaterial, 'tlogEntries'); }),
    of('E02', 'signature-changed', 'EVIDENCE_LOG_BODY', ({ dsseEnvelope }) => { dsseEnvelope.signatures[0]!.sig = `${dsseEnvelope.signatures[0]!.sig.slice(0, 20)}AAAA${dsseEnvelope.signatures[0]!.sig.slice(24)}`; }),
    { ...honest, ...await logged(sigstore, 'time-after-the-certificate', { log: later }) },
    { ...second, ...await stamped(sigstore, 'one-of-two-times-after-the-certificate') },
    { ...second, id: 'E14', name: 'junk-for-a-time', expected: 'EVIDENCE_UNREADABLE', bundle: altered(second.bundle, ({ verificationMaterial }) => { verificationMaterial.timestampVerificationData!.rfc3161Timestamps[0]!.signedTimestamp = 'MAMCAQA='; }) },
    { ...second, ...await unlogged(sigstore) },
    ...await casesOfRoot(sigstore, honest, second),
  ];
}

async function logged(sigstore: Sigstore, name: string, skew: Partial<Sigstore['skew']>): Promise<Pick<EvidenceCase, 'id' | 'name' | 'expected' | 'bundle'>> {
  Object.assign(sigstore.skew, skew);
  try {
    const { bundle } = await workflowCase(sigstore, { id: 'E14', name, expected: '' });
    return { id: 'E14', name, expected: 'EVIDENCE_CERTIFICATE', bundle };
  } finally {
    Object.assign(sigstore.skew, { ca: 0, log: 0, tsa: 0 });
  }
}

/** A second time over the same signature, when the certificate no longer held: one good time does not make up for it. */
async function stamped(sigstore: Sigstore, name: string): Promise<Pick<EvidenceCase, 'id' | 'name' | 'expected' | 'bundle'>> {
  const { bundle } = await workflowCase(sigstore, { id: 'E14', name, expected: '', witnesses: 'log-v2' });
  const json = JSON.parse(bundle.toString()) as BundleJson;
  sigstore.skew.tsa = later;
  try {
    const sig = Buffer.from(json.dsseEnvelope.signatures[0]!.sig, 'base64');
    const { rfc3161Timestamps } = await new TSAWitness({ tsaBaseURL: sigstore.url, ...once }).testify({ $case: 'dsseEnvelope', dsseEnvelope: { payloadType: '', payload: Buffer.alloc(0), signatures: [{ sig, keyid: '' }] } });
    json.verificationMaterial.timestampVerificationData!.rfc3161Timestamps.push({ signedTimestamp: rfc3161Timestamps[0]!.signedTimestamp.toString('base64') });
    return { id: 'E14', name, expected: 'EVIDENCE_CERTIFICATE', bundle: Buffer.from(JSON.stringify(json)) };
  } finally {
    sigstore.skew.tsa = 0;
  }
}

async function unlogged(sigstore: Sigstore): Promise<Pick<EvidenceCase, 'id' | 'name' | 'expected' | 'bundle'>> {
  const bundle = await signStatement(statementOf('provenance'), { signer: workflowSigner(sigstore, claims()), witnesses: witnessesOf(sigstore, 'time') });
  return { id: 'E26', name: 'time-and-no-log', expected: 'EVIDENCE_LOG', bundle };
}

interface RootJson {
  tlogs: { publicKey: { validFor?: { start?: string } } }[];
  certificateAuthorities: { validFor?: { start?: string } }[];
  timestampAuthorities: { certChain: { certificates: unknown[] }; validFor: { start?: string; end?: string } }[];
}

/** What the one who configures could get wrong, and what another instance would like to be taken for. */
async function casesOfRoot(sigstore: Sigstore, honest: EvidenceCase, second: EvidenceCase): Promise<EvidenceCase[]> {
  const other = await startSigstore();
  await other.close();
  const rooted = (from: string, change: (root: RootJson) => void): EvidenceCase['domain'] => {
    const root = JSON.parse(from) as RootJson;
    change(root);
    return { domain: 'public-good', root: JSON.stringify(root) };
  };
  const past = { start: new Date(Date.now() - 3_600_000).toISOString(), end: new Date(Date.now() - 1_800_000).toISOString() };
  const theirs = (JSON.parse(other.root) as RootJson).timestampAuthorities[0]!;
  const priv = await workflowCase(sigstore, { id: 'E26', name: 'private-bundle-in-public-domain', expected: 'EVIDENCE_CERTIFICATE', witnesses: 'time' });
  return [
    { ...second, id: 'E15', name: 'time-of-an-authority-that-ended', expected: 'EVIDENCE_TIME', domain: rooted(sigstore.root, (root) => { root.timestampAuthorities[0]!.validFor = past; }) },
    { ...second, id: 'E15', name: 'validity-borrowed-from-another-authority', expected: 'EVIDENCE_TIME', domain: rooted(sigstore.root, (root) => { root.timestampAuthorities[0]!.validFor = past; root.timestampAuthorities.push(theirs); }) },
    { ...second, id: 'E15', name: 'validity-borrowed-from-an-empty-authority', expected: 'EVIDENCE_TIME', domain: rooted(sigstore.root, (root) => { root.timestampAuthorities[0]!.validFor = past; root.timestampAuthorities.push({ ...theirs, certChain: { certificates: [] } }); }) },
    { ...honest, id: 'E26', name: 'another-instance', expected: 'EVIDENCE_CERTIFICATE', domain: { domain: 'public-good', root: other.root } },
    { ...honest, id: 'E26', name: 'log-of-another-instance', expected: 'EVIDENCE_LOG_INCLUSION', domain: rooted(sigstore.root, (root) => { root.tlogs = (JSON.parse(other.root) as RootJson).tlogs; }) },
    { ...honest, id: 'E26', name: 'public-bundle-in-private-domain', expected: 'EVIDENCE_CERTIFICATE', domain: { domain: 'github-private', root: sigstore.privateRoot } },
    { ...priv, domain: { domain: 'public-good', root: sigstore.root } },
    { ...honest, id: 'E26', name: 'log-without-a-start', expected: 'EVIDENCE_ROOT_OPEN', domain: rooted(sigstore.root, (root) => { delete root.tlogs[0]!.publicKey.validFor!.start; }) },
    { ...honest, id: 'E26', name: 'authority-without-a-start', expected: 'EVIDENCE_ROOT_OPEN', domain: rooted(sigstore.root, (root) => { delete root.certificateAuthorities[0]!.validFor; }) },
    { ...honest, id: 'E34', name: 'root-that-could-not-be-read', expected: 'EVIDENCE_ROOT', domain: { domain: 'public-good', root: '' } },
    { ...honest, artifact, expectation: expect('provenance'), id: 'E34', name: 'bundle-that-could-not-be-read', expected: 'EVIDENCE_JSON_INVALID', bundle: Buffer.alloc(0) },
  ];
}
