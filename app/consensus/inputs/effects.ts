/**
 * What a kind of query does to what is kept (a set, a bag, a stack, a line, edges): puts in, takes out or neither, which of its names tell
 * the element and which one how many. Read from the first sentence on the kind; null where it says both.
 */
import type { Node } from './grammar.ts';
import type { QueryKind } from './kinds.ts';

export interface Effect {
  does: 'put' | 'take' | 'clear' | 'none';
  /** Names that tell which element. */
  key: string[];
  /** The name that tells how many; null: one. */
  amount: string | null;
}

const forms = (verbs: string) => String.raw`\b(?:${verbs})(?:s|es|ed|d|ing|ted|ped)?\b`;
export const putWords = new RegExp(forms('put|push|add|insert|append|enqueue|place|creat|create|build|built|connect|join|enter|arrive|buy|register|throw in|lay|draw|open|hang|plant|append|park'), 'i');
export const takeWords = new RegExp(forms('take|taken|took|pop|remov|remove|delet|delete|eras|erase|dequeue|discard|throw|leave|cut|destroy|demolish|close|extract|serv|serve|sell|sold|withdraw|eat|release'), 'i');
const asking = /^\W*(?:print|report|output|find|count|answer|tell|determine|compute|calculate|ask|how many|what|which|is |check|show)/i;

/** Names of the values of a kind, in order. */
export function valueNames(body: Node[]): string[] {
  return body.flatMap((node) => (node.node === 'line' ? node.parts.flatMap((part) => (part.part === 'value' ? [part.name] : [])) : []));
}

export function effectOf({ first, text }: QueryKind, names: string[]): Effect | null {
  const sentence = (text === '' ? first : text.split(/[.;(]/).find((piece) => piece.trim() !== '') ?? first).replace(/[`'"]/g, '');
  const acting = asking.test(sentence) ? orders(sentence) : sentence;
  const [puts, takes] = [putWords.test(acting), takeWords.test(acting)];
  if (puts && takes && !/\bput (?:back|away)\b|\btak\w+ .*\b(?:put|placed|added) (?:in|before)/i.test(acting)) return null;
  const amount = puts || takes ? names.find((name) => counts(name, acting)) ?? null : null;
  const key = names.filter((name) => name !== amount);
  if (takes && key.length === 0 && /\b(?:all|every|everything|clear)\b/i.test(acting)) return { does: 'clear', key, amount: null };
  return { does: doneBy({ puts, takes }, acting), key, amount };
}

function doneBy({ puts, takes }: { puts: boolean; takes: boolean }, acting: string): Effect['does'] {
  if (takes || puts) return takes ? 'take' : 'put';
  return /^\W*(?:clear|empty)\b/i.test(acting) ? 'clear' : 'none';
}

/** "Print the smallest and remove it": what is ordered beside the question, never what the question speaks of. */
function orders(sentence: string): string {
  const pieces = sentence.split(/,\s+|\b(?:and|then|also)\s+/).slice(1);
  return pieces.filter((piece) => [putWords, takeWords].some((words) => words.test(piece.trim().split(/\s/)[0] ?? ''))).join(' ');
}

/** "k snacks", "the first k of them", "x, c times", "c copies of x". */
function counts(name: string, sentence: string): boolean {
  const bare = name.replace(/_.*$/, '');
  return new RegExp(String.raw`(?<![A-Za-z])${bare}(?:_\w)? (?:(?!is\b|was\b|has\b|as\b|its\b|this\b|and\b|to\b|from\b|of the\b|in\b|on\b|at\b)[a-z]+ ){0,2}?(?!is\b|was\b|has\b|as\b|its\b|this\b)(?:[a-z]{2,}s|people)\b|\b(?:first|last|top|front|next) ${bare}\b`).test(sentence);
}
