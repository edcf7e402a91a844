/** New imports against the project's own rules, and those that close a cycle. */
import picomatch from 'picomatch';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { graphOf, type Import } from './graph.ts';
import { isJudged } from './scope.ts';
import type { Settings } from './settings.ts';

type Graph = ReturnType<typeof graphOf>;
const maxVisited = 5000;

export function importFindings(facts: GuardFacts, settings: Settings): RawFinding[] {
  const graph = graphOf(facts);
  const told = new Set<string>();
  return facts.changed.flatMap((file) => newImports(file, graph).flatMap((each) => [...ruleFindings(file, each, settings), ...(isJudged(file.path) ? cycleFindings({ file, each, graph, told }, settings) : [])]));
}

function newImports(file: ChangedText, graph: Graph): Import[] {
  return graph.importsOf(file.path, file.text).filter(({ line }) => file.changedLines.has(line));
}

function ruleFindings(file: ChangedText, { to, line }: Import, settings: Settings): RawFinding[] {
  return settings.imports.filter(({ from, forbid, only }) => matches(file.path, [from]) && (forbid ? matches(to, forbid) : !matches(to, only ?? []))).map(({ why }) => ({
    code: 'IMPORT_FORBIDDEN', path: file.path, startLine: line, endLine: line, values: { from: file.path, to, why },
  }));
}

function matches(path: string, globs: readonly string[]): boolean {
  return picomatch.isMatch(path, [...globs], { dot: true });
}

interface Asked {
  file: ChangedText;
  each: Import;
  graph: Graph;
  told: Set<string>;
}

function cycleFindings({ file, each, graph, told }: Asked, settings: Settings): RawFinding[] {
  const way = each.to === file.path ? [file.path] : wayBetween(each.to, file.path, graph);
  if (way === null) return [];
  const key = [...new Set([file.path, ...way])].sort().join('\0');
  if (told.has(key)) return [];
  told.add(key);
  const cycle = [file.path, ...way].map((path) => path.split('/').slice(-2).join('/')).join(' → ');
  return [{ code: 'IMPORT_CYCLE', path: file.path, startLine: each.line, endLine: each.line, values: { cycle }, ...(settings.cycles === 'block' ? {} : { severity: 'info' as const }) }];
}

/** The shortest way along imports, both ends included; null where there is none. */
function wayBetween(from: string, to: string, graph: Graph): string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  const queue = [from];
  for (let at = queue.shift(); at !== undefined && cameFrom.size < maxVisited; at = queue.shift()) {
    if (at === to) return trace(at, cameFrom);
    for (const next of graph.importsOf(at)) {
      if (cameFrom.has(next.to)) continue;
      cameFrom.set(next.to, at);
      queue.push(next.to);
    }
  }
  return null;
}

function trace(end: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const way: string[] = [];
  for (let at: string | null | undefined = end; at; at = cameFrom.get(at)) way.unshift(at);
  return way;
}
