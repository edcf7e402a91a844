/** What every check answers, and the tree it is asked about. */
export interface View {
  paths: readonly string[];
  read(path: string): string | null;
}

/** A place that costs points. `key` is the same for the same fault on base and head, whatever its line. */
export interface Offender {
  path: string;
  line: number;
  key: string;
  why: string;
}

export interface Check {
  name: string;
  /** OpenSSF's weights: critical 10, high 7.5, medium 5, low 2.5. */
  weight: number;
  /** 0 to 10; null where there is nothing that the check speaks of. */
  score: number | null;
  offenders: Offender[];
  why: string;
}

export function ratio(good: number, all: number): number | null {
  return all === 0 ? null : Math.floor((10 * good) / all);
}

/** The score as Scorecard weighs it, with one decimal, rounded down; checks without a subject are left out. */
export function total(checks: readonly Check[]): number {
  const judged = checks.filter((each) => each.score !== null);
  const weights = judged.reduce((sum, each) => sum + each.weight, 0);
  return weights === 0 ? 0 : Math.floor((10 * judged.reduce((sum, each) => sum + each.weight * each.score!, 0)) / weights) / 10;
}

export const isOwn = (path: string): boolean => !/(^|\/)(node_modules|vendor|third_party|testdata|fixtures?|__fixtures__|cases|recordings)\//.test(path);
