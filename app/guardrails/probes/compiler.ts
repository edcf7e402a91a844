/**
 * The compiler probe: `tsc --noEmit` over head and, where that finds something, over base; what head has and base had not is the change's. The compiler is the one
 * that base's lock brings, else ours; projects and their options come from base. A project that it refuses to check is named, never taken for clean.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { type Compiled, isEnvironment, readCompiled } from './compiler-read.ts';
import { judgedProjects, projectsOf } from './compiler-projects.ts';
import { withConfigurationOf } from './configuration.ts';
import { brokenOff, introduced, type Mounts, notAsked, nothingOfItsKind, packageIn, type Packages, packagesOf, packagesOfHead, quoted, runEngine, sandboxOr, tailOf } from './engine-run.ts';
import manifest from '../../../package.json' with { type: 'json' };

export function compilerProbe(parts: ProbeParts): Probe {
  const known = new WeakMap<Tree, Promise<ToolAnswer>>();
  return {
    name: 'tsc',
    probe: (request) => {
      const running = known.get(request.head) ?? probe(request, parts);
      known.set(request.head, running);
      return running;
    },
  };
}

const compiled = /\.([cm]?ts|tsx|[cm]?js|jsx)$/;
const maxProjects = 8;

async function probe(request: ToolRequest, parts: ProbeParts): Promise<ToolAnswer> {
  const { head, base } = request;
  // The question what was there before is answered already: only what the change brings is told.
  if (head === base) return answer('', [], { applies: false });
  const touched = touchedIn(request);
  const projects = projectsOf(touched, request);
  if (projects.length === 0) return notAsked('tsc', { why: touched.length === 0 ? nothingOfItsKind : 'no tsconfig.json covers what changed' });
  const place = await sandboxOr(parts);
  if (!('sandbox' in place)) return notAsked('tsc', place);
  const packages = { head: await packagesOfHead(request, parts), base: await packagesOf(base, parts) };
  const compiler = compilerOf(Object.keys(base).length === 0 || request.all ? packages.head : packages.base);
  if (compiler === null) return notAsked('tsc', { why: 'the repository locks no TypeScript, and ours is not installed', install: 'npm install --save-dev --save-exact typescript' });
  return await judge(request, { ...place, packages, compiler, projects: projects.slice(0, maxProjects), left: projects.slice(maxProjects), packagesWhy: packages.head.why });
}

function answer(version: string, findings: ToolFinding[], data: Record<string, unknown>): ToolAnswer {
  return ToolAnswer.parse({ tool: 'tsc', version, state: findings.length > 0 ? 'findings' : 'clean', findings, data });
}

/** Files of head that differ, and files of base that are gone: who imported them is told by the compiler. */
function touchedIn({ head, base, all }: ToolRequest): string[] {
  const differs = (path: string): boolean => all === true || base[path] === undefined || head[path] === undefined || base[path].content !== head[path].content;
  return [...new Set([...Object.keys(head), ...(all ? [] : Object.keys(base))])].filter((path) => compiled.test(path) && !path.includes('node_modules/') && differs(path));
}

interface Compiler {
  version: string;
  program: string;
  mounts: Mounts;
}

/** Mounted apart from the packages of the side that is judged, so that no change brings its own compiler. */
function compilerOf(packages: Packages): Compiler | null {
  const theirs = packageIn(packages, 'typescript');
  const host = packages.mounts.find(({ inside }) => inside === 'node_modules')?.host;
  if (theirs?.bin.tsc && host) return { version: theirs.version, program: `/engine/node_modules/typescript/${theirs.bin.tsc}`, mounts: [{ host, inside: '/engine/node_modules' }] };
  return ours();
}

function ours(): Compiler | null {
  try {
    const require = createRequire(import.meta.url);
    const folder = dirname(require.resolve('typescript/package.json'));
    const native = join(dirname(folder), '@typescript', `typescript-${process.platform}-${process.arch}`);
    const mounts = [{ host: folder, inside: '/engine/node_modules/typescript' }, ...(existsSync(native) ? [{ host: native, inside: `/engine/node_modules/@typescript/typescript-${process.platform}-${process.arch}` }] : [])];
    return { version: manifest.devDependencies.typescript, program: '/engine/node_modules/typescript/bin/tsc', mounts };
  } catch {
    return null; // an installation without development packages has none
  }
}

interface Bench {
  sandbox: Sandbox;
  packages: { head: Packages; base: Packages };
  compiler: Compiler;
  projects: string[];
  left: string[];
  packagesWhy: string | null;
}

async function judge(request: ToolRequest, bench: Bench): Promise<ToolAnswer> {
  const wallMs = Math.max(2_000, Math.floor((request.limitMs - 10_000) / 2));
  const { compiler: { version } } = bench;
  const said = (more: object): ToolAnswer => ToolAnswer.parse({ tool: 'tsc', version, ...more });
  const now = await compile(bench, { tree: withConfigurationOf(request.base, request.head, judgedProjects(request.base)), side: 'head', wallMs });
  if ('state' in now) return said(now);
  const before = request.all || now.errors.length === 0 ? { errors: [], refused: [] } : await compile(bench, { tree: request.base, side: 'base', wallMs });
  if ('state' in before) return said({ ...before, why: `on base: ${before.why}` });
  // Where types are missing here already, a new error may be one of this place and not of the change.
  const lacking = bench.packagesWhy ?? before.errors.find(isEnvironment)?.message ?? null;
  const fresh = introduced(now.errors, before.errors, request).map((each) => ({ ...each, level: lacking === null ? 'error' : 'uncertain' }));
  const unjudged = [...now.refused, ...bench.left.map((project) => ({ project, why: `only ${maxProjects} projects are checked in one run` }))];
  return answer(version, fresh, { applies: true, unjudged, lacking, keeps: keepsTypes(request) });
}

async function compile(bench: Bench, { tree, side, wallMs }: { tree: Tree; side: 'head' | 'base'; wallMs: number }): Promise<Compiled | { state: 'timeout' | 'crashed'; why: string }> {
  const { sandbox, compiler, projects } = bench;
  const marker = randomUUID();
  const here = projects.filter((project) => project in tree);
  if (here.length === 0) return { errors: [], refused: [] };
  const line = here.map((project) => `{ node ${compiler.program} -p ${quoted(`./${project}`)} --noEmit --pretty false; printf '\\n%s %s\\n' ${marker} "$?"; }`).join('; ');
  const result = await runEngine(sandbox, { tree, line, packages: bench.packages[side], wallMs, readOnly: compiler.mounts });
  return brokenOff(result, wallMs) ?? readCompiled(result.stdout.toString('utf8'), { projects: here, marker, words: tailOf(result) });
}

/** Whether the repository asks for its types itself: a script, a hook or a workflow of base calls the compiler. */
function keepsTypes({ base }: ToolRequest): boolean {
  return Object.keys(base).some((path) => /(^|\/)package\.json$|^\.github\/workflows\/[^/]+\.ya?ml$|^\.pre-commit-config\.yaml$|^\.husky\//.test(path) && /\b(vue-)?tsc\b/.test(textOf(base[path]) ?? ''));
}
