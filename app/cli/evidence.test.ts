/** Evidence without the App: a workflow run signs files, states how they were built, and gathers a pack that a stranger verifies by the run's identity; and the same by a key. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assay as here } from '../../test/cli.ts';
import { startRunIdentity, type RunIdentity } from '../../test/actions/run-identity.ts';
import type { Statement } from '../core/ports/signer.ts';
import { attestedBy } from '../evidence/disclosure/build.ts';
import { sha256 } from '../core/digest.ts';
import { commit, git, repository, write } from './checkout.fixture.ts';

const bin = fileURLToPath(new URL('../bin.js', import.meta.url));
const junit = '<?xml version="1.0"?><testsuites><testsuite name="sum"><testcase classname="sum" name="adds"/><testcase classname="sum" name="waits"><skipped/></testcase></testsuite></testsuites>';
const lock = JSON.stringify({ name: 'shop', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'shop', version: '1.0.0', dependencies: { aa: '1.0.0' } }, 'node_modules/aa': { version: '1.0.0', license: 'MIT' } } });
const password = randomBytes(9).toString('hex');
let run: RunIdentity;
let folder: string;
let sha: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  run = await startRunIdentity();
  folder = repository({ 'README.md': '# Shop\n', 'package-lock.json': lock, 'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', dependencies: { aa: '1.0.0' } }), '.gitignore': 'built/\n' });
  git(folder, 'remote', 'add', 'origin', `https://ann:${password}@github.com/acme/shop.git`);
  sha = git(folder, 'rev-parse', 'HEAD');
  const guardrail = (id: string, outcome: string) => ({ id, slug: id === 'G01' ? 'placeholders' : 'secrets', outcome, mode: 'enforce', ms: 1, tool: { name: 't', version: '1' }, engines: [], inFixtures: 0, findings: [] });
  const report = (outcome: string, head = sha) => JSON.stringify({ version: 1, outcome, base: null, head, guardrails: [guardrail('G01', outcome), guardrail('G02', 'pass')], durationMs: 1 });
  write(folder, { 'built/shop.tgz': 'what was built\n', 'built/guard.json': report('pass'), 'built/failing.json': report('fail'), 'built/other.json': report('pass', 'f'.repeat(40)), 'built/tests.xml': junit, 'built/failing.xml': junit.replace('name="adds"/>', 'name="adds"><failure/></testcase>') });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  write(folder, { 'built/key.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'built/key.pub': publicKey.export({ type: 'spki', format: 'pem' }).toString() });
});
afterAll(() => run.close());

interface Ended { code: number; words: string }

function assay(env: Record<string, string>, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd: folder, env: { PATH: process.env.PATH, ASSAY_DATA: at('built/data'), ...env }, timeout: 60_000 }, (error, stdout, stderr) => { resolve({ code: error ? Number(error.code ?? -1) : 0, words: `${stdout}${stderr}` }); });
  });
}

const statementIn = (path: string) => JSON.parse(Buffer.from((JSON.parse(readFileSync(at(path), 'utf8')) as { dsseEnvelope: { payload: string } }).dsseEnvelope.payload, 'base64').toString('utf8')) as Statement;
const statements = (pack: string) => readdirSync(at(`${pack}/statements`)).map((name) => statementIn(`${pack}/statements/${name}`));
const whole = ['--report', 'built/guard.json', '--tests', 'built/tests.xml', '--artifact', 'built/shop.tgz', '--signature', 'built/shop.tgz.sigstore.json', '--release', 'pkg:npm/shop@1.0.0'];

describe('a run with an identity', () => {
  it('signs a file by its bytes, and whoever knows the workflow verifies it', async () => {
    expect(await assay(run.env(sha), 'sign', 'built/shop.tgz')).toMatchObject({ code: 0, words: expect.stringContaining('signed as https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main') });
    const who = ['--certificate-identity', 'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main', '--certificate-oidc-issuer', 'https://token.actions.githubusercontent.com', '--trusted-root', run.env(sha).ASSAY_SIGSTORE_ROOT!];
    expect((await assay({}, 'verify', '--bundle', 'built/shop.tgz.sigstore.json', ...who, 'built/shop.tgz')).code).toBe(0);
    expect(await assay({}, 'verify', '--bundle', 'built/shop.tgz.sigstore.json', ...who, 'built/tests.xml')).toMatchObject({ code: 1, words: expect.stringContaining('EVIDENCE_SUBJECT') });
  });

  it('states how it built: workflow, commit, run and the lock file', async () => {
    expect(await assay(run.env(sha), 'provenance', '--bundle', 'built/provenance.sigstore.json', 'built/shop.tgz')).toMatchObject({ code: 0 });
    const { subject, predicate } = statementIn('built/provenance.sigstore.json');
    expect(subject).toMatchObject([{ name: 'shop.tgz' }]);
    expect(predicate).toMatchObject({
      buildDefinition: { externalParameters: { workflow: { ref: 'refs/heads/main', path: '.github/workflows/release.yml' } }, resolvedDependencies: [{ digest: { gitCommit: sha } }, { uri: 'file:package-lock.json', digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } }] },
      runDetails: { metadata: { invocationId: 'https://github.com/acme/shop/actions/runs/1/attempts/1' } },
    });
  });

  it('gathers a pack, which verifies by the expectation of that run and by no other', async () => {
    expect(await assay(run.env(sha), 'evidence', '--out', 'built/pack', ...whole, '--expectation', 'built/expectation.json')).toMatchObject({ code: 0, words: expect.stringMatching(/pass +guardrails .*\npass +tests .*\n/) });
    expect(statements('built/pack').map(({ predicateType }) => predicateType).sort()).toEqual([
      'https://cyclonedx.org/bom', 'https://in-toto.io/attestation/release/v0.2', 'https://in-toto.io/attestation/svr/v0.2', 'https://in-toto.io/attestation/test-result/v0.1', 'https://in-toto.io/attestation/test-result/v0.1', 'https://slsa.dev/provenance/v1',
    ]);
    expect(statements('built/pack').find(({ predicateType }) => predicateType.includes('svr'))?.predicate).toMatchObject({ verifier: { policies: [] }, properties: ['ASSAY_GUARDRAILS', 'ASSAY_G01_PLACEHOLDERS', 'ASSAY_G02_SECRETS', 'ASSAY_TESTS'] });
    for (const _ of [1, 2]) expect(await assay({}, 'verify', 'built/pack', '--expect', 'built/expectation.json')).toMatchObject({ code: 0, words: expect.stringMatching(new RegExp(`manifest [0-9a-f]{64} of ${sha} verified: pass`)) });
    writeFileSync(at('built/for-provenance.json'), readFileSync(at('built/expectation.json'), 'utf8').replace('"manifest"', '"provenance"'));
    expect(await assay({}, 'verify', '--bundle', 'built/provenance.sigstore.json', '--expect', 'built/for-provenance.json', 'built/shop.tgz')).toMatchObject({ code: 0, words: expect.stringContaining('https://slsa.dev/provenance/v1') });
    writeFileSync(at('built/other-run.json'), readFileSync(at('built/expectation.json'), 'utf8').replace('/runs/1/', '/runs/2/'));
    expect(await assay({}, 'verify', 'built/pack', '--expect', 'built/other-run.json')).toMatchObject({ code: 3, words: expect.stringContaining('EVIDENCE_RUN') });
    expect((await assay({}, 'verify', 'built/pack', '--key', 'built/key.pub')).code).toBe(3);
    expect((await assay({}, 'verify', 'built/pack')).code).toBe(2);
  });

  it('gathers what a release is attested by, field by field, for whoever discloses it', async () => {
    const files = Object.fromEntries(readdirSync(at('built/pack'), { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name)).map((path) => [path.slice(at('built/pack/').length), readFileSync(path, 'utf8')]));
    const shipped = sha256(readFileSync(at('built/shop.tgz')));
    expect(attestedBy(files, shipped)).toMatchObject({
      build_id: 'https://github.com/acme/shop/actions/runs/1/attempts/1', builder: 'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main', git_commit: sha, artifact_digest: shipped, tests_passed: true, secret_scan_result: 'pass',
      // No report of this run knows the guardrail, and what did not run did not pass.
      sast_result: 'error', sbom_digest: sha256(files['files/sbom.cdx.json']!), provenance_signature: expect.stringMatching(/^[A-Za-z0-9+/=]{60,}$/),
    });
    expect(attestedBy(Object.fromEntries(Object.entries(files).filter(([name]) => !name.startsWith('statements/'))), shipped)).toEqual({ lacking: ['provenance', 'bill of materials', 'release statement'] });
  });

  it('without the right to sign makes nothing, and no key of its own instead', async () => {
    for (const args of [['sign', 'built/tests.xml'], ['evidence', '--out', 'built/none', '--tests', 'built/tests.xml'], ['provenance', '--bundle', 'built/none.json', 'built/shop.tgz']]) {
      expect(await assay(run.env(sha, false), ...args)).toMatchObject({ code: 3, words: expect.stringContaining('SIGNING_NO_IDENTITY') });
    }
    const env = run.env(sha);
    run.lies({ run_id: '7' });
    expect(await assay(env, 'evidence', '--out', 'built/none', '--tests', 'built/tests.xml')).toMatchObject({ code: 3, words: expect.stringContaining('SIGNING_IDENTITY_DIFFERS') });
    for (const name of ['none', 'none.json', 'data', 'tests.xml.sigstore.json']) expect(existsSync(at(`built/${name}`)), name).toBe(false);
  });
});

describe('a key', () => {
  const keyed = (...args: string[]) => assay({}, 'evidence', '--key', 'built/key.pem', ...args);

  it('signs the same on any machine, without provenance, and says so', async () => {
    expect(await keyed('--out', 'built/keyed', ...whole)).toMatchObject({ code: 0, words: expect.stringContaining('left out       provenance: this is no workflow run') });
    expect(await assay({}, 'verify', 'built/keyed', '--key', 'built/key.pub')).toMatchObject({ code: 0 });
    expect(readFileSync(at('built/keyed/manifest.sigstore.json'), 'utf8') + JSON.stringify(statements('built/keyed'))).not.toContain(password);
    expect(await assay({}, 'sign', '--key', 'built/key.pem', 'built/tests.xml')).toMatchObject({ code: 0 });
    expect(await assay({}, 'verify', '--bundle', 'built/tests.xml.sigstore.json', '--key', 'built/key.pub', '--trusted-root', run.env(sha).ASSAY_SIGSTORE_ROOT!, 'built/tests.xml')).toMatchObject({ code: 1, words: expect.stringContaining('EVIDENCE_LOG') });
  });

  it('refuses a pack with a byte changed in any file, a file too many, and a file too few', async () => {
    const verified = () => here('verify', at('built/keyed'), '--key', at('built/key.pub'));
    for (const name of readdirSync(at('built/keyed'), { recursive: true, encoding: 'utf8' }).filter((each) => /\.(json|xml)$/.test(each))) {
      const path = at(`built/keyed/${name}`);
      const bytes = readFileSync(path);
      const changed = Buffer.from(bytes);
      changed[bytes.length >> 1]! ^= 1;
      writeFileSync(path, changed);
      expect((await verified()).code, name).toBe(3);
      rmSync(path);
      if (name === 'files/guard.json') expect((await verified()).stdout, name).toContain('EVIDENCE_MISSING');
      writeFileSync(path, bytes);
    }
    writeFileSync(at('built/keyed/files/more.json'), '{}');
    expect(await verified()).toMatchObject({ code: 3, stdout: expect.stringContaining('EVIDENCE_FOREIGN files/more.json') });
    rmSync(at('built/keyed/files/more.json'));
    expect((await verified()).code).toBe(0);
  });

  it('writes a pack whose verdict is no pass, and ends with 1', async () => {
    expect(await keyed('--out', 'built/failed', '--report', 'built/failing.json', '--tests', 'built/failing.xml')).toMatchObject({ code: 1, words: expect.stringMatching(/fail +guardrails .*\nfail +tests /) });
    expect(await assay({}, 'verify', 'built/failed', '--key', 'built/key.pub')).toMatchObject({ code: 1 });
    expect(statements('built/failed').find(({ predicateType }) => predicateType.includes('svr'))?.predicate).toMatchObject({ properties: ['ASSAY_G02_SECRETS'] });
  });

  it.each<[string, string, number, string[]]>([
    ['a report of another commit', 'EVIDENCE_REPORT', 3, ['--report', 'built/other.json']],
    ['what is no report', 'EVIDENCE_REPORT', 3, ['--report', 'package.json']],
    ['what is no report of tests', 'EVIDENCE_TESTS', 3, ['--tests', 'README.md']],
    ['a report in which nothing ran', 'EVIDENCE_TESTS', 3, ['--tests', 'built/empty.xml']],
    ['nothing to judge by', 'USAGE_EVIDENCE', 2, ['--artifact', 'built/shop.tgz']],
    ['a file that is not there', 'USAGE_EVIDENCE', 2, ['--tests', 'built/nowhere.xml']],
    ['two files of one name', 'USAGE_EVIDENCE', 2, ['--tests', 'built/tests.xml', '--signature', 'built/tests.xml']],
    ['a release without a version', 'USAGE_EVIDENCE', 2, ['--tests', 'built/tests.xml', '--release', 'pkg:npm/shop', '--artifact', 'built/shop.tgz']],
    ['a release of nothing', 'USAGE_EVIDENCE', 2, ['--tests', 'built/tests.xml', '--release', 'pkg:npm/shop@1.0.0']],
    ['a folder that is in use', 'USAGE_EVIDENCE', 2, ['--tests', 'built/tests.xml', '--out', 'built']],
    ['an option that is none', 'USAGE_EVIDENCE', 2, ['--pack', 'x']],
  ])('%s is %s', async (_what, code, exit, args) => {
    writeFileSync(at('built/empty.xml'), '<testsuites/>');
    expect(await keyed('--out', 'built/bad', ...args)).toMatchObject({ code: exit, words: expect.stringContaining(code) });
    expect(existsSync(at('built/bad'))).toBe(false);
  });

  it('is asked for rightly by sign and provenance too', async () => {
    for (const args of [['sign'], ['sign', 'built/nowhere'], ['sign', '--key', 'README.md', 'README.md'], ['provenance'], ['provenance', '--key', 'built/key.pem', 'README.md']]) expect((await assay({}, ...args)).code, args.join(' ')).toBe(2);
    expect(await assay({}, 'provenance', 'README.md')).toMatchObject({ code: 3, words: expect.stringContaining('PROVENANCE_NO_RUN') });
    writeFileSync(at('built/broken.json'), '{"_type":"https://in-toto.io/Statement/v1","subject":[]}');
    expect(await assay({}, 'sign', '--key', 'built/key.pem', 'built/broken.json')).toMatchObject({ code: 3, words: expect.stringContaining('EVIDENCE_STATEMENT') });
    commit(folder, 'nothing');
  });
});
