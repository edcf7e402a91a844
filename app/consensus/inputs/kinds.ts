/**
 * Kinds of queries ("operations", "commands", "events"): `1 l r`, `+ x`, `PUSH x`, `POP`. They are read from lines of their own with or without
 * bullets, from code spans and quotes, and from sentences ("each command is PUSH x, POP or MAX"). What begins with a word counts only
 * beside kinds with which lines of the examples begin.
 */
import { parseBlock } from './block.ts';
import { ref } from './expression.ts';
import type { Node } from './grammar.ts';
import { titleOf } from './sections.ts';

export interface QueryKind {
  /** The sign, number or word that tells the kind. */
  first: string;
  /** With the names that follow. */
  span: string;
  /** What the statement says of it. */
  text: string;
}

const name = String.raw`(?!(?:is|in|of|to|it|an|as|at|be|by|if|on|or|no|we|he|do|so)\b)[A-Za-z]{1,2}(?:_(?:\{[^{}]*\}|[A-Za-z0-9]+))?`;
const head = String.raw`(?:\d|[-+?!=*<>]|[A-Za-z][A-Za-z_-]{1,14}|[A-Z])`;
const spanned = String.raw`${head}(?: (?:${name}|…)){0,8}`;
const bullet = /^(?:[-*•]\s+|\(?\d{1,2}[.)]\s+|\(?[a-z]\)\s+|(?:type|kind|query|operation|event|command)\s*#?\d+\s*[:.)—-]\s*)/i;
const ownLine = new RegExp(String.raw`^["'\`]?(${spanned})["'\`]?\s*(?:[:—;,(]|-{1,2}\s|\.(?:\s|$)|[=-]>|$)(.*)$`);
const whole = new RegExp(`^${spanned}$`);

/** First tokens of the lines of the examples. */
export function firstTokens(examples: string[]): Set<string> {
  return new Set(examples.flatMap((example) => example.split('\n').map((line) => line.trim().split(/\s+/)[0] ?? '')));
}

/** In the order in which the statement tells them; none where it tells of one only. */
export function queryKinds(text: string, seen: ReadonlySet<string>): QueryKind[] {
  const kinds = new Map<string, QueryKind>();
  for (const kind of [...listed(text, seen), ...quoted(text, seen), ...enumerated(text, seen)]) {
    const known = kinds.get(kind.first);
    if (!known || known.span.split(' ').length < kind.span.split(' ').length) kinds.set(kind.first, { ...kind, text: known?.text || kind.text });
  }
  const all = [...kinds.values()];
  const numbered = all.some((kind) => /^\d /.test(kind.span));
  const meant = all.filter((kind) => numbered || !/^\d$/.test(kind.span));
  return meant.length >= 2 ? meant : [];
}

const firstOf = (span: string) => span.split(' ')[0] ?? '';
const isWord = (first: string) => /[A-Za-z]/.test(first);

/** Kinds on lines of their own, near each other; one of them at least begins a line of an example. */
function listed(text: string, seen: ReadonlySet<string>): QueryKind[] {
  const lines = text.split('\n');
  const signs = lines.some((line) => /^\+ [A-Za-z]/.test(line) && ownLine.test(line));
  const groups: { at: number; kind: QueryKind }[][] = [];
  for (const [at, line] of lines.entries()) {
    const kind = kindOn(line, signs);
    if (!kind) continue;
    const open = groups.at(-1);
    if (open && at - (open.at(-1)?.at ?? 0) <= 4) open.push({ at, kind });
    else groups.push([{ at, kind }]);
  }
  return groups.flatMap((group) => accepted(group.map(({ at, kind }, place) => ({ ...kind, text: described(lines, { at, until: group[place + 1]?.at, kind }) })), seen));
}

function kindOn(line: string, signs: boolean): QueryKind | null {
  if (titleOf(line)) return null;
  const bare = signs && /^- [A-Za-z]\b/.test(line) ? line : line.replace(bullet, '');
  const found = ownLine.exec(bare) ?? ownLine.exec(line);
  return found?.[1] && !(/^\d$/.test(found[1]) && (found[2] ?? '').trim() === '') ? { first: firstOf(found[1]), span: found[1], text: (found[2] ?? '').trim() } : null;
}

/** The line and those that go on with it. */
function described(lines: string[], { at, until, kind }: { at: number; until: number | undefined; kind: QueryKind }): string {
  const after = lines.slice(at + 1, Math.min(until ?? at + 4, at + 4));
  const end = after.findIndex((line) => line.trim() === '' || bullet.test(line));
  return [kind.text, ...(end < 0 ? after : after.slice(0, end))].join(' ').trim();
}

function accepted(group: QueryKind[], seen: ReadonlySet<string>): QueryKind[] {
  const known = group.filter((kind) => seen.has(kind.first));
  if (known.length === 0 || new Set(group.map((kind) => kind.first)).size < 2) return [];
  const words = known.some((kind) => /[A-Za-z]{2}/.test(kind.first));
  return group.filter((kind) => !isWord(kind.first) || seen.has(kind.first) || (words && /^[A-Z_]{2,}$/.test(kind.first)));
}

/** Code spans and quotes anywhere; a bare sign or number counts, a bare word only where an example begins a line with it. */
function quoted(text: string, seen: ReadonlySet<string>): QueryKind[] {
  return [...text.matchAll(/`([^`\n]{1,60})`|["“']([^"“”'\n]{1,30})["”']/g)].map((found) => (found[1] ?? found[2] ?? '').trim())
    .filter((span) => whole.test(span) && (!isWord(firstOf(span)) || seen.has(firstOf(span))))
    .map((span) => ({ first: firstOf(span), span, text: '' }));
}

const introduced = /\b(?:quer(?:y|ies)|operations?|commands?|events?|requests?|actions?|instructions?|lines?)\b[^.:\n]{0,40}?\b(?:is|are|of|has|have|either|takes?)\b (?:either |one of |of |in |the |following |forms? |formats? |given |as )*([^.\n:]+)/gi;

/** "Each command is PUSH x, POP, or MAX." All pieces must be kinds. */
function enumerated(text: string, seen: ReadonlySet<string>): QueryKind[] {
  return [...text.matchAll(introduced)].flatMap((found) => {
    const spans = (found[1] ?? '').replace(/["'`]/g, '').split(/,? (?:or|and) |, /).map((piece) => piece.trim());
    const fits = spans.length >= 2 && spans.every((span) => whole.test(span) && (seen.has(firstOf(span)) || /^[1-9]$/.test(firstOf(span)))) && spans.some((span) => seen.has(firstOf(span)));
    return fits ? spans.map((span) => ({ first: firstOf(span), span, text: '' })) : [];
  });
}

