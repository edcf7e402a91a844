/** Long inputs made from a command's example, each with the source that writes the same text again. Pure. */

export interface GrownText {
  stdin: string;
  size: number;
  how: string;
  /** JavaScript that leaves the text in `text`. */
  script: string;
}

const sizes = [3_000, 40_000];

/** From the longest example: as many items as its count says, or its lines again and again. */
export function grownTexts(examples: string[]): GrownText[] {
  const [longest] = [...examples].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  if (longest === undefined || longest.trim() === '') return [];
  const lines = longest.replace(/\n+$/, '').split('\n');
  return sizes.flatMap((size) => textOf(lines, size));
}

function textOf(lines: string[], size: number): GrownText[] {
  const [first = '', second = '', ...rest] = lines;
  const count = /^\d+$/.test(first.trim()) ? Number(first) : null;
  const items = second.trim().split(/\s+/).filter(Boolean);
  if (count !== null && count > 0 && items.length === count && (count > 1 || lines.length === 2)) return [made({ kind: 'items', head: items, tail: rest }, size)];
  if (count !== null && count > 0 && lines.length - 1 >= count) return [made({ kind: 'rows', head: lines.slice(1, count + 1), tail: lines.slice(count + 1) }, size)];
  return count === null ? [made({ kind: 'lines', head: lines, tail: [] }, size)] : [];
}

interface Form {
  kind: 'items' | 'rows' | 'lines';
  head: string[];
  tail: string[];
}

const words: Record<Form['kind'], string> = { items: 'items that are not alike, with their count', rows: 'the counted lines again and again, with their count', lines: 'its lines again and again' };

function made({ kind, head, tail }: Form, size: number): GrownText {
  const numbers = kind === 'items' && head.every((item) => /^-?\d{1,9}$/.test(item));
  const item = (at: number): string => { const own = head[at % head.length] ?? ''; return kind !== 'items' ? own : numbers ? String(Number(own) + at) : own + at; };
  const many = Array.from({ length: size }, (_, at) => item(at));
  const [counted, between] = [kind === 'lines' ? '' : `${size}\n`, kind === 'items' ? ' ' : '\n'];
  const source = kind !== 'items' ? 'head[at % head.length]' : numbers ? 'String(Number(head[at % head.length]) + at)' : 'head[at % head.length] + at';
  return {
    stdin: `${counted}${many.join(between)}\n${tail.map((line) => `${line}\n`).join('')}`, size, how: words[kind],
    script: `const head = ${JSON.stringify(head)};\nconst text = ${JSON.stringify(counted)} + Array.from({ length: ${size} }, (_, at) => ${source}).join(${JSON.stringify(between)}) + ${JSON.stringify(`\n${tail.map((line) => `${line}\n`).join('')}`)};`,
  };
}
