/**
 * pyright over head and, where that finds something, over base, in the sandbox with the locked packages: it starts the repository's Python to learn where packages are.
 * Configuration comes from base. Where the repository does not use pyright itself, or packages are missing, what it says is uncertain.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Sandbox } from '../../core/ports/sandbox.ts';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { withConfigurationOf } from './configuration.ts';
import { brokenOff, introduced, notAsked, nothingOfItsKind, type Packages, packagesOf, packagesOfHead, quoted, runEngine, sandboxOr, tailOf } from './engine-run.ts';

const Report = z.looseObject({
  generalDiagnostics: z.array(z.looseObject({ file: z.string(), severity: z.string(), message: z.string(), rule: z.string().optional(), range: z.looseObject({ start: z.looseObject({ line: z.number() }) }).optional() })),
  summary: z.looseObject({ filesAnalyzed: z.number() }),
});
const python = /\.pyi?$/;
const isConfiguration = (path: string): boolean => /(^|\/)(pyrightconfig\.json|pyproject\.toml)$/.test(path);
/** Above this only the changed files are looked at, and what they break elsewhere is not. */
const wholeLimit = 1500;

export function pyrightProbe(parts: ProbeParts): Probe {
  const known = new WeakMap<Tree, Promise<ToolAnswer>>();
  return {
    name: 'pyright',
    probe: (request) => {
      const running = known.get(request.head) ?? probe(request, parts);
      known.set(request.head, running);
      return running;
    },
  };
}

async function probe(request: ToolRequest, parts: ProbeParts): Promise<ToolAnswer> {
  const { head, base, all = false } = request;
  const paths = touchedIn(request);
  if (head === base) return ToolAnswer.parse({ tool: 'pyright', version: '', state: 'clean' });
  if (paths.length === 0) return notAsked('pyright', { why: nothingOfItsKind });
  const tool = parts.tool?.('pyright') ?? { version: '', install: 'npx assay tools install pyright' };
  if ('install' in tool) return ToolAnswer.parse({ ...notAsked('pyright', { why: 'it is not installed', install: tool.install }), version: tool.version });
  const place = await sandboxOr(parts);
  if (!('sandbox' in place)) return notAsked('pyright', place);
  const said = (more: object): ToolAnswer => ToolAnswer.parse({ tool: 'pyright', version: tool.version, ...more });
  const ground = all ? head : base;
  const bench = { sandbox: place.sandbox, folder: tool.folder, wallMs: Math.max(2_000, Math.floor((request.limitMs - 10_000) / 2)) };
  const packages = { head: await packagesOfHead(request, parts, 'pypi'), base: await packagesOf(base, parts, 'pypi') };
  const now = await check({ ...bench, tree: withConfigurationOf(ground, head, isConfiguration), packages: packages.head, paths });
  if ('state' in now) return said(now);
  const before = all || now.findings.length === 0 ? { findings: [] } : await check({ ...bench, tree: base, packages: packages.base, paths: paths.filter((path) => path in base) });
  if ('state' in before) return said({ ...before, why: `on base: ${before.why}` });
  const keeps = usesPyright(ground);
  const lacking = packages.head.why ?? now.findings.find(({ rule }) => rule === 'reportMissingImports')?.message ?? null;
  const findings = introduced(now.findings, before.findings, request).map((each) => ({ ...each, level: keeps && lacking === null ? each.level : 'uncertain' }));
  return said({ state: findings.length > 0 ? 'findings' : 'clean', findings, data: { applies: true, keeps, lacking } });
}

/** Changed files, and those of base that are gone, for what they break. */
function touchedIn({ head, base, all }: ToolRequest): string[] {
  return [...new Set([...Object.keys(head), ...(all ? [] : Object.keys(base))])].filter((path) => python.test(path) && (all === true || base[path]?.content !== head[path]?.content));
}

function usesPyright(base: Tree): boolean {
  return 'pyrightconfig.json' in base || /^\[tool\.pyright\]/m.test(textOf(base['pyproject.toml']) ?? '') || Object.keys(base).some((path) => /^\.pre-commit-config\.yaml$|^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) && /\bpyright\b/.test(textOf(base[path]) ?? ''));
}

interface Check {
  sandbox: Sandbox;
  folder: string;
  wallMs: number;
  tree: Tree;
  packages: Packages;
  paths: readonly string[];
}

async function check({ sandbox, folder, wallMs, tree, packages, paths }: Check): Promise<{ findings: ToolFinding[] } | { state: 'timeout' | 'crashed'; why: string }> {
  const whole = Object.keys(tree).filter((path) => python.test(path)).length <= wholeLimit;
  const here = paths.filter((path) => path in tree);
  if (!whole && here.length === 0) return { findings: [] };
  const line = `node /engine/pyright/index.js --outputjson ${whole ? '' : here.map((path) => quoted(`./${path}`)).join(' ')}`;
  const result = await runEngine(sandbox, { tree, line, packages, wallMs, readOnly: [{ host: join(folder, 'package'), inside: '/engine/pyright' }] });
  const broken = brokenOff(result, wallMs);
  if (broken) return broken;
  try {
    return { findings: findingsIn(result.stdout.toString('utf8'), result.exit!) };
  } catch (thrown) {
    return { state: 'crashed', why: `exit code ${result.exit}: ${thrown instanceof Error ? thrown.message.slice(0, 200) : ''} ${tailOf(result)}` };
  }
}

function findingsIn(stdout: string, exit: number): ToolFinding[] {
  const { generalDiagnostics, summary } = Report.parse(JSON.parse(stdout));
  const errors = generalDiagnostics.filter(({ severity }) => severity === 'error');
  if (exit > 1 || (exit === 1) !== errors.length > 0) throw new Error(`${errors.length} errors in ${summary.filesAnalyzed} files`);
  return errors.map(({ file, message, rule = 'syntax', range }) => {
    const line = (range?.start.line ?? -1) + 1;
    return { rule, path: file.replace(/^\/work\/repo\//, ''), startLine: line, endLine: line, message: message.split('\n')[0]!.slice(0, 300), level: 'error' };
  });
}
