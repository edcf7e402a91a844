/**
 * One artifact against one Sigstore bundle of any maker: any format of a bundle from v0.1 to v0.3, a statement or a signature over the artifact itself, a certificate or
 * a key. Beyond the library: exact identity, the statement's subjects against the artifact, the message digest, no root certificate in the bundle, no duplicate keys.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { BUNDLE_V01_MEDIA_TYPE, BUNDLE_V02_MEDIA_TYPE, BUNDLE_V03_LEGACY_MEDIA_TYPE, BUNDLE_V03_MEDIA_TYPE, type Bundle, type MessageSignature } from '@sigstore/bundle';
import { X509Certificate } from '@sigstore/core';
import { HashAlgorithm, type TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type SignedEntity, type Signer, type TrustMaterial } from '@sigstore/verify';
import { z } from 'zod';
import { EvidenceRefusal, refusalOf, type Refusal } from '../../core/refusal.ts';
import { payloadType } from '../../core/statement.ts';
import { parseStrictJson, utf8Text } from '../../core/strict-json.ts';
import { bundleText, parseBundle } from './bundle.ts';
import { entityOf, verifyEntity, type Thresholds } from './crypto.ts';
import { verifyDigest } from './prehashed.ts';
import { rememberTrusted } from './remembered.ts';
import { readRoot } from './root.ts';

/** `sha256` in lower-case hex, where the artifact itself is not at hand. */
export type Artifact = { bytes: Buffer } | { sha256: string };
export type ArtifactSigner = { identity: string; issuer: string } | { keyPem: string };

export interface ArtifactRequest {
  bundle: Uint8Array;
  artifact: Artifact;
  signer: ArtifactSigner;
}

/** Null where the bundle holds for the artifact, else why not. Never throws. */
export type ArtifactVerifier = (request: ArtifactRequest) => Refusal | null;

interface Trusted {
  /** What a certificate's signature must bring. */
  demanded: Thresholds;
  root: TrustedRoot;
  material: TrustMaterial;
}

const mediaTypes = [BUNDLE_V01_MEDIA_TYPE, BUNDLE_V02_MEDIA_TYPE, BUNDLE_V03_LEGACY_MEDIA_TYPE, BUNDLE_V03_MEDIA_TYPE];

/** `root` is the text of a trusted root; under one that cannot be trusted everything is refused. `demanded`: what the signature of a certificate must bring; all of it unless its instance has no log. */
export function openArtifactVerifier(root: string, demanded: Thresholds = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 }): ArtifactVerifier {
  try {
    const trusted = trustedFrom(root, demanded);
    return (request) => refusalFor(request, trusted);
  } catch (thrown) {
    const refused = refusalOf(thrown);
    return () => refused;
  }
}

function trustedFrom(text: string, demanded: Thresholds): Trusted {
  const root = readRoot(text, { authorities: 'may be open' });
  return { root, demanded, material: rememberTrusted(toTrustMaterial(root)) };
}

function refusalFor({ bundle, artifact, signer }: ArtifactRequest, trusted: Trusted): Refusal | null {
  try {
    const parsed = parseBundle(parseStrictJson(bundleText(bundle)));
    checkForm(parsed, signer);
    checkContent(parsed, artifact);
    checkSignature(parsed, { artifact, signer, trusted });
    return null;
  } catch (thrown) {
    return refusalOf(thrown);
  }
}

function checkForm({ mediaType, verificationMaterial: { content } }: Bundle, signer: ArtifactSigner): void {
  if (!mediaTypes.includes(mediaType)) throw new EvidenceRefusal('EVIDENCE_BUNDLE', 'the media type is of no known bundle', { got: mediaType, expected: mediaTypes.join(' or ') });
  const [offered, wanted] = [content.$case === 'publicKey' ? 'key' : 'certificate', 'keyPem' in signer ? 'key' : 'certificate'];
  if (offered !== wanted) throw new EvidenceRefusal('EVIDENCE_KEY_KIND', `a ${offered} was offered where a ${wanted} is asked for`, { got: offered, expected: wanted });
  if (content.$case === 'x509CertificateChain' && mediaType !== BUNDLE_V01_MEDIA_TYPE) content.x509CertificateChain.certificates.forEach(({ rawBytes }, at) => checkNoRoot(rawBytes, at));
}

/** A root that comes with the bundle is trusted by nobody; its presence means that somebody hoped it would be. Makers of v0.1 all put it there, and since then it may not be. */
function checkNoRoot(rawBytes: Buffer, at: number): void {
  const certificate = X509Certificate.parse(Buffer.from(rawBytes));
  if (certificate.subject.equals(certificate.issuer)) throw new EvidenceRefusal('EVIDENCE_BUNDLE', `certificate ${at} of the bundle is a root`);
}

