/** Branch, commit and pull request for a candidate that won; a crash between any two is healed by finding what is there. */
import { z } from 'zod';
import type { OpenPullRequest, StepResult } from '../core/step.ts';
import { changeKey } from '../core/subject.ts';
import type { StepContext } from './context.ts';

/** `headSha` is the commit that Assay made: only this head is the candidate, whoever pushes to the branch later. */
export const OpenedPullRequest = z.object({ number: z.number(), headSha: z.string(), parent: z.string() });
export type OpenedPullRequest = z.infer<typeof OpenedPullRequest>;

/** The commit of a branch that is about to be proposed. */
export const CandidateCommit = z.object({ sha: z.string(), parent: z.string() });
export type CandidateCommit = z.infer<typeof CandidateCommit>;

/** On a change that Assay opened for somebody: that account. */
export const requestedByNote = 'requested by';

export async function openPullRequest(step: OpenPullRequest, context: StepContext): Promise<StepResult> {
  const { github, repository, store, subject } = context;
  const headSha = await commitOnce(step, context);
  const present = await github.findPullRequest(repository, step.branch);
  const number = present ?? (await github.openPullRequest(repository, { head: step.branch, base: step.base, title: step.title, body: step.body })).number;
  const opened: OpenedPullRequest = { number, headSha, parent: step.parent };
  const change = changeKey(repository.id, number);
  if (step.requestedBy !== undefined) await store.putNote(change, requestedByNote, step.requestedBy);
  await store.putNote(subject, step.note ?? 'pull request', opened);
  await store.mark(change, repository);
  await store.mark(subject);
  return present === null ? 'created' : 'unchanged';
}

async function commitOnce(step: OpenPullRequest, { github, repository, store, subject }: StepContext): Promise<string> {
  const known = CandidateCommit.safeParse(await store.note(subject, commitNote(step)));
  // A named one is made once, wherever its base has moved since.
  if (known.success && (step.note !== undefined || known.data.parent === step.parent)) return known.data.sha;
  const { sha } = await github.commit(repository, { branch: step.branch, parent: step.parent, patch: step.patch, message: step.message });
  await store.putNote(subject, commitNote(step), { sha, parent: step.parent });
  return sha;
}

function commitNote({ note }: OpenPullRequest): string {
  return note === undefined ? 'candidate commit' : `${note} commit`;
}
