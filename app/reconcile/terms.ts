/** On which terms a job runs: whose money it spends, which families it may ask, how long it may take, whether its code comes from a fork. */
import { z } from 'zod';
import type { JobInput, JobKind } from '../core/job.ts';
import { families, type Family } from '../core/family.ts';
import type { Role } from '../core/model.ts';
import { usd, type MicroUsd } from '../core/money.ts';
import type { JobRow, Notes } from '../core/ports/store.ts';
import type { SubjectKey } from '../core/subject.ts';

/** Written by every decision about the subject; absent only before the first one. */
const TermsNote = z.object({ project: z.string(), grant: z.number(), fork: z.boolean() });

export interface Terms {
  project: SubjectKey;
  cap: MicroUsd;
  fork: boolean;
  deadlineMs: number;
  /** Null: this job needs no model and gets no token. */
  ask: { families: Family[]; roles: Role[]; cliModel?: string } | null;
}

const minute = 60_000;
/** How long the work of a kind may take, wherever it runs. */
export const deadlines: Record<JobKind, number> = { plan: 10 * minute, build: 60 * minute, consensus: 30 * minute, audit: 45 * minute, accept: 30 * minute, sabotage: 30 * minute, guard: 15 * minute };

export async function termsOf(store: Notes, job: JobRow): Promise<Terms> {
  const note = TermsNote.safeParse(await store.note(job.subject, 'terms')).data;
  return {
    project: (note?.project ?? job.subject) as SubjectKey, cap: note?.grant ?? usd(10), fork: note?.fork ?? false,
    deadlineMs: deadlines[job.kind], ask: askOf(job.input),
  };
}

function askOf(job: JobInput): Terms['ask'] {
  switch (job.kind) {
    case 'plan': return { families: [...families], roles: ['planner'] };
    case 'build': return { families: [job.input.family], roles: ['builder'], ...(job.input.via === 'cli' ? { cliModel: job.input.model } : {}) };
    case 'accept': return { families: [...job.input.families], roles: ['acceptance'] };
    case 'sabotage': return job.input.family === null ? null : { families: [job.input.family], roles: ['saboteur'] };
    case 'audit': return { families: [job.input.family], roles: ['auditor'] };
    case 'consensus': case 'guard': return null;
  }
}
