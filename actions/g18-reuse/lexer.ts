/**
 * Source text → tokens, without comments, white space and imports. One lexer for the three families: it need not be right about every `/`, it must read the
 * same words the same way, in one pass and in time linear to the text. A string ends at the end of its line at the latest, so that an odd quote derails no more than that.
 */
export type Family = 'script' | 'python' | 'go';

/** Tokens in columns: the word's number, the number of its shape (variables, texts and numbers are alike), its line (1-based), its offset in the text. */
export interface Tokens {
  path: string;
  words: number[];
  shapes: number[];
  lines: number[];
  offsets: number[];
}

const rest = '[A-Za-z_$\\u00a0-\\uffff][\\w$\\u00a0-\\uffff]*|\\d[\\w.]*|=>|[=!<>]=+|&&|\\|\\||\\?\\?|\\*\\*|<<|>>|\\+\\+|--|\\S';
const lexers: Record<Family, RegExp> = {
  script: new RegExp(`/\\*[^]*?(?:\\*/|$)|//[^\\n]*|\\n|"(?:[^"\\\\\\n]|\\\\.)*"?|'(?:[^'\\\\\\n]|\\\\.)*'?|${rest}`, 'g'),
  python: new RegExp(`#[^\\n]*|"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|\\n|"(?:[^"\\\\\\n]|\\\\.)*"?|'(?:[^'\\\\\\n]|\\\\.)*'?|${rest}`, 'g'),
  go: new RegExp(`/\\*[^]*?(?:\\*/|$)|//[^\\n]*|\\n|"(?:[^"\\\\\\n]|\\\\.)*"?|'(?:[^'\\\\\\n]|\\\\.)*'?|${rest}`, 'g'),
};
const keywords = new Set('async await break case catch class const continue def default defer del do elif else enum except export extends finally for from func function go goto if import in instanceof interface is lambda let match new nil none not null or and package pass raise range return select self static struct super switch this throw true false True False None try type typeof undefined var void while with yield'.split(' '));

/** Numbers of words, shared by all files of one comparison. Names get odd, other tokens even numbers. */
export class Words {
  readonly #known = new Map<string, number>();
  readonly #texts: string[] = [];

  numberOf(text: string, isName: boolean): number {
    const found = this.#known.get(text);
    if (found !== undefined) return found;
    const number = this.#texts.length * 2 + (isName ? 1 : 0);
    this.#known.set(text, number);
    this.#texts.push(text);
    return number;
  }

  textOf(number: number): string {
    return this.#texts[number >> 1] ?? '';
  }
}

export function isName(word: number): boolean {
  return word % 2 === 1;
}

/** Shapes that stand for whole classes of words; every other shape is the word itself, moved out of their way. */
export const shapes = { name: 1, text: 2, number: 3 } as const;

export function tokensOf(file: { path: string; text: string; family: Family }, words: Words): Tokens {
  const tokens: Tokens = { path: file.path, words: [], shapes: [], lines: [], offsets: [] };
  const skip = importSkipper(file.family);
  let line = 1;
  for (const { 0: text, index } of file.text.matchAll(lexers[file.family])) {
    const comment = text.startsWith('//') || text.startsWith('/*') || (file.family === 'python' && text.startsWith('#'));
    if (text !== '\n' && !comment && !skip(text, line)) push(tokens, { text, line, offset: index, words });
    line += text === '\n' ? 1 : newlines(text);
  }
  return tokens;
}

interface Token {
  text: string;
  line: number;
  offset: number;
  words: Words;
}

function push(tokens: Tokens, { text, line, offset, words }: Token): void {
  const name = /^[A-Za-z_$\u00a0-\uffff]/.test(text) && !keywords.has(text);
  const word = words.numberOf(text, name);
  const before = words.textOf(tokens.words.at(-1) ?? -2);
  if (text === '(') fixCalled(tokens, words);
  tokens.words.push(word);
  // A member keeps its name: list.map and list.filter are not one thing under two names.
  tokens.shapes.push(name && before !== '.' ? shapes.name : /^["']/.test(text) ? shapes.text : /^\d/.test(text) ? shapes.number : word + 4);
  tokens.lines.push(line);
  tokens.offsets.push(offset);
}

/** What is called keeps its name as well; what is declared does not. */
function fixCalled(tokens: Tokens, words: Words): void {
  const last = tokens.words.length - 1;
  const called = tokens.words[last];
  if (called === undefined || !isName(called) || /^(function|def|func)$/.test(words.textOf(tokens.words[last - 1] ?? -2))) return;
  tokens.shapes[last] = called + 4;
}

function newlines(text: string): number {
  return text.startsWith('/*') || text.startsWith('"""') || text.startsWith("'''") ? text.split('\n').length - 1 : 0;
}

/** Says of each token whether it belongs to an import. Imports are alike wherever the same things are used. */
function importSkipper(family: Family): (text: string, line: number) => boolean {
  let lineOfLast = 0;
  let inImport: 'no' | 'line' | 'brackets' = 'no';
  let startedAt = 0;
  return (text, line) => {
    const first = line !== lineOfLast;
    lineOfLast = line;
    const over = inImport === 'line' && line !== startedAt;
    if (over) inImport = 'no';
    if (inImport === 'no' && first && (text === 'import' || (family === 'python' && text === 'from') || (family === 'go' && text === 'package'))) [inImport, startedAt] = ['line', line];
    if (inImport === 'no') return false;
    if (/^[({[]$/.test(text)) inImport = 'brackets';
    else if (inImport === 'brackets' && /^[)}\]]$/.test(text)) [inImport, startedAt] = ['line', line];
    return true;
  };
}
