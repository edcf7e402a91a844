/** Draws texts: letters that the rules allow, lengths within their ranges and sums, words of a choice, decimals as the examples have them. */
import { drawText } from './columns.ts';
import { valueOf, rangeFor, sizeIn } from './singles.ts';
import { isAtom, isAtoms, type Atom, type Scope } from './grammar.ts';
import type { Filling } from './lists.ts';
import type { Making } from './making.ts';
import type { Range } from './bounds.ts';
import type { Plan } from './plan.ts';
import { pick, whole } from './random.ts';
import { intOf } from './read.ts';

export function wordsOf(making: Making, { name, count, glued }: Filling): Atom[] | null {
  const choice = making.rules.find((rule) => rule.rule === 'oneOf' && rule.name === name);
  const letters = glued ? making.rules.find((rule) => rule.rule === 'letters' && rule.name === name) : undefined;
  const values = choice?.rule === 'oneOf' ? choice.values : letters?.rule === 'letters' ? [...letters.letters] : null;
  if (!values || values.length === 0) return null;
  const [first = '', ...rest] = values;
  const numeric = making.model.kinds.get(name) === 'int';
  const few = making.plan.text === 'equal' && making.plan.sizes === 'most' ? values[making.plan.ordinal % values.length] ?? first : making.random.next() < 0.25 ? pick(making.random, [first, ...rest]) : null;
  if (few !== null && making.plan.text === 'equal' && making.plan.sizes === 'most') return Array.from({ length: count }, () => (numeric ? intOf(few) ?? few : few));
  return Array.from({ length: count }, () => few !== null && making.random.next() < 0.85 ? few : pick(making.random, [first, ...rest])).map((atom) => (numeric ? intOf(atom) ?? atom : atom));
}

const spare = 'abcdefghijklmnopqrstuvwxyz';

function lettersOf(making: Making, name: string): string[] {
  const rule = making.rules.find((one) => one.rule === 'letters' && one.name === name);
  const all = [...(rule?.rule === 'letters' && rule.letters !== '' ? rule.letters : spare)];
  const few = making.letters;
  return few === null || all.length <= 3 ? all : Array.from({ length: few.count }, (_, at) => all[(Math.floor(few.from * all.length) + at) % all.length] ?? '');
}

export function textsOf(making: Making, filling: Filling): Atom[] | null {
  const { name, count, scope, glued } = filling;
  if (glued) return [...drawText(making.random, lettersOf(making, name), { length: count, style: making.plan.text, ...favourite(making) })];
  if (making.model.kinds.get(name) === 'decimal') { const draw = decimals(making, name, scope); return Array.from({ length: count }, draw); }
  const range = rangeFor(making, `|${name}|`, scope);
  const texts = range && wordList(making, filling, range);
  const sorted = making.rules.some((one) => one.rule === 'sorted' && one.name === name);
  return texts && sorted ? texts.sort() : texts;
}

/** Null where there are too few that differ from each other, or from what stands beside them. */
function wordList(making: Making, { name, count, scope }: Filling, range: Range): Atom[] | null {
  const { random, plan } = making;
  const letters = lettersOf(making, name);
  const total = totalLength(making, name, scope);
  const alone = making.rules.some((one) => one.rule === 'distinct' && one.names.length === 1 && one.names[0] === name);
  const [beside, like] = [besides(making, name, scope), alike(making, name, scope)];
  const lengthAt = lengthsOf(making, range, { total, count, isLopsided: Number.isFinite(total) && !alone && plan.lopsided });
  const style = alone || beside.length > 0 ? 'random' : plan.text;
  const seen = new Set<string>();
  const texts: string[] = [];
  for (let tries = 0; texts.length < count && tries < count * 20 + 50; tries++) {
    const length = like ? String(like[texts.length] ?? '').length : lengthAt(texts.length);
    const text = led(making, name, drawText(random, letters, { length, style, ...favourite(making) }));
    const isNew = !alone || !seen.has(text);
    if (isNew && beside.every((list) => list[texts.length] !== text)) texts.push(text);
    seen.add(text);
  }
  return texts.length < count ? null : texts;
}

/** What the lengths of all texts may add up to. */
function totalLength({ rules }: Making, name: string, scope: Scope): number {
  const rule = rules.find((one) => one.rule === 'sum' && one.of.k === 'len' && one.of.name === name);
  return rule?.rule === 'sum' ? Number(valueOf(rule.limit, scope)) : Infinity;
}

