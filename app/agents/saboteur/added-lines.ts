/** Lines that a change adds to a file, and a suspicion about one of them: its program looks for that very line, which base cannot have. */
import type { SabotageFinding } from '../../core/job.ts';
import type { Spec } from '../../core/spec.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { pathSuspicion, shellWord } from './path-suspicion.ts';
import type { Suspicion, Target } from './suspicion.ts';

export interface AddedLine {
  path: string;
  line: string;
}

/** In the order of paths; a line that moved within its file is not new. */
export function addedLines({ base, head }: Pick<Target, 'base' | 'head'>): AddedLine[] {
  return Object.keys(head).sort().flatMap((path) => {
    const after = textOf(head[path]);
    if (after === undefined || after === textOf(base[path])) return [];
    const before = new Set((textOf(base[path]) ?? '').split('\n').map((line) => line.trim()));
    return after.split('\n').filter((line) => line.trim() !== '' && !before.has(line.trim())).map((line) => ({ path, line: line.trim() }));
  });
}

/** Lines of base that no file of head holds. */
export function removedLines({ base, head }: Pick<Target, 'base' | 'head'>, paths: (path: string) => boolean): AddedLine[] {
  const kept = new Set(Object.values(head).flatMap((file) => (textOf(file) ?? '').split('\n').map((line) => line.trim())));
  return Object.keys(base).filter(paths).sort().flatMap((path) => (textOf(base[path]) ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !kept.has(line)).map((line) => ({ path, line })));
}

export function lineSuspicion({ path, line }: AddedLine, kind: SabotageFinding['class'], claim: string): Suspicion {
  return pathSuspicion({ class: kind, path, claim: `${path} ${claim}: ${shown(line)}`, expected: { $absent: true }, actual: shown(line), check: `! grep -qF -e ${shellWord(line)} ${shellWord(path)}` });
}

export function goneSuspicion({ path, line }: AddedLine, kind: SabotageFinding['class'], claim: string): Suspicion {
  return pathSuspicion({ class: kind, path, claim: `${path} ${claim}: ${shown(line)}`, expected: shown(line), actual: { $absent: true }, check: `grep -qF -e ${shellWord(line)} ${shellWord(path)}` });
}

/** The spec's words in lower case: what it speaks of was asked for. */
export function askedFor(spec: Spec | null): string {
  return spec ? [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n').toLowerCase() : '';
}

function shown(line: string): string {
  const plain = line.replace(/[^\x20-\x7e]/g, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`);
  return plain.length > 120 ? `${plain.slice(0, 117)}…` : plain;
}

/** The paths of one kind that both trees or only head have. */
export function pathsOf(tree: Tree, pattern: RegExp): string[] {
  return Object.keys(tree).filter((path) => pattern.test(path)).sort();
}
