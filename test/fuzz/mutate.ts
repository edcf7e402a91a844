/**
 * Makes of a seed something that nobody meant: bytes changed, lost, repeated; parts of other seeds; words that parsers trip over; and, where it is JSON, a value, a key or
 * a whole branch that is another. What is made is mostly close to what is right: far from it every parser refuses at once and nothing is learned.
 */
import type { Random } from './random.ts';

export interface Corpus {
  seeds: readonly Buffer[];
  /** What this format trips over. */
  words: readonly string[];
}

const oddValues: readonly unknown[] = [null, '', 0, -1, 1e309, 2 ** 53, '0', '-1', '18446744073709551616', true, [], {}, [[]], '__proto__', 'AAAA', 'A', '=', '\u0000', '\ud800', '\u202e', 'a'.repeat(5000), { toString: 1 }];
const oddText: readonly string[] = ['\u0000', '\u001b[2J', '\ufeff', '\u202e', '{}', '[]', '""', 'null', ',', ':', '"', '\\u0000', '\\', '\n', '\r\n', '-0', '1e999', '[['.repeat(2000), '{"a":'.repeat(2000), ' '.repeat(3000), 'é', '\ud83d\ude00'];

export function mutate(corpus: Corpus, random: Random): Buffer {
  let made = random.pick(corpus.seeds);
  // Now and then what is right, so that a run in which nothing is accepted any more is told from a good one.
  if (random.below(64) === 0) return made;
  for (let left = 1 + random.below(4); left > 0; left -= 1) made = random.below(2) === 0 ? mutateJson(made, random) : mutateBytes(made, corpus, random);
  return made;
}

function mutateBytes(bytes: Buffer, { seeds, words }: Corpus, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(64, bytes.length - at + 1));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  switch (random.below(7)) {
    case 0: return flipped(bytes, random);
    case 1: return Buffer.concat([before, after]);
    case 2: return Buffer.concat([before, part, part, after]);
    case 3: return Buffer.concat([before, Buffer.from(random.pick(words)), after]);
    case 4: return Buffer.concat([before, Buffer.from(random.pick(oddText)), after]);
    case 5: return Buffer.concat([before, spliceOf(random.pick(seeds), random), after]);
    default: return bytes.subarray(0, at);
  }
}

function flipped(bytes: Buffer, random: Random): Buffer {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[random.below(changed.length)]! ^= 1 << random.below(8);
  return changed;
}

function spliceOf(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  return bytes.subarray(at, at + random.below(200));
}

/** As it was, where it is no JSON. */
function mutateJson(bytes: Buffer, random: Random): Buffer {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return bytes;
  }
  const parents = objectsIn(json);
  if (parents.length === 0) return bytes;
  const parent = random.pick(parents);
  const key = random.pick(Object.keys(parent));
  if (key !== undefined) change(parent, key, { random, parents });
  return Buffer.from(JSON.stringify(json));
}

function change(parent: Record<string, unknown>, key: string, { random, parents }: { random: Random; parents: Record<string, unknown>[] }): void {
  const value = parent[key];
  switch (random.below(7)) {
    case 0: Reflect.deleteProperty(parent, key); return;
    case 1: parent[key] = random.pick(oddValues); return;
    case 2: parent[key.toUpperCase()] = value; return;
    case 3: parent[key] = [value, value]; return;
    case 4: parent[key] = structuredClone(random.pick(Object.values(random.pick(parents)).concat(null))); return;
    case 5: parent[random.pick(['__proto__', 'constructor', 'note', `${key} `, key.slice(1)])] = value; return;
    default: parent[key] = typeof value === 'string' ? alteredText(value, random) : random.pick(oddValues);
  }
}

function alteredText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const other = String.fromCharCode(33 + random.below(94));
  return random.pick([text.slice(0, at) + other + text.slice(at + 1), text.slice(0, at), `${text}=`, ` ${text}`, text.toLowerCase(), text.replaceAll('/', '_').replaceAll('+', '-')]);
}

function objectsIn(root: unknown): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  const open: unknown[] = [root];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Object.keys(next).length > 0) found.push(next as Record<string, unknown>);
    open.push(...Object.values(next));
  }
  return found;
}
