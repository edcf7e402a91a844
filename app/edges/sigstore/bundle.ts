/**
 * Reading a Sigstore bundle before any cryptography: size, strict JSON, media type, exactly one DSSE signature over an in-toto payload, one exact form. The library
 * ignores unknown fields, key ids and odd base64, so that one signature would have many bundles; here it has one.
 */
import { BUNDLE_V03_MEDIA_TYPE, bundleFromJSON, bundleToJSON, isBundleWithDsseEnvelope, type Bundle, type BundleWithDsseEnvelope } from '@sigstore/bundle';
import { EvidenceRefusal } from '../../core/refusal.ts';
import { payloadType, statementLimits } from '../../core/statement.ts';
import { parseStrictJson, utf8Text } from '../../core/strict-json.ts';

export const maxBundleBytes = 24 * 1024 * 1024;

/** Text of a bundle within the limit. Throws EVIDENCE_TOO_LARGE before anything is decoded. */
export function bundleText(bytes: Uint8Array): string {
  checkSize(bytes.length);
  return utf8Text(bytes);
}

/** What the configured domain takes. */
export type SignerKind = 'certificate' | 'key';

/** A DSSE bundle in its one exact form, by the kind of signer that is configured. Throws EVIDENCE_* and JSON_*. */
export function readBundle(text: string, kind: SignerKind): BundleWithDsseEnvelope {
  checkSize(text.length);
  const json = parseStrictJson(text);
  const bundle = parseBundle(json);
  if (bundle.mediaType !== BUNDLE_V03_MEDIA_TYPE) throw new EvidenceRefusal('EVIDENCE_BUNDLE', 'the media type is not the one that is read here', { got: bundle.mediaType, expected: BUNDLE_V03_MEDIA_TYPE });
  if (!isBundleWithDsseEnvelope(bundle)) throw new EvidenceRefusal('EVIDENCE_BUNDLE', 'the bundle has no DSSE envelope');
  checkKind(bundle, kind);
  checkEnvelope(bundle);
  if (!isExact(json, bundleToJSON(bundle))) throw new EvidenceRefusal('EVIDENCE_BUNDLE', 'the bundle is not in its one exact form: it has fields, or an encoding, that nothing signs and no reader needs');
  checkKeyId(bundle);
  checkLogEntries(bundle);
  return bundle;
}

/** The library's reading, with its complaint about signatures told apart. */
export function parseBundle(json: unknown): Bundle {
  try {
    return bundleFromJSON(json);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (/signatures/.test(fieldsOf(thrown))) throw new EvidenceRefusal('EVIDENCE_SIGNATURES', 'the envelope has not exactly one signature', { expected: '1 signature', cause: thrown });
    throw new EvidenceRefusal('EVIDENCE_BUNDLE', `no Sigstore bundle: ${message}`, { got: fieldsOf(thrown) || undefined, cause: thrown });
  }
}

function checkSize(size: number): void {
  if (size > maxBundleBytes) throw new EvidenceRefusal('EVIDENCE_TOO_LARGE', 'the bundle is too large', { got: `${size} bytes`, expected: `at most ${maxBundleBytes} bytes` });
}

function checkKind({ verificationMaterial: { content } }: BundleWithDsseEnvelope, kind: SignerKind): void {
  const offered = content.$case === 'publicKey' ? 'key' : 'certificate';
  if (offered !== kind) throw new EvidenceRefusal('EVIDENCE_KEY_KIND', `a ${offered} was offered where a ${kind} is configured`, { got: offered, expected: kind });
}

function checkEnvelope({ content: { dsseEnvelope } }: BundleWithDsseEnvelope): void {
  if (dsseEnvelope.payloadType !== payloadType) throw new EvidenceRefusal('EVIDENCE_PAYLOAD_TYPE', 'the payload type is another', { got: dsseEnvelope.payloadType, expected: payloadType });
  if (dsseEnvelope.payload.length > statementLimits.payloadBytes) throw new EvidenceRefusal('EVIDENCE_TOO_LARGE', 'the payload is too large', { got: `${dsseEnvelope.payload.length} bytes`, expected: `at most ${statementLimits.payloadBytes} bytes` });
}

/** Nothing signs the key id, and the verification material already names the signer. */
function checkKeyId({ content: { dsseEnvelope } }: BundleWithDsseEnvelope): void {
  const keyid = dsseEnvelope.signatures[0]?.keyid;
  if (keyid !== '') throw new EvidenceRefusal('EVIDENCE_BUNDLE', 'the envelope names a key, which nothing signs', { got: keyid, expected: 'no key id' });
}

/** Several entries of one log say no more than one: a threshold counts logs. */
function checkLogEntries({ verificationMaterial: { tlogEntries } }: BundleWithDsseEnvelope): void {
  const logs = new Set(tlogEntries.map(({ logId }) => logId?.keyId.toString('hex')));
  if (logs.size !== tlogEntries.length) throw new EvidenceRefusal('EVIDENCE_LOG_DUPLICATE', 'the bundle has more than one entry of one transparency log', { got: `${tlogEntries.length} entries of ${logs.size} logs` });
}

function fieldsOf(thrown: unknown): string {
  return thrown instanceof Error && 'fields' in thrown && Array.isArray(thrown.fields) ? thrown.fields.join(' ') : '';
}

/** Every field that is there is one the format has, with the value in its one encoding; a field may be missing only where the format says what its absence means. */
function isExact(given: unknown, full: unknown): boolean {
  if (Array.isArray(given)) return Array.isArray(full) && given.length === full.length && given.every((each, at) => isExact(each, full[at]));
  if (!isRecord(given)) return given === full;
  if (!isRecord(full) || Object.keys(given).some((key) => !Object.hasOwn(full, key))) return false;
  return Object.entries(full).every(([key, value]) => (Object.hasOwn(given, key) ? isExact(given[key], value) : isDefault(value)));
}

function isDefault(value: unknown): boolean {
  return value === undefined || value === '' || value === '0' || (Array.isArray(value) && value.length === 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
