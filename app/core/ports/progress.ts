/**
 * How far a job has come, so that another run of it goes on from there: one text per job, of which the last one saved counts. Both may throw
 * STORE_UNAVAILABLE or, through the gateway, JOB_TOKEN_INVALID; a run that cannot save stops, because what it does next would be lost.
 */
export interface Progress {
  /** What the last run left, or null. */
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}

/** At most this much is kept of one job. */
export const maxProgressBytes = 32 * 1024 * 1024;

/** Progress of a run that nobody takes up again: a command on a person's machine. */
export function unkeptProgress(): Progress {
  let kept: string | null = null;
  return { load: async () => kept, save: async (text) => void (kept = text) };
}
