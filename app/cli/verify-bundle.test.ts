import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assay } from '../../test/cli.ts';
import { need, testWith } from '../../test/tools.ts';
import { claims } from '../../test/world/sigstore/claims.ts';
import { signArtifact, signStatement, witnessesOf, workflowSigner } from '../../test/world/sigstore/sign.ts';
import { keyPair, startSigstore } from '../../test/world/sigstore/start.ts';
import { artifact, expectedWorkflow, policyDigest, statementOf } from '../../test/world/sigstore/statements.ts';
import { openSigner } from '../edges/sigstore/signer.ts';
import { verdictStatement } from '../evidence/statements.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-verify-bundle-'));
afterAll(() => { rmSync(folder, { recursive: true }); });
function put(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const sigstore = await startSigstore();
const signer = openSigner({ privateKeyPem: keyPair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const built = put('artifact', artifact);
const key = put('key.pub', signer.publicKeyPem);
put('root.json', sigstore.root);
const by = { signer: workflowSigner(sigstore, claims()), witnesses: witnessesOf(sigstore, 'log') };
const provenance = put('provenance.json', await signStatement(statementOf('provenance'), by));
const message = put('message.json', await signArtifact(artifact, by));
const verdict = put('verdict.json', JSON.stringify((await signer.sign(statementOf('verdict'))).bundle));
await sigstore.close();

// As the App states a verdict of a change.
const head = 'a'.repeat(40);
const resource = 'git+https://github.com/acme/shop#refs/pull/7/head';
const ofCommit = (await signer.sign(verdictStatement({ subject: { resource, headSha: head }, slot: 'guardrails', outcome: 'pass', verifier: 'https://github.com/assay-dev/assay', policyDigest, inputs: [], at: Date.now() }))).bundle;
const commitVerdict = put('commit.json', JSON.stringify(ofCommit));

const workflowFile = { version: 1, slot: 'provenance', trust: { domain: 'public-good', root: 'root.json' }, signer: { kind: 'certificate', workflow: expectedWorkflow } };
const keyFile = { version: 1, slot: 'verdict', trust: { domain: 'own-key', timestamps: 0, keys: [{ file: 'key.pub' }] }, signer: { kind: 'key', hints: [signer.keyHint] }, policyDigests: [policyDigest] };
const expectation = (file: object) => put('expectation.json', JSON.stringify(file));

describe('assay verify --bundle', () => {
  it('verifies what a workflow run signed about the artifact, twice alike, and tells who, when and what', async () => {
    const run = () => assay('verify', '--bundle', provenance, '--expect', expectation(workflowFile), built);
    const ended = await run();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^verified  provenance \(https:\/\/slsa\.dev\/provenance\/v1\)\nsigner    https:\/\/github\.com\/acme\/assay-actions\/.+\nrun       .+\/runs\/1001\/attempts\/1\ntime      .+ \(log\)\npayload   sha256:[0-9a-f]{64}\nbundle    sha256:[0-9a-f]{64}\n$/);
    expect(await run()).toEqual(ended);
  });

  it('verifies what the App signed with its key, and writes the plain envelope of it', async () => {
    const out = join(folder, 'verdict.intoto.jsonl');
    expect(await assay('verify', '--bundle', verdict, '--expect', expectation(keyFile), '--envelope', out, built)).toMatchObject({ code: 0, stdout: expect.stringContaining('no signed time') });
    const line = readFileSync(out, 'utf8');
    expect(line.endsWith('\n') && line.split('\n').length === 2).toBe(true);
    expect(JSON.parse(line)).toEqual({ payload: expect.any(String), payloadType: 'application/vnd.in-toto+json', signatures: [{ keyid: '', sig: expect.any(String) }] });
  });

  it('refuses another artifact, another run and no artifact at all, with what it found and what it expected', async () => {
    const other = put('other', 'another artifact\n');
    expect(await assay('verify', '--bundle', provenance, '--expect', expectation(workflowFile), other)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^EVIDENCE_SUBJECT: .+\n  got: .+\n  expected: sha256:.+\n  remedy: /) });
    const rerun = { ...workflowFile, signer: { kind: 'certificate', workflow: { ...expectedWorkflow, run: 'https://github.com/acme/shop/actions/runs/9/attempts/1' } } };
    expect(await assay('verify', '--bundle', provenance, '--expect', expectation(rerun), built)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^EVIDENCE_RUN: /) });
    expect(await assay('verify', '--bundle', provenance, '--expect', expectation(workflowFile))).toMatchObject({ code: 1, stderr: expect.stringMatching(/^EVIDENCE_EXPECTATION: /) });
  });

  it('does not use an expectation that is not written out in full', async () => {
    const with_ = (altered: object) => ({ ...workflowFile, signer: { kind: 'certificate', workflow: { ...expectedWorkflow, ...altered } } });
    const files: object[] = [{}, { ...workflowFile, more: 1 }, with_({ signerDigests: ['e'] }), with_({ triggers: [] }), with_({ run: undefined }), { ...keyFile, trust: { ...keyFile.trust, keys: [] } }];
    for (const file of files) expect(await assay('verify', '--bundle', provenance, '--expect', expectation(file), built)).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_EXPECTATION') });
    expect(await assay('verify', '--bundle', provenance)).toMatchObject({ code: 2 });
    expect(await assay('verify', '--bundle', provenance, '--expect', '/nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('/nowhere cannot be read') });
  });
});

