/**
 * One check run per name and head SHA. What was written last is remembered by digest, so that an unchanged verdict costs no call; the run on
 * GitHub is compared too, so that a run that somebody's re-request reset is written again.
 */
import { z } from 'zod';
import type { SetCheck, StepResult } from '../core/step.ts';
import type { ChangeSnapshot, CheckRunSnapshot, CheckRunWrite } from '../core/ports/github.ts';
import { digestOf } from '../core/digest.ts';
import type { StepContext } from './context.ts';

const Written = z.record(z.string(), z.string());

export async function setCheck(step: SetCheck, context: StepContext): Promise<StepResult> {
  const { store, github, repository, subject, seen } = context;
  const digest = digestOf(step.run);
  const run: CheckRunWrite = { ...step.run, externalId: `${subject}|${digest.slice(0, 16)}` };
  const present = latestRun(seen, run);
  const note = `check ${run.headSha}`;
  const written = Written.catch({}).parse(await store.note(subject, note));
  if (present && written[run.name] === digest && agrees(present, run)) return 'unchanged';
  if (present) await github.updateCheckRun(repository, present.id, run);
  else await github.createCheckRun(repository, run);
  await store.putNote(subject, note, { ...written, [run.name]: digest });
  return present ? 'updated' : 'created';
}

function latestRun(seen: StepContext['seen'], run: CheckRunWrite): CheckRunSnapshot | undefined {
  const runs = (seen as ChangeSnapshot).checkRuns ?? [];
  return runs.filter((other) => other.name === run.name && other.headSha === run.headSha).sort((a, b) => b.id - a.id)[0];
}

function agrees(present: CheckRunSnapshot, run: CheckRunWrite): boolean {
  return present.status === run.status && (present.conclusion ?? null) === run.conclusion;
}
