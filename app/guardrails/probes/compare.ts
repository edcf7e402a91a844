/** Two rows of measurements → how many times as costly head is as base, by medians, with a bootstrap interval of 95 %. Pure: the same numbers, the same answer. */
export interface Comparison {
  /** Above 1: head is worse. */
  ratio: number;
  low: number;
  high: number;
  base: number;
  head: number;
}

const resamples = 2000;

export function compare(base: readonly number[], head: readonly number[], better: 'lower' | 'higher'): Comparison {
  const worse = (first: readonly number[], second: readonly number[]): number => (better === 'lower' ? median(second) / median(first) : median(first) / median(second));
  const random = generator(base.length * 1000 + head.length);
  const draw = (list: readonly number[]): number[] => list.map(() => list[Math.floor(random() * list.length)]!);
  const ratios = Array.from({ length: resamples }, () => worse(draw(base), draw(head))).toSorted((a, b) => a - b);
  const at = (share: number): number => ratios[Math.min(resamples - 1, Math.floor(share * resamples))]!;
  return { ratio: worse(base, head), low: at(0.025), high: at(0.975), base: median(base), head: median(head) };
}

export function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
