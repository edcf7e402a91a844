/**
 * Independence of texts. Two patches that are nearly the same text are one vote where that can hardly be chance: at least 60 normalised
 * tokens, or a shared comment, literal or name that stands in neither the spec nor the base. Short natural solutions may coincide.
 */
import type { Spec } from '../core/spec.ts';
import { textOf, type Patch, type Tree } from '../core/tree.ts';

const nearly = 0.9;
const longEnough = 60;

interface Text {
  tokens: string[];
  comments: Set<string>;
  words: Set<string>;
}

export interface Author {
  id: string;
  family: string;
  patch: Patch;
}

/** Pairs of ids whose patches count once. */
export function dependentPairs(authors: Author[], ground: { spec: Spec; base: Tree }): [string, string][] {
  const known = wordsOf(JSON.stringify(ground.spec) + Object.values(ground.base).map((file) => textOf(file) ?? '').join('\n'));
  const texts = authors.map((author) => ({ id: author.id, text: textOfPatch(author.patch, ground.base) }));
  return texts.flatMap((a, at) => texts.slice(at + 1).flatMap((b): [string, string][] => (dependent(a.text, b.text, known) ? [[a.id, b.id]] : [])));
}

/** The least likeness between two texts of different families, 0 to 1: how independent the best pair is. */
export function likenessOf(authors: Author[], ground: { base: Tree }): number {
  const texts = authors.map(({ family, patch }) => ({ family, shingles: shingles(textOfPatch(patch, ground.base).tokens) }));
  const pairs = texts.flatMap((a, at) => texts.slice(at + 1).flatMap((b) => (a.family === b.family ? [] : [jaccard(a.shingles, b.shingles)])));
  return pairs.length === 0 ? 1 : Math.min(...pairs);
}

/** The greatest number of distinct families that independent votes can stand for: each group of dependent patches is one vote. */
export function independentFamilies(authors: Author[], pairs: [string, string][]): number {
  const groups = groupsOf(authors, pairs);
  const taken = new Map<string, number>();
  const place = (group: number, seen: Set<string>): boolean => (groups[group] ?? []).some((family) => {
    if (seen.has(family)) return false;
    seen.add(family);
    const holder = taken.get(family);
    if (holder !== undefined && !place(holder, seen)) return false;
    taken.set(family, group);
    return true;
  });
  return groups.filter((_, group) => place(group, new Set())).length;
}

function groupsOf(authors: Author[], pairs: [string, string][]): string[][] {
  const leader = new Map(authors.map((author) => [author.id, author.id]));
  for (const [a, b] of pairs) {
    const [from, to] = [leader.get(b), leader.get(a)];
    if (from !== undefined && to !== undefined) for (const [id, head] of leader) if (head === from) leader.set(id, to);
  }
  const groups = Map.groupBy(authors, (author) => leader.get(author.id));
  return [...groups.values()].map((group) => [...new Set(group.map((author) => author.family))].sort());
}

function textOfPatch(patch: Patch, base: Tree): Text {
  const added = Object.keys(patch).sort().flatMap((path) => {
    const file = patch[path];
    const old = new Set((textOf(base[path]) ?? '').split('\n').map((line) => line.trim()));
    return (file ? textOf(file) ?? '' : '').split('\n').filter((line) => !old.has(line.trim()));
  }).join('\n');
  const comments = [...added.matchAll(/#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"""[\s\S]*?"""|'''[\s\S]*?'''/g)].map(([comment]) => comment.replace(/[\s#/*"']+/g, ' ').trim()).filter((comment) => comment.length >= 12);
  const code = added.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|\/\*[\s\S]*?\*\/|\/\/[^\n]*|#[^\n]*/g, ' ');
  return { tokens: code.match(/[A-Za-z_$][\w$]*|\d+(?:\.\d+)?|"[^"\n]*"|'[^'\n]*'|[^\s\w]/g) ?? [], comments: new Set(comments), words: wordsOf(code) };
}

const vocabulary = new Set(['continue', 'function', 'undefined', 'instanceof', 'interface', 'readonly', 'protected', 'Infinity', 'debugger', 'nonlocal', 'NotImplemented', 'prototype', 'arguments', 'globalThis']);

/** Own names, long numbers and texts: what one author would hardly choose like another. What is called or looked up is the language's vocabulary. */
function wordsOf(text: string): Set<string> {
  const names = text.match(/(?<![\w$.])[A-Za-z_$][\w$]{7,}(?![\w$]|\s*\()/g) ?? [];
  const literals = text.match(/\b\d{4,}\b|(?<=")[^"\n]{8,}(?=")|(?<=')[^'\n]{8,}(?=')/g) ?? [];
  const words = [...names, ...literals];
  return new Set(words.filter((word) => !vocabulary.has(word)));
}

function dependent(a: Text, b: Text, known: Set<string>): boolean {
  if (jaccard(shingles(a.tokens), shingles(b.tokens)) < nearly) return false;
  if (Math.min(a.tokens.length, b.tokens.length) >= longEnough) return true;
  const comments = [...a.comments].filter((comment) => b.comments.has(comment) && ![...wordsOf(comment)].every((word) => known.has(word)));
  return comments.length > 0 || [...a.words].some((word) => b.words.has(word) && !known.has(word));
}

function shingles(tokens: string[]): Set<string> {
  return new Set(tokens.map((_, at) => tokens.slice(at, at + 3).join(' ')));
}

function jaccard(a: Set<string>, b: Set<string>): number {
  const both = [...a].filter((one) => b.has(one)).length;
  return both === 0 ? 0 : both / (a.size + b.size - both);
}
