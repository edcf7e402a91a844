/** G07 as a user meets it: records are imported, a lock file gains a vulnerable version, and without records nothing is said to be well. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { assay } from '../../test/cli.ts';
import { canaryRecords, fault } from '../edges/osv/records.fixture.ts';
import { git, guard, repository, write } from './checkout.fixture.ts';

const made = mkdtempSync(join(tmpdir(), 'assay-osv-cli-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const lock = (packages: Record<string, string>) => `${JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version, license: 'MIT' }])) }, null, 2)}\n`;

function records(): string {
  const folder = join(made, 'records');
  mkdirSync(folder, { recursive: true });
  for (const record of [...canaryRecords(new Date().toISOString()), fault({ id: 'GHSA-tree', name: 'left-tree', fixed: '1.3.0' }), fault({ id: 'GHSA-old', name: 'old-tree' })]) writeFileSync(join(folder, `${record.id}.json`), JSON.stringify(record));
  return folder;
}

it('imports records, holds what the change brings against them, and is an error without them', async () => {
  const repo = repository({ 'package-lock.json': lock({ 'old-tree': '0.9.0' }) });
  git(repo, 'checkout', '-q', '-b', 'change');
  write(repo, { 'package-lock.json': lock({ 'left-tree': '1.2.0', 'old-tree': '0.9.0' }) });
  const judged = (...only: string[]) => guard(repo, '--base', 'main', '--format', 'json', '--only', ...only);
  const codes = (stdout: string) => (JSON.parse(stdout) as { guardrails: { findings: { code: string; message: string }[] }[] }).guardrails.flatMap((each) => each.findings.map(({ code, message }) => `${code} ${/GHSA-\w+/.exec(message)?.[0] ?? ''}`.trim()));

  vi.stubEnv('ASSAY_OSV', join(made, 'home'));
  // Nor a registry that could be asked instead.
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9');
  const before = judged('G07');
  expect(before.code).toBe(3);
  expect(codes(before.stdout)).toEqual(['ENGINE_MISSING']);

  expect((await assay('tools', 'osv', records())).stdout).toMatch(/npm: 3 records/);
  const after = judged('G07');
  expect(after.code).toBe(1);
  expect(codes(after.stdout)).toEqual(['DEPENDENCY_VULNERABLE GHSA-tree']);
  // The budget counts what was there before, too.
  expect(codes(judged('cve-budget').stdout).sort()).toEqual(['OVER_BUDGET GHSA-old', 'OVER_BUDGET GHSA-tree']);

  write(repo, { 'package-lock.json': lock({ 'left-tree': '1.3.0', 'old-tree': '0.9.0' }) });
  expect(judged('G07').code).toBe(0);
});

it('refuses what holds no records', async () => {
  vi.stubEnv('ASSAY_OSV', join(made, 'other'));
  expect(await assay('tools', 'osv', join(made, 'nowhere'))).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE_OSV') });
  expect((await assay('tools', 'osv')).code).toBe(2);
});
