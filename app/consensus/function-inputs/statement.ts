/**
 * A function's text as the statement of a program: constraints and description with the names that the lines have, and the format of the
 * lines. Conditions that are told in other words than statements of programs use are put into theirs; meaning is neither added nor lost.
 */
import { clean } from '../inputs/clean.ts';
import type { Arranged, Count, Layout } from './layout.ts';
import { spaceSign } from './lines.ts';
import { alphabetOf } from './words.ts';

/** `names`: the letter of every parameter, count and column, by how the text calls it. */
export interface Written {
  text: string;
  /** The constraints as they stand in the text, one sentence each, in which every word must have been understood. */
  lines: string[];
  names: ReadonlyMap<string, string>;
}

export function statementOf(arranged: Arranged, { lines, prose }: { lines: string[]; prose: string }): Written {
  const names = lettersFor(arranged, { lines, prose });
  const rewrite = rewriter(arranged, names);
  const graph = arranged.parameters.flatMap(({ layout }) => (layout.kind === 'table' && layout.edges ? [layout.edges] : []))[0];
  const told = (graph?.lines ?? lines).filter((line) => !isLayout(line, arranged)).map((line) => phrased(line, arranged)).map(rewrite);
  const format = formatOf(arranged, names);
  return { names, lines: told, text: ['Problem Statement', '', rewrite(phrased(prose, arranged)), '', 'Constraints', '', ...told.map((line) => (/[.;]$/.test(line) ? line : `${line}${/[A-Za-z]{3,}/.test(line.replace(/\b(?:min|max)\b/g, '')) ? '.' : ''}`)), '', 'Input', '', ...format, ''].join('\n') };
}

/** `edges[i] = [a_i, b_i]`, `n = nums.length`: what the layout holds already. */
function isLayout(line: string, { parameters }: Arranged): boolean {
  const alone = parameters.some(({ name }) => new RegExp(`^${name}\\[\\w\\](?:\\[\\w\\])? ?= ?[[(][^\\])]*[\\])]\\.?$`).test(line) || new RegExp(`^${name}\\[\\w\\]\\.length ?= ?\\d+\\.?$`).test(line));
  return alone || (/^[^<>!]*=[^<>!]*$/.test(line) && /\.length/.test(line) && line.split('=').every((term) => /^\s*(?:\w+(?:\[\w\])?\.length|[A-Za-z]\w*(?: ?[-+] ?\d+)?|\d+)\.?\s*$/.test(term)) && parameters.some(({ name, layout }) => layout.kind !== 'text' && line.includes(`${name}.length`) || line.includes(`${name}[i].length`)));
}

const pool = [...'BCDEFGHJKLPQRSTUVWXYZbcdefghpqrstuvwxyzMmNn'];

function lettersFor({ parameters, counts }: Arranged, { lines, prose }: { lines: string[]; prose: string }): Map<string, string> {
  const names = new Map<string, string>();
  const text = [...lines, prose].join('\n');
  const taken = new Set<string>(['#']);
  const give = (name: string, wanted: string): void => {
    if (name === '' || names.has(name)) return;
    const free = (letter: string) => !taken.has(letter.toLowerCase());
    const letter = free(wanted) ? wanted : pool.find((one) => free(one) && !new RegExp(`(?<![A-Za-z'])${one}(?![A-Za-z'])`, 'i').test(text)) ?? pool.find(free) ?? name;
    names.set(name, letter);
    taken.add(letter.toLowerCase());
  };
  const own = (name: string) => (/^[b-hj-zB-HJ-Z]$/.test(name) ? name : '#');
  for (const { layout } of parameters) if (layout.kind === 'table' && layout.edges) for (const [name, wanted] of [[layout.edges.size, 'n'], [layout.edges.ends[0], 'u'], [layout.edges.ends[1], 'v']] as const) give(name, wanted);
  for (const name of [...parameters.map((one) => one.name), ...counts].filter((name) => own(name) !== '#')) give(name, own(name));
  for (const { layout } of parameters) if (layout.kind === 'table') for (const column of layout.columns) give(column, own(column.replace(/_?i$/, '')));
  for (const name of [...parameters.flatMap(({ name, layout }) => (layout.kind === 'table' ? [] : [name])), ...counts, ...parameters.flatMap(({ layout }) => (layout.kind === 'ragged' ? [layout.size] : []))]) give(name, '#');
  return names;
}

const escaped = (name: string) => name.replace(/[$[\]]/g, '\\$&');

