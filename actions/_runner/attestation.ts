/**
 * What the third job may say: an in-toto statement over what the two others reported, each by its digest. All of it arrives as text from other jobs and is checked
 * here; what is missing is refused, never filled in. Pure over the environment and the event.
 */
import { z } from 'zod';
import { AssayError } from '../../app/core/errors.ts';
import type { Statement } from '../../app/core/ports/signer.ts';
import { statementType } from '../../app/core/statement.ts';
import { outcomes, worst, type Outcome } from '../../app/core/verdict.ts';
import { testResultStatement } from '../../app/evidence/statements.ts';
import type { EventFacts } from '../../app/edges/workflow-run/event.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const Report = z.strictObject({ outcome: z.enum(outcomes), sha256: digest, head: commit });
const Answer = z.strictObject({ job: z.string().regex(/^[A-Za-z0-9._-]{1,200}$/), blob: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/), sha256: digest });
const Run = z.object({
  GITHUB_REPOSITORY: z.string().min(3), GITHUB_REPOSITORY_ID: z.string().regex(/^\d+$/), GITHUB_SERVER_URL: z.url(), GITHUB_EVENT_NAME: z.string(),
  GITHUB_SHA: commit, GITHUB_RUN_ID: z.string().regex(/^\d+$/), GITHUB_RUN_ATTEMPT: z.string().regex(/^\d+$/),
});
type Run = z.infer<typeof Run>;

const phases = ['scan', 'exec'] as const;
const jobAnswerType = 'https://github.com/assay-dev/assay/job-answer/v0.1';

/** Over both reports; or, where the App dispatched a job, over its answer. */
export function statementFor(env: Environment, event: EventFacts): Statement {
  const workflow = workflowOf(env);
  const run = runOf(env);
  const common = { url: `${run.GITHUB_SERVER_URL}/${run.GITHUB_REPOSITORY}/actions/runs/${run.GITHUB_RUN_ID}`, workflow, invocation: invocationOf(run) };
  return env.ASSAY_JOB ? answerStatement(env, common) : reportsStatement(env, { run, event, common });
}

/** What the jobs left, by digest, and what the workflow was called with: of this the provenance is. Throws as `statementFor` does. */
export function leftBehind(env: Environment): { subject: Statement['subject']; inputs: Record<string, string> } {
  if (!env.ASSAY_JOB) return { subject: phases.map((phase) => ({ name: `assay-${phase}/assay.json`, digest: { sha256: reportOf(phase, env).sha256 } })), inputs: {} };
  const { job, blob, sha256 } = answerOf(env);
  return { subject: [{ name: `assay-job-${job}`, digest: { sha256 } }], inputs: { job, blob } };
}

function workflowOf(env: Environment): { repository: string; sha: string } {
  const { ASSAY_WORKFLOW_REPOSITORY: repository = '', ASSAY_WORKFLOW_SHA: sha = '' } = env;
  if (repository !== '' && commit.safeParse(sha).success) return { repository, sha };
  throw new AssayError('EVIDENCE_WORKFLOW_UNKNOWN', 'This runner does not say which workflow at which commit ran, so nothing can be attested.', { remedy: 'Call assay.yml as a reusable workflow on a server that fills in job.workflow_repository and job.workflow_sha.' });
}

function runOf(env: Environment): Run {
  const run = Run.safeParse(env);
  if (run.success) return run.data;
  throw new AssayError('EVIDENCE_RUN_UNKNOWN', z.prettifyError(run.error), { remedy: 'This step runs in GitHub Actions only.' });
}

function invocationOf(run: Run): object {
  return { repositoryId: Number(run.GITHUB_REPOSITORY_ID), event: run.GITHUB_EVENT_NAME, commit: run.GITHUB_SHA, run: Number(run.GITHUB_RUN_ID), attempt: Number(run.GITHUB_RUN_ATTEMPT) };
}

function answerOf(env: Environment): z.infer<typeof Answer> {
  const answer = Answer.safeParse({ job: env.ASSAY_JOB, blob: env.ASSAY_BLOB, sha256: env.ASSAY_ANSWER_DIGEST });
  if (!answer.success) throw new AssayError('EVIDENCE_ANSWER_MISSING', `The dispatched job (${env.ASSAY_EXEC_RESULT || 'no result'}) left no complete answer.`, { remedy: 'Read the log of the job "exec"; nothing is attested about a job that did not answer.' });
  return answer.data;
}

function answerStatement(env: Environment, common: object): Statement {
  const { job, blob } = answerOf(env);
  return { _type: statementType, subject: leftBehind(env).subject, predicateType: jobAnswerType, predicate: { job, blob, ...common } };
}

function reportsStatement(env: Environment, { run, event, common }: { run: Run; event: EventFacts; common: object }): Statement {
  const reports = phases.map((phase) => ({ phase, ...reportOf(phase, env) }));
  const [judged, other] = [...new Set(reports.map(({ head }) => head))];
  if (!judged || other) throw new AssayError('EVIDENCE_HEADS_DIFFER', `The jobs judged different commits: ${judged}, ${other}.`, { remedy: 'Run the workflow again.' });
  const good = (outcome: Outcome) => outcome === 'pass' || outcome === 'not_applicable';
  const outcome = worst(reports.map((each) => each.outcome));
  const pull = event.number === null ? '' : `#refs/pull/${event.number}/head`;
  const statement = testResultStatement({
    subject: { resource: `git+${run.GITHUB_SERVER_URL}/${run.GITHUB_REPOSITORY}${pull}`, headSha: event.head ?? judged },
    outcome: good(outcome) ? 'pass' : outcome,
    configuration: reports.map(({ phase, sha256 }) => ({ name: `assay-${phase}/assay.json`, sha256 })),
    passed: reports.filter((each) => good(each.outcome)).map(({ phase }) => phase),
    failed: reports.filter((each) => !good(each.outcome)).map(({ phase }) => phase),
  });
  const outcomesOf = Object.fromEntries(reports.map((each) => [each.phase, each.outcome]));
  return { ...statement, predicate: { ...Object(statement.predicate) as object, judged: { commit: judged, outcomes: outcomesOf }, ...common } };
}

function reportOf(phase: string, env: Environment): z.infer<typeof Report> {
  const name = `ASSAY_${phase.toUpperCase()}`;
  const report = Report.safeParse({ outcome: env[`${name}_OUTCOME`], sha256: env[`${name}_SHA256`], head: env[`${name}_HEAD`] });
  if (report.success) return report.data;
  throw new AssayError('EVIDENCE_REPORT_MISSING', `The job "${phase}" (${env[`${name}_RESULT`] || 'no result'}) left no complete report.`, { remedy: 'Read that job\'s log; nothing is attested about a run that did not report.' });
}
