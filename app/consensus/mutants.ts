/** Mutants of a candidate: one small edit each, on lines that the candidate changed, at most `cap`, the same ones every time. */
import { diffLines } from 'diff';
import { sha256 } from '../core/digest.ts';
import type { Spec } from '../core/spec.ts';
import { textOf, type Patch, type Tree } from '../core/tree.ts';
import { editsOf } from './edits.ts';

/** Files of the tree that the mutant overrides. */
export type Mutant = Record<string, string>;

const extensions = { python: /\.py$/, javascript: /\.[cm]?js$/, typescript: /\.[cm]?ts$/ };
const isTest = /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.|(^|\/)test_/;

export function mutantsOf(subject: { spec: Spec; base: Tree; patch: Patch }, cap: number): Mutant[] {
  const all = Object.entries(subject.patch).flatMap(([path, file]) => {
    const source = file ? textOf(file) : undefined;
    if (source === undefined || !extensions[subject.spec.language].test(path) || isTest.test(path)) return [];
    const edits = editsOf(source, subject.spec.language, changedLines(textOf(subject.base[path]) ?? '', source));
    return edits.map((edit): Mutant => ({ [path]: source.slice(0, edit.start) + edit.text + source.slice(edit.end) }));
  });
  if (all.length <= cap) return all;
  // A digest picks evenly over the program, whatever the order of the edits.
  return all.map((mutant) => ({ mutant, rank: sha256(JSON.stringify(mutant)) })).sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, cap).map(({ mutant }) => mutant);
}

/** Line numbers, from 1, that are new or changed against the base. */
export function changedLines(base: string, head: string): Set<number> {
  const lines = new Set<number>();
  let line = 1;
  for (const part of diffLines(base, head)) {
    if (part.removed) continue;
    if (part.added) for (let n = 0; n < part.count; n++) lines.add(line + n);
    line += part.count;
  }
  return lines;
}
