/**
 * A job as one git blob, and back. Base and head share most of their files, so each file is in it once; gzip does the rest. What comes out is
 * the job to the last byte or an error: the blob was named by its content, and its trees are rebuilt from nothing else.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { JobInput } from '../../core/job.ts';
import { MIB } from '../../core/ports/sandbox.ts';
import { Tree, TreeFile } from '../../core/tree.ts';

/** What GitHub takes in one request with room to spare, as base64. */
export const maxBlobBytes = 24 * MIB;
const maxJobBytes = 512 * MIB;
const treeNames = ['base', 'head'] as const;

const Packed = z.strictObject({
  version: z.literal(1),
  kind: z.string(),
  files: z.array(TreeFile),
  trees: z.record(z.string(), z.record(z.string(), z.number().int().nonnegative())),
  input: z.record(z.string(), z.unknown()),
});

/** Throws EXECUTOR_JOB_TOO_LARGE. */
export function packJob(job: JobInput): Buffer {
  const files: TreeFile[] = [];
  const known = new Map<string, number>();
  const indexOf = (file: TreeFile): number => {
    const key = `${file.mode} ${file.encoding} ${file.content}`;
    const index = known.get(key) ?? files.push(file) - 1;
    known.set(key, index);
    return index;
  };
  const rest: Record<string, unknown> = { ...job.input };
  const trees: Record<string, [string, number][]> = {};
  for (const name of treeNames) {
    const tree = Tree.optional().parse(rest[name]);
    delete rest[name];
    if (tree) trees[name] = Object.entries(tree).map(([path, file]) => [path, indexOf(file)]);
  }
  const indexed = Object.fromEntries(Object.entries(trees).map(([name, entries]) => [name, Object.fromEntries(entries)]));
  const bytes = gzipSync(JSON.stringify({ version: 1, kind: job.kind, files, trees: indexed, input: rest } satisfies z.infer<typeof Packed>));
  if (bytes.length <= maxBlobBytes) return bytes;
  throw new AssayError('EXECUTOR_JOB_TOO_LARGE', `the job has ${Math.ceil(bytes.length / MIB)} MB packed, GitHub Actions is handed at most ${maxBlobBytes / MIB}`, {
    remedy: 'Keep large files out of the repository (Git LFS), or set ASSAY_EXECUTOR=local.',
  });
}

/** The job as data, not yet checked against its kind's schema. Throws JOB_BLOB_INVALID. */
export function unpackJob(bytes: Buffer): { kind: string; input: Record<string, unknown> } {
  const parsed = Packed.safeParse(inflated(bytes));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const { kind, files, trees, input } = parsed.data;
  const rebuilt = Object.entries(trees).map(([name, tree]) => [name, Object.fromEntries(Object.entries(tree).map(([path, index]) => {
    const file = files[index];
    if (!file) throw invalid(`${name} names a file that is not in it: ${path}`);
    return [path, file];
  }))]);
  return { kind, input: { ...input, ...Object.fromEntries(rebuilt) } };
}

function inflated(bytes: Buffer): unknown {
  try {
    return JSON.parse(gunzipSync(bytes, { maxOutputLength: maxJobBytes }).toString('utf8'));
  } catch (thrown) {
    throw invalid(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function invalid(why: string): AssayError {
  return new AssayError('JOB_BLOB_INVALID', `the blob holds no job: ${why}`, { remedy: 'App and workflow must be of the same version: pin the workflow to the commit that the App runs.' });
}
