/** Inputs for a command under attack: what the statement's input format allows, longer lists than the examples have, and mutations of the examples. */
import type { CriterionTest, Spec } from '../../core/spec.ts';
import { keyOf } from '../../consensus/inputs.ts';
import { stdinInputs } from '../../consensus/inputs/stdin-inputs.ts';
import { stdinVariants } from '../../consensus/stdin.ts';
import type { AttackInput } from './boundaries.ts';
import { inTurn } from '../../core/in-turn.ts';

const stdinCount = 160;

export function stdinAttacks(spec: Spec, { examples, seed }: { examples: CriterionTest[]; seed: number }): AttackInput[] {
  const given = examples.flatMap((test) => ('stdin' in test ? [test] : []));
  const text = [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n\n');
  const { small } = stdinInputs({ text, examples: given, seed, budget: { small: stdinCount } });
  const read = small.map(({ stdin, doubtful }): AttackInput => ({ trial: { stdin }, doubtful }));
  const mutated = stdinVariants(given.map((test) => test.stdin), { seed, count: stdinCount }).map((stdin): AttackInput => ({ trial: { stdin }, doubtful: true }));
  const longer = given.slice(0, 3).flatMap(({ stdin }) => longerTexts(stdin)).map((stdin): AttackInput => ({ trial: { stdin }, doubtful: true }));
  return [...new Map(inTurn([read, longer, mutated]).map((input) => [keyOf(input.trial), input])).values()];
}

/** The same words again and again, in capitals, with larger numbers: what a short example does not reach. */
function longerTexts(stdin: string): string[] {
  const body = stdin.trimEnd();
  const counted = /^\s*\d+\s*\n/.test(body);
  const rows = counted ? body.split('\n').slice(1) : body.split('\n');
  const words = rows.join(' ').split(/\s+/).filter(Boolean);
  const many = (count: number, word: (at: number) => string) => Array.from({ length: count }, (_, at) => word(at));
  const numbers = words.length > 0 && words.every((word) => /^-?\d+$/.test(word));
  const lists = [5, 12, 40].flatMap((count) => (numbers ? [many(count, (at) => String(at * 7 - 3)), many(count, (at) => String(-at - 2)), many(count, (at) => String(at * 90_001))] : [many(count, (at) => words[at % words.length] ?? ''), many(count, (at) => `${words[at % words.length] ?? ''}${at % 4}`), many(count, (at) => (at % 2 ? words[0] ?? '' : (words[0] ?? '').toUpperCase()))]));
  return lists.flatMap((list) => (counted ? [`${list.length}\n${list.join(' ')}\n`] : [`${list.join('\n')}\n`, `${list.join(' ')}\n`]));
}
