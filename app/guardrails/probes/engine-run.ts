/**
 * Runs engines that base brings – compiler, linters, formatters – over any tree in the sandbox. What judges comes from base: programs and plugins from the packages
 * that base's lock names, configuration from base's files. What is printed is a bounded stream that is parsed outside.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { Ecosystem } from '../../core/guardrail.ts';
import type { Fetched } from '../../core/ports/dependencies.ts';
import { MIB, type Sandbox, type SandboxResult } from '../../core/ports/sandbox.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import type { Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { layOut } from './bench.ts';

export interface EngineRun {
  tree: Tree;
  /** A line for the shell in the sandbox, in the root of the tree. */
  line: string;
  packages: Packages;
  wallMs: number;
  readOnly?: Fetched['mounts'];
  /** Files to be read back after it ended; one that is no plain file in its place any more is none. */
  collect?: readonly string[];
}

export type Mounts = Fetched['mounts'];

/** Packages of one side. `why` says what keeps them from being fetched, where base is that way already; the run then does without. */
export interface Packages extends Fetched {
  why: string | null;
}

/** Reasons that lie in how a repository keeps its packages; another failure is one of this run. */
const unfetchable = /^DEPENDENCIES_(NO_LOCK|LOCK_UNSUPPORTED|LOCK_INVALID|SOURCE_REFUSED|HASH_MISSING)$/;

export async function packagesOf(tree: Tree, parts: ProbeParts, ecosystem: Ecosystem = 'npm'): Promise<Packages> {
  try {
    return { ...await parts.dependencies.fetch({ ecosystem, tree }), why: null };
  } catch (thrown) {
    if (thrown instanceof AssayError && unfetchable.test(thrown.code)) return { mounts: [], env: {}, why: `${thrown.code}: ${thrown.message}` };
    throw thrown;
  }
}

/** Those of head; where base's can be fetched, a change that makes its own unfetchable gets no easier judge for it. */
export async function packagesOfHead({ head, base }: Pick<ToolRequest, 'head' | 'base'>, parts: ProbeParts, ecosystem: Ecosystem = 'npm'): Promise<Packages> {
  const now = await packagesOf(head, parts, ecosystem);
  if (now.why === null || Object.keys(base).length === 0 || (await packagesOf(base, parts, ecosystem)).why !== null) return now;
  throw new AssayError('ENGINE_PACKAGES_GONE', `the packages of base can be fetched, those of the change cannot: ${now.why}`, { remedy: 'Commit a lock that names every package with its hash.' });
}

/** Whether a sandbox is here at all; without one an engine that needs it counts as not installed. */
export async function sandboxOr(parts: ProbeParts): Promise<{ sandbox: Sandbox } | { why: string; install: string | null }> {
  const sandbox = await parts.sandbox();
  return sandbox.grade.name === 'none' ? { why: 'nothing contains code here, so it does not run', install: sandbox.grade.remedy } : { sandbox };
}

