/** Runs that sign their answer, against the stand-ins of GitHub and Sigstore: what makes a verdict attested, and every signature that ends in an error instead. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provenanceStatement } from '../../evidence/provenance.ts';
import { answeringGuard, quickRunner, zipped } from '../../../test/world/actions/quick.ts';
import { zipOf } from '../../../test/world/actions/zip.ts';
import type { Left, RunGiven } from '../../../test/world/github/runs.ts';
import { startGitHub, type GitHubWorld } from '../../../test/world/github/start.ts';
import { claims, type Claims } from '../../../test/world/sigstore/claims.ts';
import { signStatement, witnessesOf, workflowSigner } from '../../../test/world/sigstore/sign.ts';
import { startSigstore, type Sigstore } from '../../../test/world/sigstore/start.ts';
import { sha256 } from '../../core/digest.ts';
import type { JobAnswer, JobInput } from '../../core/job.ts';
import type { Executor } from '../../core/ports/executor.ts';
import type { Replays, RepositoryRef } from '../../core/ports/store.ts';
import { textFile } from '../../core/tree.ts';
import { verifierOf } from '../../cli/run-signers.ts';
import { connectGitHub, type ConnectedGitHub } from '../github/connect.ts';
import { actionsExecutor } from './actions.ts';

const server = 'https://github.com';
const allowed = 'e'.repeat(40);
const id = 'a'.repeat(64);
const job: JobInput = { kind: 'guard', input: { base: { 'a.ts': textFile('1') }, head: { 'a.ts': textFile('2') }, baseSha: 'base', headSha: 'head', pack: 'baseline' } };
const clock = { now: Date.now, sleep: async () => {} };
const local: Executor = { name: 'local', run: async (given) => answeringGuard(given) };

let world: GitHubWorld;
let sigstore: Sigstore;
let app: ConnectedGitHub;
let shop: RepositoryRef;
let hidden: RepositoryRef;
let ownerId: number;

beforeAll(async () => {
  const workflow = 'on: {workflow_dispatch: {inputs: {job: {type: string}, blob: {type: string}}}}\njobs: {}\n';
  const files = { '.github/workflows/assay.yml': workflow };
  world = await startGitHub({ users: [{ login: 'ada' }], repos: [{ owner: 'ada', name: 'shop', files }, { owner: 'ada', name: 'hidden', files, private: true }], rateLimit: 100_000 });
  sigstore = await startSigstore();
  const quiet = (): void => undefined;
  app = await connectGitHub({ appId: world.appId, privateKey: world.privateKeyPem, baseUrl: `${world.url}/api/v3`, secret: world.webhookSecret, store: { limiterTake: async () => 0 }, clock, log: { debug: quiet, info: quiet, warn: quiet, error: quiet } });
  const all = await app.repositories(world.installationIds[0]!);
  [shop, hidden] = ['shop', 'hidden'].map((name) => all.find((each) => each.name === name)!) as [RepositoryRef, RepositoryRef];
  ownerId = (await (await app.workflowRuns(shop.installationId)).standing(shop)).ownerId;
});
afterAll(async () => {
  await sigstore.close();
  await world.stop();
});

/** What GitHub's token would claim of this run. */
function claimsOf(run: RunGiven, repository: RepositoryRef, altered: Partial<Claims>): Claims {
  return claims({
    job_workflow_ref: `acme/assay/.github/workflows/assay.yml@${altered.job_workflow_sha ?? allowed}`, job_workflow_sha: allowed, repository: run.repository, repository_id: String(repository.id), repository_owner: 'ada', repository_owner_id: String(ownerId),
    repository_visibility: repository.name === 'hidden' ? 'private' : 'public', workflow_ref: `${run.repository}/${run.path}@refs/heads/${run.branch}`, workflow_sha: run.headSha, sha: run.headSha, ref: `refs/heads/${run.branch}`,
    event_name: 'workflow_dispatch', run_id: String(run.id), run_attempt: '1', ...altered,
  });
}

