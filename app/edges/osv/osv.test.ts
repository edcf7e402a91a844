/** The local OSV database: how it is imported, and when its silence counts. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { textFile } from '../../core/tree.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { describeWith } from '../../../test/tools.ts';
import { type AskRegistry, osvRecords } from '../scanners/osv-records.ts';
import { osvScanner } from '../scanners/osv-scanner.ts';
import { openDatabase } from './database.ts';
import { importOsv } from './import.ts';
import { canaryRecords, fault } from './records.fixture.ts';

const made = mkdtempSync(join(tmpdir(), 'assay-osv-test-'));
afterAll(() => rmSync(made, { recursive: true, force: true }));
let count = 0;
const fresh = () => join(made, String(count += 1));

function folder(files: Record<string, string>): string {
  const path = fresh();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

function records(list: readonly { id: string }[]): Record<string, string> {
  return Object.fromEntries(list.map((record) => [`${record.id}.json`, JSON.stringify(record)]));
}

const now = Date.parse('2026-11-20T00:00:00Z');

/** A registry that answers no audits. */
const refusing: AskRegistry = async () => ({ scanner: { name: 'npm-audit', version: 'bulk', uri: 'https://x.invalid' }, database: null, covers: ['npm'], failure: { code: 'VULN_REGISTRY_REFUSED', why: 'the registry answered 405', remedy: 'none' }, found: [] });
const lock = (packages: Record<string, string>) => JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version }])) }, null, 1);

function asking(files: Record<string, string>): ToolRequest {
  const changed = Object.entries(files).map(([path, text]) => ({ path, text, baseText: null, changedLines: new Set<number>() }));
  return { guardrail: 'G07', changed, head: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)])), base: {}, settings: undefined, now, limitMs: 60_000 };
}

describe('import', () => {
  it('gives the same answers as the plain folder, twice over, and replaces one ecosystem at a time', async () => {
    const from = folder(records([...canaryRecords(), fault({ id: 'X-1', name: 'aa' })]));
    const home = fresh();
    const index = await importOsv(from, home);
    expect(index.ecosystems.npm).toMatchObject({ newest: '2026-11-19T00:00:00Z', records: 2 });
    expect(await importOsv(from, home)).toEqual(index);
    expect(openDatabase(home)!.recordsOf('npm', 'aa')).toEqual(openDatabase(from)!.recordsOf('npm', 'aa'));
    expect(openDatabase(home)!.version).toBe(openDatabase(from)!.version);
    await importOsv(folder(records([fault({ id: 'X-2', name: 'bb' })])), home);
    expect(openDatabase(home)!.recordsOf('npm', 'aa')).toEqual([]);
    expect(openDatabase(home)!.recordsOf('npm', 'bb')).toHaveLength(1);
    expect(openDatabase(home)!.recordsOf('PyPI', 'requests')).toHaveLength(1);
    expect(openDatabase(home)!.recordsOf('npm', 'constructor')).toEqual([]);
  });

  it('refuses what holds no record or a broken one, and leaves the home as it was', async () => {
    const home = fresh();
    await importOsv(folder(records(canaryRecords())), home);
    await expect(importOsv(folder({ 'a.json': '{"id": "X"}' }), home)).rejects.toMatchObject({ code: 'OSV_DATABASE_BROKEN' });
    await expect(importOsv(folder({ 'a.json': '{' }), home)).rejects.toMatchObject({ code: 'OSV_DATABASE_BROKEN' });
    await expect(importOsv(folder({ 'a.txt': '' }), home)).rejects.toMatchObject({ code: 'USAGE_OSV' });
    await expect(importOsv(join(made, 'nowhere.zip'), home)).rejects.toMatchObject({ code: 'USAGE_OSV' });
    await expect(importOsv(join(folder({ 'all.zip': 'no zip' }), 'all.zip'), home)).rejects.toMatchObject({ code: 'USAGE_OSV' });
    expect(openDatabase(home)!.recordsOf('npm', 'lodash')).toHaveLength(1);
  });
});

describe('the look-up', () => {
  const scan = async (list: readonly { id: string }[], files: Record<string, string>) => {
    const home = folder(records(list));
    return await osvRecords(() => home, refusing).scan(asking(files));
  };

  it('finds what is affected, in all three ecosystems, with its lines', async () => {
    const answer = await scan([...canaryRecords(), fault({ id: 'PYSEC-1', ecosystem: 'PyPI', name: 'My_Lib', aliases: ['CVE-1'] }), fault({ id: 'GHSA-1', ecosystem: 'PyPI', name: 'my-lib', aliases: ['CVE-1'] })], {
      'package-lock.json': lock({ lodash: '4.17.11', aa: '1.0.0' }), 'requirements.txt': 'my.lib==0.9\n', 'go.mod': 'module x\n\nrequire golang.org/x/text v0.3.1\n',
    });
    expect(answer.state).toBe('findings');
    expect(answer.findings.map(({ rule, path, startLine, endLine, level }) => [rule, path, startLine, endLine, level])).toEqual([
      ['GHSA-npm', 'package-lock.json', 4, 5, 'high'], ['GHSA-1', 'requirements.txt', 1, 1, 'high'], ['GHSA-Go', 'go.mod', 3, 3, 'high'],
    ]);
    expect(answer.data).toMatchObject({ hits: [{ fixed: '4.17.12' }, { aliases: ['CVE-1', 'PYSEC-1'] }, {}] });
  });

  it('says clean only where it could tell', async () => {
    expect((await scan(canaryRecords(), { 'package-lock.json': lock({ aa: '1.0.0' }) })).state).toBe('clean');
    expect((await scan([], { 'package-lock.json': lock({ aa: '1.0.0' }) }))).toMatchObject({ state: 'missing', install: 'npx assay tools osv DIR|ZIP' });
    expect((await scan([], { 'README.md': '' })).state).toBe('clean');
  });

  it.each([
    ['stale', canaryRecords('2026-11-12T00:00:00Z'), /8 days old/], ['of tomorrow', canaryRecords('2026-11-22T00:00:00Z'), /future/], ['without the canary', [fault({ id: 'X-1', name: 'aa' })], /empty or cut/],
    ['without the ecosystem', canaryRecords().filter((each) => !each.id.endsWith('npm')), /no records of npm/],
  ])('does not know with records that are %s', async (_, list, why) => {
    expect(await scan(list, { 'package-lock.json': lock({ aa: '1.0.0' }) })).toMatchObject({ state: 'unknown', why: expect.stringMatching(why) });
  });

  it('changes its version with the records, so that no old answer is kept', () => {
    const versions = [canaryRecords(), [...canaryRecords(), fault({ id: 'X-1', name: 'aa' })]].map((list) => {
      const home = folder(records(list));
      return osvRecords(() => home, refusing).version;
    });
    expect(new Set(versions).size).toBe(2);
  });
});

