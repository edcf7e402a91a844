/**
 * A runner that is quick: the runner's side of Assay in this process (blob, hash, answer file), with scripted work instead of a worker. What it leaves
 * can be altered, so that a story may have a run that lies.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerFromBlob } from '../../../app/cli/job-from-blob.ts';
import type { JobAnswer, JobInput } from '../../../app/core/job.ts';
import type { Executor } from '../../../app/core/ports/executor.ts';
import type { Left, RunGiven, Runner } from '../github/runs.ts';
import { passingReport } from '../script.ts';
import { zipOf } from './zip.ts';

export interface Quick {
  /** Does the work; a scripted one. */
  executor: Executor;
  /** What the run leaves instead of its honest artefact. */
  leave?: (honest: { name: string; answer: Buffer }, run: RunGiven) => Left[];
}

export function quickRunner({ executor, leave = (honest) => [zipped(honest)] }: Quick): Runner {
  return async (run) => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-quick-'));
    try {
      const path = await answerFromBlob({
        ASSAY_JOB: run.inputs.job, ASSAY_BLOB: run.inputs.blob, GITHUB_REPOSITORY: run.repository, GITHUB_API_URL: run.apiUrl, GITHUB_TOKEN: run.token, RUNNER_TEMP: folder,
      }, executor);
      return { conclusion: 'success', artefacts: leave({ name: `assay-job-${run.inputs.job}`, answer: readFileSync(path) }, run) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

export function zipped({ name, answer }: { name: string; answer: Buffer }): Left {
  return { name, zip: zipOf([{ name: 'answer.json', bytes: answer, deflate: true }]) };
}

/** All is well, whatever is asked; only a guard job is told what it is about. */
export function answeringGuard(job: JobInput): JobAnswer {
  const output = job.kind === 'guard' ? passingReport(job.input) : {};
  return { ok: true, kind: job.kind, output, sandbox: 'none', ms: 1 } as JobAnswer;
}