interface Story {
  repository?: RepositoryRef;
  /** Claims that are other than they should be. */
  altered?: Partial<Claims>;
  /** Signs these bytes instead of the answer's. */
  about?: string;
  /** What becomes of the evidence. */
  evidence?: (bundle: Buffer) => Left[];
  executor?: Executor;
}

const artefactOf = (bundle: Buffer): Left => ({ name: 'assay-evidence', zip: zipOf([{ name: 'assay-statement.json', bytes: Buffer.from('{}') }, { name: 'assay-provenance.sigstore.json', bytes: bundle, deflate: true }]) });

/** As a store remembers what evidence was used for. */
function memory(used = new Map<string, string>()): Replays {
  return { firstUse: async (payload, use) => used.get(payload) ?? (used.set(payload, use), use) };
}

function executorWith(privateRoot: string | null = null, replays = memory()): Executor {
  const signers = { repository: 'acme/assay', commits: ['d'.repeat(40), allowed], privateRoot, publicRoot: sigstore.root };
  return actionsExecutor({ app, clock, local, ...verifierOf({ actions: { signers }, gitHub: { pagesUrl: server } }, { clock, replays }) });
}

async function played({ repository = shop, altered = {}, about, evidence = (bundle) => [artefactOf(bundle)], executor = executorWith() }: Story = {}): Promise<JobAnswer | null> {
  const honest = quickRunner({ executor: local });
  world.runs.runner = async (run) => {
    const done = await honest(run);
    const given = claimsOf(run, repository, altered);
    const subject = [{ name: `assay-job-${id}`, digest: { sha256: about ?? sha256(done.artefacts[0]!.zip) } }];
    const authority = given.repository_visibility === 'public' ? 'public' : 'private';
    const bundle = await signStatement(provenanceStatement({ server, claims: given as Parameters<typeof provenanceStatement>[0]['claims'], subject, inputs: {} }), { signer: workflowSigner(sigstore, given, authority), witnesses: witnessesOf(sigstore, authority === 'public' ? 'log' : 'time') });
    return { ...done, artefacts: [...done.artefacts, ...evidence(bundle)] };
  };
  const ticket = await executor.away!.start(job, { id, repository, deadlineMs: 60_000 });
  await world.runs.ended();
  return executor.away!.collect(ticket, { id, job, repository });
}