const cosign = need('cosign').path ?? 'cosign';
testWith(['cosign'], 'another verifier of bundles')('cosign verifies the bundle of the App by its key, and not for another artifact or predicate', () => {
  const run = (file: string, type = 'https://slsa.dev/verification_summary/v1') => spawnSync(cosign, ['verify-blob-attestation', '--key', key, '--insecure-ignore-tlog', '--bundle', verdict, '--type', type, file], { encoding: 'utf8' });
  expect(run(built)).toMatchObject({ status: 0, stderr: expect.stringContaining('Verified OK') });
  expect(run(put('other', 'another artifact\n')).status).toBe(1);
  expect(run(built, 'https://example.test/other').status).toBe(1);
});

testWith(['cosign'], 'another verifier of bundles')('cosign verifies what the stand-ins signed, so that they stand for the services', () => {
  const identity = ['--trusted-root', join(folder, 'root.json'), '--certificate-identity', claims().sub, '--certificate-oidc-issuer', claims().iss];
  expect(spawnSync(cosign, ['verify-blob-attestation', '--bundle', provenance, '--type', 'slsaprovenance1', ...identity, built], { encoding: 'utf8' })).toMatchObject({ status: 0 });
  expect(spawnSync(cosign, ['verify-blob', '--bundle', message, ...identity, built], { encoding: 'utf8' })).toMatchObject({ status: 0 });
});

testWith(['cosign'], 'another verifier of bundles')("cosign verifies the App's verdict of a commit by key and commit, and not of another commit", () => {
  const run = (commit: string) => spawnSync(cosign, ['verify-blob-attestation', '--key', key, '--insecure-ignore-tlog', '--bundle', commitVerdict, '--type', 'https://slsa.dev/verification_summary/v1', '--digest', commit, '--digestAlg', 'gitCommit'], { encoding: 'utf8' });
  expect(run(head)).toMatchObject({ status: 0, stderr: expect.stringContaining('Verified OK') });
  expect(run('f'.repeat(40)).status).toBe(1);
});

testWith(['slsa-verifier'], 'another verifier of verdicts')("slsa-verifier verifies the App's verdict of a commit as a plain envelope, and not of another commit or level", async () => {
  const line = join(folder, 'vsa.intoto.jsonl');
  const file = expectation({ ...keyFile, subjects: [{ gitCommit: head }] });
  expect(await assay('verify', '--bundle', commitVerdict, '--expect', file, '--envelope', line)).toMatchObject({ code: 0, stderr: '' });
  const tool = need('slsa-verifier').path!;
  const run = (commit: string, level: string) => spawnSync(tool, ['verify-vsa', '--attestation-path', line, '--public-key-path', key, '--resource-uri', resource, '--verifier-id', 'https://github.com/assay-dev/assay', '--subject-digest', `gitCommit:${commit}`, '--verified-level', level], { encoding: 'utf8' }).status;
  expect(run(head, 'ASSAY_GUARDRAILS')).toBe(0);
  expect(run(head, 'ASSAY_OTHER')).not.toBe(0);
  expect(run('f'.repeat(40), 'ASSAY_GUARDRAILS')).not.toBe(0);
});
