/** The third job as its step runs it, environment in and files out, against GitHub's token service and a Sigstore instance on the loopback. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { claims, identityToken, type Claims } from '../../test/world/sigstore/claims.ts';
import { startSigstore } from '../../test/world/sigstore/start.ts';
import type { CertificateSigner } from '../../app/core/ports/evidence.ts';
import { readStatement } from '../../app/core/statement.ts';
import { openTrust } from '../../app/edges/sigstore/open.ts';

const entry = fileURLToPath(new URL('attest.ts', import.meta.url));
const commit = (letter: string) => letter.repeat(40);
const digest = (letter: string) => letter.repeat(64);
const workflowRef = `acme/assay/.github/workflows/assay.yml@${commit('e')}`;
const ofThisRun = (altered: Partial<Claims> = {}): Claims => claims({ job_workflow_ref: workflowRef, repository_visibility: 'public', ...altered });

const sigstore = await startSigstore();
const folder = mkdtempSync(join(tmpdir(), 'assay-attest-'));
let token: string | null;
const asked: { url: string; authorization: string }[] = [];
const tokens = createServer((request, response) => {
  asked.push({ url: request.url ?? '', authorization: request.headers.authorization ?? '' });
  response.writeHead(token === null ? 403 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(token === null ? {} : { value: token }));
});
await new Promise<void>((resolve) => { tokens.listen(0, '127.0.0.1', resolve); });
const tokenUrl = `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token?api-version=2.0`;
const roots = { public: join(folder, 'public.json'), private: join(folder, 'private.json') };
writeFileSync(roots.public, sigstore.root);
writeFileSync(roots.private, sigstore.privateRoot);

beforeEach(() => {
  token = identityToken(ofThisRun());
  asked.length = 0;
});
afterAll(async () => {
  await sigstore.close();
  tokens.close();
  rmSync(folder, { recursive: true });
});

const { sha, ref, event_name: event, run_id: run, run_attempt: attempt, repository, repository_id: repositoryId, repository_owner_id: ownerId, workflow_ref: caller, workflow_sha: callerSha } = ofThisRun();
const identity = { ACTIONS_ID_TOKEN_REQUEST_URL: tokenUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner' };
const publicGood = { ASSAY_SIGSTORE_FULCIO: sigstore.url, ASSAY_SIGSTORE_REKOR: sigstore.url, ASSAY_SIGSTORE_ROOT: roots.public };
const step = {
  GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: repository, GITHUB_REPOSITORY_ID: repositoryId, GITHUB_REPOSITORY_OWNER_ID: ownerId, GITHUB_EVENT_NAME: event, GITHUB_SHA: sha, GITHUB_REF: ref,
  GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, GITHUB_WORKFLOW_REF: caller, GITHUB_WORKFLOW_SHA: callerSha, ASSAY_WORKFLOW_REPOSITORY: 'acme/assay', ASSAY_WORKFLOW_SHA: commit('e'),
};
const reports = {
  ASSAY_SCAN_RESULT: 'success', ASSAY_SCAN_OUTCOME: 'pass', ASSAY_SCAN_HEAD: sha, ASSAY_SCAN_SHA256: digest('1'),
  ASSAY_EXEC_RESULT: 'failure', ASSAY_EXEC_OUTCOME: 'fail', ASSAY_EXEC_HEAD: sha, ASSAY_EXEC_SHA256: digest('2'),
};
const dispatched = { ASSAY_JOB: 'job-1', ASSAY_BLOB: commit('f'), ASSAY_ANSWER_DIGEST: digest('3'), ASSAY_EXEC_RESULT: 'success' };

interface Ended {
  code: number;
  log: string;
  files: string[];
  read(name: string): Buffer;
}

function attest(env: Record<string, string>): Promise<Ended> {
  const temp = mkdtempSync(join(folder, 'run-'));
  const written = join(temp, 'assay-evidence');
  return new Promise((resolve) => {
    execFile(process.execPath, [entry], { env: { PATH: process.env.PATH ?? '', RUNNER_TEMP: temp, ...step, ...env }, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, log: `${stdout}${stderr}`, files: existsSync(written) ? readdirSync(written).sort() : [], read: (name) => readFileSync(join(written, name)) });
    });
  });
}

const opened = (bundle: Buffer, trust = openTrust({ domain: 'public-good', root: sigstore.root })) => trust.open(bundle);

describe('a run with an identity', () => {
  it('signs the provenance of both reports and the statement over them, in a public log', async () => {
    const run = await attest({ ...identity, ...publicGood, ...reports });
    expect([run.code, run.files], run.log).toEqual([0, ['assay-provenance.sigstore.json', 'assay-statement.json', 'assay-tests.sigstore.json']]);
    expect(asked).toEqual([{ url: '/token?api-version=2.0&audience=sigstore', authorization: 'Bearer of-the-runner' }]);
    const provenance = readStatement(opened(run.read('assay-provenance.sigstore.json')).payload);
    expect(provenance).toEqual({
      _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://slsa.dev/provenance/v1',
      subject: [{ name: 'assay-scan/assay.json', digest: { sha256: digest('1') } }, { name: 'assay-exec/assay.json', digest: { sha256: digest('2') } }],
      predicate: {
        buildDefinition: {
          buildType: 'https://actions.github.io/buildtypes/workflow/v1', externalParameters: { workflow: { ref: 'refs/pull/7/merge', repository: 'https://github.com/acme/shop', path: '.github/workflows/ci.yml' } },
          internalParameters: { github: { event_name: 'pull_request', repository_id: '4242', repository_owner_id: '77', runner_environment: 'github-hosted' } },
          resolvedDependencies: [{ uri: 'git+https://github.com/acme/shop@refs/pull/7/merge', digest: { gitCommit: sha } }],
        },
        runDetails: { builder: { id: `https://github.com/${workflowRef}` }, metadata: { invocationId: 'https://github.com/acme/shop/actions/runs/1001/attempts/1' } },
      },
    });
    const tests = opened(run.read('assay-tests.sigstore.json'));
    expect(Buffer.from(tests.payload)).toEqual(run.read('assay-statement.json'));
    expect(readStatement(tests.payload).predicate).toMatchObject({ result: 'FAILED', failedTests: ['exec'] });
    expect(tests.times.map(({ source }) => source)).toEqual(['log']);
  });

  it('has a certificate that names the reusable workflow, its commit, the repository and the run, extension by extension', async () => {
    const run = await attest({ ...identity, ...publicGood, ...reports });
    const signer = opened(run.read('assay-provenance.sigstore.json')).signer as CertificateSigner;
    const uri = `https://github.com/${workflowRef}`;
    expect(signer.subjectAlternativeName).toBe(uri);
    const extensions: Record<string, string> = {
      8: 'https://token.actions.githubusercontent.com', 9: uri, 10: commit('e'), 11: 'github-hosted', 12: 'https://github.com/acme/shop', 13: sha, 14: 'refs/pull/7/merge', 15: '4242', 16: 'https://github.com/acme', 17: '77',
      18: 'https://github.com/acme/shop/.github/workflows/ci.yml@refs/pull/7/merge', 19: callerSha, 20: 'pull_request', 21: 'https://github.com/acme/shop/actions/runs/1001/attempts/1', 22: 'public',
    };
    for (const [number, value] of Object.entries(extensions)) expect(signer.extensions[number], `1.3.6.1.4.1.57264.1.${number}`).toBe(value);
  });

  it('signs privately, with a time and no log, where the instance has none', async () => {
    token = identityToken(ofThisRun({ repository_visibility: 'private' }));
    const run = await attest({ ...identity, ASSAY_SIGSTORE_FULCIO: `${sigstore.url}/private`, ASSAY_SIGSTORE_TSA: sigstore.url, ASSAY_SIGSTORE_ROOT: roots.private, ...reports });
    expect(run.code, run.log).toBe(0);
    const { times, signer } = opened(run.read('assay-provenance.sigstore.json'), openTrust({ domain: 'github-private', root: sigstore.privateRoot }));
    expect([times.map(({ source }) => source), (signer as CertificateSigner).extensions['22']]).toEqual([['authority'], 'private']);
    expect(run.read('assay-provenance.sigstore.json').toString()).not.toContain('logIndex');
  });

  it('signs the provenance of a dispatched job\'s answer, with the job and its blob', async () => {
    const run = await attest({ ...identity, ...publicGood, ...dispatched });
    expect([run.code, run.files], run.log).toEqual([0, ['assay-provenance.sigstore.json', 'assay-statement.json']]);
    const { subject, predicate } = readStatement(opened(run.read('assay-provenance.sigstore.json')).payload);
    expect(subject).toEqual([{ name: 'assay-job-job-1', digest: { sha256: digest('3') } }]);
    expect(predicate).toMatchObject({ buildDefinition: { externalParameters: { inputs: { job: 'job-1', blob: commit('f') } } } });
  });
});

describe('a run that cannot sign', () => {
  it('without an identity states, says that it is unsigned, and asks nobody', async () => {
    const run = await attest({ ...publicGood, ...reports });
    expect([run.code, run.files, asked], run.log).toEqual([0, ['assay-statement.json'], []]);
    expect(run.log).toContain('UNSIGNED_NO_IDENTITY');
  });

  it('of a private repository without a root says so: nothing leaves that nobody could verify', async () => {
    token = identityToken(ofThisRun({ repository_visibility: 'private' }));
    const run = await attest({ ...identity, ...reports });
    expect([run.code, run.files], run.log).toEqual([0, ['assay-statement.json']]);
    expect(run.log).toContain('UNSIGNED_NO_ROOT');
  });

  it.each<[string, string, Record<string, string>, () => string | null]>([
    ['whose token is refused', 'SIGNING_IDENTITY_UNAVAILABLE', {}, () => null],
    ['whose token is no token', 'SIGNING_IDENTITY_UNAVAILABLE', {}, () => 'e30'],
    ['whose token claims too little', 'SIGNING_IDENTITY_UNAVAILABLE', {}, () => identityToken({ ...ofThisRun(), repository_id: '' })],
    ['whose token is of another run', 'SIGNING_IDENTITY_DIFFERS', {}, () => identityToken(ofThisRun({ run_id: '1002' }))],
    ['whose token is of another commit of the workflow', 'SIGNING_IDENTITY_DIFFERS', {}, () => identityToken(ofThisRun({ job_workflow_sha: commit('d') }))],
    ['whose token is of somebody else\'s workflow', 'SIGNING_IDENTITY_DIFFERS', {}, () => identityToken(ofThisRun({ job_workflow_ref: `evil/assay/.github/workflows/assay.yml@${commit('e')}` }))],
    ['whose token another issuer gave', 'EVIDENCE_ISSUER', {}, () => identityToken(ofThisRun({ iss: 'https://issuer.example' }))],
    ['on a runner of its own', 'EVIDENCE_RUNNER', {}, () => identityToken(ofThisRun({ runner_environment: 'self-hosted' }))],
    ['whose log does not answer', 'SIGNING_FAILED', { ASSAY_SIGSTORE_REKOR: `${sigstore.url}/nowhere` }, () => identityToken(ofThisRun())],
    ['whose root is of another instance', 'EVIDENCE_CERTIFICATE', { ASSAY_SIGSTORE_ROOT: roots.private }, () => identityToken(ofThisRun())],
    ['whose root cannot be read', 'CONFIG_SIGSTORE', { ASSAY_SIGSTORE_ROOT: join(folder, 'none.json') }, () => identityToken(ofThisRun())],
    ['whose instance is half named', 'CONFIG_SIGSTORE', { ASSAY_SIGSTORE_REKOR: '' }, () => identityToken(ofThisRun())],
  ])('%s ends with %s and leaves nothing', async (_what, code, env, given) => {
    token = given();
    const run = await attest({ ...identity, ...publicGood, ...reports, ...env });
    expect([run.code, run.files], run.log).toEqual([3, []]);
    expect(run.log).toMatch(new RegExp(`::error title=Assay evidence::${code}: `));
    expect(run.log.replace(/^::add-mask::.*$/gm, '')).not.toContain(token ?? 'no token');
  });
});
