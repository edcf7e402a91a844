/**
 * Check runs. GitHub appends annotations on every update, 50 a time, so each is sent once: an update goes on after those that are there.
 * While batches are outstanding the run stays in progress: a crash between two leaves it open, never green and half told.
 */
import type { Annotation, CheckRunWrite } from '../../core/ports/github.ts';
import type { RepositoryRef } from '../../core/ports/store.ts';
import type { Client, Parameters } from './client.ts';
import { idOf, isOutcomeUnknown } from './failures.ts';
import { caps } from './limits.ts';
import { place, readCheckRuns } from './read.ts';

type Create = Parameters<'POST /repos/{owner}/{repo}/check-runs'>;
type Output = NonNullable<Create['output']>;

export async function createCheckRun(client: Client, repository: RepositoryRef, run: CheckRunWrite): Promise<{ id: number }> {
  const [first = [], ...rest] = batches(run.annotations);
  const id = await createOnce(client, repository, { run, annotations: first, last: rest.length === 0 });
  await sendBatches(client, repository, { id, run, batches: rest });
  return { id };
}

interface Part {
  run: CheckRunWrite;
  annotations: Annotation[];
  last: boolean;
}

/** After a POST without an answer it looks for the run by name and external id before it posts again. */
async function createOnce(client: Client, repository: RepositoryRef, part: Part): Promise<number> {
  const { name, headSha, externalId } = part.run;
  const body = { ...bodyOf(part), name, head_sha: headSha } as Create;
  const create = async () => idOf((await client.rest('POST /repos/{owner}/{repo}/check-runs', { ...place(repository), ...body })).id);
  try {
    return await create();
  } catch (thrown) {
    if (!isOutcomeUnknown(thrown)) throw thrown;
    const runs = await readCheckRuns(client, repository, { ref: headSha, check_name: name, filter: 'all' });
    return runs.find((found) => found.externalId === externalId && found.name === name)?.id ?? (await create());
  }
}

export async function updateCheckRun(client: Client, repository: RepositoryRef, target: { id: number; run: CheckRunWrite }): Promise<void> {
  const { id, run } = target;
  const written = run.annotations.length === 0 ? 0 : await countAnnotations(client, repository, id);
  const outstanding = batches(run.annotations.slice(written));
  await sendBatches(client, repository, { id, run, batches: outstanding.length === 0 ? [[]] : outstanding });
}

async function countAnnotations(client: Client, repository: RepositoryRef, id: number): Promise<number> {
  const found = await client.rest('GET /repos/{owner}/{repo}/check-runs/{check_run_id}', { ...place(repository), check_run_id: id });
  return found.output.annotations_count;
}

async function sendBatches(client: Client, repository: RepositoryRef, work: { id: number; run: CheckRunWrite; batches: Annotation[][] }): Promise<void> {
  for (const [index, annotations] of work.batches.entries()) {
    const body = bodyOf({ run: work.run, annotations, last: index === work.batches.length - 1 });
    await client.rest('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', { ...place(repository), check_run_id: work.id, name: work.run.name, ...body });
  }
}

function batches(annotations: readonly Annotation[]): Annotation[][] {
  const count = Math.ceil(annotations.length / caps.annotationsPerRequest);
  return Array.from({ length: count }, (_, index) => annotations.slice(index * caps.annotationsPerRequest, (index + 1) * caps.annotationsPerRequest));
}

function bodyOf({ run, annotations, last }: Part) {
  const done = run.status === 'completed' && last && run.conclusion !== null;
  return {
    external_id: run.externalId,
    ...(run.detailsUrl && { details_url: run.detailsUrl }),
    ...(done ? { status: 'completed' as const, conclusion: run.conclusion! } : { status: 'in_progress' as const }),
    output: outputOf(run, annotations),
    ...(run.actions && { actions: run.actions }),
  };
}

function outputOf(run: CheckRunWrite, annotations: Annotation[]): Output {
  return {
    title: cut(run.title, caps.titleCharacters),
    summary: cut(run.summary, caps.outputCharacters),
    ...(run.text !== undefined && { text: cut(run.text, caps.outputCharacters) }),
    ...(annotations.length > 0 && { annotations: annotations.map(annotationOf) }),
  };
}

function annotationOf(annotation: Annotation): NonNullable<Output['annotations']>[number] {
  const start = Math.max(1, annotation.startLine);
  return {
    path: annotation.path,
    start_line: start,
    end_line: Math.max(start, annotation.endLine),
    annotation_level: annotation.level,
    title: cut(annotation.title, caps.titleCharacters),
    message: cut(annotation.message, caps.annotationCharacters),
  };
}

/** Says that it cut. Counts UTF-16 units, of which GitHub's limit allows at least as many. */
function cut(text: string, length: number): string {
  const notice = ' … (shortened)';
  return text.length <= length ? text : text.slice(0, length - notice.length).toWellFormed() + notice;
}
