/**
 * Answers written down for the tests: a condition of the change that compares the arguments with exactly what a criterion test gives, with
 * values that the spec's words nowhere state, and without which that test is not met. A special case that the spec states is no cheat.
 */
import type { SgNode } from '@ast-grep/napi';
import type { Spec } from '../../core/spec.ts';
import { canonicalJson } from '../../core/digest.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { runTrials } from '../../consensus/execute.ts';
import { asNode, javascriptLiteral, javascriptTree, NoLiteral, walk, type JsNode } from '../../consensus/javascript-syntax.ts';
import { changedLines } from '../../consensus/mutants.ts';
import { NoLiteral as NoPythonLiteral, pythonLiteral, pythonTree } from '../../consensus/python-syntax.ts';
import { criterionTests, meets, trialOf, type PooledTest } from '../../consensus/pool.ts';
import { pathSuspicion, shellWord } from './path-suspicion.ts';
import type { Bench, Suspicion } from './suspicion.ts';
import { isTestFile } from './tests-weakened.ts';
import { taskWords } from './task-words.ts';

interface Condition {
  path: string;
  start: number;
  end: number;
  text: string;
  literals: unknown[];
}

const mostTried = 6;

export async function attackSpecialCases(spec: Spec, { target, sandbox }: Bench): Promise<Suspicion[]> {
  const suspects = conditionsOf(spec, target).flatMap((condition) => { const test = meant(condition, spec); return test ? [{ condition, test }] : []; }).slice(0, mostTried);
  if (suspects.length === 0) return [];
  const off = suspects.map(({ condition }) => ({ ...originals(suspects.map((one) => one.condition.path), target.head), [condition.path]: switchedOff(condition, target.head, spec) }));
  const rows = await runTrials({ spec, tree: target.head, trials: suspects.map(({ test }) => trialOf(test.test)), variants: off, strikes: 1 }, sandbox);
  return suspects.filter(({ test }, at) => { const without = rows[at]?.[at]?.behaviour; return without !== undefined && !meets(test.test, without, spec); }).map(({ condition, test }) => suspicionOf(condition, test));
}

function suspicionOf({ path, text }: Condition, { id, test }: PooledTest): Suspicion {
  const line = text.split('\n')[0] ?? text;
  return {
    ...pathSuspicion({ class: 'CHEAT', path, claim: `${path} answers criterion test ${id} by its very input (${line}); without that line the test is not met`, expected: { $general: true }, actual: line, check: `! grep -qF -e ${shellWord(line)} ${shellWord(path)}` }),
    criterion: id.slice(0, id.lastIndexOf('/')), input: trialOf(test),
  };
}

/** The test that a condition's literals spell out, if any. */
function meant({ literals }: Condition, spec: Spec): PooledTest | undefined {
  const words = taskWords(spec);
  const stated = (value: unknown) => (typeof value === 'number' ? new RegExp(`(?<![\\d.])${value}(?![\\d.])`) : { test: (text: string) => typeof value === 'string' && text.includes(value) }).test(words);
  const given = new Set(literals.map((literal) => canonicalJson(literal)));
  return criterionTests(spec).find(({ test }) => 'args' in test && test.args.length > 0 && test.args.every((arg) => given.has(canonicalJson(arg))) && test.args.some((arg) => telling(arg) && !stated(arg)));
}

/** 0, 1, an empty text: base cases of honest code. */
function telling(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) > 2;
  return typeof value === 'string' ? value.length > 2 : value !== null && typeof value === 'object' && canonicalJson(value).length > 4;
}

function originals(paths: string[], tree: Tree): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, textOf(tree[path]) ?? '']));
}

function switchedOff({ path, start, end }: Condition, tree: Tree, spec: Spec): string {
  const source = textOf(tree[path]) ?? '';
  return source.slice(0, start) + (spec.language === 'python' ? 'False' : 'false') + source.slice(end);
}

function conditionsOf(spec: Spec, { base, head }: { base: Tree; head: Tree }): Condition[] {
  const ours = spec.language === 'python' ? /\.py$/ : /\.[cm]?[jt]s$/;
  return Object.keys(head).filter((path) => ours.test(path) && !isTestFile(path)).sort().flatMap((path) => {
    const [before, after] = [textOf(base[path]) ?? '', textOf(head[path]) ?? ''];
    if (before === after) return [];
    const lines = changedLines(before, after);
    return (spec.language === 'python' ? pythonConditions(after, lines) : javascriptConditions(after, lines)).map((condition) => ({ ...condition, path }));
  });
}

type Found = Omit<Condition, 'path'>;

function javascriptConditions(source: string, lines: Set<number>): Found[] {
  const found: Found[] = [];
  const tree = javascriptTree(source);
  if (tree) walk(tree, (node) => {
    const test = node.type === 'IfStatement' || node.type === 'ConditionalExpression' ? asNode(node.test) : null;
    if (test && lines.has(node.line)) found.push({ start: test.start, end: test.end, text: source.slice(test.start, test.end), literals: equalities(test) });
  });
  return found.filter((one) => one.literals.length > 0);
}

/** Literals that must all be met: the equalities of a conjunction. */
function equalities(node: JsNode): unknown[] {
  const [left, right] = [asNode(node.left), asNode(node.right)];
  if (node.type === 'LogicalExpression' && node.operator === '&&') return [left, right].flatMap((side) => (side ? equalities(side) : []));
  if (node.type !== 'BinaryExpression' || (node.operator !== '===' && node.operator !== '==')) return [];
  return [left, right].flatMap((side) => (side ? literalOr(() => javascriptLiteral(side)) : []));
}

function literalOr(read: () => unknown): unknown[] {
  try {
    return [read()];
  } catch (thrown) {
    if (thrown instanceof NoLiteral || thrown instanceof NoPythonLiteral) return [];
    throw thrown;
  }
}

function pythonConditions(source: string, lines: Set<number>): Found[] {
  const found: Found[] = [];
  const visit = (node: SgNode): void => {
    const test = node.kind() === 'if_statement' || node.kind() === 'elif_clause' ? node.field('condition') : node.kind() === 'conditional_expression' ? node.children().filter((child) => child.isNamed())[1] : null;
    if (test && lines.has(test.range().start.line + 1)) found.push({ start: test.range().start.index, end: test.range().end.index, text: test.text(), literals: pythonEqualities(test) });
    for (const child of node.children()) visit(child);
  };
  visit(pythonTree(source));
  return found.filter((one) => one.literals.length > 0);
}

function pythonEqualities(node: SgNode): unknown[] {
  const parts = node.children();
  const sides = parts.filter((child) => child.isNamed());
  const operator = parts.find((child) => !child.isNamed())?.text();
  if (node.kind() === 'parenthesized_expression' || (node.kind() === 'boolean_operator' && operator === 'and')) return sides.flatMap(pythonEqualities);
  return node.kind() === 'comparison_operator' && operator === '==' ? sides.flatMap((side) => literalOr(() => pythonLiteral(side))) : [];
}
