/** Numbers that a seed decides (xorshift128 after splitmix32), so that any case can be had again by its number alone. */

export interface Random {
  /** An integer from 0 to below `bound`. */
  below(bound: number): number;
  pick<T>(list: readonly T[]): T;
}

export function randomOf(seed: number, index: number): Random {
  const state = new Uint32Array(4);
  let mix = (seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0;
  for (let at = 0; at < 4; at += 1) {
    mix = (mix + 0x9e3779b9) >>> 0;
    let word = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    state[at] = (word ^ (word >>> 16)) >>> 0;
  }
  const next = (): number => {
    const last = state[3]!;
    const mixed = last ^ (last << 11);
    const first = state[0]!;
    state.copyWithin(1, 0);
    state[0] = (mixed ^ (mixed >>> 8) ^ first ^ (first >>> 19)) >>> 0;
    return state[0]!;
  };
  const below = (bound: number): number => next() % bound;
  return { below, pick: (list) => list[below(list.length)]! };
}
