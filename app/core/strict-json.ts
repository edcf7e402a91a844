/**
 * JSON in which no object names a key twice. Parsers disagree about which of two equal keys counts, so signed text that has them says different
 * things to different readers; here it says nothing and is refused.
 */
import { AssayError } from './errors.ts';

const remedy = 'Have the file written anew by the program that made it; it was altered or is not what it is said to be.';

/** Deeper than anything that people or tools write; what walks a value by recursion overflows on more. */
const maxDepth = 256;

/** Throws JSON_INVALID, JSON_TOO_DEEP or JSON_DUPLICATE_KEY. Keys are compared after their escapes are read. */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new AssayError('JSON_INVALID', `not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { remedy, cause: thrown });
  }
  refuseDuplicateKeys(text);
  if (/\\u[dD][89a-fA-F]/.test(text)) refuseLoneSurrogates(value);
  return value;
}

/** Half a character has no UTF-8: what holds one cannot be written down again as it was read. */
function refuseLoneSurrogates(value: unknown): void {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string' && !next.isWellFormed()) throw new AssayError('JSON_INVALID', 'a string holds half a character', { remedy });
    if (typeof next === 'object' && next !== null) open.push(...Object.keys(next), ...Object.values(next));
  }
}

/** The text of UTF-8 bytes; throws JSON_INVALID on anything that is not UTF-8. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    throw new AssayError('JSON_INVALID', 'not UTF-8', { remedy, cause: thrown });
  }
}

/** The first key that differs from another of its object in case alone, or null. Some readers take the one for the other, folding as Unicode does. */
export function caseVariant(value: unknown): string | null {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    const folded = new Set<string>();
    for (const [key, inner] of Object.entries(next)) {
      const fold = key.toUpperCase().toLowerCase();
      if (folded.has(fold)) return key;
      folded.add(fold);
      open.push(inner);
    }
  }
  return null;
}

/** The text is valid JSON, so strings, braces and the colon after a key are all that has to be told apart. */
function refuseDuplicateKeys(text: string): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '{' || letter === '[') open.push(new Set());
    else if (letter === '}' || letter === ']') open.pop();
    else if (letter === '"') {
      const end = endOfString(text, at);
      if (isKey(text, end)) addKey(open.at(-1)!, text.slice(at, end));
      at = end - 1;
    }
    if (open.length > maxDepth) throw new AssayError('JSON_TOO_DEEP', `nested more than ${maxDepth} deep`, { remedy });
  }
}

/** The place after the closing quote. By hand, because a regular expression overflows on strings of some megabytes. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text[first - 1] === '\\') first -= 1;
  return (quote - first) % 2 === 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (at < text.length && ' \t\n\r'.includes(text[at]!)) at += 1;
  return text[at] === ':';
}

function addKey(keys: Set<string>, quoted: string): void {
  const key: unknown = JSON.parse(quoted);
  if (typeof key !== 'string') return;
  if (keys.has(key)) throw new AssayError('JSON_DUPLICATE_KEY', `the key ${quoted.slice(0, 80)} occurs twice in one object`, { remedy });
  keys.add(key);
}
