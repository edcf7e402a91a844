/** "Each of 1, 2, …, N appears exactly twice": a list that holds each number so many times. */
import type { Rule } from './constraints.ts';
import type { Int } from './expression.ts';
import type { Atom, Declared } from './grammar.ts';
import { shuffled, type Random } from './random.ts';

const counts: Record<string, number> = { twice: 2, two: 2, three: 3, four: 4 };

export function repeats(sentence: string, declared: Declared[]): Rule[] {
  const found = /\b(?:each|every) (?:of )?(?:the )?(?:integers?|numbers?|values?)? ?(?:from )?1(?: to | through |, ?(?:2, ?)?…, ?)[A-Za-z]\b[^.]*\b(?:appears?|occurs?|is contained)\b[^.]*\bexactly (twice|(two|three|four|\d) times)/i.exec(sentence);
  const times = counts[(found?.[2] ?? found?.[1] ?? '').toLowerCase()] ?? Number(found?.[2]);
  const lists = declared.filter((one) => one.shape === 'list' && !one.glued);
  const named = lists.filter((one) => new RegExp(`(?<![A-Za-z])${one.name}(?![A-Za-z])`).test(sentence));
  const meant = named.length > 0 ? named : lists;
  return found && times > 1 && meant.length === 1 ? [{ rule: 'repeats', name: meant[0]?.name ?? '', times }] : [];
}

export function repeatsHold(list: Atom[], times: number): boolean {
  const seen = Map.groupBy(list, (atom) => atom);
  return list.length % times === 0 && seen.size === list.length / times && [...seen].every(([atom, all]) => all.length === times && Number(atom) >= 1 && Number(atom) <= seen.size);
}

/** Null where the length is no multiple. No two neighbours are equal where that is wanted and a few exchanges can do it. */
export function repeated(random: Random, count: number, { times, apart }: { times: number; apart: boolean }): Int[] | null {
  if (count % times !== 0) return null;
  const list = shuffled(random, Array.from({ length: count }, (_, at) => Math.floor(at / times) + 1));
  for (let tries = 0; apart && tries < 20; tries++) for (let at = 1; at < count; at++) {
    if (list[at] !== list[at - 1]) continue;
    const other = Math.floor(random.next() * count);
    [list[at], list[other]] = [list[other] ?? 0, list[at] ?? 0];
  }
  return list;
}
