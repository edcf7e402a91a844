/** What a probe found in each package of a monorepo; in a repository without packages, one answer for the whole. */
import { z } from 'zod';
import type { RawFinding } from './finding.ts';

const PackageAnswer = z.strictObject({
  /** '' for what lies in no package. */
  folder: z.string(),
  /** The probe's own; null where it has none. */
  data: z.unknown(),
  /** Why there is no answer; null where there is one. */
  why: z.string().nullable(),
});
export type PackageAnswer = z.infer<typeof PackageAnswer>;
const Packages = z.strictObject({ packages: z.array(PackageAnswer) });

export function packageAnswers(data: unknown): PackageAnswer[] {
  const parsed = Packages.safeParse(data);
  return parsed.success ? parsed.data.packages : [{ folder: '', data, why: null }];
}

/** Where a finding about a package as a whole belongs. */
export function placeOf(folder: string): { path: string; startLine: number; endLine: number } {
  return { path: folder === '' ? '.' : folder, startLine: 0, endLine: 0 };
}

/** The finding that a package's tests were not run, under a code that the descriptor has a sentence for. */
export function notRun({ folder, why }: PackageAnswer): RawFinding {
  return { code: 'TESTS_NOT_RUN', ...placeOf(folder), error: true, values: { why: why ?? '' } };
}
