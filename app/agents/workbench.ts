/**
 * The builder's copy of the repository: base plus what it wrote, kept in memory. Files exist on disk only while tests run, in a fresh folder each
 * time, so nothing that runs in the sandbox can change what is submitted.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Sandbox, SandboxResult } from '../core/ports/sandbox.ts';
import { defaultLimits } from '../core/ports/sandbox.ts';
import { applyPatch, textFile, textOf, type Patch, type Tree, type TreeFile } from '../core/tree.ts';
import { isInsidePath, manifestRefusal, noRoomFor, refusalOf } from './allowed-paths.ts';

export interface TestRun {
  exit: number | null;
  passed: boolean;
  ms: number;
  output: string;
}

export interface Workbench {
  paths(): string[];
  read(path: string): string | null;
  /** Null when written, else why not. */
  write(path: string, content: string): string | null;
  runTests(): Promise<TestRun>;
  /** Relative to base: what was written back to its old content is not in it. */
  patch(): Patch;
  /** All that was written, to open a bench with later. */
  written(): Patch;
  tree(): Tree;
}

export interface WorkbenchOptions {
  base: Tree;
  testCommand: string[];
  sandbox: Sandbox;
  /** Dependencies from the fetch phase, mounted read-only. */
  readOnly?: { host: string; inside: string }[];
  /** What was written before. */
  written?: Patch;
  /** Ends a test run at once. */
  signal?: AbortSignal;
}

const maxFiles = 200;
const testWallMs = 120_000;

export function openWorkbench(options: WorkbenchOptions): Workbench {
  const written: Patch = { ...options.written };
  const tree = () => applyPatch(options.base, written);
  return {
    paths: () => Object.keys(tree()).sort(),
    read: (path) => textOf(tree()[path]) ?? null,
    write(path, content) {
      const refusal = refusalOf(path, options.base) ?? noRoomFor(path, tree()) ?? manifestRefusal(path, content, options.base);
      if (refusal) return refusal;
      if (Object.keys(written).length >= maxFiles && !written[path]) return `a change may write at most ${maxFiles} files`;
      written[path] = { ...textFile(content), mode: options.base[path]?.mode ?? '100644' };
      return null;
    },
    runTests: () => runTests(tree(), options),
    patch: () => patchOf(options.base, written),
    written: () => ({ ...written }),
    tree,
  };
}

/** What was written, without what is as it was. */
export function patchOf(base: Tree, written: Patch): Patch {
  return Object.fromEntries(Object.entries(written).filter(([path, file]) => file && !sameFile(file, base[path])));
}

function sameFile(file: TreeFile, other: TreeFile | undefined): boolean {
  return other !== undefined && file.mode === other.mode && file.encoding === other.encoding && file.content === other.content;
}

async function runTests(tree: Tree, options: WorkbenchOptions): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-build-'));
  try {
    await writeTree(folder, tree);
    const result = await options.sandbox.run({
      argv: options.testCommand, workdir: folder, limits: { ...defaultLimits, wallMs: testWallMs, cpuMs: testWallMs }, ...(options.readOnly ? { readOnly: options.readOnly } : {}), ...(options.signal ? { signal: options.signal } : {}),
    });
    return { exit: result.exit, passed: result.exit === 0 && !result.timedOut && !result.truncated && !result.outOfMemory, ms: Math.round(result.wallMs), output: outputOf(result) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function outputOf(result: SandboxResult): string {
  const ends = [result.timedOut && 'timed out', result.outOfMemory && 'out of memory', result.truncated && 'output cut', result.signal && `killed by ${result.signal}`].filter(Boolean);
  const text = `${result.stdout.toString('utf8')}\n${result.stderr.toString('utf8')}`.trim();
  const tail = text.length > 12_000 ? `${text.slice(0, 4_000)}\n[…]\n${text.slice(-8_000)}` : text;
  return `exit ${result.exit ?? 'none'}${ends.length > 0 ? ` (${ends.join(', ')})` : ''}\n${tail}`;
}

/** Files first and links last, so that no file is written through a link; a link inside a linked folder is left out. */
async function writeTree(folder: string, tree: Tree): Promise<void> {
  const entries = Object.entries(tree).filter(([path]) => isInsidePath(path));
  for (const [path, file] of entries.filter(([, one]) => one.mode !== '120000')) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), Buffer.from(file.content, file.encoding), { mode: file.mode === '100755' ? 0o755 : 0o644, flag: 'wx' });
  }
  for (const [path, file] of entries.filter(([, one]) => one.mode === '120000')) {
    if (noRoomFor(path, tree) !== null) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(file.content, join(folder, path));
  }
}