/** The list of texts that has the lengths of this one, row by row. */
function alike({ rules }: Making, name: string, scope: Scope): Atom[] | null {
  const others = rules.flatMap((rule) => (rule.rule === 'compare' && rule.op === '=' && rule.left.k === 'len' && rule.right.k === 'len' ? (rule.left.name === name ? [rule.right.name] : rule.right.name === name ? [rule.left.name] : []) : []));
  return others.map((other) => scope.values.get(other)).find(isAtoms) ?? null;
}

/** Lists of texts that this one differs from, row by row. */
function besides({ rules }: Making, name: string, scope: Scope): Atom[][] {
  return rules.flatMap((rule) => {
    if (rule.rule !== 'compare' || rule.op !== '!=' || rule.left.k !== 'ref' || rule.right.k !== 'ref') return [];
    const other = rule.left.name === name ? rule.right.name : rule.right.name === name ? rule.left.name : name;
    const value = other === name ? undefined : scope.values.get(other);
    return isAtoms(value) ? [value] : isAtom(value) ? [[value]] : [];
  });
}

/** The length of the text at a place: the share of each, or nearly all for the first, or any up to the plan's cap. */
function lengthsOf({ random, plan }: Making, range: Range, { total, count, isLopsided }: { total: number; count: number; isLopsided: boolean }): (at: number) => number {
  const each = Math.max(1, count);
  const share = Math.min(total / each, Math.max(Number(range.low), plan.sizes === 'most' ? 1_500_000 / each : plan.cap));
  const top = Math.max(Number(range.low), Math.min(Number(range.high), Math.floor(share)));
  if (plan.sizes !== 'most') return () => whole(random, Number(range.low), top);
  return isLopsided ? (at) => lopsided(at, range, { total, count }) : () => top;
}

/** One text takes what all the others leave of the sum. */
function lopsided(at: number, { low, high }: Range, { total, count }: { total: number; count: number }): number {
  return at > 0 ? Number(low) : Math.max(Number(low), Math.min(Number(high), 1_000_000, total - (count - 1) * Number(low)));
}

/** At large size the one letter is each letter in turn, the same in all rows. */
function favourite({ plan }: Making): { favourite?: number } {
  return plan.sizes === 'most' ? { favourite: plan.ordinal } : {};
}

/** A single text or decimal; its length is a size like another. */
export function fillText(making: Making, name: string, scope: Scope): boolean {
  if (making.model.kinds.get(name) === 'decimal') return scope.values.set(name, decimals(making, name, scope)()).size > 0;
  const words = wordsOf(making, { name, count: 1, glued: false, scope });
  if (words) return scope.values.set(name, String(words[0] ?? '')).size > 0;
  const key = `|${name}|`;
  const range = rangeFor(making, key, scope);
  if (!range) return false;
  const length = Math.min(1_000_000, Number(sizeIn(making, key, range)));
  const style = making.rules.some((rule) => rule.rule === 'palindrome' && rule.name === name) ? 'mirror' : making.plan.text;
  const draw = (how: Plan['text']) => led(making, name, drawText(making.random, lettersOf(making, name), { length, style: how, ...favourite(making) }));
  const beside = besides(making, name, scope).flat();
  let text = draw(style);
  for (let tries = 0; beside.includes(text) && tries < 20; tries++) text = draw('random');
  scope.values.set(name, text);
  return true;
}

/** A number in digits begins with no zero. */
function led({ rules }: Making, name: string, text: string): string {
  return text.startsWith('0') && rules.some((rule) => rule.rule === 'noLeadingZero' && rule.name === name) ? `1${text.slice(1)}` : text;
}

/** Digits after the point as the examples have them. */
function decimals(making: Making, name: string, scope: Scope): () => string {
  const seen = making.model.examples.flatMap((example) => { const value = example.values.get(name); return isAtom(value) ? [String(value)] : isAtoms(value) ? value.map(String) : []; });
  const places = Math.max(1, ...seen.map((text) => text.split('.')[1]?.length ?? 0));
  const range = rangeFor(making, name, scope) ?? { low: Math.floor(Math.min(...seen.map(Number), 0)), high: Math.ceil(Math.max(...seen.map(Number), 1)) };
  return () => (Number(range.low) + making.random.next() * (Number(range.high) - Number(range.low))).toFixed(places);
}
