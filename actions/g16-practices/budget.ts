/** Size and complexity of functions that the change touched, and of the file, against the budget. What was beyond it before and did not grow is not this change's doing. */
import type { ChangedText } from '../../app/core/guardrail.ts';
import { lines, type Node, ofKinds, type Parsed, parseFile } from '../../app/core/syntax.ts';
import type { Hit } from './hit.ts';
import { limitOf, type LimitName, type Settings } from './settings.ts';

const functions = ['function_declaration', 'generator_function_declaration', 'function_expression', 'arrow_function', 'method_definition', 'function_definition'];
const branches = {
  script: ['if_statement', 'for_statement', 'for_in_statement', 'while_statement', 'do_statement', 'switch_case', 'catch_clause', 'ternary_expression', 'binary_expression'],
  python: ['if_statement', 'elif_clause', 'for_statement', 'while_statement', 'except_clause', 'conditional_expression', 'boolean_operator', 'case_clause', 'if_clause'],
  go: [],
};

interface Measure {
  name: string;
  startLine: number;
  endLine: number;
  values: Record<Exclude<LimitName, 'fileLines'>, number>;
}

const codes = { functionLines: 'FUNCTION_TOO_LONG', complexity: 'FUNCTION_TOO_COMPLEX', parameters: 'TOO_MANY_PARAMETERS' } as const;

export function budgetHits(file: ChangedText, settings: Settings): Hit[] {
  const before = new Map(measures(file.path, file.baseText ?? '').map((each) => [each.name, each]));
  const grown = measures(file.path, file.text).filter((each) => overlaps(each, file)).flatMap((each) => (['functionLines', 'complexity', 'parameters'] as const).flatMap((name): Hit[] => {
    const { limit, severity } = limitOf(settings, name);
    const value = each.values[name];
    if (value <= limit || value <= (before.get(each.name)?.values[name] ?? 0)) return [];
    return [{ code: codes[name], startLine: each.startLine, endLine: each.endLine, values: { name: each.name, value, limit }, ...(severity ? { severity } : {}) }];
  }));
  return [...grown, ...fileHits(file, settings)];
}

function fileHits(file: ChangedText, settings: Settings): Hit[] {
  const { limit, severity } = limitOf(settings, 'fileLines');
  const [value, was] = [count(file.text), count(file.baseText ?? '')];
  return value > limit && value > was ? [{ code: 'FILE_TOO_LONG', startLine: 0, endLine: 0, values: { value, limit }, ...(severity ? { severity } : {}) }] : [];
}

function count(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function overlaps({ startLine, endLine }: Measure, file: ChangedText): boolean {
  for (let line = startLine; line <= endLine; line += 1) if (file.changedLines.has(line)) return true;
  return false;
}

function measures(path: string, text: string): Measure[] {
  const parsed = parseFile(path, text);
  if (!parsed) return [];
  const all = ofKinds(parsed.root, functions);
  const branching = branchesByOwner(parsed, new Set(all.map((fn) => fn.id())));
  return all.map((fn) => measure(fn, branching.get(fn.id()) ?? 0));
}

/** How many ways part in each function itself, not in those inside it. */
function branchesByOwner({ root, dialect }: Parsed, ids: ReadonlySet<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const node of ofKinds(root, branches[dialect]).filter(isBranch)) {
    const id = owner(node, ids);
    if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function measure(fn: Node, ways: number): Measure {
  const { startLine, endLine } = lines(fn);
  const parameters = fn.field('parameters')?.children().filter((child) => child.isNamed() && child.kind() !== 'comment' && !/^(self|cls|this\b.*|\*|\/)$/.test(child.text())).length ?? 0;
  const name = (fn.field('name') ?? fn.parent()?.field('name'))?.text() ?? `the function at line ${startLine}`;
  return { name, startLine, endLine, values: { functionLines: endLine - startLine + 1, parameters, complexity: 1 + ways } };
}

function isBranch(node: Node): boolean {
  if (node.kind() === 'binary_expression') return ['&&', '||', '??'].includes(node.field('operator')?.text() ?? '');
  return node.kind() !== 'case_clause' || !/^case\s+_\s*:/.test(node.text());
}

/** The innermost function that the node belongs to. */
function owner(node: Node, ids: ReadonlySet<number>): number | null {
  for (let at = node.parent(); at; at = at.parent()) if (ids.has(at.id())) return at.id();
  return null;
}
