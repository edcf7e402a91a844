/** The parameters of a function as its header says them – in the task's text, or in the base's module – with types from annotations and JSDoc. */
import type { Shape } from '../shape.ts';
import { typeShape } from './types.ts';

export interface Parameter {
  name: string;
  type: Shape | null;
  optional: boolean;
}

/** The first header of that name that a source holds, or null. Sources are Python, JavaScript, TypeScript or prose around a header. */
export function signatureOf(name: string, sources: string[]): Parameter[] | null {
  const own = name.split('.').at(-1) ?? name;
  const word = own.replace(/[$]/g, '\\$&');
  const header = new RegExp(`\\bdef\\s+${word}\\s*\\(|\\bfunction\\s*\\*?\\s*${word}\\s*(?:<[^>]*>)?\\s*\\(|\\b${word}\\s*(?::[^=\\n]*)?=\\s*(?:async\\s*)?(?:function\\s*\\w*\\s*)?(?:<[^>]*>)?\\(|^\\s*(?:public\\s+|static\\s+|async\\s+)*${word}\\s*\\((?=[^)]*\\)\\s*(?::[^{\\n]*)?\\{)`, 'm');
  for (const source of sources) {
    const found = header.exec(source);
    const list = found ? balanced(source.slice(found.index + found[0].length)) : null;
    if (found && list !== null) return parametersOf(list, docTypes(source.slice(0, found.index)));
  }
  return null;
}

const pairs: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** The text up to the bracket that closes what is already open; null where none does. */
function balanced(text: string): string | null {
  const open: string[] = [')'];
  for (const [at, letter] of text.slice(0, 2000).split('').entries()) {
    const end = pairs[letter];
    if (end) open.push(end);
    else if (letter === open.at(-1)) open.pop();
    if (open.length === 0) return text.slice(0, at);
  }
  return null;
}

/** Cut at separators that stand outside of all brackets and quotes. */
function cut(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  let quote = '';
  for (const letter of text) {
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if ('([{<'.includes(letter)) depth += 1;
    else if (')]}>'.includes(letter)) depth -= 1;
    if (letter === separator && depth <= 0 && quote === '') parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

function parametersOf(list: string, documented: Map<string, string>): Parameter[] {
  const plain = list.replace(/#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  return cut(plain, ',').filter((part) => !/^(self|cls|this)\b|^[*/]/.test(part)).map((part) => {
    const [head = '', ...defaults] = cut(part, '=');
    const [name = '', ...type] = cut(head, ':');
    const written = type.join(':') || documented.get(name.replace('?', '')) || '';
    return { name: name.replace('?', '').trim(), type: written === '' ? null : typeShape(written), optional: defaults.length > 0 || name.includes('?') };
  });
}

/** `@param {type} name` of the nearest comment above. */
function docTypes(before: string): Map<string, string> {
  const comment = before.slice(Math.max(0, before.lastIndexOf('/**')));
  return new Map([...comment.matchAll(/@param\s+\{([^}\n]+)\}\s+\[?([\w$]+)/g)].map(([, type = '', name = '']) => [name, type]));
}
