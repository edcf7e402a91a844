/** "P is a prime": read, judged and drawn. The test is that of Miller and Rabin with bases that decide it for all numbers below 2^64. */
import type { Range } from './bounds.ts';
import type { Rule } from './constraints.ts';
import { apply, type Int } from './expression.ts';
import type { Declared } from './grammar.ts';

export function primes(sentence: string, declared: Declared[]): Rule[] {
  const found = /(?<![A-Za-z])([A-Za-z])(?:_i)? (?:is|are) (?:an? |guaranteed to be (?:an? )?)?(?:odd )?primes?(?: numbers?)?\b/.exec(sentence);
  return found?.[1] && declared.some((one) => one.name === found[1]) && !/\b(?:if|when|whether|count|find|print)\b/i.test(sentence) ? [{ rule: 'prime', name: found[1] }] : [];
}

const bases = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];

export function isPrime(value: Int): boolean {
  const n = BigInt(value);
  if (n < 2n) return false;
  for (const base of bases) if (n % base === 0n) return n === base;
  let [odd, twos] = [n - 1n, 0];
  for (; odd % 2n === 0n; twos++) odd /= 2n;
  return bases.every((base) => {
    let power = powered(base, odd, n);
    if (power === 1n || power === n - 1n) return true;
    for (let at = 1; at < twos; at++) { power = power * power % n; if (power === n - 1n) return true; }
    return false;
  });
}

function powered(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = result * square % modulus;
    square = square * square % modulus;
  }
  return result;
}

const reach = 1000;

/** The nearest prime in the range, downwards first; null where none is near. */
export function primeNear(value: Int, { low, high }: Range): Int | null {
  const steps = Array.from({ length: reach }, (_, at) => at);
  const at = (step: number) => apply('+', value, step);
  return [...steps.map((step) => at(-step)), ...steps.map(at)].find((one): one is Int => one !== undefined && one >= low && one <= high && isPrime(one)) ?? null;
}