describeWith(['osv-scanner', 'python3'], 'osv-scanner', () => {
  const zip = (list: readonly { id: string }[]) => {
    const from = folder(records(list));
    const path = join(from, 'all.zip');
    execFileSync('python3', ['-c', 'import sys,zipfile,os\nz=zipfile.ZipFile(sys.argv[2],"w",zipfile.ZIP_DEFLATED)\nfor n in sorted(os.listdir(sys.argv[1])):\n  if n.endswith(".json"): z.write(os.path.join(sys.argv[1],n),n)\nz.close()', from, path]);
    return path;
  };
  const npmRecords = () => canaryRecords().filter((each) => each.id === 'GHSA-npm');

  it('reads the imported zip, and finds what the embedded look-up finds', async () => {
    const home = fresh();
    await importOsv(zip(npmRecords()), home);
    expect(existsSync(join(home, 'osv-scalibr/npm/all.zip'))).toBe(true);
    const request = asking({ 'app/package-lock.json': lock({ lodash: '4.17.4' }) });
    const answer = await osvScanner(() => home).scan(request);
    expect(answer, answer.why ?? '').toMatchObject({ state: 'findings', findings: [{ rule: 'GHSA-npm', path: 'app/package-lock.json', message: '["npm","lodash","4.17.4"]' }] });
    expect((await osvRecords(() => home, refusing).scan(request)).findings.map((each) => each.rule)).toEqual(['GHSA-npm']);
    expect((await osvScanner(() => home).scan(asking({ 'package-lock.json': lock({ lodash: '4.17.21' }) }))).state).toBe('clean');
  });

  it('reads every kind of lock file that it is shown, and says nothing of the Go library', async () => {
    const home = fresh();
    for (const each of canaryRecords()) await importOsv(zip([each, ...(each.id === 'GHSA-Go' ? [fault({ id: 'GO-stdlib', ecosystem: 'Go', name: 'stdlib', fixed: '9.0.0' })] : [])]), home);
    const request = asking({
      'a/package-lock.json': lock({ lodash: '4.17.4' }), 'b/yarn.lock': '# yarn lockfile v1\n\n\nlodash@^4.17.0:\n  version "4.17.4"\n', 'c/pnpm-lock.yaml': "lockfileVersion: '9.0'\npackages:\n  lodash@4.17.4:\n    resolution: {integrity: sha512-AA==}\nsnapshots:\n  lodash@4.17.4: {}\n",
      'd/requirements.txt': 'requests==2.19.0\n', 'e/uv.lock': 'version = 1\n\n[[package]]\nname = "requests"\nversion = "2.19.0"\nsource = { registry = "https://x.invalid/simple" }\n', 'f/poetry.lock': '[[package]]\nname = "requests"\nversion = "2.19.0"\n',
      'g/go.mod': 'module example.com/x\n\ngo 1.21\n\nrequire golang.org/x/text v0.3.0\n', 'h/Pipfile.lock': '{"_meta": {}, "default": {"requests": {"version": "==2.19.0"}}}', 'i/pdm.lock': '[[package]]\nname = "requests"\nversion = "2.19.0"\n',
    });
    const answer = await osvScanner(() => home).scan(request);
    const embedded = (await osvRecords(() => home, refusing).scan({ ...request, now: Date.parse('2026-11-20T00:00:00Z') })).findings.map(({ rule, path }) => `${path} ${rule}`).sort();
    expect(answer.findings.map(({ rule, path }) => `${path} ${rule}`).sort()).toEqual(embedded);
    expect(answer.findings.map(({ rule, path }) => `${path} ${rule}`).sort(), answer.why ?? '').toEqual(['a/package-lock.json GHSA-npm', 'b/yarn.lock GHSA-npm', 'c/pnpm-lock.yaml GHSA-npm', 'd/requirements.txt GHSA-PyPI', 'e/uv.lock GHSA-PyPI', 'f/poetry.lock GHSA-PyPI', 'g/go.mod GHSA-Go', 'h/Pipfile.lock GHSA-PyPI', 'i/pdm.lock GHSA-PyPI']);
  });

  it('is not started without a file for each ecosystem', async () => {
    const home = fresh();
    await importOsv(zip(npmRecords()), home);
    expect((await osvScanner(() => home).scan(asking({ 'requirements.txt': 'requests==2.19.0\n' }))).state).toBe('missing');
  });
});