describe('a run that signed its answer', () => {
  it('is attested: its workflow at an allowed commit, this repository, this run, these bytes', async () => {
    expect(await played()).toMatchObject({ ok: true, run: { attested: true, artefact: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  });

  it('is attested in a private repository by GitHub\'s own instance, where its root was given, and is not where it was not', async () => {
    expect(await played({ repository: hidden, executor: executorWith(sigstore.privateRoot) })).toMatchObject({ run: { attested: true } });
    expect(await played({ repository: hidden })).toMatchObject({ run: { attested: false } });
  });

  it('is collected again for the same job, and is a replay for any other, by the memory that it is given', async () => {
    const asked: string[] = [];
    const once = (first: (use: string) => string): Replays => ({ firstUse: async (payload, use) => (asked.push(`${payload.length} ${use}`), first(use)) });
    expect(await played({ executor: executorWith(null, once((use) => use)) })).toMatchObject({ run: { attested: true } });
    expect(asked).toEqual([`64 job ${id}`]);
    await expect(played({ executor: executorWith(null, once(() => 'job another')) })).rejects.toMatchObject({ code: 'EXECUTOR_ATTESTATION_REFUSED', message: expect.stringContaining('EVIDENCE_REPLAYED') });
  });

  it.each<[string, string, Story]>([
    ['by a workflow of another commit', 'EVIDENCE_SIGNER', { altered: { job_workflow_sha: 'f'.repeat(40) } }],
    ['by another workflow', 'EVIDENCE_SIGNER', { altered: { job_workflow_ref: `evil/assay/.github/workflows/assay.yml@${allowed}` } }],
    ['by the right name at another commit', 'EVIDENCE_SIGNER_DIGEST', { altered: { job_workflow_ref: `acme/assay/.github/workflows/assay.yml@${allowed}`, job_workflow_sha: 'f'.repeat(40) } }],
    ['in a repository of that name and another number', 'EVIDENCE_REPOSITORY_ID', { altered: { repository_id: '1' } }],
    ['for an owner of that name and another number', 'EVIDENCE_OWNER_ID', { altered: { repository_owner_id: '1' } }],
    ['in another run', 'EVIDENCE_RUN', { altered: { run_id: '7' } }],
    ['in another attempt', 'EVIDENCE_RUN', { altered: { run_attempt: '2' } }],
    ['for another commit', 'EVIDENCE_SOURCE_DIGEST', { altered: { sha: '0'.repeat(40) } }],
    ['for another trigger', 'EVIDENCE_TRIGGER', { altered: { event_name: 'pull_request' } }],
    ['on a runner of somebody\'s own', 'EVIDENCE_RUNNER', { altered: { runner_environment: 'self-hosted' } }],
    ['over other bytes', 'EVIDENCE_SUBJECT', { about: '0'.repeat(64) }],
    ['by GitHub\'s own instance where the repository is public', 'EVIDENCE_CERTIFICATE', { altered: { repository_visibility: 'private' } }],
    ['with a bundle that is none', 'EVIDENCE_', { evidence: () => [artefactOf(Buffer.from('{}'))] }],
  ])('%s is refused with %s, and its answer with it', async (_what, code, story) => {
    await expect(played(story)).rejects.toMatchObject({ code: 'EXECUTOR_ATTESTATION_REFUSED', message: expect.stringContaining(`does not hold: ${code}`) });
  });
});

describe('evidence', () => {
  it.each<[string, Story]>([
    ['that is not there', { evidence: () => [] }],
    ['that is a statement alone', { evidence: () => [{ name: 'assay-evidence', zip: zipOf([{ name: 'assay-statement.json', bytes: Buffer.from('{}') }]) }] }],
    ['that has expired', { evidence: (bundle) => [{ ...artefactOf(bundle), expired: true }] }],
  ])('%s leaves the verdict as it was: not attested', async (_what, story) => {
    expect(await played(story)).toMatchObject({ ok: true, run: { attested: false } });
  });

  it('is not read where nobody may sign: an App that names no signer attests nothing', async () => {
    expect(await played({ executor: actionsExecutor({ app, clock, local, ...verifierOf({ actions: {}, gitHub: { pagesUrl: server } }, { clock, replays: memory() }) }) })).toMatchObject({ run: { attested: false } });
  });

  it.each<[string, string, (bundle: Buffer) => Left[]]>([
    ['that is there twice', 'EXECUTOR_ATTESTATION_REFUSED', (bundle) => [artefactOf(bundle), artefactOf(bundle)]],
    ['that holds something else', 'EXECUTOR_ARTEFACT_INVALID', (bundle) => [zipped({ name: 'assay-evidence', answer: bundle })]],
    ['with two bundles of one name', 'EXECUTOR_ARTEFACT_INVALID', (bundle) => [{ name: 'assay-evidence', zip: zipOf([1, 2].map(() => ({ name: 'assay-provenance.sigstore.json', bytes: bundle }))) }]],
    ['that is no zip', 'EXECUTOR_ARTEFACT_INVALID', () => [{ name: 'assay-evidence', zip: Buffer.from('no') }]],
    ['that is too large', 'EXECUTOR_ARTEFACT_TOO_LARGE', () => [{ name: 'assay-evidence', zip: Buffer.alloc(5 * 1024 * 1024) }]],
  ])('%s is %s', async (_what, code, evidence) => {
    await expect(played({ evidence })).rejects.toMatchObject({ code });
  });
});
