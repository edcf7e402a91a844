/**
 * Mutants that mean the same by their form: a boundary moved where both sides give the same value – `a > b ? a : b`, `if (x > max) max = x`, a comparator. No test
 * could notice them, so they do not count; they are still named.
 */
import type { Mutant } from './mutants-of.ts';

const name = '([\\w.[\\]]+)';
const choice = new RegExp(`${name} [<>]=? ${name} \\? ${name} : ${name}`);
const pythonChoice = new RegExp(`${name} if ${name} [<>]=? ${name} else ${name}`);
const extreme = new RegExp(`if \\(?${name} [<>]=? ${name}\\)?:? \\{?\\s*${name} = ${name}`);
const comparator = /[<>]=? [\w.[\]]+ \? -?1 : -?1\b/;

export function looksEquivalent({ was, became, line, text }: Mutant): boolean {
  if (!movesBoundary(was, became)) return false;
  const mutated = text.split('\n').slice(line - 1, line + 1).join(' ').replace(/\s+/g, ' ').slice(0, 400);
  return [choice, pythonChoice, extreme].some((pattern) => twoNames(pattern, mutated)) || comparator.test(mutated);
}

/** `<` became `<=` or the other way round, and nothing else changed. */
function movesBoundary(was: string, became: string): boolean {
  const bare = (text: string): string => text.replace(/([<>])=?/, '$1').replace(/\s+/g, '');
  return was !== became && /[<>]/.test(was) && bare(was) === bare(became);
}

/** The compared names are the ones that are given. */
function twoNames(pattern: RegExp, text: string): boolean {
  const names = pattern.exec(text)?.slice(1);
  return names !== undefined && new Set(names).size === 2;
}
