/** How much of base is left in head, by the words of the code that changed: a small edit, or another program in its place. */
import { textOf } from '../../core/tree.ts';
import type { Target } from './suspicion.ts';

const codeFile = /\.([cm]?[jt]sx?|py)$/;
const kept = 0.6;

/** Fewer than three of five words of the changed files stand in both. Words that only moved to another file are left. */
export function isRewrite({ base, head }: Pick<Target, 'base' | 'head'>): boolean {
  const paths = [...new Set([...Object.keys(base), ...Object.keys(head)])].filter((path) => codeFile.test(path) && textOf(base[path]) !== textOf(head[path]));
  const [before, after] = [base, head].map((tree) => counted(paths.map((path) => textOf(tree[path]) ?? '').join('\n')));
  if (!before || !after || before.size === 0 || after.size === 0) return false;
  const both = [...before].reduce((sum, [word, count]) => sum + Math.min(count, after.get(word) ?? 0), 0);
  return both / Math.max(sizeOf(before), sizeOf(after)) < kept;
}

function counted(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.match(/[A-Za-z_$][\w$]*|\d+|'[^'\n]*'|"[^"\n]*"/g) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function sizeOf(counts: Map<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
