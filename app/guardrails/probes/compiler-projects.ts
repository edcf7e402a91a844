/** Which tsconfig.json covers which file: the nearest one of base; one that only the change brings counts where base has none, or in a folder that is new. Pure. */
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { resolved } from './configuration.ts';

const project = /(^|\/)(ts|js)config(\.[\w.-]+)?\.json$/;

export function isProject(path: string): boolean {
  return project.test(path) && !path.includes('node_modules/');
}

/** Projects as base has them; those of the change count only in folders that are new with it. */
export function judgedProjects(base: Tree): (path: string) => boolean {
  const folders = new Set(Object.keys(base).flatMap(foldersOver));
  return (path) => isProject(path) && folders.has(foldersOver(path)[0]!);
}

export function projectsOf(touched: readonly string[], { head, base }: Pick<ToolRequest, 'head' | 'base'>): string[] {
  const onBase = Object.keys(base).some(isProject);
  const folders = new Set(Object.keys(base).flatMap(foldersOver));
  const nearest = touched.flatMap((path) => {
    for (const folder of foldersOver(path)) {
      const tree = onBase && folders.has(folder) ? base : head;
      const found = ['tsconfig.json', 'jsconfig.json'].map((name) => `${folder}${name}`).find((each) => each in tree);
      if (found) return expanded(found, tree);
    }
    return [];
  });
  return [...new Set(nearest)].sort();
}

/** `a/b/`, `a/`, and the root as ''. */
function foldersOver(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/')}/`), ''];
}

/** A project without files of its own stands for those that it refers to. */
function expanded(path: string, tree: Tree, depth = 0): string[] {
  const text = (textOf(tree[path]) ?? '').replace(/^\s*\/\/.*$/gm, '');
  if (depth > 3 || !/"files"\s*:\s*\[\s*\]/.test(text) || /"include"\s*:/.test(text)) return [path];
  const targets = [...text.matchAll(/"path"\s{0,9}:\s{0,9}"([^"\n]{1,300})"/g)].map(([, target]) => resolved(path, target!));
  const found = targets.flatMap((target) => [target, `${target}.json`, `${target}/tsconfig.json`]).filter((each) => each in tree && each !== path);
  return found.length === 0 ? [path] : found.flatMap((each) => expanded(each, tree, depth + 1));
}