export async function runEngine(sandbox: Sandbox, { tree, line, packages, wallMs, readOnly = [], collect = [] }: EngineRun): Promise<SandboxResult & { files: Record<string, string> }> {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'));
  try {
    chmodSync(folder, 0o755);
    layOut(join(folder, 'repo'), tree);
    for (const { inside } of packages.mounts) if (!isAbsolute(inside)) mkdirSync(join(folder, 'repo', inside), { recursive: true });
    const mounts = packages.mounts.map(({ host, inside }) => ({ host, inside: isAbsolute(inside) ? inside : `/work/repo/${inside}` }));
    const shell = `cd /work/repo && export PATH=/work/repo/node_modules/.bin:$PATH:/usr/local/go/bin && ${line}`;
    const limits = { wallMs, cpuMs: wallMs * 4, memoryBytes: 3072 * MIB, processes: 256, fileBytes: 128 * MIB, outputBytes: 16 * MIB };
    const result = await sandbox.run({ argv: ['/bin/sh', '-c', shell], workdir: folder, readOnly: [...mounts, ...readOnly], env: { CI: 'true', NO_COLOR: '1', PYTHONDONTWRITEBYTECODE: '1', ...packages.env }, limits });
    return { ...result, files: collected(join(folder, 'repo'), collect) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const maxCollected = 5 * MIB;

/** What ran may have put links anywhere: only what lies where it should is read. */
function collected(folder: string, paths: readonly string[]): Record<string, string> {
  const root = realpathSync(folder);
  return Object.fromEntries(paths.flatMap((path) => {
    const file = join(root, path);
    if (!existsSync(file) || realpathSync(file) !== file) return [];
    const { size } = statSync(file);
    return size <= maxCollected ? [[path, readFileSync(file, 'utf8')]] : [];
  }));
}

/** Why a run is no answer, or null where it may be one. */
export function brokenOff(result: SandboxResult, wallMs: number): { state: 'timeout' | 'crashed'; why: string } | null {
  if (result.timedOut) return { state: 'timeout', why: `no answer within ${Math.round(wallMs / 1000)} s` };
  if (result.outOfMemory) return { state: 'crashed', why: 'it needed more memory than the sandbox gives' };
  if (result.truncated) return { state: 'crashed', why: 'it printed more than 16 MB' };
  return result.exit === null ? { state: 'crashed', why: `ended by ${result.signal ?? 'a signal'}` } : null;
}

export function tailOf(result: SandboxResult): string {
  return `${result.stdout.toString('utf8').slice(-2000)}\n${result.stderr.toString('utf8').slice(-2000)}`.trim().slice(-300);
}

/** What head has and base had not: by place in the text, not by number of the line, and each as often as it came up. */
export function introduced(now: readonly ToolFinding[], before: readonly ToolFinding[], sides: Pick<ToolRequest, 'head' | 'base'>): ToolFinding[] {
  const lines = { head: linesOf(sides.head), base: linesOf(sides.base) };
  const left = new Map<string, number>();
  const keyOf = (finding: ToolFinding, side: 'head' | 'base'): string => JSON.stringify([finding.path, finding.rule, lines[side](finding.path)[finding.startLine - 1]?.trim() ?? finding.message]);
  for (const finding of before) left.set(keyOf(finding, 'base'), (left.get(keyOf(finding, 'base')) ?? 0) + 1);
  return now.filter((finding) => {
    const key = keyOf(finding, 'head');
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
}

function linesOf(tree: Tree): (path: string) => string[] {
  const known = new Map<string, string[]>();
  return (path) => {
    const lines = known.get(path) ?? (tree[path]?.encoding === 'utf8' ? tree[path].content.split('\n') : []);
    known.set(path, lines);
    return lines;
  };
}

const Manifest = z.looseObject({ version: z.string().max(60), bin: z.union([z.string(), z.record(z.string(), z.string())]).optional() });

/** A package among those that were fetched: its version, and its programs by name as paths within the package. Null where it is not there. */
export function packageIn(packages: Pick<Fetched, 'mounts'>, name: string): { version: string; bin: Record<string, string> } | null {
  const host = packages.mounts.find(({ inside }) => inside === 'node_modules')?.host;
  const file = host === undefined ? null : join(host, name, 'package.json');
  if (file === null || !existsSync(file)) return null;
  const { version, bin = {} } = Manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { version, bin: typeof bin === 'string' ? { [name.split('/').at(-1)!]: bin } : bin };
}

export const nothingOfItsKind = 'nothing of its kind changed';

/** An engine that was not asked: what a person would have to do stands in `install`, where there is something. */
export function notAsked(tool: string, { why, install = null }: { why: string; install?: string | null }): ToolAnswer {
  return ToolAnswer.parse({ tool, version: '', state: 'missing', why, install });
}

export function quoted(word: string): string {
  return /^[\w./=:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
