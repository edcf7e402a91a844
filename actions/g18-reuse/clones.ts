/**
 * Runs of tokens that stand in two places. Windows of the change are kept by a rolling hash, every file is slid over them, and each meeting grows to the longest
 * equal run. Time grows with the text, not with its square: a window that stands in very many places is a table, and only its first places are tried.
 */
import { isName, shapes, type Tokens } from './lexer.ts';

export interface Clone {
  /** The copy: a place in the change. */
  copy: Tokens;
  start: number;
  length: number;
  /** Where the same run stands, too. */
  original: Tokens;
  originalStart: number;
}

export interface Search {
  /** Files of the change, and whether a token of one is new. */
  changed: ReadonlySet<Tokens>;
  isNew(file: Tokens, index: number): boolean;
  /** All files, those of the change included. */
  all: readonly Tokens[];
  kind: 'exact' | 'renamed';
  minTokens: number;
}

/** Shorter runs are not searched for. */
export const windowSize = 30;
const maxPlaces = 6;
const factor = 0x01000193;

export function clonesIn(search: Search): Clone[] {
  const column = (file: Tokens): number[] => (search.kind === 'exact' ? file.words : file.shapes);
  const places = windowsOf(search, column);
  const numbers = new Map(search.all.map((file, index) => [file, index]));
  const found: Clone[] = [];
  const done = new Map<number, number>();
  for (const original of places.size === 0 ? [] : search.all) {
    slide(column(original), (hash, originalStart) => {
      for (const { file: copy, start } of places.get(hash) ?? []) {
        if (twins(original.path, copy.path) || !isBefore({ file: original, at: originalStart }, { file: copy, at: start }, search)) continue;
        const diagonal = (numbers.get(original)! * search.all.length + numbers.get(copy)!) * 1_048_576 + start - originalStart;
        if ((done.get(diagonal) ?? -1) >= start) continue;
        const clone = grown({ copy, start, original, originalStart, length: 0 }, search, column);
        done.set(diagonal, clone.start + clone.length);
        if (clone.length >= search.minTokens && news(clone, search) >= search.minTokens) found.push(clone);
      }
    });
  }
  return longest(found);
}

/** One module in two formats (index.js and index.cjs): the second is a build's output, or has to be alike. */
function twins(a: string, b: string): boolean {
  return a !== b && a.replace(/\.[^./]+$/, '') === b.replace(/\.[^./]+$/, '');
}

/** Of two new places the later one is the copy; an old place is always the original. */
function isBefore(original: { file: Tokens; at: number }, copy: { file: Tokens; at: number }, search: Search): boolean {
  if (original.file === copy.file) return original.at + windowSize <= copy.at || (copy.at + windowSize <= original.at && !search.isNew(original.file, original.at));
  return original.file.path < copy.file.path || !search.changed.has(original.file) || !search.isNew(original.file, original.at);
}

function windowsOf({ changed, isNew }: Search, column: (file: Tokens) => number[]): Map<number, { file: Tokens; start: number }[]> {
  const places = new Map<number, { file: Tokens; start: number }[]>();
  for (const file of changed) {
    slide(column(file), (hash, start) => {
      if (!isNew(file, start)) return;
      const list = places.get(hash);
      if (!list) places.set(hash, [{ file, start }]);
      else if (list.length < maxPlaces) list.push({ file, start });
    });
  }
  return places;
}

function slide(words: readonly number[], see: (hash: number, start: number) => void): void {
  let top = 1;
  for (let i = 1; i < windowSize; i += 1) top = Math.imul(top, factor);
  let hash = 0;
  for (let i = 0; i < words.length; i += 1) {
    if (i >= windowSize) hash = (hash - Math.imul(words[i - windowSize]!, top)) | 0;
    hash = (Math.imul(hash, factor) + words[i]!) | 0;
    if (i >= windowSize - 1) see(hash, i - windowSize + 1);
  }
}

/** The longest equal run around the place, to both sides; names may differ if each is renamed to one other, both ways. */
function grown(seed: Clone, search: Search, column: (file: Tokens) => number[]): Clone {
  const [a, b] = [column(seed.copy), column(seed.original)];
  const names = search.kind === 'exact' ? null : renaming(seed);
  const same = (i: number, j: number): boolean => a[i] === b[j] && (names === null || names.allows(i, j));
  const room = seed.copy === seed.original ? Math.abs(seed.start - seed.originalStart) : Infinity;
  let length = 0;
  while (length < room && seed.start + length < a.length && seed.originalStart + length < b.length && same(seed.start + length, seed.originalStart + length)) length += 1;
  let back = 0;
  while (length + back < room && seed.start - back > 0 && seed.originalStart - back > 0 && same(seed.start - back - 1, seed.originalStart - back - 1)) back += 1;
  return { ...seed, start: seed.start - back, originalStart: seed.originalStart - back, length: length + back };
}

function renaming({ copy, original }: Clone): { allows(i: number, j: number): boolean } {
  const there = new Map<number, number>();
  const back = new Map<number, number>();
  return {
    allows: (i, j) => {
      const [a, b] = [copy.words[i]!, original.words[j]!];
      if (!isName(a) || !isName(b) || copy.shapes[i] !== shapes.name) return true;
      if ((there.get(a) ?? b) !== b || (back.get(b) ?? a) !== a) return false;
      there.set(a, b);
      back.set(b, a);
      return true;
    },
  };
}

function news(clone: Clone, search: Search): number {
  let count = 0;
  for (let i = clone.start; i < clone.start + clone.length; i += 1) if (search.isNew(clone.copy, i)) count += 1;
  return count;
}

/** One clone for each stretch of the change: the longest; what overlaps it is told by it. */
function longest(found: readonly Clone[]): Clone[] {
  const kept = new Stretches();
  return found.toSorted((a, b) => b.length - a.length || (a.original.path < b.original.path ? -1 : 1)).filter((clone) => {
    if (kept.touch(clone)) return false;
    kept.add(clone);
    return true;
  });
}

/** Which tokens of which file are told already. */
export class Stretches {
  readonly #told = new Map<Tokens, Uint8Array>();

  add({ copy, start, length }: Clone): void {
    const told = this.#told.get(copy) ?? new Uint8Array(copy.words.length);
    this.#told.set(copy, told.fill(1, start, start + length));
  }

  touch({ copy, start, length }: Clone): boolean {
    return this.#told.get(copy)?.subarray(start, start + length).includes(1) ?? false;
  }
}
