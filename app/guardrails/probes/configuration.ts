/** Configuration as it is on base, laid over the change's files: with what it extends or imports from the repository, because a rule is no better than the file that holds it. Pure. */
import { textOf, type Tree } from '../../core/tree.ts';

/** Base's text of each configuration file over head; a configuration that only the change brings is taken away unless base has none of its kind. */
export function withConfigurationOf(base: Tree, head: Tree, isConfiguration: (path: string) => boolean): Tree {
  const own = Object.keys(base).filter(isConfiguration);
  if (own.length === 0) return head;
  const kept = closure(own, base);
  const rest = Object.fromEntries(Object.entries(head).filter(([path]) => !isConfiguration(path)));
  return { ...rest, ...Object.fromEntries([...kept].map((path) => [path, base[path]!])) };
}

/** The files and those of the same tree that they name by a relative path. */
function closure(paths: readonly string[], tree: Tree): Set<string> {
  const [found, queue] = [new Set<string>(), [...paths]];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    const from = at;
    for (const target of named(textOf(tree[at]) ?? '')) queue.push(...variants(resolved(from, target)).filter((path) => path in tree));
  }
  return found;
}

/** What it imports, requires or extends by a relative path; other paths in it are files that it judges. */
function named(text: string): string[] {
  const extended = [...text.matchAll(/["']?\bextends["']?\s{0,9}:\s{0,9}(\[[^\]]{0,2000}\]|["'][^"'\n]{1,300}["'])/g)].flatMap(([, value]) => [...value!.matchAll(/["'](\.{1,2}\/[^"'\n]{1,300})["']/g)]);
  const imported = text.matchAll(/\b(?:from|import|require)\s{0,9}\(?\s{0,9}["'](\.{1,2}\/[^"'\n]{1,300})["']/g);
  return [...extended, ...imported].map(([, target]) => target!);
}

/** The path that a relative one in the file `from` leads to. */
export function resolved(from: string, target: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function variants(path: string): string[] {
  return [path, ...['.json', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '/index.js', '/index.ts'].map((ending) => `${path}${ending}`)];
}
