/**
 * Runs a repository's tests over any tree in the sandbox. Every run starts from a folder laid out anew, so that what one suite leaves behind reaches no other;
 * what counts of its answer is the exit code. From inside, a run over base and one over head look alike: same paths, same environment, nothing named after us.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Dependencies, Fetched } from '../../core/ports/dependencies.ts';
import { MIB, type Sandbox, type SandboxLimits, type SandboxResult } from '../../core/ports/sandbox.ts';
import type { Tree } from '../../core/tree.ts';
import { goCopy, withGoCache } from './go-cache.ts';
import type { Project } from './project.ts';

export interface SuiteRun {
  outcome: 'passed' | 'failed' | 'timeout';
  exit: number | null;
  ms: number;
  /** The end of what the suite printed: for a person, never parsed. */
  words: string;
  /** Files that the run left in its report folder, by name; bounded. */
  reports: Record<string, string>;
}

export interface SuiteOptions {
  wallMs: number;
  /** Another line than the project's own. */
  line?: string;
  env?: Record<string, string>;
}

export interface Bench {
  project: Project;
  run(tree: Tree, options: SuiteOptions): Promise<SuiteRun>;
}

const maxReports = 256 * MIB;
const limits = (wallMs: number): SandboxLimits => ({ wallMs, cpuMs: wallMs * 4, memoryBytes: 2048 * MIB, processes: 256, fileBytes: 128 * MIB, outputBytes: 4 * MIB });

export async function openBench(project: Project, parts: { sandbox(): Promise<Sandbox>; dependencies: Dependencies; tree: Tree }): Promise<Bench> {
  const packages = await parts.dependencies.fetch({ ecosystem: project.ecosystem, tree: parts.tree, folder: project.folder });
  const sandbox = await parts.sandbox();
  const fetched = project.ecosystem === 'go' ? await withGoCache(packages, { tree: parts.tree, folder: project.folder, sandbox }) : packages;
  return { project, run: (tree, options) => runSuite({ tree, options, project, fetched, sandbox }) };
}

interface Suite {
  tree: Tree;
  options: SuiteOptions;
  project: Project;
  fetched: Fetched;
  sandbox: Sandbox;
}

async function runSuite({ tree, options, project, fetched, sandbox }: Suite): Promise<SuiteRun> {
  const folder = mkdtempSync(join(tmpdir(), 'suite-'));
  try {
    chmodSync(folder, 0o755);
    layOut(join(folder, 'repo'), tree);
    mkdirSync(join(folder, 'out'));
    const readOnly = fetched.mounts.map(({ host, inside }) => ({ host, inside: isAbsolute(inside) ? inside : `/work/repo/${inside}` }));
    for (const { inside } of fetched.mounts) if (!isAbsolute(inside)) mkdirSync(join(folder, 'repo', inside), { recursive: true });
    for (const path of fetched.scratch ?? []) mkdirSync(join(folder, 'repo', path), { recursive: true });
    const own = join('/work/repo', project.folder);
    const programs = [...new Set([own, '/work/repo'])].map((each) => `${each}/node_modules/.bin`).join(':');
    const shell = `cd '${own}' && export PATH='${programs}':$PATH:/usr/local/go/bin && ${project.ecosystem === 'go' ? goCopy : ''}${options.line ?? project.line}`;
    const result = await sandbox.run({ argv: ['/bin/sh', '-c', shell], workdir: folder, readOnly, env: { CI: 'true', PYTHONDONTWRITEBYTECODE: '1', ...fetched.env, ...options.env }, limits: limits(options.wallMs) });
    return { ...answerOf(result), reports: reportsIn(join(folder, 'out')) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answerOf(result: SandboxResult): Omit<SuiteRun, 'reports'> {
  const words = `${result.stdout.toString('utf8').slice(-2000)}\n${result.stderr.toString('utf8').slice(-2000)}`.trim().slice(-1500);
  return { outcome: result.timedOut ? 'timeout' : result.exit === 0 ? 'passed' : 'failed', exit: result.exit, ms: result.wallMs, words };
}

/** Lays a tree out as files; what would leave the folder, git's own files and packages are left out. */
export function layOut(folder: string, tree: Tree): void {
  mkdirSync(folder);
  for (const [path, file] of Object.entries(tree)) {
    if (isAbsolute(path) || path.split('/').some((part) => part === '..' || part === '.git' || part === 'node_modules')) continue;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if (file.mode === '120000') symlinkSync(file.content, target);
    else writeFileSync(target, file.encoding === 'utf8' ? file.content : Buffer.from(file.content, 'base64'), { mode: file.mode === '100755' ? 0o755 : 0o644 });
  }
}

/** Plain files of the report folder. Links are not followed; reports too large to read are none, because a part of them would say that the rest never ran. */
function reportsIn(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  let left = maxReports;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(json|info)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    left -= statSync(path).size;
    if (left < 0) return {};
    found[path.slice(folder.length + 1)] = readFileSync(path, 'utf8');
  }
  return found;
}
