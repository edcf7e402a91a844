/** grype's answers, played by a stand-in, because its database cannot be had here; without one, and with a broken one, it is itself. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { grype } from './grype.ts';
import { standIns } from './stand-in.fixture.ts';

const lock = JSON.stringify({ name: 'web', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'web', version: '1.0.0' }, 'node_modules/left-tree': { version: '1.2.0' } } });
const match = (path: string, more: { severity?: string; fix?: string[] } = {}) => ({
  vulnerability: { id: 'GHSA-1', severity: more.severity ?? 'Medium', fix: { versions: more.fix ?? ['1.2.1'], state: 'fixed' } }, relatedVulnerabilities: [{ id: 'CVE-1' }],
  artifact: { name: 'left-tree', version: '1.2.0', type: 'npm', purl: 'pkg:npm/left-tree@1.2.0', locations: [{ path }] },
});
const report = (...matches: object[]) => JSON.stringify({ matches, descriptor: { name: 'grype', version: '0.110.0', db: { status: { built: '2026-11-19T00:00:00Z', schemaVersion: 'v6' } } } });
const canary = match('/assay-canary/npm/package-lock.json');

let database = '';
beforeAll(() => {
  database = mkdtempSync(join(tmpdir(), 'assay-grype-db-'));
  mkdirSync(join(database, '6'));
  writeFileSync(join(database, '6', 'vulnerability.db'), 'no database');
});
afterAll(() => rmSync(database, { recursive: true }));

async function asked(home = database, files: Record<string, string> = { 'web/package-lock.json': lock }) {
  return await grype(() => home).scan({ guardrail: 'G07', changed: factsOf(files).changed, head: {}, base: {}, settings: undefined, now: fixtureNow, limitMs: 30_000 });
}

describeWith(['grype'], 'grype itself', () => {
  it('is missing without a database, has crashed with a broken one, and is not started without a lock file', async () => {
    expect(await asked(join(database, 'none'))).toMatchObject({ state: 'missing', why: expect.stringContaining('no database'), install: expect.stringContaining('grype db update') });
    expect((await asked()).state).toBe('crashed');
    expect((await asked(join(database, 'none'), { 'a.py': 'x\n' })).state).toBe('clean');
  }, 30_000);
});

describe('grype\'s report', () => {
  const { install } = standIns();

  it('names each fault at its lock file, with its grade and its fix', async () => {
    install('grype', `test -s assay-canary/npm/package-lock.json || exit 9; test "$GRYPE_DB_AUTO_UPDATE" = false || exit 8; echo '${report(canary, match('/web/package-lock.json', { severity: 'Unknown' }))}'`);
    const { state, findings } = await asked();
    expect([state, findings]).toEqual(['findings', [{ rule: 'GHSA-1 CVE-1', path: 'web/package-lock.json', startLine: 0, endLine: 0, level: 'high', message: '["npm","left-tree","1.2.0","1.2.1"]' }]]);
  });

  it('is clean where only the canary has a fault, and none where not even that has', async () => {
    install('grype', `echo '${report(canary)}'`);
    expect(await asked()).toMatchObject({ state: 'clean', findings: [] });
    install('grype', `echo '${report()}'`);
    expect(await asked()).toMatchObject({ state: 'crashed', why: expect.stringContaining('does not know the faults of lodash') });
  });

  it('is none where the database is refused for its age', async () => {
    install('grype', 'echo "the vulnerability database was built 2 weeks ago (max allowed age is 7 days)" >&2; exit 1');
    expect(await asked()).toMatchObject({ state: 'crashed', why: expect.stringContaining('max allowed age') });
  });
});
