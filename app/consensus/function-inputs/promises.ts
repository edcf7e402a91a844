/**
 * Promises that no line can show: a value that is one of a list, brackets that match, no leading zeros, a list of parents that is a tree. Each is read from
 * one sentence, made true by a repair of arguments and checked on any.
 */
export interface Promised {
  /** The constraints without the sentences that were understood here. */
  lines: string[];
  repair: (args: unknown[], seed: number) => unknown[];
  holds: (args: unknown[]) => boolean;
}

interface Promising {
  at: number;
  used: string[];
  /** What the lines say instead. */
  instead: string[];
  value: (args: unknown[], seed: number) => unknown;
  holds: (args: unknown[]) => boolean;
}

export function promisesIn(lines: string[], names: string[]): Promised {
  const found = names.flatMap((name, at) => [memberOf(lines, names, at), matching(lines, name, at), parentsOf(lines, name, at), withoutZeros(lines, name, at), spacing(lines, name, at)].filter((one) => one !== null));
  const used = new Set(found.flatMap((one) => one.used));
  return {
    lines: [...lines.filter((line) => !used.has(line)), ...found.flatMap((one) => one.instead)],
    repair: (args, seed) => found.reduce((now, one) => now.with(one.at, one.value(now, seed)), args),
    holds: (args) => found.every((one) => one.holds(args)),
  };
}

const numbersOf = (value: unknown): number[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'number') : []);
const word = (name: string) => `(?<![\\w.])${name}(?![\\w[(]|\\.\\w)`;

/** "target is an element of nums", "x is one of the values in list", "key exists in nums". */
function memberOf(lines: string[], names: string[], at: number): Promising | null {
  for (const [list, name] of names.entries()) {
    const form = new RegExp(`^${word(names[at] ?? '')}.*\\b(?:is|exists?|appears?|occurs?|present|contained|be)\\b.*\\b(?:in|of|from|within)\\b.*${word(name)}`);
    const line = list === at ? undefined : lines.find((one) => form.test(one) && !/[<>=]|\bnot\b|index/.test(one));
    if (!line) continue;
    const bounds = lines.filter((one) => /[<>]/.test(one) && new RegExp(`^[^A-Za-z]*${name}\\[\\w\\][^A-Za-z]*$`).test(one)).map((one) => one.replace(/[A-Za-z]\w*\[\w\]/, names[at] ?? ''));
    return { at, used: [line], instead: bounds, holds: (args) => numbersOf(args[list]).some((one) => one === args[at]), value: (args, seed) => { const items = numbersOf(args[list]); return items.length > 0 && !items.some((one) => one === args[at]) ? items[spread(seed, items.length)] : args[at]; } };
  }
  return null;
}

function spread(seed: number, size: number): number {
  return [size - 1, 0, Math.floor(size / 2), Math.abs(seed) % size][Math.abs(seed) % 4] ?? 0;
}

/** "s is a valid parentheses string": of one kind of brackets, matched anew. */
function matching(lines: string[], name: string, at: number): Promising | null {
  const line = lines.find((one) => new RegExp(`${word(name)}.*\\b(?:valid|balanced|well[- ]formed|correct|regular)\\b.*\\b(?:brackets?|parenthes[ei]s)\\b`, 'i').test(one));
  if (!line) return null;
  return { at, used: [line], instead: [], value: (args) => matched(String(args[at])), holds: (args) => matched(String(args[at])) === args[at] };
}

/** Each letter stays where it can; the rest closes what is open. */
function matched(text: string): string {
  const even = text.length % 2 === 0 ? text : text.slice(1);
  let depth = 0;
  return [...even].map((letter, at) => {
    const left = even.length - at;
    const opens = depth === 0 || (depth < left && letter === '(');
    depth += opens ? 1 : -1;
    return opens ? '(' : ')';
  }).join('');
}

