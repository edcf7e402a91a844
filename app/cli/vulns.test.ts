/** `assay vulns`: what several scanners say of one folder, once, against the budget of its default branch. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assay } from '../../test/cli.ts';
import { canaryRecords, fault } from '../edges/osv/records.fixture.ts';
import { folder, repository } from './checkout.fixture.ts';

const lock = '{"lockfileVersion": 3, "packages": {"node_modules/aa": {"version": "0.9.0"}, "node_modules/bb": {"version": "2.0.0"}}}\n';
const grype = { matches: [{ vulnerability: { id: 'GHSA-bb', severity: 'Unknown' }, artifact: { name: 'bb', version: '2.0.0', purl: 'pkg:npm/bb@2.0.0' } }], descriptor: { name: 'grype', version: '0.110.0', db: { status: { built: new Date().toISOString(), schemaVersion: 'v6' } } } };
const exception = (id: string, purl: string) => `      - {id: ${id}, purl: "${purl}", repository: ada/shop, ticket: SEC-1, owner: "@grace", approver: "@ada", reason: never parsed, expires: 2099-01-01}\n`;

beforeEach(() => {
  const records = [...canaryRecords(new Date().toISOString()), fault({ id: 'GHSA-aa', name: 'aa' })];
  vi.stubEnv('ASSAY_OSV', folder(Object.fromEntries(records.map((record) => [`${record.id}.json`, JSON.stringify(record)]))));
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9');
});
afterEach(() => vi.unstubAllEnvs());

describe('assay vulns', () => {
  it('merges what scanners say, shows where they disagree, and counts what nobody graded as high', async () => {
    const path = folder({ 'package-lock.json': lock, 'grype.json': JSON.stringify(grype) });
    const { code, stdout } = await assay('vulns', path, '--report', join(path, 'grype.json'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail: 0 critical, 2 high \(1 of them graded by nobody\), 0 medium, 0 low; scanners disagree on 2\n/);
    expect(stdout).toMatch(/over {6}high {5}pkg:npm\/aa@0\.9\.0 GHSA-aa.*\(osv-records; not grype\)/);
    expect(stdout).toMatch(/pkg:npm\/bb@2\.0\.0 GHSA-bb \(grype; not osv-records\)/);
    expect(JSON.parse((await assay('vulns', path, '--format', 'predicate')).stdout)).toMatchObject({ scanner: { db: { lastUpdate: expect.any(String) }, result: [{ id: 'GHSA-aa', severity: [{ score: 'high' }] }] }, metadata: { scanFinishedOn: expect.any(String) } });
  });

  it('exceptions of the repository count, and are given as OpenVEX', async () => {
    const path = repository({ 'package-lock.json': lock, '.github/assay.yml': `version: 1\nguardrails:\n  cve-budget:\n    high: 1\n    exceptions:\n${exception('GHSA-aa', 'pkg:npm/aa@0.9.0')}${exception('GHSA-zz', 'pkg:npm/zz@1.0.0')}` });
    expect((await assay('vulns', path, '--repository', 'ada/shop')).code).toBe(0);
    expect((await assay('vulns', path, '--repository', 'eve/shop')).code).toBe(1);
    const vex = JSON.parse((await assay('vulns', path, '--repository', 'ada/shop', '--format', 'openvex', '--author', '@ada')).stdout) as { statements: unknown[] };
    expect(vex).toMatchObject({ '@context': 'https://openvex.dev/ns/v0.2.0', author: '@ada', statements: [{ vulnerability: { name: 'GHSA-aa' }, status: 'affected', products: [{ '@id': 'pkg:github/ada/shop', subcomponents: [{ '@id': 'pkg:npm/aa@0.9.0' }] }] }] });
    expect(vex.statements).toHaveLength(1);
  });

  it('is an error where nobody answered, and says what is wrong with a report', async () => {
    const path = folder({ 'package-lock.json': lock });
    writeFileSync(join(path, 'old.json'), JSON.stringify({ ...grype, descriptor: { ...grype.descriptor, db: { status: { built: '2020-01-01T00:00:00Z' } } } }));
    writeFileSync(join(path, 'other.json'), '{"x": 1}');
    vi.stubEnv('ASSAY_OSV', join(path, 'nowhere'));
    const { code, stdout } = await assay('vulns', path, '--report', join(path, 'old.json'), '--report', join(path, 'other.json'));
    expect(code).toBe(3);
    expect(stdout).toMatch(/nobody judged npm[^]*VULN_DATABASE: there are no OSV records[^]*VULN_REGISTRY_UNREACHABLE[^]*VULN_DATABASE: its database is \d+ days old[^]*VULN_REPORT/);
    expect(await assay('vulns', path, '--format', 'predicate')).toMatchObject({ code: 3, stderr: expect.stringContaining('VULN_UNDATED') });
    expect(await assay('vulns', path, '--format', 'openvex')).toMatchObject({ code: 2, stderr: expect.stringContaining('--author') });
    expect(await assay('vulns', join(path, 'nowhere'))).toMatchObject({ code: 2 });
  });
});
