/**
 * Three trust domains, one verifier: the public good instance (log, certificate log and time demanded), GitHub's instance for private repositories (a timestamp
 * authority alone), and keys of one's own. Which one applies is configuration. A bundle cannot choose it: what does not fit the configured domain is refused.
 */
import type { KeyObject } from 'node:crypto';
import type { BundleWithDsseEnvelope } from '@sigstore/bundle';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type Signer, type TrustMaterial } from '@sigstore/verify';
import { sha256 } from '../../core/digest.ts';
import type { BundleVerifier, OpenedBundle } from '../../core/ports/evidence.ts';
import { EvidenceRefusal } from '../../core/refusal.ts';
import { bundleText, readBundle, type SignerKind } from './bundle.ts';
import { certificateSigner } from './certificate.ts';
import { entityOf, timesOf, verifyEntity, type Thresholds } from './crypto.ts';
import { hintOf, trustedKey } from './keys.ts';
import { rememberTrusted } from './remembered.ts';
import { emptyRoot, readRoot } from './root.ts';

/** A key that is trusted, and between which times (milliseconds) it signed. The limits bind only where `timestamps` are demanded. */
export interface TrustedKey {
  publicKeyPem: string;
  from?: number;
  until?: number;
}

/** `root` is the text of a trusted root. Own keys with `timestamps: 1` need one for its timestamp authorities. */
export type TrustDomain =
  | { domain: 'public-good'; root: string }
  | { domain: 'github-private'; root: string }
  | { domain: 'own-key'; keys: TrustedKey[]; timestamps: 0 | 1; root?: string };

export const thresholds: Record<Exclude<TrustDomain['domain'], 'own-key'>, Thresholds> = {
  'public-good': { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 },
  'github-private': { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 1 },
};

interface Trust {
  kind: SignerKind;
  material: TrustMaterial;
  thresholds: Thresholds;
}

/** Throws EVIDENCE_ROOT* or EVIDENCE_KEY_INVALID where the configuration itself cannot be trusted. */
export function openTrust(domain: TrustDomain): BundleVerifier {
  const trust = trustOf(domain);
  return { open: (bytes) => open(bytes, trust) };
}

function trustOf(domain: TrustDomain): Trust {
  if (domain.domain === 'own-key') return keyTrust(domain.keys, { timestamps: domain.timestamps, root: domain.root === undefined ? emptyRoot : readRoot(domain.root) });
  return { kind: 'certificate', material: rememberTrusted(toTrustMaterial(readRoot(domain.root), noKey)), thresholds: thresholds[domain.domain] };
}

export function keyTrust(keys: readonly TrustedKey[], { timestamps, root }: { timestamps: 0 | 1; root: TrustedRoot }): Trust {
  const byHint = new Map(keys.map((key) => [trustedKey(key.publicKeyPem), key] as const).map(([key, terms]) => [hintOf(key), { key, terms }] as const));
  const material = toTrustMaterial(root, (hint) => {
    const found = byHint.get(hint);
    if (!found) throw new EvidenceRefusal('EVIDENCE_KEY_UNKNOWN', 'signed with a key that is not trusted here', { got: hint.slice(0, 60), expected: [...byHint.keys()].join(' or ') || 'no key at all' });
    return validKey(found.key, found.terms);
  });
  return { kind: 'key', material: rememberTrusted(material), thresholds: { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: timestamps } };
}

function validKey(publicKey: KeyObject, { from = -Infinity, until = Infinity }: TrustedKey): ReturnType<TrustMaterial['publicKey']> {
  return { publicKey, validFor: (date) => from <= date.getTime() && date.getTime() <= until };
}

function noKey(hint: string): never {
  throw new EvidenceRefusal('EVIDENCE_KEY_KIND', 'a key was offered where a certificate is configured', { got: hint.slice(0, 60), expected: 'a certificate' });
}

function open(bytes: Uint8Array, trust: Trust): OpenedBundle {
  const opened = openText(bundleText(bytes), trust);
  return { ...opened, bundleSha256: sha256(bytes) };
}

/** As `open`, of a bundle's text. */
export function openText(text: string, trust: Trust): Omit<OpenedBundle, 'bundleSha256'> {
  const bundle = readBundle(text, trust.kind);
  const entity = entityOf(bundle);
  const signer = verifyEntity(entity, trust.material, trust.thresholds);
  const { payload } = bundle.content.dsseEnvelope;
  return { payload, payloadSha256: sha256(payload), signer: signerOf(bundle, signer), times: timesOf(entity) };
}

function signerOf({ verificationMaterial: { content } }: BundleWithDsseEnvelope, { identity }: Signer): OpenedBundle['signer'] {
  if (content.$case === 'publicKey') return { kind: 'key', hint: content.publicKey.hint };
  if (!identity) throw new EvidenceRefusal('EVIDENCE_CERTIFICATE', 'the certificate names nobody');
  return certificateSigner(identity);
}
