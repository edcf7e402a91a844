/** Runs cases by number and says what came of them. A case is decided by seed and number alone, so that a failure can be had again. */
import { performance } from 'node:perf_hooks';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';
import type { Target } from './targets.ts';

export interface Failure {
  target: string;
  index: number;
  what: string;
  input: string;
}

export interface Tally {
  target: string;
  runs: number;
  accepted: number;
  slowestMs: number;
  slowestIndex: number;
}

export interface FuzzReport {
  tallies: Tally[];
  failures: Failure[];
}

export interface FuzzOptions {
  seed: number;
  from: number;
  to: number;
  /** Told before each case, so that a watcher knows which one hangs. */
  onCase?: (index: number) => void;
}

const maxFailures = 20;

export function fuzz(targets: readonly Target[], { seed, from, to, onCase }: FuzzOptions): FuzzReport {
  const lots = targets.flatMap((target) => Array.from({ length: target.share }, () => target));
  const tallies = new Map(targets.map(({ name }) => [name, { target: name, runs: 0, accepted: 0, slowestMs: 0, slowestIndex: -1 }]));
  const failures: Failure[] = [];
  for (let index = from; index < to && failures.length < maxFailures; index += 1) {
    onCase?.(index);
    const random = randomOf(seed, index);
    const target = random.pick(lots);
    const input = mutate(target, random);
    const tally = tallies.get(target.name)!;
    const started = performance.now();
    try {
      if (target.take(input) === 'accepted') tally.accepted += 1;
    } catch (thrown) {
      failures.push({ target: target.name, index, what: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown), input: input.subarray(0, 4000).toString('base64') });
    }
    const ms = performance.now() - started;
    tally.runs += 1;
    if (ms > tally.slowestMs) Object.assign(tally, { slowestMs: ms, slowestIndex: index });
  }
  return { tallies: [...tallies.values()], failures };
}
