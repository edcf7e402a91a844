/** What one commit added, from its tree and those of its parents: lines that none of them has. A file that only moved adds nothing. Pure. */
import type { HistoryEntry } from '../core/guardrail.ts';
import type { Tree, TreeFile } from '../core/tree.ts';
import { linesChanged, textIn } from './facts.ts';

export function addedBy(sha: string, trees: { own: Tree; parents: readonly Tree[] }): HistoryEntry[] {
  const gone = movedFrom(trees);
  return Object.keys(trees.own).sort().flatMap((path): HistoryEntry[] => {
    const file = trees.own[path]!;
    if (trees.parents.some((parent) => same(parent[path], file)) || gone.has(file.content)) return [];
    const text = textIn(path, file);
    if (text === null) return [];
    if (typeof text !== 'string') return text.kind === 'binary' ? [] : [{ sha, path, lines: [], unread: text.why }];
    const lines = linesOf(text, trees.parents.map((parent) => baseText(path, parent[path])));
    return lines.length > 0 ? [{ sha, path, lines }] : [];
  });
}

/** Contents that a parent had under a path which this commit does not have any more. */
function movedFrom({ own, parents }: { own: Tree; parents: readonly Tree[] }): ReadonlySet<string> {
  return new Set(parents.flatMap((parent) => Object.keys(parent).filter((path) => !(path in own)).map((path) => parent[path]!.content)));
}

function same(a: TreeFile | undefined, b: TreeFile): boolean {
  return a !== undefined && a.content === b.content && a.encoding === b.encoding;
}

function baseText(path: string, file: TreeFile | undefined): string | null {
  const text = file ? textIn(path, file) : null;
  return typeof text === 'string' ? text : null;
}

function linesOf(text: string, before: readonly (string | null)[]): { line: number; text: string }[] {
  const changed = (before.length > 0 ? before : [null]).map((base) => linesChanged(base, text));
  return text.split('\n').flatMap((line, index) => (line !== '' && changed.every((lines) => lines.has(index + 1)) ? [{ line: index + 1, text: line }] : []));
}
