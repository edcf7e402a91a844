/**
 * The disclosure of a release: two merged changes with their packs, the audit log that tells of them, and a tag of a real repository. What a person reads is what the evidence
 * gives, byte for byte, and nothing of it can be changed, left out or put in. Policy is asked whether it may be deployed, and each of its rules is seen red.
 */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { canonicalJson, sha256 } from '../../app/core/digest.ts';
import { statementDigest } from '../../app/core/statement.ts';
import { openNote, openNoteSigner } from '../../app/edges/note.ts';
import { openSigner } from '../../app/edges/sigstore/signer.ts';
import { openStore } from '../../app/edges/store/sqlite/open.ts';
import type { Disclosure } from '../../app/evidence/disclosure/disclose.ts';
import { openVexOf } from '../../app/evidence/openvex.ts';
import { buildManifest } from '../../app/evidence/manifest.ts';
import { buildPack, contentsFile, contentsStatement } from '../../app/evidence/pack-contents.ts';
import { provenanceStatement } from '../../app/evidence/provenance.ts';
import { buildRunPack, namedDigest } from '../../app/evidence/run-pack.ts';
import { approvalStatement, propertyStatement, releaseStatement, testResultStatement, verdictStatement } from '../../app/evidence/statements.ts';
import { sbomStatement, scanStatement, vexStatement } from '../../app/evidence/supply-chain.ts';
import { sealAudit } from '../../app/reconcile/seal.ts';
import { waiverText } from '../../app/core/waiver.ts';
import { assay } from '../cli.ts';
import { testClock } from '../conformance/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-disclosure-'));
const at = (name: string) => join(folder, name);
const pem = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const signer = openSigner({ privateKeyPem: pem });
const buildSigner = openSigner({ privateKeyPem: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const notary = openNoteSigner({ name: 'log.example/audit', privateKeyPem: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const policyDigest = 'b'.repeat(64);
const clock = testClock();
/** When people ask; policy's answer depends on it. */
const today = Date.UTC(2026, 0, 2);
vi.useFakeTimers({ toFake: ['Date'], now: today });

function git(...args: string[]): string {
  return execFileSync('git', ['-C', at('repo'), '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } }).trim();
}

function write(files: Record<string, string | Uint8Array>, into: string): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(into, name)), { recursive: true });
    writeFileSync(join(into, name), content);
  }
}

const builder = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/tags/v2';
const exception = { id: 'GHSA-aaaa', purl: 'pkg:npm/aa@1.0.0', repository: 'acme/shop', ticket: 'SHOP-2', owner: 'ann', approver: 'bob', reason: 'Only used in a test.', expires: '2026-03-01' };
const fault = (id: string, score: string) => ({ id, severity: [{ method: 'grade', score }], annotations: [{ purl: exception.purl, aliases: [], fixed: null, published: '2026-01-01T00:00:00Z', verdict: 'affected', foundBy: ['osv'], notFoundBy: [] }] });

interface Differs { outcome?: 'pass' | 'fail'; scan?: object[]; excepted?: boolean }

async function pack(number: number, headSha: string, { outcome = 'pass', scan = [fault(exception.id, 'high'), fault('GHSA-bbbb', 'low')], excepted = true }: Differs = {}): Promise<Record<string, string>> {
  const change = `git+https://github.com/acme/shop#refs/pull/${number}/head`;
  const subject = { resource: change, headSha };
  const components = [{ name: 'aa', licenses: [{ license: { id: 'MIT' } }] }, { name: 'bb', licenses: [] }];
  const made = {
    sbom: sbomStatement({ subject, text: JSON.stringify({ bomFormat: 'CycloneDX', components }) }), vulnerabilities: scanStatement({ subject, text: JSON.stringify({ scanner: { db: { lastUpdate: '2025-12-31T00:00:00Z' }, result: scan } }) }),
    ...(excepted ? { vex: vexStatement({ subject, text: JSON.stringify(openVexOf({ author: 'assay[bot]', at: clock.now(), exceptions: [exception] })) }) } : {}),
  };
  const supply = Object.fromEntries(await Promise.all(Object.entries(made).map(async ([name, statement]) => [name, await signer.sign(statement)] as const)));
  const verdict = (slot: string) => verdictStatement({ subject, slot, outcome: slot === 'guardrails' ? outcome : 'pass', verifier: 'assay[bot]', policyDigest, inputs: Object.values(supply).map((each) => ({ name: 'x', sha256: each.payloadSha256 })), at: clock.now() });
  const verdicts = ['guardrails', 'supplyChain'].map((slot) => ({ slot, outcome: slot === 'guardrails' ? outcome : 'pass' as const, statement: verdict(slot), digest: statementDigest(verdict(slot)) }));
  const manifest = buildManifest({ change, headSha, mergeBase: 'c'.repeat(40), specDigest: null, policyDigest, toolsDigest: 'd'.repeat(64), verdicts });
  const approval = (actorId: number) => signer.sign(approvalStatement({ subject, manifestDigest: statementDigest(manifest), policyDigest, actorId, class: actorId === 1 ? 'independent' : 'self-attested', presence: 'account', commentId: 9, at: clock.now() }));
  return buildPack({ change, headSha, manifest: await signer.sign(manifest), statements: await Promise.all(verdicts.map(({ statement }) => signer.sign(statement))), approvals: [await approval(1), await approval(2)], decision: null, policy: null, supply }, (statement) => signer.sign(statement));
}

interface Built { sha?: string; tests?: boolean; sast?: 'pass' | 'fail'; secrets?: 'pass' | 'fail'; at?: number; provenance?: boolean }

/** What `assay evidence --release` leaves of the build, signed by a key of its own. */
async function build({ sha = headOf('v2'), tests = true, sast = 'pass', secrets = 'pass', at: time = clock.now(), provenance = true }: Built = {}): Promise<Record<string, string>> {
  const subject = { resource: 'git+https://github.com/acme/shop', headSha: sha };
  const bill = JSON.stringify({ bomFormat: 'CycloneDX', components: [] });
  const guardrail = (id: string, slug: string, outcome: string) => ({ id, slug, outcome, mode: 'enforce', ms: 1, tool: { name: 't', version: '1' }, engines: [], inFixtures: 0, findings: [] });
  const report = JSON.stringify({ version: 1, outcome: 'pass', base: null, head: sha, guardrails: [guardrail('G02', 'secrets', secrets), guardrail('G06', 'sast', sast)], durationMs: 1 });
  const artifact = namedDigest('shop.tgz', 'what was built\n');
  const claims = { iss: 'https://token.actions.githubusercontent.com', repository: 'acme/shop', repository_id: '42', repository_owner_id: '7', repository_visibility: 'public', job_workflow_ref: builder.slice('https://github.com/'.length), job_workflow_sha: sha, workflow_ref: builder.slice('https://github.com/'.length), workflow_sha: sha, sha, ref: 'refs/tags/v2', event_name: 'push', run_id: '9', run_attempt: '1', runner_environment: 'github-hosted' } as const;
  const verdict = (slot: string, passed: boolean) => ({ slot, outcome: passed ? 'pass' as const : 'fail' as const, statement: testResultStatement({ subject, outcome: passed ? 'pass' : 'fail', configuration: [], passed: passed ? [slot] : [], failed: passed ? [] : [slot] }) });
  return buildRunPack({
    subject, artifacts: [artifact], files: { 'sbom.cdx.json': bill, 'guard.json': report }, verdicts: [verdict('guardrails', true), verdict('tests', tests)],
    statements: [
      { name: 'sbom', statement: sbomStatement({ subject, text: bill }) }, { name: 'release', statement: releaseStatement({ purl: 'pkg:npm/shop@2.0.0', artifacts: [artifact] }) },
      { name: 'properties', statement: propertyStatement({ subject, verifier: 'https://github.com/assay-dev/assay', policies: [], properties: ['TESTS'], at: time }) },
      ...(provenance ? [{ name: 'provenance', statement: provenanceStatement({ server: 'https://github.com', claims, subject: [{ name: artifact.name, digest: { sha256: artifact.sha256 } }], inputs: {} }) }] : []),
    ],
  }, (statement) => buildSigner.sign(statement));
}

const headOf = (tag: string) => git('rev-parse', `${tag}^{commit}`);
const trusted = (folder_: string, key = 'build.pem') => ['--build', at(folder_), '--build-key', at(key), '--builder', builder, '--artifact', at('shop.tgz')];
const plan = ['--rollback', 'docs/rollback.md'];
const evidence = (...packs: string[]) => ['disclose', '--release', 'v2', '--repo', at('repo'), ...packs.flatMap((each) => ['--pack', at(each)]), '--log', at('log.json'), '--log-key', at('audit-key'), '--key', at('key.pem'), '--sign', at('private.pem')];
const from = (...packs: string[]) => [...evidence(...packs), ...trusted('build'), ...plan];
const verify = (what = 'out') => assay('verify', at(what), '--key', at('key.pem'));
const files = () => readdirSync(at('out'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(at('out').length + 1)).sort();
const disclosure = (what = 'out') => JSON.parse(readFileSync(at(`${what}/disclosure.json`), 'utf8')) as Disclosure;

beforeAll(async () => {
  mkdirSync(at('repo'));
  execFileSync('git', ['init', '--quiet', '--initial-branch', 'main', at('repo')]);
  const commits = ['one', 'two', 'three'].map((name, index) => {
    write({ 'README.md': name, 'docs/rollback.md': 'Install v1 again.\n', ...(index === 2 ? { '.github/assay.yml': `version: 1\nguardrails: {cve-budget: ${JSON.stringify({ high: 1, exceptions: [exception] })}}\n`, '.github/assay/waivers/g06.yml': waiverText({ guardrail: 'G06', about: 'a finding', fingerprints: ['a'.repeat(40)], reason: 'It is a fixture.', ticket: 'SHOP-1', owner: 'ann', until: '2099-01-01' }) } : {}) }, at('repo'));
    git('add', '--all');
    git('commit', '--quiet', '--message', name);
    if (index !== 1) git('tag', `v${index === 0 ? 1 : 2}`);
    return git('rev-parse', 'HEAD');
  });
  const heads = ['1'.repeat(40), '2'.repeat(40)];
  const store = await openStore({ path: at('data/assay.sqlite'), clock });
  for (const [index, headSha] of heads.entries()) {
    clock.advance(60_000);
    await store.append({ actor: 'assay', action: 'change.merged', subject: `change:42#${index + 7}`, detail: { headSha, mergeSha: commits[index + 1], asApproved: true } });
  }
  await sealAudit({ store, signer, notary, openNote, witness: null, clock, log: { debug() {}, info() {}, warn() {}, error() {} } }, { entries: 1, ms: 1 });
  await store.close();
  write({ 'private.pem': pem, 'key.pem': signer.publicKeyPem, 'build.pem': buildSigner.publicKeyPem, 'shop.tgz': 'what was built\n', 'other.tgz': 'something else\n', 'audit-key': `${notary.verifierKey}\n` }, folder);
  for (const [name, files_] of [['pack7', await pack(7, heads[0]!)], ['pack8', await pack(8, heads[1]!)], ['pack9', await pack(9, '9'.repeat(40))], ['failed8', await pack(8, heads[1]!, { outcome: 'fail' })], ['over8', await pack(8, heads[1]!, { scan: [fault('GHSA-cccc', 'critical')] })], ['old8', await pack(8, heads[1]!, { scan: [{ ...fault('GHSA-bbbb', 'low'), annotations: [{ ...fault('', 'low').annotations[0], published: '2025-01-01T00:00:00Z' }] }] })], ['alone8', await pack(8, heads[1]!, { excepted: false })], ['build', await build()]] as const) write(files_, at(name));
  expect(await assay('audit-log', 'export', '--data', at('data'), '--release', 'v2', '--repo', at('repo'), '--out', at('log.json'))).toMatchObject({ code: 0 });
  expect(await assay(...from('pack7', 'pack8'), '--out', at('out'))).toMatchObject({ code: 0, stdout: expect.stringContaining('2 changes: every one was judged pass, approved by a person, and merged as it was approved. Policy lets it be deployed.') });
}, 60_000);
afterEach(() => { vi.setSystemTime(today); });
afterAll(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('says the release in numbers, each with the file and digest that it comes from', async () => {
  const { figures, changes, waivers } = disclosure();
  const numbers = Object.fromEntries(figures.map(({ label, value }) => [label, value]));
  expect(numbers).toMatchObject({
    'Commits in the release': '2', 'Changes merged': '2', 'Merged as approved': '2', 'Changes judged pass': '2', 'Verdicts that pass': '4 of 4', 'Approvals by others': '2', 'Approvals by the author, so labelled': '2', 'Approvals with a passkey': '0', 'Waivers in force': '1',
    Components: '2', 'Licences named': '1', 'Components without a licence': '1', 'Known vulnerabilities, high': '1', 'Known vulnerabilities, low': '1', 'Exceptions in force (VEX)': '1', 'Reasons against deploying it': '0',
  });
  const { createHash } = await import('node:crypto');
  for (const { source, label } of figures) expect(createHash('sha256').update(readFileSync(at(`out/${source.file}`))).digest('hex'), label).toBe(source.sha256);
  expect([changes.map(({ change }) => change), waivers.map(({ ticket }) => ticket)]).toEqual([['acme/shop #7', 'acme/shop #8'], ['SHOP-1']]);
});

it('shows each number beside its digest on the pages', () => {
  const text = textOf(readFileSync(at('out/disclosure.pdf')));
  for (const { label, value, source } of disclosure().figures) for (const part of [label, value, source.sha256]) expect(text, label).toContain(part.replaceAll(' ', ''));
});

it('is the same bytes a second time, in whatever order the packs are given', async () => {
  expect((await assay(...from('pack8', 'pack7'), '--out', at('again'))).code).toBe(0);
  for (const name of files().filter((each) => each !== contentsFile)) expect(readFileSync(at(`again/${name}`)).equals(readFileSync(at(`out/${name}`))), name).toBe(true);
});

it('verifies offline, twice, and its log by its own key', async () => {
  for (const _ of [1, 2]) expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringMatching(/numbers and \d+ attachments of release v2/) });
  expect(await assay('verify', '--log', at('out/attachments/audit-log.json'), '--key', at('audit-key'))).toMatchObject({ code: 0 });
});

describe('a change of a single byte', () => {
  it('is refused in every file, and so are a file too many and a file too few', async () => {
    for (const name of files()) {
      const path = at(`out/${name}`);
      const bytes = readFileSync(path);
      const changed = Buffer.from(bytes);
      changed[bytes.length >> 1]! ^= 1;
      writeFileSync(path, changed);
      expect((await verify()).code, name).toBe(3);
      rmSync(path);
      // Without its own name a disclosure is a pack that is none.
      expect((await verify()).code, `without ${name}`).toBe(3);
      writeFileSync(path, bytes);
    }
    writeFileSync(at('out/more.json'), '{}');
    expect(await verify()).toMatchObject({ code: 3, stdout: expect.stringContaining('EVIDENCE_FOREIGN more.json') });
    rmSync(at('out/more.json'));
    cpSync(at('pack7'), at('with-pages'), { recursive: true });
    writeFileSync(at('with-pages/disclosure.pdf'), '%PDF');
    expect(await verify('with-pages')).toMatchObject({ code: 3, stdout: expect.stringContaining('EVIDENCE_FOREIGN disclosure.pdf') });
    expect((await verify()).code).toBe(0);
  }, 120_000);

  it('is refused where the keeper of the key signs for it: the numbers are not what the evidence gives', async () => {
    cpSync(at('out'), at('flattered'), { recursive: true });
    const { figures } = disclosure();
    const told = JSON.stringify({ ...disclosure(), figures: figures.map((each) => (each.label === 'Known vulnerabilities, high' ? { ...each, value: '0' } : each)) }, null, 2);
    writeFileSync(at('flattered/disclosure.json'), `${told}\n`);
    const listed = Object.fromEntries(files().filter((name) => name !== contentsFile).map((name) => [name, readFileSync(at(`flattered/${name}`))]));
    const contents = await signer.sign(contentsStatement(listed, { change: 'release v2', headSha: disclosure().release.commit, page: 'none' }));
    writeFileSync(at(`flattered/${contentsFile}`), canonicalJson(contents.bundle));
    expect(await verify('flattered')).toMatchObject({ code: 3, stdout: expect.stringContaining('DISCLOSURE_DIFFERS disclosure.json') });
  });
});

describe('a release that is not whole', () => {
  it.each<[string, string, string[]]>([
    ['without the pack of a change that was merged', 'DISCLOSURE_INCOMPLETE', ['pack7']],
    ['with the pack of a change that was not', 'DISCLOSURE_INCOMPLETE', ['pack7', 'pack8', 'pack9']],
  ])('%s is refused with %s', async (_what, code, packs) => {
    expect(await assay(...from(...packs), '--out', at('none'))).toMatchObject({ code: 3, stderr: expect.stringContaining(code) });
  });

  it('with a pack or a log that does not verify is refused', async () => {
    cpSync(at('pack8'), at('broken8'), { recursive: true });
    writeFileSync(at('broken8/more.json'), '{}');
    expect(await assay(...from('pack7', 'broken8'), '--out', at('none'))).toMatchObject({ code: 3, stderr: expect.stringContaining('DISCLOSURE_PACK') });
    writeFileSync(at('broken-log.json'), readFileSync(at('log.json'), 'utf8').replace('"asApproved":true', '"asApproved":false'));
    expect(await assay(...from('pack7', 'pack8').map((each) => (each === at('log.json') ? at('broken-log.json') : each)), '--out', at('none'))).toMatchObject({ code: 3, stderr: expect.stringContaining('AUDIT_') });
  });

  it('says so where a change did not pass, and ends with 1', async () => {
    expect(await assay(...from('pack7', 'failed8'), '--out', at('failing'))).toMatchObject({ code: 1, stdout: expect.stringContaining('2 changes: 1 not judged pass, 0 without an approval, 0 merged otherwise than approved.') });
    expect((await verify('failing')).code).toBe(1);
  });

  it('is asked for rightly', async () => {
    for (const args of [['disclose'], [...from(), '--out', at('x')], [...from('pack7', 'pack8'), '--out', at('out')], [...from('pack7', 'pack8').filter((each) => each !== '--key' && each !== at('key.pem')), '--out', at('x')]]) expect((await assay(...args)).code, args.join(' ')).toBe(2);
    expect(await assay(...from('pack7', 'pack8').map((each) => (each === 'v2' ? 'v9' : each)), '--out', at('x'))).toMatchObject({ code: 3, stderr: expect.stringContaining('RELEASE_UNKNOWN') });
  });
});

describe('whether it may be deployed', () => {
  const decision = (what: string) => JSON.parse(readFileSync(at(`${what}/attachments/release-decision.json`), 'utf8')) as { package: string; input: unknown; decision: unknown; policy: string };
  const refused = async (args: string[], code: string, out: string) => {
    const ended = await assay(...args, '--out', at(out));
    expect([ended.code, ended.stdout], ended.stderr).toEqual([1, expect.stringContaining(`  ${code}: `)]);
    return ended.stdout;
  };

  it('is in the disclosure with its question, and asked by hand it is answered the same', async () => {
    expect(decision('out')).toMatchObject({ package: 'ci.release', decision: { allow: true, outcome: 'pass', codes: ['RELEASE_OK'] }, input: { now: today, release: { version: 'v2', commit: headOf('v2'), rollbackPlan: true }, attestation: { verified: true, builder, build_id: 'https://github.com/acme/shop/actions/runs/9/attempts/1', artifact_digest: sha256('what was built\n'), vuln_report: { critical: 0, high: 0, unknown: 0, overdue: 0 }, cve_exceptions: [{ id: 'GHSA-aaaa', approved: true }] } } });
    write({ 'question.json': JSON.stringify(decision('out').input) }, folder);
    expect(JSON.parse((await assay('policy', 'eval', '--package', 'ci.release', '--input', at('question.json'))).stdout)).toEqual(decision('out').decision);
    expect(await assay('verify', at('out/build'), '--key', at('build.pem'))).toMatchObject({ code: 0 });
    expect((await verify()).stdout).toContain('RELEASE_OK: Policy lets it be deployed.');
  });

  it.each<[string, () => string[]]>([
    ['RELEASE_ATTESTATION_ABSENT', () => [...evidence('pack7', 'pack8'), ...plan]],
    ['RELEASE_ATTESTATION_UNVERIFIED', () => [...evidence('pack7', 'pack8'), ...trusted('build', 'key.pem'), ...plan]],
    ['RELEASE_ARTIFACT', () => from('pack7', 'pack8').map((each) => each.replace('shop.tgz', 'other.tgz'))],
    ['RELEASE_BUILDER', () => from('pack7', 'pack8').map((each) => (each === builder ? builder.replace('release.yml', 'try.yml') : each))],
    ['RELEASE_CVE_BUDGET', () => from('pack7', 'over8')], ['RELEASE_CVE_BUDGET', () => from('pack7', 'old8')],
    ['RELEASE_EXCEPTION_UNAPPROVED', () => from('pack7', 'alone8')],
    ['RELEASE_CHANGE_UNAPPROVED', () => from('pack7', 'failed8')],
    ['RELEASE_NO_WAY_BACK', () => [...evidence('pack7', 'pack8'), ...trusted('build')]],
  ])('%s: is refused, the disclosure says why, and it verifies as refused', async (code, args) => {
    const out = `refused-${code}-${args().length}-${args().find((each) => each.endsWith('8'))!.slice(-6)}`;
    expect(await refused(args(), code, out)).toContain('Policy refuses the release: ');
    expect(await verify(out)).toMatchObject({ code: 1, stdout: expect.stringContaining(`${code}: `) });
    expect(textOf(readFileSync(at(`${out}/disclosure.pdf`)))).toContain(`${code}:`);
  });

  it.each<[string, Built]>([
    ['RELEASE_COMMIT', { sha: '7'.repeat(40) }], ['RELEASE_FUTURE', { at: today + 1 }], ['RELEASE_TESTS', { tests: false }], ['RELEASE_SAST', { sast: 'fail' }], ['RELEASE_SECRETS', { secrets: 'fail' }], ['RELEASE_ATTESTATION_ABSENT', { provenance: false }],
  ])('%s: a build that says so is not deployed', async (code, differs) => {
    write(await build(differs), at(`build-${code}`));
    expect(await refused([...evidence('pack7', 'pack8'), ...trusted(`build-${code}`), ...plan], code, `by-build-${code}`)).not.toContain('RELEASE_OK');
  });

  it('RELEASE_EXCEPTION_EXPIRED: what was let go in January is not in April, and what was disclosed then still verifies', async () => {
    vi.setSystemTime(Date.UTC(2026, 3, 1));
    await refused(from('pack7', 'pack8'), 'RELEASE_EXCEPTION_EXPIRED', 'april');
    expect((await verify()).code).toBe(0);
  });

  it('is asked of whole questions alone', async () => {
    for (const args of [trusted('build').slice(0, 4), trusted('build').slice(2), ['--rollback', 'docs/none.md'], [...trusted('build'), '--build-expect', at('x')]]) expect((await assay(...evidence('pack7', 'pack8'), ...args, '--out', at('x'))).code, args.join(' ')).toBe(2);
  });
});

/** The text of uncompressed pages, without its spaces: a PDF sets words as pieces in hex. */
function textOf(pdf: Buffer): string {
  return [...pdf.toString('latin1').matchAll(/\[((?:<[0-9a-f]*>\s*-?[\d.]*\s*)+)\] TJ/g)].map(([, pieces = '']) => [...pieces.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1')).join('')).join('').replaceAll(' ', '');
}
