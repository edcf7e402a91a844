/** What a change locks: the App reads it itself, lists it, holds it against the budget of faults, signs what it found, and shows how anybody checks it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Found, ScanReport } from '../../app/core/vulnerability/found.ts';
import { supplyChain } from '../../app/edges/advisories/sources.ts';
import { assay } from '../cli.ts';
import type { Pull, Somebody } from '../world/people.ts';
import { openWorld, type World } from '../world/world.ts';

let world: World;
let known: Found[] = [];
let silent = false;
/** How old what the source knows is. */
let daysOld = 0;
let branches = 0;
const made = mkdtempSync(join(tmpdir(), 'assay-supply-'));

const lock = (packages: Record<string, string>) => `${JSON.stringify({ name: 'shop', lockfileVersion: 3, packages: Object.fromEntries(Object.entries(packages).map(([name, version]) => [`node_modules/${name}`, { version, license: 'MIT' }])) }, null, 2)}\n`;
const fault = (name: string, version: string, more: Partial<Found> = {}): Found => ({ purl: `pkg:npm/${name}@${version}`, name, version, id: `GHSA-${name}`, aliases: [], summary: 'it runs what it reads', grade: 'high', graded: true, fixed: '9.0.0', published: '2026-01-01T00:00:00Z', verdict: 'affected', ...more });

/** Like the real one, but for where the faults come from. */
async function reportsOn(packages: readonly { name: string; version: string }[], now: number): Promise<ScanReport[]> {
  const found = known.filter((each) => packages.some(({ name, version }) => name === each.name && version === each.version));
  const failure = silent ? { code: 'VULN_DATABASE', why: 'there are no OSV records', remedy: 'Import OSV records' } : null;
  return [{ scanner: { name: 'osv-records', version: '1', uri: 'https://x.invalid' }, database: { uri: 'osv', version: 'npm', lastUpdate: new Date(now - daysOld * 86_400_000).toISOString() }, covers: ['npm'], failure, found: silent ? [] : found }];
}

const today = new Date().toISOString().slice(0, 10);
const exception = `guardrails:\n  cve-budget:\n    high: 1\n    exceptions:\n      - {id: GHSA-old-tree, purl: "pkg:npm/old-tree@1.0.0", repository: ada/shop, ticket: SEC-1, owner: "@grace", approver: "@ada", reason: never parsed, expires: ${today}}\n`;

beforeAll(async () => {
  const { faultsOf } = supplyChain();
  world = await openWorld({ files: { 'package-lock.json': lock({ aa: '1.0.0' }), 'README.md': '# Shop\n' }, supplyChain: { faultsOf, reportsOn } });
});
afterAll(async () => { await world.close(); rmSync(made, { recursive: true, force: true }); });

async function proposal(files: Record<string, string>, by: Somebody = world.grace): Promise<Pull> {
  const pull = await by.proposes({ branch: `supply-${branches += 1}`, files });
  await world.settled();
  return pull;
}

async function check(pull: Pull): Promise<{ conclusion: string | null; title: string; summary: string; text: string }> {
  const run = (await world.checks(pull.head.sha)).find(({ name }) => name === 'assay/supply-chain')!;
  return { conclusion: run.conclusion, title: run.output.title, summary: run.output.summary, text: run.output.text ?? '' };
}

it('a new package is listed, and the command that is shown gives the digest that is shown', async () => {
  const files = { 'package-lock.json': lock({ aa: '1.1.0', bb: '2.0.0' }) };
  const { conclusion, summary, text } = await check(await proposal(files));
  expect(conclusion).toBe('success');
  const first = summary.split('\n\n')[0]!;
  expect(first.split('\n').length).toBeLessThanOrEqual(5);
  expect(first).toMatch(/\*\*Within the budget\.\*\*[^]*2 components, 1 new, 0 removed, 1 at other versions; no new licence[^]*0 critical, 0 high[^]*nothing of the change was executed/);
  expect(text).toContain('`pkg:npm/bb@2.0.0`');
  writeFileSync(join(made, 'package-lock.json'), files['package-lock.json']);
  expect(await assay('sbom', made, '--name', 'shop', '--out', join(made, 'out.json'))).toMatchObject({ code: 0 });
  expect(summary).toContain(createHash('sha256').update(readFileSync(join(made, 'out.json'))).digest('hex'));
  expect(summary).toMatch(/git checkout [0-9a-f]{40} && npx assay sbom --name shop --out sbom\.cdx\.json && sha256sum sbom\.cdx\.json/);
});

it('a version with a high fault is over the budget and holds the merge; the fixed one is not', async () => {
  known = [fault('bad-tree', '1.0.0')];
  const bad = await check(await proposal({ 'package-lock.json': lock({ aa: '1.0.0', 'bad-tree': '1.0.0' }) }));
  expect(bad).toMatchObject({ conclusion: 'failure', title: 'Known faults are over the budget', summary: expect.stringMatching(/1 high, 0 medium, 0 low, 1 of them new here/), text: expect.stringContaining('**Over the budget** (none).') });
  const good = await proposal({ 'package-lock.json': lock({ aa: '1.0.0', 'bad-tree': '9.0.0' }) });
  expect(await world.conclusions(good.head.sha)).toMatchObject({ 'assay/supply-chain': 'success' });
});

