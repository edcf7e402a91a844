/**
 * From a run that ended to an answer that may be believed, in this order: it is the run that was dispatched, as it was dispatched; it succeeded;
 * it left one artefact of this job; the bytes are those that GitHub took in; the zip holds one answer; the answer names the job's own digest;
 * and where the run signed those bytes, the signature is of the workflow, repository and run that were expected.
 */
import { AssayError } from '../../core/errors.ts';
import { sha256 } from '../../core/digest.ts';
import type { JobAnswer, JobInput } from '../../core/job.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { ArtefactSnapshot, WorkflowRuns, WorkflowRunSnapshot } from '../../core/ports/workflow-runs.ts';
import { parseStrictJson, utf8Text } from '../../core/strict-json.ts';
import type { RunVerifier } from '../../core/ports/evidence.ts';
import type { RunTicket } from './actions.ts';
import { believeOutside } from './answer.ts';
import { maxZipBytes, readAnswerZip } from './answer-zip.ts';
import { isAttested } from './attested.ts';
import { OutsideAnswer } from './outside-answer.ts';

interface Collecting {
  id: string;
  job: JobInput;
  repository: RepositoryRef;
  ticket: RunTicket;
  /** Absent: no run is taken for attested. */
  verifier?: RunVerifier | undefined;
}

/** Null while the run goes on. */
export async function collectAnswer(runs: WorkflowRuns, collecting: Collecting): Promise<JobAnswer | null> {
  const { id, job, repository, ticket } = collecting;
  const run = await runs.run(repository, ticket.id);
  if (!run) return null;
  const stray = strayFrom(run, collecting);
  if (stray) throw new AssayError('EXECUTOR_RUN_REFUSED', `run ${ticket.id} is not what was dispatched: ${stray}`, { remedy: 'Nothing that this run left is used. Find out who changed it, then comment /retry.' });
  if (run.status !== 'completed') return null;
  if (run.conclusion !== 'success') throw failed(run);
  const artefact = theArtefact(await runs.artefacts(repository, ticket.id, artefactName(id)), ticket);
  const bytes = await runs.download(repository, artefact.id, maxZipBytes);
  const digest = sha256(bytes);
  if (artefact.digest !== `sha256:${digest}`) throw new AssayError('EXECUTOR_ARTEFACT_DIGEST', `the artefact's bytes are not those of ${artefact.digest ?? 'any digest that GitHub gives'}`, { remedy: 'Comment /retry. A GitHub that gives no digests is too old: set ASSAY_EXECUTOR=local.' });
  const answer = answerIn(await readAnswerZip(bytes), collecting);
  const believed = believeOutside(job, answer);
  const attested = await isAttested(runs, { repository, run, artefact: digest, use: `job ${id}` }, collecting.verifier);
  return { ...believed, run: { id: ticket.id, url: run.url, artefact: digest, attested } };
}

export function artefactName(job: string): string {
  return `assay-job-${job}`;
}

function strayFrom(run: WorkflowRunSnapshot, { repository, ticket }: Collecting): string | null {
  if (run.id !== ticket.id) return `GitHub answers with run ${run.id}`;
  if (run.repositoryId !== repository.id || run.headRepositoryId !== repository.id) return `it belongs to repository ${run.repositoryId}, its code to ${run.headRepositoryId}`;
  if (run.path !== ticket.path) return `it is of ${run.path}`;
  if (run.event !== 'workflow_dispatch') return `it was started by ${run.event}`;
  if (run.headBranch !== ticket.branch) return `it is on ${run.headBranch}`;
  return null;
}

function failed(run: WorkflowRunSnapshot): AssayError {
  return new AssayError('EXECUTOR_RUN_FAILED', `the run ended with ${run.conclusion ?? 'nothing'}: ${run.url}`, { remedy: 'Read the run\'s log, mend what it names, then comment /retry.' });
}

function theArtefact(found: ArtefactSnapshot[], ticket: RunTicket): ArtefactSnapshot {
  const own = found.filter((each) => each.runId === ticket.id);
  const [artefact] = own;
  if (!artefact || own.length > 1) throw new AssayError('EXECUTOR_ARTEFACT_MISSING', `the run left ${own.length} answers to this job: ${ticket.url}`, { remedy: 'The workflow must pass its inputs "job" and "blob" on, as the README shows. Then comment /retry.' });
  if (artefact.expired) throw new AssayError('EXECUTOR_ARTEFACT_GONE', 'the run\'s answer has expired', { remedy: 'Comment /retry; it is judged anew.' });
  if (artefact.bytes > maxZipBytes) throw new AssayError('EXECUTOR_ARTEFACT_TOO_LARGE', `the run's artefact has ${artefact.bytes} bytes`, { remedy: 'Make the change smaller; if it is small, look at the run in the Actions tab.' });
  return artefact;
}

/** The digest is what binds the answer to the job: the runner computed it over the bytes that it read. */
function answerIn(bytes: Buffer, { id, ticket }: Collecting): unknown {
  const parsed = OutsideAnswer.safeParse(parseStrictJson(utf8Text(bytes)));
  if (!parsed.success) throw new AssayError('EXECUTOR_OUTPUT_INVALID', 'the run\'s answer has not the shape that this version writes', { remedy: 'Pin the workflow to the commit that the App runs, then comment /retry.' });
  const { job, jobDigest, ...answer } = parsed.data;
  if (job === id && jobDigest === ticket.jobDigest) return answer;
  throw new AssayError('EXECUTOR_JOB_MISMATCH', `the answer is to job ${job} with digest ${jobDigest}, not to what was asked`, { remedy: 'Nothing of it is used. Comment /retry; if it repeats, report it.' });
}
