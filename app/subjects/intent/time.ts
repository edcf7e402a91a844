/** How long the work of an intent has run. Waiting for people does not count; builders side by side each count. */
import type { JobRow } from '../../core/ports/store.ts';
import type { IntentFacts } from './facts.ts';

export function executionMs(jobs: readonly JobRow[], now: number): number {
  return jobs.reduce((sum, job) => sum + (job.startedAt === null ? 0 : Math.max(0, (job.finishedAt ?? now) - job.startedAt)), 0);
}

/** Over the configured hours, unless there is nothing left to run. */
export function isOverTime({ jobs, now, config, pullRequest }: Pick<IntentFacts, 'jobs' | 'now' | 'config' | 'pullRequest'>): boolean {
  return pullRequest === null && executionMs(jobs, now) > config.maxMs;
}

export function hours(ms: number): string {
  return `${(ms / 3_600_000).toFixed(1)} h`;
}
