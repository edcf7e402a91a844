/**
 * What stays behind or starts by itself: new lifecycle scripts of a package, git and editor hooks, start-up files of interpreters, workflows.
 * A path or script that the spec itself speaks of is what was asked for.
 */
import { textOf, type Tree } from '../../core/tree.ts';
import { pathSuspicion, shellWord } from './path-suspicion.ts';
import type { Suspicion, Target } from './suspicion.ts';
import { scriptsOf } from './tests-weakened.ts';

const lifecycle = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish', 'dependencies'];
const startsItself: [RegExp, string][] = [
  [/^\.github\/workflows\/[^/]+\.ya?ml$/, 'a workflow'],
  [/^(\.husky|\.githooks|\.git-hooks|\.hooks)\/[^/]+$/, 'a git hook'],
  [/^(lefthook\.ya?ml|\.lefthook\.ya?ml)$/, 'git hooks'],
  [/(^|\/)(sitecustomize|usercustomize)\.py$|\.pth$/, 'a start-up file of the interpreter'],
  [/^\.vscode\/tasks\.json$|^\.devcontainer\//, 'an editor task'],
  [/^\.claude\/settings(\.local)?\.json$|^\.cursor\/hooks\.json$/, 'an agent hook'],
];

export function attackPersistence({ base, head, spec }: Target): Suspicion[] {
  const asked = spec ? [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n').toLowerCase() : '';
  return [...newScripts(base, head, asked), ...newFiles(base, head, asked)];
}

function newScripts(base: Tree, head: Tree, asked: string): Suspicion[] {
  return Object.keys(head).filter((path) => /(^|\/)package\.json$/.test(path)).sort().flatMap((path) => {
    const [before, after] = [scriptsOf(textOf(base[path])) ?? {}, scriptsOf(textOf(head[path])) ?? {}];
    const added = lifecycle.filter((name) => after[name] !== undefined && after[name] !== before[name] && !asked.includes(name));
    return added.slice(0, 1).map((name) => pathSuspicion({
      class: 'SUPPLY', path, claim: `${path} runs ${JSON.stringify(after[name])} by itself at ${name}`, expected: before[name] ?? null, actual: after[name],
      check: `node -e ${shellWord(`const { scripts = {} } = JSON.parse(require('fs').readFileSync(${JSON.stringify(path)}, 'utf8')); process.exit(scripts[${JSON.stringify(name)}] === ${JSON.stringify(after[name])} ? 1 : 0)`)}`,
    }));
  });
}

function newFiles(base: Tree, head: Tree, asked: string): Suspicion[] {
  return Object.keys(head).filter((path) => !(path in base)).sort().flatMap((path) => {
    const kind = startsItself.find(([pattern]) => pattern.test(path))?.[1];
    const name = path.split('/').at(-1) ?? path;
    if (kind === undefined || asked.includes(name.toLowerCase()) || asked.includes(kind.split(' ').at(-1) ?? kind)) return [];
    return [pathSuspicion({ class: 'PERSIST', path, claim: `the change adds ${kind}, ${path}, that nobody asked for`, expected: { $missing: path }, actual: { $exists: path }, check: `[ ! -e ${shellWord(path)} ]` })];
  });
}
