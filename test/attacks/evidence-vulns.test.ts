/** E28, E29 and E34 (ATTACKS.md): silence of a scanner that is no all-clear, exceptions that reach further than they say, and an answer that never came. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { locked } from '../../app/core/locked/package.ts';
import { purlOf } from '../../app/core/sbom/purl.ts';
import { assess } from '../../app/core/vulnerability/assess.ts';
import { budgetOf, charge, type Budget } from '../../app/core/vulnerability/budget.ts';
import type { ScanReport } from '../../app/core/vulnerability/found.ts';
import { npmAdvisories } from '../../app/edges/advisories/npm.ts';
import { supplyChain } from '../../app/edges/advisories/sources.ts';
import { canaryRecords } from '../../app/edges/osv/records.fixture.ts';
import { scanPredicate } from '../../app/evidence/supply-chain.ts';

const made = mkdtempSync(join(tmpdir(), 'assay-evidence-vulns-'));
const servers: Server[] = [];
afterAll(async () => {
  rmSync(made, { recursive: true, force: true });
  await Promise.all(servers.map((each) => new Promise((resolve) => { each.closeAllConnections(); each.close(resolve); })));
});

const now = Date.parse('2026-11-20T00:00:00Z');
const limits = { high: 0, mediumDays: 30, lowDays: 90 };
const packages = [locked({ ecosystem: 'npm', name: 'aa', version: '1.0.0', path: 'package-lock.json', startLine: 1 })];
let count = 0;

function home(records: readonly { id: string }[]): string {
  const folder = mkdtempSync(join(made, `home-${count += 1}-`));
  for (const record of records) writeFileSync(join(folder, `${record.id}.json`), JSON.stringify(record));
  return folder;
}

function budget(settings: object = {}): Budget {
  const read = budgetOf(settings, limits);
  if ('why' in read) throw new Error(read.why);
  return read;
}

const outcomeOf = (reports: readonly ScanReport[]) => assess({ reports, purls: packages.map(purlOf), budget: budget(), repository: 'ada/shop', now }).outcome;
const codesOf = (reports: readonly ScanReport[]) => reports.flatMap(({ failure }) => failure?.code ?? []);

async function registry(status: number, body: unknown): Promise<string> {
  const server = createServer((req, res) => { req.resume().on('end', () => { res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)); }); });
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('E28 a database that knows nothing finds nothing', () => {
  const judged = (records: readonly { id: string }[]) => supplyChain({ home: () => home(records), askRegistry: async (asked, at) => npmAdvisories(asked, { ...at, address: 'http://127.0.0.1:1' }) }).reportsOn(packages, now);

  it('E28 fresh records that know the well-known fault are believed', async () => {
    expect(outcomeOf(await judged(canaryRecords()))).toBe('pass');
  });

  it.each([
    ['stale', canaryRecords('2026-11-12T00:00:00Z')], ['dated in the future', canaryRecords('2026-11-25T00:00:00Z')], ['empty', []],
    ['cut, so that they do not know it', canaryRecords().map((each) => ({ ...each, affected: [] }))], ['of another ecosystem', canaryRecords().filter(({ id }) => !id.endsWith('npm'))],
  ])('E28 records that are %s: an error and no statement of a scan', async (_, records) => {
    const reports = await judged(records);
    expect(outcomeOf(reports)).toBe('error');
    expect(codesOf(reports)).toEqual(['VULN_DATABASE', 'VULN_REGISTRY_UNREACHABLE']);
    expect(scanPredicate({ reports, tool: { name: 'assay', version: '0' }, startedAt: now, finishedAt: now })).toBeNull();
  });

  it('E28 a broken file among them', async () => {
    const folder = home(canaryRecords());
    writeFileSync(join(folder, 'x.json'), '{');
    const reports = await supplyChain({ home: () => folder, askRegistry: async (asked, at) => npmAdvisories(asked, { ...at, address: 'http://127.0.0.1:1' }) }).reportsOn(packages, now);
    expect(outcomeOf(reports)).toBe('error');
  });
});

describe('E29 an exception for one thing', () => {
  const found = { purl: 'pkg:npm/aa@1.0.0', id: 'GHSA-1', aliases: ['CVE-1'], grade: 'high' as const, published: null, verdict: 'affected' as const };
  const exception = { id: 'CVE-1', purl: found.purl, repository: 'ada/shop', ticket: 'SEC-1', owner: '@grace', approver: '@ada', reason: 'never parsed', expires: '2026-11-20' };
  const state = (more: object, at = now, repository: string | null = 'ada/shop') => charge([found], { budget: budget({ high: 1, exceptions: [{ ...exception, ...more }] }), repository, now: at })[0]!.state;

  it('E29 covers exactly that until the end of its day', () => {
    expect([state({}), state({}, now + 86_399_999), state({}, now + 86_400_000)]).toEqual(['excepted', 'excepted', 'ended']);
  });

  it.each([
    ['fault', { id: 'CVE-2' }], ['package', { purl: 'pkg:npm/bb@1.0.0' }], ['version', { purl: 'pkg:npm/aa@1.0.1' }], ['ecosystem', { purl: 'pkg:pypi/aa@1.0.0' }], ['repository', { repository: 'ada/other' }], ['owner of the repository', { repository: 'eve/shop' }],
  ])('E29 of another %s covers nothing', (_, more) => {
    expect(state(more)).toBe('over');
  });

  it('E29 covers nothing where the run does not know its repository, and nothing critical', () => {
    expect(state({}, now, null)).toBe('over');
    expect(charge([{ ...found, grade: 'critical' }], { budget: budget({ high: 1, exceptions: [exception] }), repository: 'ada/shop', now })[0]!.state).toBe('over');
  });

  it.each(['pkg:npm/aa', 'pkg:npm/aa@*?x=y', 'aa@1.0.0', 'pkg:npm/@1.0.0 '])('E29 %s names no one version and is no exception', (purl) => {
    expect(budgetOf({ exceptions: [{ ...exception, purl }] }, limits)).toHaveProperty('why');
  });

  it('E29 whatever differs in one part covers nothing', () => {
    const part = fc.constantFrom('id', 'purl', 'repository');
    fc.assert(fc.property(part, fc.stringMatching(/^[a-z0-9]{1,12}$/), (key, text) => {
      const other = { id: text, purl: `pkg:npm/${text}@1.0.1`, repository: `${text}/${text}` }[key];
      expect(state({ [key]: other })).toBe('over');
    }));
  });
});

describe('E34 an answer that never came', () => {
  it.each([[404, {}], [405, { error: 'no' }], [500, {}], [200, {}], [200, []], [200, { lodash: [] }]])('E34 a registry that says %i %j has said nothing of what is locked', async (status, body) => {
    const report = await npmAdvisories(packages, { address: await registry(status, body), now, limitMs: 5_000 });
    expect(report).toMatchObject({ failure: { code: expect.stringMatching(/^VULN_(REGISTRY_REFUSED|REGISTRY_ANSWER|CANARY)$/) }, found: [] });
    expect(outcomeOf([report])).toBe('error');
  });

  it('E34 no source at all, and one that judges another kind of package', () => {
    expect(outcomeOf([])).toBe('error');
    const other: ScanReport = { scanner: { name: 'pip-audit', version: '1', uri: 'x' }, database: null, covers: ['pypi'], failure: null, found: [] };
    expect(outcomeOf([other])).toBe('error');
  });
});
