/** Seeded draws (sfc32): equal seeds, equal draws, on every machine. */
import { apply, type Int } from './expression.ts';

export interface Random {
  /** In [0, 1). */
  next: () => number;
}

export function randomOf(seed: number): Random {
  const state: [number, number, number, number] = [seed | 0, 0x9e3779b9, 0x243f6a88, 1];
  const next = () => {
    const [a, b, c, d] = state;
    const sum = (a + b + d) | 0;
    state[3] = (d + 1) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = ((c << 21) | (c >>> 11)) + sum | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let round = 0; round < 12; round++) next();
  return { next };
}

/** Whole number in [low, high]. */
export function whole(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1));
}

/** Exact, also beyond 2^53; both ends can come. */
export function between(random: Random, low: Int, high: Int): Int {
  const span = Number(high) - Number(low);
  if (typeof low === 'number' && typeof high === 'number' && span < 2 ** 52) return span < 2 ** 32 ? low + Math.floor(random.next() * (span + 1)) : Math.min(high, low + Math.floor((random.next() + random.next() / 4294967296) * (span + 1)));
  const bits = BigInt(Math.floor(random.next() * 2 ** 32)) * 2n ** 32n + BigInt(Math.floor(random.next() * 2 ** 32));
  const width = BigInt(high) - BigInt(low) + 1n;
  return apply('+', low, (bits * width) >> 64n) ?? low;
}

export function pick<T>(random: Random, all: readonly [T, ...T[]]): T {
  return all[Math.floor(random.next() * all.length)] ?? all[0];
}

export function shuffled<T>(random: Random, all: T[]): T[] {
  const copy = [...all];
  for (let at = copy.length - 1; at > 0; at--) {
    const other = Math.floor(random.next() * (at + 1));
    const kept = copy[at];
    const moved = copy[other];
    if (kept !== undefined && moved !== undefined) { copy[at] = moved; copy[other] = kept; }
  }
  return copy;
}