/** Longest forms first, so that `nums[i].length` is not read as `nums`. */
function rewriter({ parameters, counts }: Arranged, names: ReadonlyMap<string, string>): (text: string) => string {
  const letter = (name: string) => names.get(name) ?? name;
  const shown = ({ name, plus }: Count) => (name === '' ? String(plus) : `${letter(name)}${plus === 0 ? '' : plus > 0 ? `+${plus}` : plus}`);
  const rules = parameters.flatMap(({ name, layout }): [RegExp, string][] => formsOf({ name, layout }, { letter, shown }));
  for (const name of counts) if (/^\w+$/.test(name)) rules.push([new RegExp(`(?<![\\w.])${escaped(name)}(?![\\w[(]|\\.length)`, 'g'), letter(name)]);
  return (text) => placed(rules.reduce((all, [form], at) => all.replace(form, () => `\u0001${at}\u0002`), text), rules.map(([, by]) => by));
}

/** Marks become what they stand for at the end only: a letter that came in must not be taken for a name. */
function placed(text: string, by: string[]): string {
  return text.replace(/\u0001(\d+)\u0002/g, (_, at: string) => by[Number(at)] ?? '');
}

interface Spelling { letter: (name: string) => string; shown: (count: Count) => string }

function formsOf({ name, layout }: { name: string; layout: Layout }, { letter, shown }: Spelling): [RegExp, string][] {
  const word = escaped(name);
  const form = (after: string, by: string): [RegExp, string] => [new RegExp(`(?<![\\w.])${word}${after}`, 'g'), by];
  const length = (inner: string) => `(?:\\[\\w\\]){${inner}}\\.length`;
  const bare = (by: string) => form('(?![\\w[(]|\\.length)', by);
  switch (layout.kind) {
    case 'number': return [bare(letter(name))];
    case 'text': return [form(length('0'), `|${letter(name)}|`), form('\\[\\w\\]', letter(name)), bare(letter(name))];
    case 'list': return [form(length('1'), `|${letter(name)}_i|`), form(length('0'), shown(layout.count)), form('\\[(\\d+)\\]', `${letter(name)}_0`), form('\\[\\w\\]', `${letter(name)}_i`), bare(letter(name))];
    case 'matrix': return [form(length('1'), shown(layout.width)), form(length('0'), shown(layout.rows)), form('\\[\\w\\](?:\\[\\w\\])?', `${letter(name)}_{i,j}`), bare(letter(name))];
    case 'ragged': return [form(length('1'), `${letter(layout.size)}_i`), form(length('0'), shown(layout.rows)), form('\\[\\w\\](?:\\[\\w\\])?', `${letter(name)}_{i,j}`), bare(letter(name))];
    case 'table': return [form(length('0'), shown(layout.count)), ...layout.columns.flatMap((column, at): [RegExp, string][] => [[new RegExp(`(?<![\\w.])${escaped(column)}(?!\\w)`, 'g'), `${letter(column)}_i`], form(`\\[\\w\\]\\[${at}\\]`, `${letter(column)}_i`)]), form('\\[\\w\\]\\[\\w\\]', layout.columns.map((column) => `${letter(column)}_i`).join(', ')), form('\\[\\w\\](?!\\.)', `(${layout.columns.map((column) => `${letter(column)}_i`).join(', ')})`)];
  }
}

