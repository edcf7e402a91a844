/** The criterion that an input comes closest to: by its tests' arguments, then by a number that its text shares with the input. */
import type { Spec } from '../../core/spec.ts';
import type { Trial } from '../../consensus/behaviour.ts';
import { criterionTests } from '../../consensus/pool.ts';
import { numberOf } from '../../consensus/values.ts';

export function nearestCriterion(trial: Trial, spec: Spec): string | null {
  const ranked = spec.criteria.map((criterion, at) => ({ id: criterion.id, far: distance(trial, criterion.id, spec) - (mentions(criterion.text, trial) ? 10 : 0), at }));
  return ranked.sort((a, b) => a.far - b.far || a.at - b.at)[0]?.id ?? null;
}

function distance(trial: Trial, id: string, spec: Spec): number {
  const tests = criterionTests(spec).filter((pooled) => pooled.id.startsWith(`${id}/`));
  return Math.min(5, ...tests.map(({ test }) => ('args' in test && 'args' in trial && test.args.length === trial.args.length ? test.args.reduce<number>((sum, value, at) => sum + apart(value, trial.args[at]), 0) : 5)));
}

/** 0 for the same value, at most 1 for two values that have nothing to do with each other. */
function apart(a: unknown, b: unknown): number {
  if (JSON.stringify(a) === JSON.stringify(b)) return 0;
  const [x, y] = [numberOf(a), numberOf(b)];
  return x === null || y === null ? 1 : Math.min(1, Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y)));
}

/** A number of the text, or its neighbour, is in the input. */
function mentions(text: string, trial: Trial): boolean {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  const given = new Set((JSON.stringify(trial).match(/\d+/g) ?? []).map(Number));
  return numbers.some((n) => n > 1 && [n - 1, n, n + 1].some((near) => given.has(near)));
}
