/**
 * Oracle O7: a mutant that the spec forbids and that the change's tests let live, while base's tests did not. Asked where tests, or how they are run, differ between the trees: code of the surface that both have
 * is broken in one place, so that a frozen criterion test fails; the suite must notice. Each mutant is a program that breaks its own copy of the tree and runs the suite there.
 */
import type { Spec } from '../../core/spec.ts';
import { isTest } from '../../core/test-paths.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { editsOf } from '../../consensus/edits.ts';
import { runTrials } from '../../consensus/execute.ts';
import { criterionTests, meets, trialOf } from '../../consensus/pool.ts';
import { surfaceFiles, surfaceName } from './surface.ts';
import type { Bench, Suspicion } from './suspicion.ts';
import { runPrograms } from './verify.ts';

const mostMutants = 8;

interface Mutant {
  path: string;
  /** A line that stands once in both trees, and what takes its place. */
  line: string;
  becomes: string;
}

export async function attackMutants(spec: Spec, bench: Bench): Promise<Suspicion[]> {
  const { base, head, surface } = bench.target;
  const command = suiteOf(spec, { base, head });
  if (!command || !surface.base || !surface.head || !testsDiffer(base, head)) return [];
  const forbidden = await forbiddenOf(spec, bench);
  const [plain, ...programs] = [null, ...forbidden].map((mutant) => suspicionOf(mutant, command, spec));
  if (!plain || programs.length === 0) return [];
  // A suite that fails as it is notices nothing; on base it must notice each of these.
  const [onHead, onBase] = [await runPrograms([plain, ...programs], head, { ...bench, times: 1 }), await runPrograms([plain, ...programs], base, { ...bench, times: 1 })];
  return onHead[0] || onBase[0] ? [] : programs.filter((_, at) => onHead[at + 1] === 1 && onBase[at + 1] === 0).slice(0, 1);
}

/** The spec's own command; else what the manifests of both trees agree on, where nothing has to be installed for it. */
function suiteOf({ suite, language }: Spec, trees: { base: Tree; head: Tree }): string[] | null {
  if (suite) return suite.command;
  const runsNode = (tree: Tree) => /"test"\s*:\s*"node (--test[^"&|;]*)"/.exec(textOf(tree['package.json']) ?? '');
  return language !== 'python' && runsNode(trees.base) && runsNode(trees.head) ? ['node', '--test'] : null;
}

const settings = /(^|\/)(package\.json|conftest\.py|pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml|[\w.]*\.config\.\w+)$/;

function testsDiffer(base: Tree, head: Tree): boolean {
  return Object.keys(base).some((path) => (isTest(path) || settings.test(path)) && textOf(base[path]) !== textOf(head[path]));
}

/** Mutants of lines that both trees have, of which some frozen criterion test fails. */
async function forbiddenOf(spec: Spec, { target: { base, head }, sandbox }: Bench): Promise<Mutant[]> {
  const all = surfaceFiles(spec).flatMap((path) => mutantsOf(path, { spec, base, head }));
  const step = Math.max(1, Math.ceil(all.length / mostMutants));
  const some = all.filter((_, at) => at % step === 0);
  const tests = criterionTests(spec);
  if (some.length === 0 || tests.length === 0) return [];
  const variants = some.map((mutant) => ({ [mutant.path]: mutated(textOf(head[mutant.path]) ?? '', mutant) }));
  const rows = await runTrials({ spec, tree: head, trials: tests.map(({ test }) => trialOf(test)), variants, strikes: 2 }, sandbox);
  return some.filter((_, at) => tests.some(({ test }, column) => { const seen = rows[at]?.[column]?.behaviour; return seen !== undefined && seen.s !== 'timeout' && seen.s !== 'unclear' && !meets(test, seen, spec); }));
}

function mutantsOf(path: string, { spec, base, head }: { spec: Spec; base: Tree; head: Tree }): Mutant[] {
  const [source, old] = [textOf(head[path]) ?? '', textOf(base[path]) ?? ''];
  const once = (text: string, line: string) => line.trim() !== '' && text.split('\n').filter((own) => own === line).length === 1;
  return editsOf(source, spec.language, new Set(source.split('\n').map((_, at) => at + 1))).flatMap((edit): Mutant[] => {
    const start = source.lastIndexOf('\n', edit.start - 1) + 1;
    const found = source.indexOf('\n', edit.end);
    const end = found < 0 ? source.length : found;
    const line = source.slice(start, end);
    return !line.includes('\n') && once(source, line) && once(old, line) ? [{ path, line, becomes: line.slice(0, edit.start - start) + edit.text + line.slice(edit.end - start) }] : [];
  });
}

function mutated(text: string, { line, becomes }: Mutant): string {
  return text.split('\n').map((own) => (own === line ? becomes : own)).join('\n');
}

/** Without a mutant: that the suite passes as it is. */
function suspicionOf(mutant: Mutant | null, command: string[], spec: Spec): Suspicion {
  const [file, ...args] = command;
  const broken = mutant && `const text = readFileSync(${JSON.stringify(mutant.path)}, 'utf8');\nconst broken = text.split('\\n').map((line) => (line === ${JSON.stringify(mutant.line)} ? ${JSON.stringify(mutant.becomes)} : line)).join('\\n');\nwriteFileSync(${JSON.stringify(mutant.path)}, broken);\n`;
  const says = mutant ? "if (broken !== text && status === 0) throw new Error('the tests do not notice');" : "if (status !== 0) throw new Error('the tests do not pass');";
  return {
    class: 'CHEAT', oracle: 'O7', place: `tests of ${surfaceName(spec)}`, criterion: spec.criteria[0]?.id ?? null, input: mutant, expected: { $suite: 'fails' }, actual: { $suite: 'passes' }, trial: null, onSurface: true,
    claim: `the tests no longer notice what a criterion forbids: ${mutant?.path ?? ''} with "${mutant?.becomes.trim().slice(0, 80) ?? ''}" in place of "${mutant?.line.trim().slice(0, 80) ?? ''}"`,
    program: { kind: 'mjs', text: `import { readFileSync, writeFileSync } from 'node:fs';\nimport { spawnSync } from 'node:child_process';\n${broken ?? ''}const { status } = spawnSync(${JSON.stringify(file)}, ${JSON.stringify(args)}, { stdio: 'ignore' });\n${says}\n` },
  };
}
