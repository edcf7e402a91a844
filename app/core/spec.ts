/** The spec: what a human approves and what candidates are judged by. The file format is a public contract (DESIGN.md §7). */
import { z } from 'zod';
import { digestOf } from './digest.ts';
import { FilesTest, HttpTest, Surface } from './surface.ts';

/** One frozen test: a call with its value, an input with its output, requests with their responses, files with what is written, or source that passes or raises. */
export const CriterionTest = z.union([
  z.strictObject({ args: z.array(z.unknown()), expect: z.unknown() }),
  z.strictObject({ stdin: z.string(), expect: z.string() }),
  z.strictObject({ assert: z.string().min(1) }),
  HttpTest,
  FilesTest,
]);
export type CriterionTest = z.infer<typeof CriterionTest>;

export const Criterion = z.strictObject({ id: z.string().min(1), text: z.string(), tests: z.array(CriterionTest) });
export type Criterion = z.infer<typeof Criterion>;

export const Spec = z.strictObject({
  version: z.literal(1),
  id: z.string().min(1),
  title: z.string(),
  text: z.string().optional(),
  language: z.enum(['python', 'javascript', 'typescript']),
  difficulty: z.enum(['easy', 'medium', 'hard']).optional(),
  surface: Surface.optional(),
  criteria: z.array(Criterion),
  compare: z.enum(['exact', 'tokens']).optional(),
  inputs: z.array(z.unknown()).optional(),
  /** The command of the base's own test suite: what passes on base must pass on a candidate. */
  suite: z.strictObject({ command: z.array(z.string().min(1)).min(1), timeoutMs: z.number().int().positive().max(600_000).optional() }).optional(),
  timeoutMs: z.number().int().positive().max(600_000).optional(),
});
export type Spec = z.infer<typeof Spec>;

/** The digest that an approval of the spec refers to. */
export function specDigest(spec: Spec): string {
  return digestOf(spec);
}

/** Criteria without any test: what makes the verdict `spec_gap`. */
export function untestedCriteria(spec: Spec): string[] {
  return spec.criteria.filter((criterion) => criterion.tests.length === 0).map((criterion) => criterion.id);
}
