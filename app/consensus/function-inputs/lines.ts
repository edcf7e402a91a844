/** Arguments as the lines of a text, and back: numbers and counts first, then texts, lists and tables in the order of the parameters. */
import type { Arranged, Count, Layout } from './layout.ts';

/** Null where the arguments do not fit the layout: sizes that must agree do not. */
export function printArgs(args: unknown[], { parameters, counts }: Arranged): string | null {
  const values = new Map<string, number>();
  const sized = parameters.every(({ layout }, at) => noteSizes(layout, args[at], values));
  if (!sized || counts.some((name) => !values.has(name))) return null;
  const numbers = parameters.flatMap(({ layout }, at) => (layout.kind === 'number' ? [String(Number(args[at]))] : []));
  const bodies = parameters.flatMap(({ layout }, at) => linesOf(layout, args[at]));
  return `${[...numbers, ...counts.map((name) => String(values.get(name))), ...bodies].join('\n')}\n`;
}

/** Stands for a space within one word of a line. */
export const spaceSign = '␣';

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** False where a count has another value already. */
function noteSizes(layout: Layout, value: unknown, values: Map<string, number>): boolean {
  const note = ({ name, plus }: Count, size: number): boolean => {
    if (name === '') return size === plus;
    const known = values.get(name);
    values.set(name, size - plus);
    return known === undefined || known === size - plus;
  };
  switch (layout.kind) {
    case 'number': return note({ name: layout.name, plus: 0 }, Number(value));
    case 'text': return typeof value === 'string' && (layout.spaced ? /^[\S ]+$/ : /^\S+$/).test(value);
    case 'list': return note(layout.count, listed(value).length) && listed(value).every((item) => !layout.text || /^\S+$/.test(String(item)));
    case 'table': return note(layout.count, listed(value).length) && listed(value).every((row) => listed(row).length === layout.columns.length && (!layout.edges?.ordered || Number(listed(row)[0]) < Number(listed(row)[1])));
    case 'matrix': { const rows = listed(value).map((row) => (typeof row === 'string' ? row.length : listed(row).length)); return note(layout.rows, rows.length) && rows.every((width) => note(layout.width, width)); }
    case 'ragged': return note(layout.rows, listed(value).length);
  }
}

function linesOf(layout: Layout, value: unknown): string[] {
  switch (layout.kind) {
    case 'number': return [];
    case 'text': return [String(value).replaceAll(' ', spaceSign)];
    case 'list': return layout.text ? listed(value).map(String) : [listed(value).map(Number).join(' ')];
    case 'table': return listed(value).map((row) => listed(row).map((one, at) => Number(one) + (at < 2 ? layout.edges?.shift ?? 0 : 0)).join(' '));
    case 'matrix': return listed(value).map((row) => (typeof row === 'string' ? row : listed(row).join(layout.letters ? '' : ' ')));
    case 'ragged': return listed(value).map((row) => [listed(row).length, ...listed(row)].join(' '));
  }
}

/** Null where a number is beyond what JSON holds exactly. */
export function readArgs(text: string, { parameters, counts }: Arranged): unknown[] | null {
  const lines = text.split('\n');
  let at = 0;
  const next = () => lines[at++] ?? '';
  const values = new Map<string, number>();
  for (const { layout } of parameters) if (layout.kind === 'number') values.set(layout.name, Number(next()));
  for (const name of counts) values.set(name, Number(next()));
  const take = (count: Count): string[] => Array.from({ length: Math.max(0, (values.get(count.name) ?? 0) + count.plus) }, next);
  const args = parameters.map(({ layout }) => valueOf(layout, { next, take, values }));
  return isExact(args) ? args : null;
}

interface Source { next: () => string; take: (count: Count) => string[]; values: ReadonlyMap<string, number> }

const numbersIn = (line: string): number[] => line.split(' ').filter((token) => token !== '').map(Number);

function valueOf(layout: Layout, { next, take, values }: Source): unknown {
  switch (layout.kind) {
    case 'number': { const value = values.get(layout.name) ?? 0; return layout.truth ? value !== 0 : value; }
    case 'text': return next().replaceAll(spaceSign, ' ');
    case 'list': return layout.text ? take(layout.count) : numbersIn(next());
    case 'table': return take(layout.count).map((line) => rowOf(layout, numbersIn(line)));
    case 'matrix': return take(layout.rows).map((line) => (layout.joined ? line : layout.letters ? [...line] : numbersIn(line)));
    case 'ragged': return take(layout.rows).map((line) => (layout.text ? line.split(' ').slice(1) : numbersIn(line).slice(1)));
  }
}

function rowOf({ edges }: Extract<Layout, { kind: 'table' }>, row: number[]): number[] {
  const shifted = row.map((one, at) => one - (at < 2 ? edges?.shift ?? 0 : 0));
  const [u = 0, v = 0, ...rest] = shifted;
  return edges?.ordered && u > v ? [v, u, ...rest] : shifted;
}

function isExact(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isExact) : typeof value !== 'number' || Number.isSafeInteger(value);
}
