/**
 * How the tests of a repository are run: what the configuration on base says, else the manifest's test script as it is on base, else what its language usually
 * does. A change that alters its own test command is judged by the old one.
 */
import { AssayError } from '../../core/errors.ts';
import type { Ecosystem } from '../../core/guardrail.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { isTest } from '../../core/test-paths.ts';
import { textOf, type Tree } from '../../core/tree.ts';

export type Runner = 'vitest' | 'jest' | 'python' | 'go' | 'node';

export interface Project {
  /** Where it stands in the repository, '' for the root; its tests run there. */
  folder: string;
  ecosystem: Ecosystem;
  runner: Runner;
  /** A line for the shell inside the sandbox: what package.json holds is one, and runs nowhere else. */
  line: string;
  /** The same, with those tests alone that import this file, ended by the first that fails; null where the runner cannot tell which they are. */
  concerning(path: string): string | null;
  /** Only these are read for the question whether a coverage engine is there. */
  declares(name: string): boolean;
}

/** What a run ends with where the code does not compile, so that no test has judged it. Another exit code that is the same makes a suite look weaker, never stronger. */
export const notBuilt = 97;

/** Of a monorepo the package in `folder`: its own manifest, its own tests. */
export function projectOf({ folder = '', testCommand, ...sides }: Pick<ToolRequest, 'head' | 'base' | 'testCommand' | 'folder'>): Project {
  const head = below(sides.head, folder);
  const base = below(sides.base, folder);
  const manifest = scriptsOf(textOf(base['package.json']) ?? textOf(head['package.json']));
  const script = manifest?.scripts.test;
  const said = testCommand ? testCommand.map(quoted).join(' ') : script !== undefined && !/no test specified/.test(script) ? [manifest?.scripts.pretest, script].filter(Boolean).join(' && ') : usual(head);
  const python = /\b(pytest|unittest|python3?)\b/.test(said);
  const go = /^(\S+=\S+\s+)*go\b/.test(said);
  const line = go ? `if ! go build ./...; then exit ${notBuilt}; fi; ${said}` : said;
  const runner: Runner = python ? 'python' : go ? 'go' : /\bvitest\b/.test(line) ? 'vitest' : /\bjest\b/.test(line) ? 'jest' : 'node';
  const now = scriptsOf(textOf(head['package.json']));
  return { folder, ecosystem: python ? 'pypi' : go ? 'go' : 'npm', runner, line, concerning: (path) => concerning(relative(path, folder), { runner, line }), declares: (name) => now?.names.includes(name) ?? false };
}

/** What the folder holds, by the paths that it has there. */
export function below(tree: Tree, folder: string): Tree {
  return folder === '' ? tree : Object.fromEntries(Object.entries(tree).flatMap(([path, file]) => (path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), file]] : [])));
}

function relative(path: string, folder: string): string {
  return folder === '' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : `${'../'.repeat(folder.split('/').length)}${path}`;
}

/** Both runners follow imports; no test at all is no failure. */
function concerning(path: string, { runner, line }: Pick<Project, 'runner' | 'line'>): string | null {
  const plain = line.replace(/\bvitest(\s+run)?\b/, 'vitest related --run');
  if (runner === 'vitest') return `${plain} --passWithNoTests --bail=1 ${quoted(path)}`;
  return runner === 'jest' && /\bjest\b[^&|;]*$/.test(line) ? `${line} --passWithNoTests --bail --findRelatedTests ${quoted(path)}` : null;
}

/** Without any word of the repository: the runner that its test files need. */
function usual(head: Tree): string {
  const tests = Object.keys(head).filter(isTest);
  if (tests.some((path) => path.endsWith('.py'))) return pythonLine(tests, head);
  if (tests.some((path) => /from ['"]node:test['"]|require\(['"]node:test['"]\)/.test(textOf(head[path]) ?? ''))) return 'node --test';
  if (tests.some((path) => path.endsWith('.go'))) return 'go test ./...';
  throw new AssayError('TESTS_NO_COMMAND', 'nothing says how the tests of this repository are run', { remedy: 'Write testCommand into .github/assay.yml on the default branch, for example [npm, test].' });
}

const withPytest = 'python3 -m pytest -q -x -p no:cacheprovider';

function pythonLine(tests: readonly string[], head: Tree): string {
  const pytest = 'pytest.ini' in head || 'conftest.py' in head || tests.some((path) => /\bimport pytest\b|^def test_|^async def test_/m.test(textOf(head[path]) ?? ''));
  if (pytest) return withPytest;
  const pattern = tests.some((path) => /_test\.py$/.test(path)) ? '*_test.py' : 'test*.py';
  const folders = [...new Set(tests.filter((path) => path.endsWith('.py')).map((path) => path.split('/').slice(0, -1).join('/')))];
  const folder = folders.length === 1 ? folders[0]! : '';
  const start = folder === '' ? '' : ` -s ${quoted(folder)}${`${folder}/__init__.py` in head ? ' -t .' : ''}`;
  // pytest finds tests of unittest in more places, and says so where it finds none; older versions of unittest do not.
  return `if python3 -c 'import pytest' 2>/dev/null; then ${withPytest}; else python3 -m unittest discover -q -f${start} -p ${quoted(pattern)}; fi`;
}

function scriptsOf(text: string | undefined): { scripts: Record<string, string>; names: string[] } | null {
  try {
    const manifest: unknown = JSON.parse(text ?? 'null');
    if (manifest === null || typeof manifest !== 'object') return null;
    const record = (key: string): Record<string, string> => {
      const value: unknown = Object.entries(manifest).find(([name]) => name === key)?.[1];
      return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)])) : {};
    };
    return { scripts: record('scripts'), names: [...Object.keys(record('dependencies')), ...Object.keys(record('devDependencies'))] };
  } catch {
    return null; // no manifest that a package manager would read; the fetch phase says so
  }
}

function quoted(word: string): string {
  return /^[\w./=:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
