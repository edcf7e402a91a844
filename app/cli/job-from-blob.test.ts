/** The runner's side of a dispatched job: what it refuses before anything is run. That it does the job is told in app/edges/executor/actions.test.ts. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../core/digest.ts';
import type { JobInput } from '../core/job.ts';
import { packJob } from '../edges/executor/job-blob.ts';
import { answerFromBlob } from './job-from-blob.ts';

const job: JobInput = { kind: 'guard', input: { base: {}, head: {}, baseSha: 'b', headSha: 'h', pack: 'baseline' } };
const nobody = { name: 'local', run: () => Promise.reject(new Error('the worker died')) } as const;

let server: Server;
let body: Buffer;
let folder: string;
const authorizations: (string | undefined)[] = [];
beforeAll(() => new Promise<void>((resolve) => {
  folder = mkdtempSync(join(tmpdir(), 'assay-blob-'));
  server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ content: body.toString('base64'), encoding: 'base64' }));
  }).listen(0, '127.0.0.1', resolve);
}));
beforeEach(() => { body = packJob(job); });
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const nameOf = (bytes: Buffer, format: 'sha1' | 'sha256') => createHash(format).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ASSAY_JOB: 'j-1', ASSAY_BLOB: nameOf(body, 'sha1'), GITHUB_REPOSITORY: 'ada/shop', GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, GITHUB_TOKEN: 'run-token', RUNNER_TEMP: folder, ...more,
});
const answered = () => JSON.parse(readFileSync(join(folder, 'assay-answer', 'answer.json'), 'utf8')) as unknown;

describe('a dispatched job', () => {
  it.each(['sha1', 'sha256'] as const)('is read by the run\'s token, which is gone before any work, and hashed anew (%s)', async (format) => {
    const env = environment({ ASSAY_BLOB: nameOf(body, format) });
    const seen: (string | undefined)[] = [];
    await answerFromBlob(env, { name: 'local', run: async (given) => { seen.push(env.GITHUB_TOKEN); expect(given).toEqual(job); return { ok: false, kind: 'guard', problem: { code: 'C', message: 'm', remedy: 'r' }, sandbox: 'none', ms: 1 }; } });
    expect([authorizations.at(-1), seen]).toEqual(['token run-token', [undefined]]);
    expect(answered()).toEqual({ ok: false, kind: 'guard', problem: { code: 'C', message: 'm', remedy: 'r' }, sandbox: 'none', ms: 1, job: 'j-1', jobDigest: sha256(body) });
  });

  it('whose worker fails is answered with the cause', async () => {
    await answerFromBlob(environment(), nobody);
    expect(answered()).toMatchObject({ ok: false, kind: 'guard', problem: { code: 'UNEXPECTED', message: 'the worker died' }, jobDigest: sha256(body) });
  });

  it('of another version is answered with the remedy', async () => {
    body = packJob({ kind: 'guard', input: { ...job.input, invented: true } } as JobInput);
    await answerFromBlob(environment(), nobody);
    expect(answered()).toMatchObject({ ok: false, kind: 'guard', problem: { code: 'JOB_INPUT_INVALID', remedy: expect.stringContaining('Pin the workflow') } });
  });

  it('is not run where the bytes are others, hold no job, or cannot be read', async () => {
    rmSync(join(folder, 'assay-answer'), { recursive: true, force: true });
    const env = environment();
    body = Buffer.from('something else');
    await expect(answerFromBlob(env, nobody)).rejects.toMatchObject({ code: 'JOB_BLOB_MISMATCH' });
    await expect(answerFromBlob(environment(), nobody)).rejects.toMatchObject({ code: 'JOB_BLOB_INVALID' });
    await expect(answerFromBlob(environment({ GITHUB_API_URL: 'http://127.0.0.1:1' }), nobody)).rejects.toMatchObject({ code: 'JOB_BLOB_UNREADABLE' });
    expect(existsSync(join(folder, 'assay-answer'))).toBe(false);
  });

  it.each([{ ASSAY_JOB: '../x' }, { ASSAY_JOB: '' }, { ASSAY_BLOB: 'main' }, { GITHUB_REPOSITORY: 'a/b/c' }, { GITHUB_TOKEN: '' }])('is refused with %j', async (wrong) => {
    await expect(answerFromBlob(environment(wrong), nobody)).rejects.toMatchObject({ code: 'USAGE_DISPATCH' });
  });

  it('exits 2 on the command line where it is no dispatched run', () => {
    const { status, stderr } = spawnSync(process.execPath, ['app/bin.js', 'job'], { env: { ASSAY_BLOB: 'x' }, encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('USAGE_DISPATCH')]);
  });
});
