/**
 * An engine that the repository itself configures, as base has it: configuration and plugins from base, over the changed files of head and, where that finds something,
 * over those of base. A repository that does not configure it is left alone; one that does and does not lock it is told so.
 */
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import type { SandboxResult } from '../../core/ports/sandbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { withConfigurationOf } from './configuration.ts';
import { brokenOff, introduced, notAsked, nothingOfItsKind, packageIn, type Packages, packagesOf, runEngine, sandboxOr, tailOf } from './engine-run.ts';

export interface OwnEngine {
  /** As descriptors name it. */
  name: string;
  /** The npm package, and which of its programs. */
  package: string;
  program: string;
  isConfiguration(path: string, base: Tree): boolean;
  judges(path: string): boolean;
  /** The shell line; `program` starts the engine, `paths` are the changed files that are in `tree`. */
  line(program: string, paths: readonly string[], tree: Tree): string;
  /** Throws on anything that is no proper answer. */
  read(said: { stdout: string; exit: number }, tree: Tree): ToolFinding[];
}

export function ownEngineProbe(engine: OwnEngine, parts: ProbeParts): Probe {
  return { name: engine.name, probe: (request) => probe(request, engine, parts) };
}

async function probe(request: ToolRequest, engine: OwnEngine, parts: ProbeParts): Promise<ToolAnswer> {
  const { head, base, all = false } = request;
  // Only what the change brings is told, so that base has nothing to add.
  if (head === base) return answer(engine, '', []);
  const ground = all ? head : base;
  if (!Object.keys(ground).some((path) => engine.isConfiguration(path, ground))) return notAsked(engine.name, { why: 'the repository does not configure it' });
  const tree = withConfigurationOf(ground, head, (path) => engine.isConfiguration(path, ground));
  // A file that stands there as base has it is the judge, and not judged.
  const paths = request.changed.map(({ path }) => path).filter((path) => engine.judges(path) && tree[path]?.content === head[path]?.content);
  if (paths.length === 0) return notAsked(engine.name, { why: nothingOfItsKind });
  const place = await sandboxOr(parts);
  if (!('sandbox' in place)) return notAsked(engine.name, place);
  const packages = await packagesOf(ground, parts);
  const found = packageIn(packages, engine.package);
  const script = found?.bin[engine.program];
  if (!found || !script) return notAsked(engine.name, { why: packages.why ?? 'it is configured, and the lock does not bring it', install: `npm install --save-dev --save-exact ${engine.package}` });
  const program = `node node_modules/${engine.package}/${script}`;
  const run = (side: Tree, judged: readonly string[]): Promise<Run> => runOne(engine, { tree: side, judged, program, packages, sandbox: place.sandbox, request });
  const now = await run(tree, paths);
  if ('state' in now) return ToolAnswer.parse({ tool: engine.name, version: found.version, ...now });
  const old = all || now.findings.length === 0 ? [] : paths.filter((path) => path in base);
  const before = old.length === 0 ? { findings: [] } : await run(base, old);
  if ('state' in before) return ToolAnswer.parse({ tool: engine.name, version: found.version, ...before, why: `on base: ${before.why}` });
  return answer(engine, found.version, withDoubt(introduced(now.findings, before.findings, request), request));
}

function answer({ name }: OwnEngine, version: string, findings: ToolFinding[]): ToolAnswer {
  return ToolAnswer.parse({ tool: name, version, state: findings.length > 0 ? 'findings' : 'clean', findings });
}

type Run = { findings: ToolFinding[] } | { state: 'timeout' | 'crashed'; why: string };

interface How {
  tree: Tree;
  judged: readonly string[];
  program: string;
  packages: Packages;
  sandbox: Parameters<typeof runEngine>[0];
  request: ToolRequest;
}

async function runOne(engine: OwnEngine, { tree, judged, program, packages, sandbox, request }: How): Promise<Run> {
  const wallMs = Math.max(2_000, Math.floor((request.limitMs - 10_000) / 2));
  const result = await runEngine(sandbox, { tree, line: engine.line(program, judged, tree), packages, wallMs });
  return brokenOff(result, wallMs) ?? readAnswer(engine, result, tree);
}

function readAnswer(engine: OwnEngine, result: SandboxResult, tree: Tree): Run {
  try {
    return { findings: engine.read({ stdout: result.stdout.toString('utf8'), exit: result.exit! }, tree) };
  } catch (thrown) {
    return { state: 'crashed', why: `exit code ${result.exit}: ${thrown instanceof Error ? thrown.message.slice(0, 200) : ''} ${tailOf(result)}` };
  }
}

/** The packages are those of base: that one which only the change declares is not found says nothing. */
function withDoubt(findings: ToolFinding[], { head, base }: ToolRequest): ToolFinding[] {
  const before = textOf(base['package.json']) ?? '';
  const fresh = [...(textOf(head['package.json']) ?? '').matchAll(/"(@?[\w./-]{1,200})"\s{0,9}:\s{0,9}"/g)].map(([, name]) => name!).filter((name) => !before.includes(`"${name}"`));
  const names = (message: string): boolean => fresh.some((name) => message.includes(`'${name}`) || message.includes(`"${name}`) || message.endsWith(` ${name}`));
  return findings.map((each) => (names(each.message) ? { ...each, level: 'uncertain' } : each));
}
