/**
 * `assay job` inside a run that the App dispatched: reads the job's blob with the run's own token, refuses bytes that are not what the blob is
 * named after, has a worker do it that holds no token and no environment, and leaves `answer.json` for the workflow to upload. What goes wrong
 * with the work is an answer too; what is not the dispatched job gets none, so the run fails.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from '@octokit/request';
import { z } from 'zod';
import { AssayError, problemOf } from '../core/errors.ts';
import { sha256 } from '../core/digest.ts';
import type { JobAnswer, JobInput } from '../core/job.ts';
import type { Executor } from '../core/ports/executor.ts';
import { maxBlobBytes, unpackJob } from '../edges/executor/job-blob.ts';
import { localExecutor } from '../edges/executor/local.ts';
import type { OutsideAnswer } from '../edges/executor/outside-answer.ts';
import { blobSha } from '../edges/github/blobs.ts';
import { deadlines } from '../reconcile/terms.ts';
import { JobRequest } from './handlers.ts';

const Dispatched = z.object({
  ASSAY_JOB: z.string().regex(/^[a-z0-9-]{1,64}$/), ASSAY_BLOB: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/), GITHUB_API_URL: z.url().default('https://api.github.com'), GITHUB_TOKEN: z.string().min(1), RUNNER_TEMP: z.string().min(1),
});
type Dispatched = z.infer<typeof Dispatched>;

export const answerFolder = 'assay-answer';

/** Answers the path of the file. Throws USAGE_DISPATCH | JOB_BLOB_UNREADABLE | JOB_BLOB_MISMATCH; then nothing was run and nothing is left. */
export async function answerFromBlob(env: NodeJS.ProcessEnv, executor: Executor = localExecutor()): Promise<string> {
  const given = Dispatched.safeParse(env);
  if (!given.success) throw new AssayError('USAGE_DISPATCH', `this is not a dispatched run: ${z.prettifyError(given.error)}`, { remedy: 'Only Assay\'s own workflow sets ASSAY_JOB and ASSAY_BLOB; leave them out to read a job from stdin.' });
  const bytes = await readBlob(given.data);
  delete env.GITHUB_TOKEN;
  const answer = await answerTo(bytes, { id: given.data.ASSAY_JOB, executor });
  const folder = join(given.data.RUNNER_TEMP, answerFolder);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'answer.json');
  writeFileSync(path, JSON.stringify({ ...answer, job: given.data.ASSAY_JOB, jobDigest: sha256(bytes) } satisfies OutsideAnswer & JobAnswer));
  return path;
}

async function readBlob(run: Dispatched): Promise<Buffer> {
  const [owner = '', repo = ''] = run.GITHUB_REPOSITORY.split('/');
  const bytes = await fetchBlob(run, { owner, repo });
  const format = run.ASSAY_BLOB.length === 40 ? 'sha1' : 'sha256';
  if (bytes.length <= maxBlobBytes && blobSha(bytes, format) === run.ASSAY_BLOB) return bytes;
  throw new AssayError('JOB_BLOB_MISMATCH', `what came for blob ${run.ASSAY_BLOB} is something else`, { remedy: 'Nothing was run. Comment /retry; if it repeats, somebody stands between this runner and GitHub.' });
}

async function fetchBlob(run: Dispatched, at: { owner: string; repo: string }): Promise<Buffer> {
  try {
    const { data } = await request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
      ...at, file_sha: run.ASSAY_BLOB, baseUrl: run.GITHUB_API_URL, headers: { authorization: `token ${run.GITHUB_TOKEN}`, 'user-agent': 'assay' }, request: { signal: AbortSignal.timeout(60_000) },
    });
    return Buffer.from(data.content, 'base64');
  } catch (cause) {
    throw new AssayError('JOB_BLOB_UNREADABLE', `blob ${run.ASSAY_BLOB} of ${run.GITHUB_REPOSITORY} could not be read`, { remedy: 'The workflow\'s job needs "permissions: contents: read", and "inputs.blob" must be what the App sent.', cause });
  }
}

/** The runner is thrown away afterwards, so it takes code from forks too; the sandbox inside is the same. */
async function answerTo(bytes: Buffer, { id, executor }: { id: string; executor: Executor }): Promise<JobAnswer> {
  const started = performance.now();
  const unpacked = unpackJob(bytes);
  try {
    const job = read(unpacked);
    return await executor.run(job, { id, gateway: null, deadlineMs: deadlines[job.kind], fork: false });
  } catch (thrown) {
    return { ok: false, kind: unpacked.kind as JobInput['kind'], problem: problemOf(thrown), sandbox: 'none', ms: Math.round(performance.now() - started) };
  }
}

function read(unpacked: unknown): JobInput {
  const parsed = JobRequest.safeParse(unpacked);
  if (parsed.success) return parsed.data;
  throw new AssayError('JOB_INPUT_INVALID', `The job is not well-formed: ${z.prettifyError(parsed.error)}`, { remedy: 'Pin the workflow to the commit that the App runs.' });
}
