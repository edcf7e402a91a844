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
function split(script: string): { words: string[]; piped: boolean }[] {
  const commands: { words: string[]; piped: boolean }[] = [];
  let words: string[] = [];
  let word = '';
  let quoted = false;
  let quote = '';
  const endWord = (): void => {
    if (word !== '' || quoted) words.push(word);
    word = '';
    quoted = false;
  };
  const endCommand = (piped: boolean): void => {
    endWord();
    if (words.length > 0) commands.push({ words, piped });
    words = [];
  };
  for (let i = 0; i < script.length; i += 1) {
    const char = script[i]!;
    if (quote !== '') {
      if (char === '\\' && quote === '"' && i + 1 < script.length) word += script[++i]!;
      else if (char === quote) quote = '';
      else word += char;
    } else if (char === '\\') {
      if (script[i + 1] !== '\n') word += script[i + 1] ?? '';
      i += 1;
    } else if (char === '"' || char === "'") {
      quote = char;
      quoted = true;
    } else if (char === '#' && word === '' && !quoted) {
      const end = script.indexOf('\n', i);
      i = end < 0 ? script.length : end - 1;
    } else if (char === '&' && (script[i + 1] === '>' || script[i - 1] === '>')) word += char;
    else if (';&|\n()`'.includes(char)) endCommand(char === '|' && script[i + 1] !== '|' && script[i - 1] !== '|');
    else if (/\s/.test(char)) endWord();
    else word += char;
  }
  endCommand(false);
  return commands;
}
