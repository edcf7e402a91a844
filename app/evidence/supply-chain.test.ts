/** Statements on what a change ships: the change first, the file second, the predicate types that other verifiers know; and exceptions that say no more than was approved. */
import { describe, expect, it } from 'vitest';
import { sha256 } from '../core/digest.ts';
import { StatementSchema } from '../core/statement.ts';
import type { Exception } from '../core/vulnerability/budget.ts';
import type { ScanReport } from '../core/vulnerability/found.ts';
import { openVexOf } from './openvex.ts';
import { sbomStatement, scanPredicate, scanStatement, vexStatement } from './supply-chain.ts';
import { slotPredicates } from './verification/slots.ts';

const subject = { resource: 'git+https://github.test/ada/shop#refs/pull/7/head', headSha: 'a'.repeat(40), treeSha: 'b'.repeat(40) };
const at = Date.parse('2026-11-20T12:00:00Z');
const report = (name: string, lastUpdate: string, more: Partial<ScanReport> = {}): ScanReport => ({ scanner: { name, version: '1', uri: `https://${name}.invalid` }, database: { uri: name, version: '1', lastUpdate }, covers: ['npm'], failure: null, found: [], ...more });
const fault = { purl: 'pkg:npm/aa@1.0.0', name: 'aa', version: '1.0.0', id: 'GHSA-1', aliases: ['CVE-1'], summary: '', grade: 'high' as const, graded: false, fixed: null, published: null, verdict: 'affected' as const };
const scan = (...reports: ScanReport[]) => scanPredicate({ reports, tool: { name: 'assay', version: '0.1.0' }, startedAt: at, finishedAt: at + 1000 });

it('name the change first and the file second, so that a holder of either finds them', () => {
  const text = '{"bomFormat": "CycloneDX"}\n';
  const statements = [sbomStatement({ subject, text }), scanStatement({ subject, text: JSON.stringify(scan(report('x', '2026-11-19T00:00:00Z'))) }), vexStatement({ subject, text: '{}' })];
  expect(statements.map(({ predicateType }) => predicateType)).toEqual([...slotPredicates.sbom, ...slotPredicates.vulnerabilities, ...slotPredicates.vex]);
  expect(statements[0]!.subject).toEqual([{ name: subject.resource, digest: { gitCommit: subject.headSha, gitTree: subject.treeSha } }, { name: 'sbom.cdx.json', digest: { sha256: sha256(text) } }]);
  for (const each of statements) expect(StatementSchema.safeParse(each).error).toBeUndefined();
});

describe('a scan', () => {
  it('is as fresh as the oldest database that answered, and tells who found what', () => {
    const predicate = scan(report('new', '2026-11-19T00:00:00Z', { found: [fault] }), report('old', '2026-11-15T00:00:00Z'), report('broken', '2020-01-01T00:00:00Z', { failure: { code: 'X', why: 'x', remedy: 'x' } }));
    expect(predicate).toMatchObject({
      scanner: { db: { lastUpdate: '2026-11-15T00:00:00Z' }, result: [{ id: 'GHSA-1', severity: [{ method: 'ungraded, counted as high', score: 'high' }], annotations: [{ purl: 'pkg:npm/aa@1.0.0', foundBy: ['new'], notFoundBy: ['old'] }] }] },
      metadata: { scanStartedOn: '2026-11-20T12:00:00.000Z', scanFinishedOn: '2026-11-20T12:00:01.000Z' },
    });
  });

  it('that nobody answered, or that does not say how old its database is, is none', () => {
    expect(scan()).toBeNull();
    expect(scan(report('x', '2026-11-19T00:00:00Z', { failure: { code: 'X', why: 'x', remedy: 'x' } }))).toBeNull();
    expect(scan(report('x', '2026-11-19T00:00:00Z', { database: null }))).toBeNull();
  });
});

describe('OpenVEX', () => {
  const exception: Exception = { id: 'CVE-1', purl: 'pkg:npm/aa@1.0.0', repository: 'Ada/Shop', ticket: 'SEC-1', owner: '@grace', approver: '@ada', reason: 'never parsed', expires: '2026-11-20' };

  it('says affected, for one package of one repository, and whose it is', () => {
    expect(openVexOf({ author: 'assay[bot]', at, exceptions: [exception] })).toMatchObject({
      '@context': 'https://openvex.dev/ns/v0.2.0', author: 'assay[bot]', timestamp: '2026-11-20T12:00:00.000Z', version: 1,
      statements: [{ vulnerability: { name: 'CVE-1' }, products: [{ '@id': 'pkg:github/ada/shop', subcomponents: [{ '@id': 'pkg:npm/aa@1.0.0' }] }], status: 'affected', action_statement: expect.stringContaining('@grace answers for it until 2026-11-20 (SEC-1)') }],
    });
  });

  it('has one name for one content, whatever the order, and leaves out what has ended', () => {
    const other = { ...exception, id: 'CVE-2' };
    const id = (exceptions: Exception[], author = 'a') => openVexOf({ author, at, exceptions })['@id'];
    expect(id([exception, other])).toBe(id([other, exception]));
    expect(id([exception])).not.toBe(id([other]));
    expect(id([exception], 'b')).not.toBe(id([exception]));
    expect(openVexOf({ author: 'a', at: at + 86_400_000, exceptions: [exception] }).statements).toEqual([]);
  });
});