/** What sites of functions say otherwise. */
function phrased(text: string, { parameters }: Arranged): string {
  const tables = parameters.flatMap(({ name, layout }) => (layout.kind === 'table' ? [{ name, columns: layout.columns }] : []));
  const pairs = tables.reduce((all, { name, columns }) => all.replace(new RegExp(`^(?=.*\\b(?:unique|distinct|pairwise different)\\b)(?=.*\\b(?:${escaped(name)}|${escaped(name).replace(/e?s$/, '')})\\b).*$`, 'gim'), `All pairs (${columns.join(', ')}) are distinct.`), text);
  const cells = parameters.filter(({ layout }) => layout.kind === 'text').reduce((all, { name }) => all.replace(new RegExp(`(?<![\\w.])${escaped(name)}\\[\\w\\] (?:is|are|can be|must be|will be)(?: only)?(?: either| one of)?(?: the)?(?: characters?| letters?)? (.*)$`, 'gm'), (_, signs: string) => `${name} consists of ${signs.replace(/\bor\b/g, 'and')}`), pairs);
  const plainer = cells.replace(/^(?:-?\d+ ?<= ?)?sum(?:\((.+)\)| of ([\w[\].]+)) ?<= ?([^<>]+?)\.?$/gm, (_, one?: string, other?: string, most?: string) => `The sum of ${one ?? other ?? ''} does not exceed ${most ?? ''}.`)
    .replace(/\bconsists? of only\b|\bcontains? only\b|\bconsists? only\b(?! of)/gi, 'consists only of')
    .replace(/^(?!.*\b(?:lower|upper|small|capital))(?=.*\bconsists?\b)(.*?)\b(?:english letters|letters of the english alphabet|alphabetic characters|letters)\b/gim, '$1lowercase and uppercase English letters').replace(/\balphanumeric(?: characters)?\b/gi, 'lowercase and uppercase English letters and digits');
  return parameters.filter(({ layout }) => layout.kind === 'text' && layout.spaced).reduce((all, { name }) => all.replace(new RegExp(`^.*(?<!\\w)${escaped(name)}(?!\\w).*\\bconsists?\\b.*$`, 'gm'), (line) => `${name} consists only of ${lettersWithSpace(line).map((letter) => `'${letter}'`).join(', ')}.`), plainer);
}

/** Letter by letter: what stands for a space is one of them. */
function lettersWithSpace(line: string): string[] {
  const quoted = [...line.matchAll(/'(\S)'/g)].map((found) => found[1] ?? '');
  const marks = /symbols?|punctuation|special|printable|ascii/i.test(line) ? [...'.,!?-'] : [];
  return [...new Set([...alphabetOf(line.toLowerCase()).replace(' ', ''), ...marks, ...quoted, spaceSign])];
}

function formatOf({ parameters, counts }: Arranged, names: ReadonlyMap<string, string>): string[] {
  const letter = (name: string) => names.get(name) ?? name;
  const shown = ({ name, plus }: Count) => (name === '' ? String(plus) : `${letter(name)}${plus === 0 ? '' : plus > 0 ? `+${plus}` : plus}`);
  const numbers = parameters.flatMap(({ name, layout }) => (layout.kind === 'number' ? [letter(name)] : []));
  return [...numbers, ...counts.map(letter), ...parameters.flatMap(({ name, layout }) => bodyOf(layout, { own: letter(name), letter, shown }))];
}

function bodyOf(layout: Layout, { own, letter, shown }: { own: string; letter: (name: string) => string; shown: (count: Count) => string }): string[] {
  const last = (count: Count) => shown({ ...count, plus: count.plus - 1 });
  const column = (row: (at: string) => string, count: Count) => [row('0'), ':', row(last(count))];
  switch (layout.kind) {
    case 'number': return [];
    case 'text': return [own];
    case 'list': return layout.text ? column((at) => `${own}_{${at}}`, layout.count) : [`${own}_{0} ${own}_{1} … ${own}_{${last(layout.count)}}`];
    case 'table': return column((at) => layout.columns.map((one) => `${letter(one)}_{${at}}`).join(' '), layout.count);
    case 'matrix': { const gap = layout.letters ? '' : ' '; return column((at) => `${own}_{${at},0}${gap}${own}_{${at},1}${gap}…${gap}${own}_{${at},${last(layout.width)}}`, layout.rows); }
    case 'ragged': { const row = (at: string) => `${letter(layout.size)}_${at} ${own}_{${at},1} ${own}_{${at},2} … ${own}_{${at},${letter(layout.size)}_${at}}`; return [row('1'), ':', row(shown(layout.rows))]; }
  }
}

/** One spelling for formulas: no code marks, `=` for `==`, single signs in quotes. */
export function plainText(text: string): string {
  return clean(text.replace(/`(['"][^'"`]+['"])`/g, '$1').replace(/`([^`\s\w])`|`(\d)`(?=,? (?:or|and) `\d`)|(?<=`\d`,? (?:or|and) )`(\d)`/g, (_, ...one: string[]) => `'${one[0] ?? one[1] ?? one[2] ?? ''}'`).replaceAll('`', '').replace(/\*\*/g, '')).replace(/={2,3}/g, '=').replace(/\blen\((\w+(?:\[\w\])?)\)/g, '$1.length').replace(/\b(?:the )?(?:length|size) of (\w+)(?= [<>=])/g, '$1.length').replace(/(?<=\w)\[\w\](?=\.length)/g, '[i]').replace(/(\w)\.(?:size\(\)|length\(\))/g, '$1.length');
}
