/** Which job does a piece of work, and which attempt at it counts. */
import type { JobKind } from './job.ts';
import type { JobRow } from './ports/store.ts';
import type { SubjectKey } from './subject.ts';
import { digestOf } from './digest.ts';

/** The same subject, kind and key is the same job, on every replica and after every crash. */
export function jobId(subject: SubjectKey, kind: JobKind, key: string): string {
  return digestOf({ subject, kind, key });
}

export interface Attempt {
  /** The key under which to start it, if it is not there. */
  key: string;
  number: number;
  job: JobRow | undefined;
}

/**
 * The attempt at this work that counts now. A finished attempt that `passed` does not accept is followed by another one only where somebody
 * asked for it after it had finished; `retriesAt` are those moments, and `passed` is asked what held at that one.
 */
export function currentAttempt(
  work: { subject: SubjectKey; jobs: JobRow[]; kind: JobKind; key: string },
  retriesAt: readonly number[], passed: (job: JobRow, askedAt: number) => boolean,
): Attempt {
  const byId = new Map(work.jobs.map((job) => [job.id, job]));
  for (let number = 0; ; number += 1) {
    const key = number === 0 ? work.key : `${work.key} again ${number}`;
    const job = byId.get(jobId(work.subject, work.kind, key));
    const finishedAt = job?.state === 'cancelled' ? job.finishedAt ?? job.createdAt : job?.finishedAt ?? null;
    const again = job && finishedAt !== null && retriesAt.some((at) => at > finishedAt && !passed(job, at));
    if (!again) return { key, number, job };
  }
}
