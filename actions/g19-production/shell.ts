/** A shell script as commands of plain words: enough to tell which program gets which option, and no more. One pass over the text. */

export interface Command {
  /** `A=b` before the program. */
  environment: Record<string, string>;
  /** The program without its folder, then its arguments, quotes taken off. Empty where only variables are set. */
  words: string[];
  /** The command's output goes into the next one. */
  piped: boolean;
}

const keywords = new Set(['then', 'do', 'else', 'elif', 'if', 'while', 'until', '!', '{', '}', 'time', 'exec', 'command', 'builtin', 'nohup', 'eval', 'env']);
const assignment = /^([A-Za-z_]\w*)=(.*)$/s;

export function commandsOf(script: string): Command[] {
  return split(script).flatMap(({ words, piped }) => {
    const environment: Record<string, string> = {};
    let at = 0;
    for (; at < words.length; at += 1) {
      const set = assignment.exec(words[at]!);
      if (set) environment[set[1]!] = set[2]!;
      else if (!keywords.has(words[at]!)) break;
    }
    const rest = words.slice(at);
    if (rest.length === 0 && Object.keys(environment).length === 0) return [];
    return [{ environment, words: rest.length > 0 ? [rest[0]!.split('/').at(-1)!, ...rest.slice(1)] : [], piped }];
  });
}

/** Words between separators outside of quotes. Brackets of subshells separate too; a comment ends at its line. */
function split(script: string): Words['commands'] {
  const into = new Words();
  for (let at = 0; at < script.length;) at = step(script, { at, into });
  into.endCommand(false);
  return into.commands;
}

class Words {
  readonly commands: { words: string[]; piped: boolean }[] = [];
  #words: string[] = [];
  /** Null: no word has begun. An empty one stands for a pair of quotes. */
  #word: string | null = null;

  get between(): boolean {
    return this.#word === null;
  }

  add(text: string): void {
    if (text !== '') this.#word = (this.#word ?? '') + text;
  }

  startQuoted(): void {
    this.#word ??= '';
  }

  endWord(): void {
    if (this.#word !== null) this.#words.push(this.#word);
    this.#word = null;
  }

  endCommand(piped: boolean): void {
    this.endWord();
    if (this.#words.length > 0) this.commands.push({ words: this.#words, piped });
    this.#words = [];
  }
}

interface Place {
  at: number;
  into: Words;
}

/** Takes in what begins here, and answers where the next begins. */
function step(script: string, { at, into }: Place): number {
  const char = script[at]!;
  if (char === '"' || char === "'") return quoted(script, { at, into });
  if (char === '\\') {
    if (script[at + 1] !== '\n') into.add(script[at + 1] ?? '');
    return at + 2;
  }
  if (char === '#' && into.between) return endOfLine(script, at);
  if (isSeparator(script, at)) into.endCommand(char === '|' && script[at + 1] !== '|' && script[at - 1] !== '|');
  else if (/\s/.test(char)) into.endWord();
  else into.add(char);
  return at + 1;
}

/** `&` beside `>` is a redirection. */
function isSeparator(script: string, at: number): boolean {
  if (script[at] === '&' && (script[at + 1] === '>' || script[at - 1] === '>')) return false;
  return ';&|\n()`'.includes(script[at]!);
}

function endOfLine(script: string, at: number): number {
  const end = script.indexOf('\n', at);
  return end < 0 ? script.length : end;
}

function quoted(script: string, { at, into }: Place): number {
  const quote = script[at]!;
  into.startQuoted();
  let next = at + 1;
  while (next < script.length && script[next] !== quote) {
    if (script[next] === '\\' && quote === '"' && next + 1 < script.length) next += 1;
    into.add(script[next]!);
    next += 1;
  }
  return next + 1;
}
