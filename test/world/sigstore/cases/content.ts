/** Bundles whose signature and signer are right, over what does not say what it is taken for: other subjects, types, payloads, keys, sizes. */
import { canonicalJson } from '../../../../app/core/digest.ts';
import type { Sigstore } from '../start.ts';
import { artifact, expect, now, statementOf, subjectOf } from '../statements.ts';
import { inTurn, workflowCase, type EvidenceCase, type Ingredients } from './case.ts';

const honest = statementOf('provenance');
const text = canonicalJson(honest);
const elsewhere = subjectOf(Buffer.from('another artifact\n'));
const wide = Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`digest${at}`, 'a'.repeat(64)]));
const vulnerabilities = statementOf('vulnerabilities').predicate as { scanner: { db: object }; metadata: object };
const stale = new Date(now - 90 * 24 * 3_600_000).toISOString();
const future = new Date(now + 24 * 3_600_000).toISOString();
const scanned = (db: object, metadata: object) => statementOf('vulnerabilities', { predicate: { ...vulnerabilities, scanner: { ...vulnerabilities.scanner, db: { ...vulnerabilities.scanner.db, ...db } }, metadata: { ...vulnerabilities.metadata, ...metadata } } });

const contentCases: Ingredients[] = [
  { id: 'honest', name: 'scan', expected: 'verified', statement: statementOf('vulnerabilities'), expectation: expect('vulnerabilities') },
  { id: 'honest', name: 'verdict', expected: 'verified', statement: statementOf('verdict'), expectation: expect('verdict') },
  { id: 'honest', name: 'second-subject', expected: 'verified', statement: { ...honest, subject: [{ name: 'other', digest: elsewhere }, ...honest.subject] } },
  { id: 'honest', name: 'sha512-alone', expected: 'verified', statement: { ...honest, subject: [{ name: 'artifact', digest: { sha512: subjectOf(artifact).sha512 } }] } },
  { id: 'E01', name: 'another-artifact', expected: 'EVIDENCE_SUBJECT', statement: { ...honest, subject: [{ name: 'artifact', digest: elsewhere }] } },
  { id: 'E01', name: 'name-right-digest-wrong', expected: 'EVIDENCE_SUBJECT', statement: { ...honest, subject: [{ name: `sha256:${subjectOf(artifact).sha256}`, digest: elsewhere }] } },
  { id: 'E01', name: 'one-digest-right-one-wrong', expected: 'EVIDENCE_SUBJECT', statement: { ...honest, subject: [{ name: 'artifact', digest: { ...elsewhere, sha256: subjectOf(artifact).sha256 } }] } },
  { id: 'E01', name: 'digest-under-another-algorithm', expected: 'EVIDENCE_SUBJECT', statement: { ...honest, subject: [{ name: 'artifact', digest: { md5: subjectOf(artifact).sha256 } }] } },
  { id: 'E01', name: 'nothing-expected', expected: 'EVIDENCE_EXPECTATION', expectation: expect('provenance', { subjects: [] }) },
  { id: 'E02', name: 'payload-no-json', expected: 'EVIDENCE_JSON_INVALID', statement: 'garbage' },
  { id: 'E02', name: 'payload-no-statement', expected: 'EVIDENCE_STATEMENT', statement: { hello: 'world' } },
  { id: 'E02', name: 'payload-not-utf8', expected: 'EVIDENCE_JSON_INVALID', statement: Buffer.from([0x7b, 0xff, 0x7d]) },
  { id: 'E02', name: 'older-statement', expected: 'EVIDENCE_STATEMENT', statement: { ...honest, _type: 'https://in-toto.io/Statement/v0.1' } },
  { id: 'E02', name: 'predicate-of-no-shape', expected: 'EVIDENCE_PREDICATE', statement: { ...honest, predicate: { runDetails: 1 } } },
  { id: 'E03', name: 'another-predicate', expected: 'EVIDENCE_PREDICATE_TYPE', statement: { ...honest, predicateType: 'https://example.test/other/v1' } },
  { id: 'E03', name: 'predicate-type-longer', expected: 'EVIDENCE_PREDICATE_TYPE', statement: { ...honest, predicateType: 'https://slsa.dev/provenance/v1.1' } },
  { id: 'E03', name: 'no-predicate-type', expected: 'EVIDENCE_STATEMENT', statement: { ...honest, predicateType: '' } },
  { id: 'E03', name: 'statement-of-another-slot', expected: 'EVIDENCE_PREDICATE_TYPE', statement: statementOf('sbom'), expectation: expect('vulnerabilities') },
  { id: 'E16', name: 'payload-type-swapped', expected: 'EVIDENCE_PAYLOAD_TYPE', alter: ({ dsseEnvelope }) => { dsseEnvelope.payloadType = 'text/plain'; } },
  { id: 'E16', name: 'signed-as-text', expected: 'EVIDENCE_PAYLOAD_TYPE', type: 'text/plain' },
  { id: 'E17', name: 'second-signature', expected: 'EVIDENCE_SIGNATURES', alter: ({ dsseEnvelope }) => { dsseEnvelope.signatures.push({ sig: 'AAAA', keyid: '' }); } },
  { id: 'E17', name: 'no-signature', expected: 'EVIDENCE_SIGNATURES', alter: ({ dsseEnvelope }) => { dsseEnvelope.signatures = []; } },
  { id: 'E18', name: 'key-twice', expected: 'EVIDENCE_JSON_DUPLICATE_KEY', statement: text.replace('"predicateType"', '"predicateType":"https://example.test/x","predicateType"') },
  { id: 'E18', name: 'key-twice-by-escape', expected: 'EVIDENCE_JSON_DUPLICATE_KEY', statement: text.replace('"predicateType"', '"predicate\\u0054ype":"https://example.test/x","predicateType"') },
  { id: 'E18', name: 'subject-in-another-case', expected: 'EVIDENCE_STATEMENT', statement: { ...honest, Subject: [{ name: 'x', digest: elsewhere }] } },
  { id: 'E18', name: 'case-variant-in-the-predicate', expected: 'EVIDENCE_JSON_CASE_VARIANT', statement: { ...honest, predicate: { ...(honest.predicate as object), RunDetails: {} } } },
  { id: 'E18', name: 'case-variant-by-long-s', expected: 'EVIDENCE_JSON_CASE_VARIANT', statement: { ...honest, predicate: { ...(honest.predicate as object), 'runDetail\u017f': {} } } },
  { id: 'E19', name: 'subjects-1025', expected: 'EVIDENCE_STATEMENT', statement: { ...honest, subject: Array.from({ length: 1025 }, () => honest.subject[0]) } },
  { id: 'E19', name: 'digests-33', expected: 'EVIDENCE_STATEMENT', statement: { ...honest, subject: [{ name: 'x', digest: wide }] } },
  { id: 'E19', name: 'nested-deeply', expected: 'EVIDENCE_JSON_TOO_DEEP', statement: text.replace('"predicate":{', `"predicate":{"x":${'['.repeat(200_000)}${']'.repeat(200_000)},`) },
  { id: 'E22', name: 'terminal-controls-in-what-is-shown', expected: 'EVIDENCE_PREDICATE_TYPE', statement: { ...honest, predicateType: 'https://example.test/\u001b[2J\u202e' } },
  { id: 'E28', name: 'database-stale', expected: 'EVIDENCE_DATABASE_STALE', statement: scanned({ lastUpdate: stale }, {}), expectation: expect('vulnerabilities') },
  { id: 'E28', name: 'scan-stale', expected: 'EVIDENCE_SCAN_STALE', statement: scanned({}, { scanFinishedOn: stale }), expectation: expect('vulnerabilities') },
  { id: 'E28', name: 'scan-from-the-future', expected: 'EVIDENCE_SCAN_STALE', statement: scanned({}, { scanFinishedOn: future }), expectation: expect('vulnerabilities') },
  { id: 'E28', name: 'no-age-of-the-database', expected: 'EVIDENCE_PREDICATE', statement: scanned({ lastUpdate: undefined }, {}), expectation: expect('vulnerabilities') },
  { id: 'E31', name: 'verdict-of-another-policy', expected: 'EVIDENCE_POLICY', statement: statementOf('verdict'), expectation: expect('verdict', { policyDigests: ['c'.repeat(64)] }) },
  { id: 'E31', name: 'no-policy-allowed', expected: 'EVIDENCE_POLICY', statement: statementOf('verdict'), expectation: expect('verdict', { policyDigests: [] }) },
  { id: 'E12', name: 'field-that-nothing-signs', expected: 'EVIDENCE_BUNDLE', alter: (bundle) => { Object.assign(bundle, { note: 'x' }); } },
  { id: 'E12', name: 'key-id-that-nothing-signs', expected: 'EVIDENCE_BUNDLE', alter: ({ dsseEnvelope }) => { dsseEnvelope.signatures[0]!.keyid = 'x'; } },
  { id: 'E12', name: 'media-type-of-the-future', expected: 'EVIDENCE_BUNDLE', alter: (bundle) => { bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v0.9+json'; } },
];

/** Too large to be signed again and again: made of an honest one. */
async function oversized(sigstore: Sigstore): Promise<EvidenceCase[]> {
  const blank = await workflowCase(sigstore, { id: 'E19', name: 'payload-too-large', expected: 'EVIDENCE_TOO_LARGE', alter: ({ dsseEnvelope }) => { dsseEnvelope.payload = Buffer.alloc(17 * 1024 * 1024, 0x20).toString('base64'); } });
  return [blank, { ...blank, name: 'bundle-too-large', bundle: Buffer.alloc(25 * 1024 * 1024, 0x20) }];
}

export async function casesOfContent(sigstore: Sigstore): Promise<EvidenceCase[]> {
  return [...await inTurn(sigstore, contentCases), ...await oversized(sigstore)];
}
