import { describe, expect, it } from 'vitest';
import { statementFor } from './attestation.ts';
import type { EventFacts } from '../../app/edges/workflow-run/event.ts';

const commit = (letter: string) => letter.repeat(40);
const digest = (letter: string) => letter.repeat(64);
const pull: EventFacts = { base: commit('b'), head: commit('c'), number: 7, pull: null };
const none: EventFacts = { base: null, head: null, number: null, pull: null };

const run = {
  GITHUB_REPOSITORY: 'acme/shop', GITHUB_REPOSITORY_ID: '42', GITHUB_SERVER_URL: 'https://github.com', GITHUB_EVENT_NAME: 'pull_request', GITHUB_SHA: commit('d'), GITHUB_RUN_ID: '99', GITHUB_RUN_ATTEMPT: '2',
  ASSAY_WORKFLOW_REPOSITORY: 'acme/assay', ASSAY_WORKFLOW_SHA: commit('a'),
};
const reports = (scan: string, exec: string) => ({
  ...run,
  ASSAY_SCAN_RESULT: 'success', ASSAY_SCAN_OUTCOME: scan, ASSAY_SCAN_HEAD: commit('d'), ASSAY_SCAN_SHA256: digest('1'),
  ASSAY_EXEC_RESULT: 'success', ASSAY_EXEC_OUTCOME: exec, ASSAY_EXEC_HEAD: commit('d'), ASSAY_EXEC_SHA256: digest('2'),
});
const predicateOf = (scan: string, exec: string) => statementFor(reports(scan, exec), pull).predicate;

describe('the statement over both reports', () => {
  it('is about the head of the pull request, names both reports by digest and says where and by what they were made', () => {
    expect(statementFor(reports('pass', 'not_applicable'), pull)).toEqual({
      _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      subject: [{ name: 'git+https://github.com/acme/shop#refs/pull/7/head', digest: { gitCommit: commit('c') } }],
      predicate: {
        result: 'PASSED', passedTests: ['scan', 'exec'], warnedTests: [], failedTests: [],
        configuration: [{ name: 'assay-scan/assay.json', digest: { sha256: digest('1') } }, { name: 'assay-exec/assay.json', digest: { sha256: digest('2') } }],
        judged: { commit: commit('d'), outcomes: { scan: 'pass', exec: 'not_applicable' } },
        url: 'https://github.com/acme/shop/actions/runs/99', workflow: { repository: 'acme/assay', sha: commit('a') },
        invocation: { repositoryId: 42, event: 'pull_request', commit: commit('d'), run: 99, attempt: 2 },
      },
    });
  });

  it('passes only where nothing but pass and not_applicable was said', () => {
    expect(predicateOf('not_applicable', 'not_applicable')).toMatchObject({ result: 'PASSED' });
    for (const outcome of ['fail', 'error', 'neutral', 'stale']) expect(predicateOf('pass', outcome), outcome).toMatchObject({ result: 'FAILED', passedTests: ['scan'], failedTests: ['exec'] });
  });

  it('is about what was checked out where there is no pull request', () => {
    expect(statementFor(reports('pass', 'pass'), none).subject).toEqual([{ name: 'git+https://github.com/acme/shop', digest: { gitCommit: commit('d') } }]);
  });

  it.each([
    ['an empty workflow', { ASSAY_WORKFLOW_SHA: '' }, 'EVIDENCE_WORKFLOW_UNKNOWN'],
    ['an empty repository of the workflow', { ASSAY_WORKFLOW_REPOSITORY: '' }, 'EVIDENCE_WORKFLOW_UNKNOWN'],
    ['a branch for a commit', { ASSAY_WORKFLOW_SHA: 'main' }, 'EVIDENCE_WORKFLOW_UNKNOWN'],
    ['no run', { GITHUB_RUN_ID: '' }, 'EVIDENCE_RUN_UNKNOWN'],
    ['a job that left nothing', { ASSAY_EXEC_SHA256: '', ASSAY_EXEC_RESULT: 'cancelled' }, 'EVIDENCE_REPORT_MISSING'],
    ['an outcome that does not exist', { ASSAY_SCAN_OUTCOME: 'PASS' }, 'EVIDENCE_REPORT_MISSING'],
    ['a run that could not judge', { ASSAY_SCAN_HEAD: 'unknown' }, 'EVIDENCE_REPORT_MISSING'],
    ['two heads', { ASSAY_EXEC_HEAD: commit('e') }, 'EVIDENCE_HEADS_DIFFER'],
  ])('refuses %s', (_, change, code) => {
    expect(() => statementFor({ ...reports('pass', 'pass'), ...change }, pull)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the statement over a dispatched job', () => {
  const dispatched = { ...run, ASSAY_JOB: 'job-1', ASSAY_BLOB: commit('f'), ASSAY_ANSWER_DIGEST: digest('3'), ASSAY_EXEC_RESULT: 'success' };

  it('names the answer, the job and its blob', () => {
    const { subject, predicate } = statementFor(dispatched, none);
    expect(subject).toEqual([{ name: 'assay-job-job-1', digest: { sha256: digest('3') } }]);
    expect(predicate).toMatchObject({ job: 'job-1', blob: commit('f'), workflow: { sha: commit('a') } });
  });

  it.each([['no answer', { ASSAY_ANSWER_DIGEST: '' }], ['no blob', { ASSAY_BLOB: '' }], ['a job that is no id', { ASSAY_JOB: 'a b' }]])('refuses %s', (_, change) => {
    expect(() => statementFor({ ...dispatched, ...change }, none)).toThrow(expect.objectContaining({ code: 'EVIDENCE_ANSWER_MISSING' }));
  });
});
