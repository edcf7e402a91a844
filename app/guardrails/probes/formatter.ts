/**
 * Formatters that run code or are programs of the repository: prettier with a configuration in code, Biome, gofmt. Each rewrites the changed files of head in the sandbox, by
 * the configuration and the version of base; what it leaves as it was on base, or beside a new file, tells whether the repository keeps to it at all.
 */
import type { Sandbox } from '../../core/ports/sandbox.ts';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer } from '../../core/tool-answer.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { withConfigurationOf } from './configuration.ts';
import { brokenOff, notAsked, nothingOfItsKind, packageIn, type Packages, packagesOf, quoted, runEngine, sandboxOr, tailOf } from './engine-run.ts';

export interface Formatter {
  /** As descriptors name it. */
  name: string;
  /** Null: a program of this machine. */
  package: { name: string; program: string } | null;
  applies(base: Tree): boolean;
  isConfiguration(path: string): boolean;
  judges(path: string): boolean;
  line(program: string, paths: string): string;
  /** Whether it did its work, or ended because a text cannot be parsed, which is for others to tell. */
  ended(exit: number, words: string): boolean;
}

const outputOfMachines = /(^|\/)(node_modules|vendor|third_party|dist|build|\.yarn|__snapshots__)\/|\.min\.[a-z]+$|\.generated\.|(^|\/)(package-lock|npm-shrinkwrap)\.json$|_pb\.go$|\.pb\.go$/i;
const neighbours = 6;

export function formatterProbe(formatter: Formatter, parts: ProbeParts): Probe {
  return { name: formatter.name, probe: (request) => probe(request, formatter, parts) };
}

async function probe(request: ToolRequest, formatter: Formatter, parts: ProbeParts): Promise<ToolAnswer> {
  const { head, base, all = false } = request;
  if (head === base) return answer(formatter, '', { formatted: {}, kept: [] });
  const ground = all ? head : base;
  if (!formatter.applies(ground)) return notAsked(formatter.name, { why: 'the repository does not format by it' });
  const paths = request.changed.map(({ path }) => path).filter((path) => isJudged(path, formatter));
  if (paths.length === 0) return notAsked(formatter.name, { why: nothingOfItsKind });
  const place = await sandboxOr(parts);
  if (!('sandbox' in place)) return notAsked(formatter.name, place);
  const packages = formatter.package === null ? { mounts: [], env: {}, why: null } : await packagesOf(ground, parts);
  const found = formatter.package === null ? null : packageIn(packages, formatter.package.name);
  const script = found?.bin[formatter.package?.program ?? ''];
  if (formatter.package !== null && !script) return notAsked(formatter.name, { why: packages.why ?? 'the lock does not bring it', install: `npm install --save-dev --save-exact ${formatter.package.name}` });
  const program = script === undefined ? '' : `node node_modules/${formatter.package!.name}/${script}`;
  return await judge({ request, formatter, sandbox: place.sandbox, packages, program, version: found?.version ?? '' }, paths);
}

function isJudged(path: string, formatter: Formatter): boolean {
  return formatter.judges(path) && !outputOfMachines.test(path);
}

interface Work {
  request: ToolRequest;
  formatter: Formatter;
  sandbox: Sandbox;
  packages: Packages;
  program: string;
  version: string;
}

async function judge(work: Work, touched: readonly string[]): Promise<ToolAnswer> {
  const { request: { head, base, all = false }, formatter } = work;
  const tree = withConfigurationOf(all ? head : base, head, formatter.isConfiguration);
  // A file that stands there as base has it is the judge, and not judged.
  const paths = touched.filter((path) => tree[path]?.content === head[path]?.content);
  const fresh = paths.filter((path) => all || !(path in base));
  const beside = new Map(fresh.map((path) => [path, besides(path, work)]));
  const now = await rewrite(work, tree, [...new Set([...paths, ...[...beside.values()].flat()])]);
  if ('state' in now) return said(work, now);
  const formatted = Object.fromEntries(paths.filter((path) => now.files[path] !== undefined && now.files[path] !== textOf(head[path])).map((path) => [path, now.files[path]!]));
  const old = Object.keys(formatted).filter((path) => !fresh.includes(path));
  const before = old.length === 0 ? { files: {} } : await rewrite(work, base, old);
  if ('state' in before) return said(work, { ...before, why: `on base: ${before.why}` });
  const kept = Object.keys(formatted).filter((path) => (fresh.includes(path) ? areKept(beside.get(path)!, now.files, head) : before.files[path] === textOf(base[path])));
  return answer(formatter, work.version, { formatted, kept });
}

function said({ formatter, version }: Work, more: object): ToolAnswer {
  return ToolAnswer.parse({ tool: formatter.name, version, ...more });
}

function answer({ name }: Formatter, version: string, data: { formatted: Record<string, string>; kept: string[] }): ToolAnswer {
  return ToolAnswer.parse({ tool: name, version, state: 'clean', data });
}

/** Files of the same kind that the change leaves alone, the nearest first. */
function besides(path: string, { request: { head, base }, formatter }: Work): string[] {
  const ending = path.split('.').at(-1)!;
  const alike = Object.keys(head).filter((each) => each !== path && each.endsWith(`.${ending}`) && isJudged(each, formatter) && base[each]?.content === head[each]!.content);
  const near = (each: string): number => each.split('/').filter((part, index) => path.split('/')[index] === part).length;
  return alike.toSorted((a, b) => near(b) - near(a) || (a < b ? -1 : 1)).slice(0, neighbours);
}

function areKept(paths: readonly string[], files: Record<string, string>, head: Tree): boolean {
  const same = paths.filter((path) => files[path] === textOf(head[path])).length;
  return paths.length > 1 && same / paths.length >= 0.8;
}

async function rewrite({ formatter, sandbox, packages, program, request }: Work, tree: Tree, paths: readonly string[]): Promise<{ files: Record<string, string> } | { state: 'timeout' | 'crashed' | 'missing'; why: string }> {
  const wallMs = Math.max(2_000, Math.floor((request.limitMs - 10_000) / 2));
  const result = await runEngine(sandbox, { tree, line: formatter.line(program, paths.map((path) => quoted(`./${path}`)).join(' ')), packages, wallMs, collect: paths });
  const broken = brokenOff(result, wallMs);
  if (broken) return broken;
  if (result.exit === 127 && formatter.package === null) return { state: 'missing', why: 'this machine does not have it' };
  const words = `${result.stdout.toString('utf8').slice(-20_000)}\n${result.stderr.toString('utf8').slice(-20_000)}`;
  return formatter.ended(result.exit!, words) ? { files: result.files } : { state: 'crashed', why: `exit code ${result.exit}: ${tailOf(result)}` };
}