/** A kind as a line: its sign, then its names; null where the names cannot be read. */
export function kindBody(span: string): Node[] | null {
  const [first = '', ...rest] = span.split(' ');
  const nodes = rest.length === 0 ? [] : parseBlock([rest.join(' ')]);
  const line = nodes?.[0];
  if (!nodes || nodes.length > 1 || (line && line.node !== 'line')) return null;
  return [{ node: 'line', parts: [{ part: 'word', text: first }, ...(line?.parts ?? [])] }];
}

/** A block that stands for one kind, of one or several lines. */
export function runBody(run: string[], seen: ReadonlySet<string>): Node[] | null {
  const only = run.length === 1 ? (run[0] ?? '').trim() : '';
  return only !== '' && seen.has(firstOf(only)) && whole.test(only) ? kindBody(only) : parseBlock(run);
}

/** `S_1 … S_Q` in a column where a line is a kind: the column gives way to the kinds. Null where there is no such column. */
export function withKinds(nodes: Node[], kinds: Node[][]): Node[] | null {
  const at = nodes.findLastIndex((node) => node.node === 'table' && node.columns.length === 1 && node.count.k === 'ref');
  const column = nodes[at];
  if (kinds.length < 2 || column?.node !== 'table') return null;
  const count = column.count.k === 'ref' ? ref(column.count.name) : column.count;
  return nodes.map((node, place) => (place === at ? { node: 'rows', name: 'queries', index: 'i', count, body: [{ node: 'choice', alternatives: kinds }] } : node));
}
