/** Step → file, exhaustively: a new step does not compile until it has one. */
import type { Step, StepResult } from '../core/step.ts';
import type { StepContext } from './context.ts';
import { appendAudit } from './append-audit.ts';
import { auditJobs } from './audit-jobs.ts';
import { cancelJobs } from './cancel-jobs.ts';
import { closeIssue } from './close-issue.ts';
import { enqueue } from './enqueue.ts';
import { merge } from './merge.ts';
import { openPullRequest } from './open-pull-request.ts';
import { putNote } from './put-note.ts';
import { reply } from './reply.ts';
import { setCheck } from './set-check.ts';
import { setLabels } from './set-labels.ts';
import { signStatement } from './sign-statement.ts';
import { startJob } from './start-job.ts';
import { upsertComment } from './upsert-comment.ts';
import { writeOff } from './write-off.ts';

export function act(step: Step, context: StepContext): Promise<StepResult> {
  switch (step.step) {
    case 'close-issue': return closeIssue(step, context);
    case 'enqueue': return enqueue(step, context);
    case 'merge': return merge(step, context);
    case 'open-pull-request': return openPullRequest(step, context);
    case 'reply': return reply(step, context);
    case 'set-check': return setCheck(step, context);
    case 'set-labels': return setLabels(step, context);
    case 'upsert-comment': return upsertComment(step, context);
    default: return keep(step, context);
  }
}

type OnGitHub = 'close-issue' | 'enqueue' | 'merge' | 'open-pull-request' | 'reply' | 'set-check' | 'set-labels' | 'upsert-comment';

/** What nobody sees on GitHub: notes, jobs, signatures, money and the audit log. */
function keep(step: Exclude<Step, { step: OnGitHub }>, context: StepContext): Promise<StepResult> {
  switch (step.step) {
    case 'append-audit': return appendAudit(step, context);
    case 'audit-jobs': return auditJobs(step, context);
    case 'cancel-jobs': return cancelJobs(step, context);
    case 'put-note': return putNote(step, context);
    case 'sign-statement': return signStatement(step, context);
    case 'start-job': return startJob(step, context);
    case 'write-off': return writeOff(step, context);
  }
}
