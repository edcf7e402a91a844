/**
 * The library's verdict on a bundle, and the times it rests on. Whatever the library throws, a TypeError over junk as well as its own errors, is a refusal; its codes
 * become ours.
 */
import type { Bundle } from '@sigstore/bundle';
import { toSignedEntity, VerificationError, Verifier, type SignedEntity, type Signer, type TrustMaterial } from '@sigstore/verify';
import { AssayError } from '../../core/errors.ts';
import type { SignedTime } from '../../core/ports/evidence.ts';
import { EvidenceRefusal } from '../../core/refusal.ts';
import { rememberEncoding } from './remembered.ts';

/** How many logs, certificate logs and times of them or of timestamp authorities a bundle must have. */
export interface Thresholds {
  tlogThreshold: 0 | 1;
  ctlogThreshold: 0 | 1;
  timestampThreshold: 0 | 1;
}

const codes: Record<VerificationError['code'], string> = {
  SIGNATURE_ERROR: 'EVIDENCE_SIGNATURE',
  CERTIFICATE_ERROR: 'EVIDENCE_CERTIFICATE',
  PUBLIC_KEY_ERROR: 'EVIDENCE_KEY_EXPIRED',
  TIMESTAMP_ERROR: 'EVIDENCE_TIME',
  TLOG_ERROR: 'EVIDENCE_LOG',
  TLOG_INCLUSION_PROOF_ERROR: 'EVIDENCE_LOG_INCLUSION',
  TLOG_INCLUSION_PROMISE_ERROR: 'EVIDENCE_LOG_INCLUSION',
  TLOG_MISSING_INCLUSION_ERROR: 'EVIDENCE_LOG_INCLUSION',
  TLOG_BODY_ERROR: 'EVIDENCE_LOG_BODY',
  NOT_IMPLEMENTED_ERROR: 'EVIDENCE_UNREADABLE',
};

/** Throws EvidenceRefusal. */
export function verifyEntity(entity: SignedEntity, trust: TrustMaterial, thresholds: Thresholds): Signer {
  try {
    return new Verifier(trust, thresholds).verify(entity);
  } catch (thrown) {
    throw refusalFor(thrown);
  }
}

/** Throws EvidenceRefusal where a time stamp cannot be parsed. */
export function entityOf(bundle: Bundle, artifact?: Buffer): SignedEntity {
  try {
    const entity = toSignedEntity(bundle, artifact);
    if (entity.key.$case === 'certificate') rememberEncoding(entity.key.certificate);
    return entity;
  } catch (thrown) {
    throw refusalFor(thrown);
  }
}

/** Of an entity that was verified: a log's time counts only where the log promised it. */
export function timesOf({ timestamps }: SignedEntity): SignedTime[] {
  return timestamps.flatMap((each): SignedTime[] => {
    if (each.$case === 'timestamp-authority') return [{ source: 'authority', at: each.timestamp.signingTime.getTime() }];
    return each.tlogEntry.inclusionPromise ? [{ source: 'log', at: Number(each.tlogEntry.integratedTime) * 1000 }] : [];
  });
}

function refusalFor(thrown: unknown): AssayError {
  if (thrown instanceof AssayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof VerificationError ? codes[thrown.code] : 'EVIDENCE_UNREADABLE';
  return new EvidenceRefusal(code, `the bundle does not verify: ${message}`, { cause: thrown });
}