it('a change from a fork is read in the same way, and nothing of it runs', async () => {
  known = [fault('bad-tree', '1.0.0')];
  const fork = await world.stranger.forks();
  const sha = await world.stranger.pushes({ branch: 'theirs', files: { 'package-lock.json': lock({ aa: '1.0.0', 'bad-tree': '1.0.0' }) }, repository: fork, onto: 'main' });
  const pull = await world.stranger.opensPull({ head: 'stranger:theirs' });
  await world.settled();
  expect(pull.head.sha).toBe(sha);
  expect(await check(pull)).toMatchObject({ conclusion: 'failure', summary: expect.stringContaining('which come from a fork; nothing of the change was executed') });
});

it('where nobody can say, it is an error with the remedy; once somebody can, /retry makes it green', async () => {
  silent = true;
  const pull = await proposal({ 'package-lock.json': lock({ aa: '1.2.0' }) });
  expect(await check(pull)).toMatchObject({ conclusion: 'failure', title: 'The supply chain could not be judged', summary: expect.stringMatching(/Nobody judged npm\. VULN&#95;DATABASE: there are no OSV records\. Import OSV records/) });
  silent = false;
  await world.grace.comments(pull.number, '/retry');
  await world.settled();
  expect((await check(pull)).conclusion).toBe('success');
});

it('what a source knew eight days ago is no answer, by policy', async () => {
  daysOld = 8;
  const pull = await proposal({ 'package-lock.json': lock({ aa: '1.3.0' }) });
  daysOld = 0;
  expect(await check(pull)).toMatchObject({ conclusion: 'failure', title: 'The supply chain could not be judged', summary: expect.stringContaining('Policy: DATABASE&#95;STALE') });
});

it('what was scanned longer ago than `evidence.maxAge` counts no longer; /retry scans it anew, once', async () => {
  const pull = await proposal({ 'package-lock.json': lock({ aa: '1.4.0' }) });
  expect((await check(pull)).conclusion).toBe('success');
  await world.passes(8 * 86_400_000);
  expect(await check(pull)).toMatchObject({ conclusion: 'action_required', title: 'What was scanned is too old: /retry', summary: expect.stringContaining('Policy: EVIDENCE&#95;OLD') });
  expect((await world.conclusions(pull.head.sha)).assay).not.toBe('success');
  await world.grace.comments(pull.number, '/retry');
  await world.settled();
  expect((await check(pull)).conclusion).toBe('success');
  await world.passes(86_400_000);
  expect((await check(pull)).conclusion).toBe('success');
});

it('a lock file that cannot be read is an error where the change touches it', async () => {
  expect(await check(await proposal({ 'package-lock.json': '{' }))).toMatchObject({ conclusion: 'failure', summary: expect.stringContaining('SBOM&#95;LOCK&#95;UNREADABLE') });
});

it('what was locked before does not hold a change that locks nothing anew; an exception covers its own package until its day, and no longer', async () => {
  const other = await openWorld({ files: { 'package-lock.json': lock({ 'old-tree': '1.0.0' }), 'README.md': '# Shop\n', '.github/assay.yml': `version: 1\n${exception}` }, config: `version: 1\n${exception}`, supplyChain: { faultsOf: supplyChain().faultsOf, reportsOn } });
  const checkIn = async (pull: Pull) => (await other.checks(pull.head.sha)).find(({ name }) => name === 'assay/supply-chain')!;
  try {
    known = [fault('old-tree', '1.0.0'), fault('old-tree', '1.0.1')];
    const docs = await other.grace.proposes({ branch: 'docs', files: { 'README.md': '# The shop\n' } });
    const same = await other.grace.proposes({ branch: 'same', files: { 'package-lock.json': lock({ 'old-tree': '1.0.0', aa: '1.0.0' }) } });
    const next = await other.grace.proposes({ branch: 'next', files: { 'package-lock.json': lock({ 'old-tree': '1.0.1' }) } });
    await other.settled();
    expect((await checkIn(docs)).conclusion).toBe('success');
    expect(await checkIn(same)).toMatchObject({ conclusion: 'success', output: { summary: expect.stringContaining('exceptions (OpenVEX)'), text: expect.stringContaining(`approved it until ${today}`) } });
    expect((await checkIn(next)).conclusion).toBe('failure');
    await other.passes(2 * 86_400_000);
    expect(await checkIn(same)).toMatchObject({ conclusion: 'failure', output: { text: expect.stringContaining(`Its exception ended on ${today}`) } });
    expect(await checkIn(docs)).toMatchObject({ conclusion: 'success', output: { summary: expect.stringContaining('It was so before') } });
  } finally {
    await other.close();
  }
});
