/**
 * Tests that a change takes away. A deleted test file whose subject is still there; fewer assertions, where a value that was asserted is no
 * longer in any test; new skip markers; a test command that cannot fail. A test that moved, or cases that became a table, are no weakening.
 */
import { textOf, type Tree } from '../../core/tree.ts';
import { addedLines, lineSuspicion } from './added-lines.ts';
import { pathSuspicion, shellWord } from './path-suspicion.ts';
import type { Suspicion, Target } from './suspicion.ts';

const testFile = /(^|\/)(tests?|__tests__|spec)\/.*\.([cm]?[jt]sx?|py)$|[._-](test|spec)\.[cm]?[jt]sx?$|(^|\/)test_[^/]*\.py$|_test\.py$/;
// The same patterns, in the dialect of grep -E, are what the program counts.
const asserts = 'assert|expect\\(|self\\.fail|pytest\\.raises';
const skips = '\\.(skip|todo|only)\\(|(^|[^a-zA-Z_])(xit|xtest|xdescribe|fit|fdescribe)\\(|pytest\\.(mark\\.)?(skip|xfail)|unittest\\.skip|skip: *true';

const compares = '==|!=|toBe|toEqual|toMatch|toThrow|[eE]qual\\(|deepEqual|assertIn|assertRaises|pytest\\.raises|throws\\(|rejects\\(';
const leavesOut = /collect_ignore|--ignore[=\s]|--deselect|-k\s+["']?not\b|testPathIgnorePatterns|modulePathIgnorePatterns|pytest_collection_modifyitems|--exclude|norecursedirs|\|\|\s*(true|:|exit 0)\b|continue-on-error\s*:\s*true|if\s*:\s*(false|\$\{\{\s*false)|--passWithNoTests|exit-zero|--no-verify/;
const runsTests = /(^|\/)(conftest\.py|pytest\.ini|setup\.cfg|tox\.ini|pyproject\.toml|(jest|vitest|karma|playwright)\.config\.\w+|\.mocharc[^/]*|noxfile\.py|Makefile)$|^\.github\/workflows\//;

export function isTestFile(path: string): boolean {
  return testFile.test(path);
}

export function attackTests({ base, head }: Target): Suspicion[] {
  const paths = Object.keys(base).filter(isTestFile).sort();
  return [...paths.flatMap((path) => [...deleted(path, base, head), ...fewer(path, base, head), ...softer(path, base, head)]), ...Object.keys(head).filter(isTestFile).sort().flatMap((path) => skipped(path, base, head)), ...toothless(base, head), ...leftOut({ base, head })];
}

function deleted(path: string, base: Tree, head: Tree): Suspicion[] {
  if (path in head || subjectGone(path, base, head)) return [];
  const lost = lostValues(textOf(base[path]) ?? '', head);
  if (lost.length === 0) return [];
  return [pathSuspicion({ class: 'CHEAT', path, claim: `the test file ${path} is gone while what it tests is still there`, expected: { $exists: path }, actual: { $missing: path }, check: `[ -e ${shellWord(path)} ]` })];
}

function fewer(path: string, base: Tree, head: Tree): Suspicion[] {
  const [before, after] = [textOf(base[path]) ?? '', textOf(head[path])];
  if (after === undefined || before === after) return [];
  const [had, has] = [countLines(before, asserts), countLines(after, asserts)];
  if (has >= had || lostValues(before, head).length === 0) return [];
  return [pathSuspicion({ class: 'CHEAT', path, claim: `${path} lost assertions: ${had} lines asserted something, ${has} do now`, expected: had, actual: has, check: `[ "$(grep -cE ${shellWord(asserts)} ${shellWord(path)})" -ge ${had} ]` })];
}

/** As many assertions, but fewer that compare with anything. */
function softer(path: string, base: Tree, head: Tree): Suspicion[] {
  const [before, after] = [textOf(base[path]) ?? '', textOf(head[path])];
  if (after === undefined || before === after || countLines(after, asserts) < countLines(before, asserts)) return [];
  const [had, has] = [countLines(before, compares), countLines(after, compares)];
  if (has >= had || lostValues(before, head).length === 0) return [];
  return [pathSuspicion({ class: 'CHEAT', path, claim: `${path} compares less: ${had} lines compared with a value, ${has} do now`, expected: had, actual: has, check: `[ "$(grep -cE ${shellWord(compares)} ${shellWord(path)})" -ge ${had} ]` })];
}

/** Configuration that takes tests out of the run, or their failure out of the result. */
function leftOut(trees: { base: Tree; head: Tree }): Suspicion[] {
  return addedLines(trees).filter(({ path, line }) => runsTests.test(path) && leavesOut.test(line)).slice(0, 1).map((line) => lineSuspicion(line, 'CHEAT', 'leaves tests out of the run or their failure out of the result'));
}

function skipped(path: string, base: Tree, head: Tree): Suspicion[] {
  const [had, has] = [base, head].map((tree) => countLines(textOf(tree[path]) ?? '', skips)) as [number, number];
  if (has <= had || !(path in base)) return [];
  return [pathSuspicion({ class: 'CHEAT', path, claim: `${path} skips tests that ran before: ${has - had} new skip marker${has - had === 1 ? '' : 's'}`, expected: had, actual: has, check: `[ "$(grep -cE ${shellWord(skips)} ${shellWord(path)})" -le ${had} ]` })];
}

/** Literals of assertions that no test on head holds any more. */
function lostValues(before: string, head: Tree): string[] {
  const kept = new Set(Object.keys(head).filter(isTestFile).flatMap((path) => literals(textOf(head[path]) ?? '')));
  return before.split('\n').filter((line) => new RegExp(asserts).test(line)).flatMap(literals).filter((literal) => !kept.has(literal));
}

function literals(text: string): string[] {
  return text.match(/(?<![\w.])\d+(\.\d+)?|'[^'\n]*'|"[^"\n]*"|\b(true|false|True|False|None|null)\b/g) ?? [];
}

/** Every file of the change that the test imports is gone too. */
function subjectGone(path: string, base: Tree, head: Tree): boolean {
  const text = textOf(base[path]) ?? '';
  const names = [...text.matchAll(/(?:from|import|require\()\s*\(?['"]\.{1,2}\/([^'"]+)['"]|^\s*(?:from|import)\s+([\w.]+)/gm)].map(([, file, module]) => (file ?? module?.replaceAll('.', '/') ?? '').replace(/^(\.\.\/)+/, ''));
  const subjects = Object.keys(base).filter((file) => !isTestFile(file) && names.some((name) => name !== '' && (file === name || file.endsWith(`/${name}`) || file.replace(/\.\w+$/, '').endsWith(name.replace(/\.\w+$/, '')))));
  return subjects.length > 0 && subjects.every((file) => !(file in head));
}

function countLines(text: string, pattern: string): number {
  const expression = new RegExp(pattern);
  return text.split('\n').filter((line) => expression.test(line)).length;
}

/** `npm test` that answers 0 whatever happens. */
function toothless(base: Tree, head: Tree): Suspicion[] {
  const script = (tree: Tree) => scriptsOf(textOf(tree['package.json']))?.test;
  const [before, after] = [script(base), script(head)];
  if (before === undefined || after === undefined || before === after || !/^\s*(true|:|exit 0|echo\b[^&|;]*)\s*$|\|\|\s*(true|:|exit 0)\s*$|--passWithNoTests/.test(after)) return [];
  return [pathSuspicion({ class: 'CHEAT', path: 'package.json', claim: `"npm test" can no longer fail: ${JSON.stringify(after)}`, expected: before, actual: after, check: `! grep -qF ${shellWord(JSON.stringify(after))} package.json` })];
}

export function scriptsOf(text: string | undefined): Record<string, string> | null {
  try {
    const manifest: unknown = JSON.parse(text ?? '');
    const scripts = manifest !== null && typeof manifest === 'object' && 'scripts' in manifest ? manifest.scripts : null;
    return scripts !== null && typeof scripts === 'object' ? Object.fromEntries(Object.entries(scripts).map(([name, script]) => [name, String(script)])) : {};
  } catch {
    return null; // no manifest, or none that a package manager would read
  }
}
