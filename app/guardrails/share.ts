/** What part of what was tried came out well, from what the probes of a guardrail measured: mutants that the tests noticed, property tests that hold. Pure. */
import { z } from 'zod';
import type { Share } from '../core/finding.ts';
import { packageAnswers } from '../core/package-answers.ts';
import { answered, type ToolAnswer } from '../core/tool-answer.ts';

const Mutants = z.object({ applies: z.literal(true), killed: z.number().int().min(0), survived: z.array(z.unknown()) }).transform(({ killed, survived }) => ({ reached: killed, of: killed + survived.length }));
const Properties = z.object({ held: z.number().int().min(0), falsified: z.array(z.unknown()), failed: z.array(z.unknown()), notRun: z.array(z.unknown()) })
  .transform(({ held, falsified, failed, notRun }) => ({ reached: held, of: held + falsified.length + failed.length + notRun.length }));

const measures: Record<string, z.ZodType<Share>> = { mutation: Mutants, properties: Properties };

/** Over all packages together; null where none of the probes tried anything. */
export function shareOf(answers: Record<string, ToolAnswer>): Share | null {
  const parts = Object.entries(measures).flatMap(([name, shape]) => {
    const answer = answers[name];
    return answered(answer) ? packageAnswers(answer.data).flatMap(({ data, why }) => (why === null ? shape.safeParse(data).data ?? [] : [])) : [];
  });
  const sum = parts.reduce((total, { reached, of }) => ({ reached: total.reached + reached, of: total.of + of }), { reached: 0, of: 0 });
  return sum.of === 0 ? null : sum;
}
