/** Untrusted text on its way out: it stays text whatever it holds. Mentions, references, links, images, HTML and control characters do nothing. */
import { clip, visible } from './visible.ts';

// A colon only where it would make a link or an emoji.
const special = /[\\`*_{}[\]()<>#+!|~@&]|:(?=\/\/|[\w+-]+:)/g;

// GitHub looks for mentions, references and addresses in the text as rendered, entities decoded: only a space without width keeps their parts apart.
const apart = '&#8203;';
const joined = new Set(['@', '#', ':']);

/** One line of plain text inside Markdown. Longer than `max` characters is cut with an ellipsis. */
export function plain(text: string, max = 300): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\s+/g, ' ').trim();
  const escaped = clip(visible(line), max).replace(special, (character) => `&#${character.codePointAt(0)};${joined.has(character) ? apart : ''}`);
  return escaped.replace(/\bwww\./gi, (text) => `${text.slice(0, -1)}${apart}.`);
}

/** Inline code; backticks inside become a longer fence as CommonMark allows. */
export function code(text: string, max = 200): string {
  const cut = clip(visible(text).trim(), max);
  const fence = '`'.repeat(longestRun(cut) + 1);
  return cut.includes('`') || cut === '' ? `${fence} ${cut} ${fence}` : `${fence}${cut}${fence}`;
}

/** A fenced block that nothing inside can close. */
export function codeBlock(text: string, language = '', max = 8_000): string {
  const cut = text.length > max ? `${text.slice(0, max)}\n… (${text.length - max} more characters)` : text;
  const fence = '`'.repeat(Math.max(3, longestRun(cut) + 1));
  return `${fence}${language}\n${cut.trimEnd()}\n${fence}`;
}

/** Rows of already escaped cells. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '&#124;').replaceAll('\n', '<br>')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