function checkContent({ content }: Bundle, artifact: Artifact): void {
  if (content.$case === 'messageSignature') return checkMessage(content.messageSignature, artifact);
  const { payload, payloadType: type } = content.dsseEnvelope;
  if (type !== payloadType) throw new EvidenceRefusal('EVIDENCE_PAYLOAD_TYPE', 'the payload type is another', { got: type, expected: payloadType });
  checkStatement(payload, artifact);
}

const hashes: Partial<Record<HashAlgorithm, string>> = { [HashAlgorithm.SHA2_256]: 'sha256', [HashAlgorithm.SHA2_384]: 'sha384', [HashAlgorithm.SHA2_512]: 'sha512' };

function checkMessage({ messageDigest }: MessageSignature, artifact: Artifact): void {
  const algorithm = hashes[messageDigest.algorithm];
  if (algorithm === undefined) throw new EvidenceRefusal('EVIDENCE_DIGEST_ALGORITHM', 'the message digest is of no known algorithm', { got: messageDigest.algorithm });
  const expected = digestOf(artifact, algorithm);
  const got = messageDigest.digest.toString('hex');
  if (expected === null) throw new EvidenceRefusal('EVIDENCE_ARTIFACT_NEEDED', `the bundle has a ${algorithm} digest, and only the sha256 of the artifact is known`, { remedy: 'Give the artifact itself in place of its digest.' });
  if (got !== expected) throw new EvidenceRefusal('EVIDENCE_SUBJECT', 'the bundle is of another artifact', { got, expected });
}

/** Older statements and unknown fields are let through here: what other makers wrote is not ours to forbid. */
const AnyStatement = z.looseObject({
  _type: z.enum(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  subject: z.array(z.looseObject({ digest: z.record(z.string(), z.string()) })).min(1).max(1024),
});

function checkStatement(payload: Buffer, artifact: Artifact): void {
  const parsed = AnyStatement.safeParse(parseStrictJson(utf8Text(payload)));
  if (!parsed.success) throw new EvidenceRefusal('EVIDENCE_STATEMENT', `no in-toto Statement: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`);
  const isIt = parsed.data.subject.some(({ digest }) => ['sha256', 'sha384', 'sha512'].some((algorithm) => digest[algorithm] !== undefined && digest[algorithm] === digestOf(artifact, algorithm)));
  if (!isIt) throw new EvidenceRefusal('EVIDENCE_SUBJECT', 'the statement is about something else', { got: parsed.data.subject.slice(0, 4).map(({ digest }) => digest), expected: `sha256:${digestOf(artifact, 'sha256')}` });
}

function digestOf(artifact: Artifact, algorithm: string): string | null {
  if ('bytes' in artifact) return createHash(algorithm).update(artifact.bytes).digest('hex');
  return algorithm === 'sha256' ? artifact.sha256 : null;
}

function checkSignature(bundle: Bundle, { artifact, signer, trusted: { root, demanded, material } }: { artifact: Artifact; signer: ArtifactSigner; trusted: Trusted }): void {
  const entity = entityFor(bundle, artifact);
  if ('keyPem' in signer) {
    const publicKey = createPublicKey(signer.keyPem);
    verifyEntity(entity, { ...material, publicKey: () => ({ publicKey, validFor: () => true }) }, keyThresholds(root));
    return;
  }
  const verified = verifyEntity(entity, material, demanded);
  checkIdentity(verified, signer);
}

/** A key needs no time to be valid at; it is logged where the root has a log. */
function keyThresholds({ tlogs }: TrustedRoot): Thresholds {
  return { tlogThreshold: tlogs.length > 0 ? 1 : 0, ctlogThreshold: 0, timestampThreshold: 0 };
}

function entityFor(bundle: Bundle, artifact: Artifact): SignedEntity {
  if ('bytes' in artifact) return entityOf(bundle, artifact.bytes);
  const entity = entityOf(bundle);
  if (bundle.content.$case === 'dsseEnvelope') return entity;
  const { signature } = entity;
  const sha256 = Buffer.from(artifact.sha256, 'hex');
  return {
    ...entity,
    signature: {
      signature: signature.signature,
      compareSignature: (given) => signature.compareSignature(given),
      compareDigest: (given) => signature.compareDigest(given),
      compareSignedDigest: (given) => signature.compareSignedDigest(given),
      verifySignature: (key) => verifyDigest(key, sha256, signature.signature),
    },
  };
}

function checkIdentity({ identity }: Signer, expected: { identity: string; issuer: string }): void {
  const [subject, issuer] = [identity?.subjectAlternativeName, identity?.extensions?.issuer];
  if (subject !== expected.identity) throw new EvidenceRefusal('EVIDENCE_SIGNER', 'the subject of the certificate is not the expected one', { got: subject ?? 'absent', expected: expected.identity });
  if (issuer !== expected.issuer) throw new EvidenceRefusal('EVIDENCE_ISSUER', 'the issuer of the identity is not the expected one', { got: issuer ?? 'absent', expected: expected.issuer });
}
