import type { Gateway, JobAnswer, JobInput } from '../job.ts';

/** Runs one job to its end: the answer, or a throw with EXECUTOR_CRASHED | EXECUTOR_DEADLINE | EXECUTOR_OUTPUT_INVALID. */
export interface Executor {
  readonly name: 'local' | 'actions';
  run(job: JobInput, options: { id: string; gateway: Gateway | null; deadlineMs: number; fork: boolean; signal?: AbortSignal }): Promise<JobAnswer>;
}
