import { describe, expect, it } from 'vitest';
import { digestOf } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { SignedStatement, Statement } from '../core/ports/signer.ts';
import { statementDigest } from '../core/statement.ts';
import type { Outcome } from '../core/verdict.ts';
import { buildManifest } from './manifest.ts';
import { manifestFile, packFiles, verifyPack } from './pack.ts';
import { verdictStatement } from './statements.ts';

/** Stands for the signing edge, which has its own tests: a bundle is believed when it carries the digest of its statement. */
const sign = (statement: Statement): SignedStatement => ({ statement, bundle: { statement, seal: digestOf(statement) }, payloadSha256: statementDigest(statement) });
function verify(bundle: string): Statement {
  const { statement, seal } = JSON.parse(bundle) as { statement: Statement; seal: string };
  if (seal !== digestOf(statement)) throw new AssayError('EVIDENCE_SIGNATURE', 'the seal does not hold', { remedy: 'none' });
  return statement;
}

function verdict(slot: string, outcome: Outcome, headSha = 'a'.repeat(40)): Statement {
  return verdictStatement({ subject: { resource: 'git+https://example.test/o/r', headSha }, slot, outcome, verifier: 'https://example.test', policyDigest: 'b'.repeat(64), inputs: [], at: 0 });
}

function pack(outcomes: Record<string, Outcome>): Record<string, string> {
  const statements = Object.entries(outcomes).map(([slot, outcome]) => ({ slot, outcome, statement: verdict(slot, outcome) }));
  const manifest = buildManifest({
    change: 'git+https://example.test/o/r', headSha: 'a'.repeat(40), mergeBase: 'c'.repeat(40), specDigest: null, policyDigest: 'b'.repeat(64), toolsDigest: 'd'.repeat(64),
    verdicts: statements.map((each) => ({ ...each, digest: statementDigest(each.statement) })),
  });
  return packFiles(sign(manifest), statements.map((each) => sign(each.statement)));
}

const passing = pack({ guardrails: 'pass', consensus: 'pass', saboteur: 'pass' });
const statementFiles = Object.keys(passing).filter((file) => file !== manifestFile);
const codes = (files: Record<string, string>): string[] => verifyPack(files, verify).faults.map((fault) => fault.code);
const without = (file: string): Record<string, string> => Object.fromEntries(Object.entries(passing).filter(([name]) => name !== file));

describe('a manifest pack', () => {
  it('verifies whole, and says the worst verdict it binds', () => {
    expect(verifyPack(passing, verify)).toMatchObject({ verified: true, outcome: 'pass', headSha: 'a'.repeat(40), faults: [], verdicts: [{}, {}, {}] });
    expect(verifyPack(pack({ guardrails: 'pass', saboteur: 'fail' }), verify)).toMatchObject({ verified: true, outcome: 'fail' });
  });

  it('does not verify with a statement or the manifest missing, or with a file too many', () => {
    expect(codes(without(statementFiles[1]!))).toEqual(['EVIDENCE_MISSING']);
    expect(codes(without(manifestFile))).toEqual(['EVIDENCE_MISSING']);
    expect(codes({})).toEqual(['EVIDENCE_MISSING']);
    expect(codes({ ...passing, 'statements/extra.json': '{}' })).toEqual(['EVIDENCE_FOREIGN']);
  });

  it('does not verify with statements exchanged, altered, or of another commit', () => {
    const [one, other] = statementFiles as [string, string];
    expect(codes({ ...passing, [one]: passing[other]!, [other]: passing[one]! })).toEqual(['EVIDENCE_DIGEST', 'EVIDENCE_DIGEST']);
    expect(codes({ ...passing, [one]: passing[one]!.replace('PASSED', 'FAILED') })).toEqual(['EVIDENCE_SIGNATURE']);
    expect(codes({ ...passing, [one]: JSON.stringify(sign(verdict('guardrails', 'pass', 'f'.repeat(40))).bundle) })).toEqual(['EVIDENCE_DIGEST']);
    expect(codes({ ...passing, [manifestFile]: passing[one]! })).toEqual(['EVIDENCE_MANIFEST']);
    for (const files of [{ ...passing, [one]: 'junk' }, { ...passing, [manifestFile]: '' }]) expect(verifyPack(files, verify)).toMatchObject({ verified: false, outcome: 'error' });
  });
});
