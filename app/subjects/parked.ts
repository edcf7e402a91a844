/** Giving up is said where the people are: a failing check on a change, the standing comment on an intent. */
import type { Problem } from '../core/errors.ts';
import { code, plain } from '../core/markdown.ts';
import type { Claim } from '../core/ports/store.ts';
import { conclusionOf } from '../core/verdict.ts';
import type { SetCheck } from '../core/step.ts';
import { groupOf, parseSubjectKey } from '../core/subject.ts';
import type { Run } from '../reconcile/handler.ts';
import type { StepContext } from '../steps/context.ts';
import { setCheck } from '../steps/set-check.ts';
import { upsertComment } from '../steps/upsert-comment.ts';
import { observerOf, type SubjectEdges } from './handlers.ts';

export async function announceParked(edges: SubjectEdges, parked: { claim: Claim; problem: Problem; run: Run }): Promise<void> {
  const { claim, problem, run } = parked;
  const { key, repository, github, store, clock, botLogin } = await observerOf(edges, claim);
  const { kind, id } = parseSubjectKey(key);
  const common = { subject: key, repository, github, store, signer: edges.signer, clock, log: run.log, trace: run.reconcileId, botLogin };
  const words = `Assay could not handle this and has stopped trying: ${code(problem.code)} ${plain(problem.message, 1000)} ${plain(problem.remedy)} The next event here, e.g. a comment \`/retry\`, starts it again.`;
  if (kind === 'group') await parkedGroup(common, { id, title: problem.code, words });
  if (kind === 'change') await parkedCheck({ ...common, number: Number(id), title: problem.code, words });
  if (kind === 'intent') await parkedComment({ ...common, number: Number(id), words });
}

type Said = Omit<StepContext, 'seen'> & { number: number; words: string };

async function parkedCheck({ number, title, words, ...context }: Said & { title: string }): Promise<void> {
  const seen = await context.github.change(context.repository, number);
  if (!seen || seen.state !== 'open') return;
  await setCheck({ step: 'set-check', run: failed(seen.headSha, { title, words }) }, { ...context, seen });
}

/** A group without an answer would hold up its queue. */
async function parkedGroup(context: Omit<StepContext, 'seen'>, { id, ...said }: { id: string; title: string; words: string }): Promise<void> {
  const seen = await context.github.group(context.repository, groupOf(id));
  if (seen.commit) await setCheck({ step: 'set-check', run: failed(seen.sha, said) }, { ...context, seen });
}

function failed(headSha: string, { title, words }: { title: string; words: string }): SetCheck['run'] {
  return { name: 'assay', headSha, status: 'completed', conclusion: conclusionOf('error'), title, summary: words, annotations: [] };
}

async function parkedComment({ number, words, ...context }: Said): Promise<void> {
  const seen = await context.github.intent(context.repository, number);
  if (!seen || seen.state !== 'open') return;
  await upsertComment({ step: 'upsert-comment', issue: number, body: `### Assay\n\n${words}` }, { ...context, seen });
}