function withoutZeros(lines: string[], name: string, at: number): Promising | null {
  const line = lines.find((one) => new RegExp(`${word(name)}.*\\b(?:no|not|never|without)\\b.*\\bleading zero`, 'i').test(one));
  return line === undefined ? null : { at, used: [line], instead: [], value: (args) => (typeof args[at] === 'string' ? args[at].replace(/^0+(?=\d)/, (zeros) => '1'.repeat(zeros.length)) : args[at]), holds: (args) => typeof args[at] !== 'string' || !/^0\d/.test(args[at]) };
}

/** "no leading or trailing spaces", "words are separated by a single space": what is too much becomes a letter, so that the length stays. */
function spacing(lines: string[], name: string, at: number): Promising | null {
  const mine = lines.filter((line) => /\bspaces?\b|\bat least one word\b/i.test(line) && !/\bconsists?\b|[<>]/i.test(line) && (new RegExp(word(name)).test(line) || /\bwords?\b/i.test(line)));
  const mayHold = lines.some((line) => new RegExp(`${word(name)}.*\\bconsists?\\b.*\\bspaces?\\b`, 'i').test(line));
  if (!mayHold) return null;
  const isTrimmed = mine.some((line) => /\bleading\b|\btrailing\b|\bat least one word\b/i.test(line));
  const isSingle = mine.some((line) => /\b(?:single|one|a) space\b|\b(?:extra|consecutive|multiple) spaces\b/i.test(line));
  const kept = (text: string) => { const letter = /\S/.exec(text)?.[0] ?? 'a'; const ends = isTrimmed ? text.replace(/^ +| +$/g, (run) => letter.repeat(run.length)) : text; return isSingle ? ends.replace(/(?<= ) +/g, (run) => letter.repeat(run.length)) : ends; };
  return { at, used: mine, instead: [], value: (args, seed) => (typeof args[at] === 'string' ? kept(parted(args[at], seed)) : args[at]), holds: (args) => typeof args[at] === 'string' && kept(args[at]) === args[at] };
}

/** Every other text gets spaces in place of one of its letters: drawn as one letter of many they would be rare. */
function parted(text: string, seed: number): string {
  return seed % 2 === 0 ? text : text.replaceAll(text[seed % text.length] ?? ' ', ' ');
}

/** `parent[0] = -1` beside the word tree: vertex 0 is the root of all. */
function parentsOf(lines: string[], name: string, at: number): Promising | null {
  const root = lines.find((line) => new RegExp(`^${name}\\[0\\] ?= ?-1`).test(line));
  const tree = lines.find((line) => new RegExp(`${word(name)}.*\\btree\\b`).test(line));
  if (!root || !tree) return null;
  const bounds = lines.filter((line) => new RegExp(`${name}\\[\\w\\]`).test(line) && line !== root && /</.test(line));
  return { at, used: [root, tree, ...bounds], instead: [`-1 <= ${name}[i] < ${name}.length`], value: (args, seed) => rooted(numbersOf(args[at]), seed), holds: (args) => isRooted(numbersOf(args[at])) };
}

/** Who has a parent of a lower number keeps it; then the numbers are turned round in every other tree. */
function rooted(parents: number[], seed: number): number[] {
  const size = parents.length;
  const lower = parents.map((parent, at) => (at === 0 ? -1 : parent >= 0 && parent < at ? parent : Math.max(0, seed % 3 === 0 ? at - 1 : parent < 0 ? 0 : parent % at)));
  if (seed % 2 === 0) return lower;
  const turned = (at: number) => (at <= 0 ? at : size - at);
  const out = lower.map(() => -1);
  for (const [at, parent] of lower.entries()) out[turned(at)] = turned(parent);
  return out;
}

function isRooted(parents: number[]): boolean {
  const state = parents.map((_, at): number => (at === 0 ? 2 : 0));
  return parents[0] === -1 && parents.every((_, start) => {
    const way: number[] = [];
    for (let at = start; state[at] !== 2; at = parents[at] ?? -1) {
      if (state[at] === undefined || state[at] === 1) return false;
      state[at] = 1;
      way.push(at);
    }
    for (const at of way) state[at] = 2;
    return true;
  });
}
