/** Coverage, precision, whole-cluster-wrong and lost, with 95 % bootstrap over tasks. */
import type { Row } from './run.ts';
import { drawer } from './tasks.ts';

export interface Figures {
  tasks: number;
  accepted: number;
  /** Shares from 0 to 1; precision is NaN where nothing was accepted. */
  coverage: number;
  precision: number;
  wholeClusterWrong: number;
  lost: number;
}

export function figuresOf(rows: Row[], threshold: number): Figures {
  const accepted = rows.filter((row) => isAccepted(row, threshold));
  return {
    tasks: rows.length, accepted: accepted.length, coverage: accepted.length / rows.length, precision: accepted.filter((row) => row.right).length / accepted.length,
    wholeClusterWrong: accepted.filter((row) => row.clusterRight === false).length, lost: rows.filter((row) => !isAccepted(row, threshold) && row.possible).length,
  };
}

export function isAccepted(row: Row, threshold: number): boolean {
  return row.outcome === 'pass' && row.winner !== null && row.confidence >= threshold;
}

export interface Interval {
  coverage: [number, number];
  precision: [number, number];
}

export function intervalOf(rows: Row[], threshold: number, { rounds = 1000, seed = 1 } = {}): Interval {
  const draw = drawer(seed);
  const redone = Array.from({ length: rounds }, () => figuresOf(rows.map(() => rows[Math.floor(draw() * rows.length)]).filter((row) => row !== undefined), threshold));
  return { coverage: bounds(redone.map(({ coverage }) => coverage)), precision: bounds(redone.map(({ precision }) => precision)) };
}

function bounds(values: number[]): [number, number] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

/** Of sorted values; NaN where there are none. */
export function quantile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function percent(share: number): string {
  return Number.isFinite(share) ? (share * 100).toFixed(1).padStart(5) : '    –';
}
