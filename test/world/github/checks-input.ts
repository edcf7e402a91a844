/** What a client may send for a check run, refused where GitHub refuses it. */
import type { AnnotationRow, CheckRunRow } from './rows.ts';
import { bodyOf, Refusal } from './router.ts';
import type { Context } from './router.ts';

const CONCLUSIONS = ['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'];
const STATUSES = ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending'];
const LIMIT = 65_535;

export interface CheckInput {
  name: string;
  head_sha: string;
  changes: Partial<Pick<CheckRunRow, 'name' | 'status' | 'conclusion' | 'started_at' | 'completed_at' | 'external_id' | 'details_url' | 'actions'>>;
  output: Partial<Pick<CheckRunRow['output'], 'title' | 'summary' | 'text'>>;
  annotations: AnnotationRow[];
}

export async function bodyOfCheck(c: Context, { creating }: { creating: boolean }): Promise<CheckInput> {
  const body = await bodyOf(c);
  const name = text(body, 'name');
  const sha = text(body, 'head_sha');
  if (creating && (name === undefined || name.trim() === '')) throw new Refusal(422, 'Invalid request.\n\n"name" wasn\'t supplied.');
  if (creating && (sha === undefined || sha === '')) throw new Refusal(422, 'Invalid request.\n\n"head_sha" wasn\'t supplied.');
  const output = outputOf(body['output']);
  return { name: name ?? '', head_sha: sha ?? '', changes: changesOf(body), output, annotations: annotationsOf(body['output']) };
}

function changesOf(body: Record<string, unknown>): CheckInput['changes'] {
  const conclusion = text(body, 'conclusion');
  if (conclusion !== undefined && !CONCLUSIONS.includes(conclusion)) throw new Refusal(422, `Invalid request.\n\n${conclusion} is not a member of ${JSON.stringify(CONCLUSIONS)}.`);
  const status = conclusion === undefined ? text(body, 'status') : 'completed';
  if (status !== undefined && !STATUSES.includes(status)) throw new Refusal(422, `Invalid request.\n\n${status} is not a member of ${JSON.stringify(STATUSES)}.`);
  if (status === 'completed' && conclusion === undefined) throw new Refusal(422, 'Invalid request.\n\nMissing required attribute: conclusion.');
  const changes: CheckInput['changes'] = {};
  for (const key of ['name', 'started_at', 'completed_at', 'external_id', 'details_url'] as const) {
    const value = text(body, key);
    if (value !== undefined) changes[key] = value;
  }
  if (status !== undefined) Object.assign(changes, status === 'completed' ? { status, conclusion } : { status, conclusion: null, completed_at: null });
  if (Array.isArray(body['actions'])) changes.actions = actionsOf(body['actions']);
  return changes;
}

function actionsOf(list: unknown[]): NonNullable<CheckRunRow['actions']> {
  if (list.length > 3) throw new Refusal(422, 'Invalid request.\n\nNo more than 3 items are allowed; ' + String(list.length) + ' were supplied.');
  return list.map((item) => {
    const action = record(item);
    const [label, description, identifier] = ['label', 'description', 'identifier'].map((key) => text(action, key) ?? '');
    if (!label || !description || !identifier || label.length > 20 || description.length > 40 || identifier.length > 20) throw new Refusal(422, 'Invalid request.\n\nInvalid action.');
    return { label, description, identifier };
  });
}

function outputOf(raw: unknown): CheckInput['output'] {
  if (raw === undefined || raw === null) return {};
  const output: CheckInput['output'] = {};
  for (const key of ['title', 'summary', 'text'] as const) {
    const value = text(record(raw), key);
    if (value === undefined) continue;
    if (key !== 'title' && value.length > LIMIT) throw new Refusal(422, `Invalid request.\n\nOnly ${LIMIT} characters are allowed; ${value.length} were supplied.`);
    output[key] = value;
  }
  if (output.summary === undefined) throw new Refusal(422, 'Invalid request.\n\n"summary" wasn\'t supplied.');
  return output;
}

function annotationsOf(raw: unknown): AnnotationRow[] {
  const list = raw === undefined || raw === null ? undefined : record(raw)['annotations'];
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new Refusal(422, 'Invalid request.\n\nannotations is not an array.');
  if (list.length > 50) throw new Refusal(422, `Invalid request.\n\nNo more than 50 items are allowed; ${list.length} were supplied.`);
  return list.map((item) => annotationOf(record(item)));
}

function annotationOf(raw: Record<string, unknown>): AnnotationRow {
  const [path, message, level] = [text(raw, 'path'), text(raw, 'message'), text(raw, 'annotation_level')];
  const [start, end] = [whole(raw, 'start_line'), whole(raw, 'end_line')];
  const known = level === 'notice' || level === 'warning' || level === 'failure';
  if (!path || !message || !known || start === null || end === null) throw new Refusal(422, 'Invalid request.\n\nInvalid annotation: path, start_line, end_line, annotation_level and message are required.');
  return {
    path, start_line: start, end_line: end, start_column: whole(raw, 'start_column'), end_column: whole(raw, 'end_column'), annotation_level: level,
    title: text(raw, 'title') ?? null, message, raw_details: text(raw, 'raw_details') ?? null,
  };
}

function record(value: unknown): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Refusal(422, 'Invalid request.\n\nAn object was expected.');
  return value as Record<string, unknown>;
}

function text(raw: Record<string, unknown>, key: string): string | undefined {
  const value = raw[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Refusal(422, `Invalid request.\n\nFor '${key}', ${JSON.stringify(value)} is not a string.`);
  return value;
}

function whole(raw: Record<string, unknown>, key: string): number | null {
  const value = raw[key];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}
