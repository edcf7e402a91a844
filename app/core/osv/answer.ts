/** What a look into the OSV records says of the lock files it was shown: plain data, read by the guardrails on dependencies and on the budget of faults. */
import { z } from 'zod';
import type { GuardFacts } from '../guardrail.ts';
import { answered } from '../tool-answer.ts';

/** The tool's name in descriptors. */
export const osvTool = 'osv-records';

export const Hit = z.strictObject({
  ecosystem: z.enum(['npm', 'pypi', 'go']),
  name: z.string(),
  version: z.string(),
  path: z.string(),
  startLine: z.number().int().min(0),
  endLine: z.number().int().min(0),
  direct: z.boolean().nullable(),
  id: z.string(),
  aliases: z.array(z.string()),
  summary: z.string(),
  grade: z.enum(['critical', 'high', 'medium', 'low']),
  /** False: nobody said how bad it is, and `grade` is high for that. */
  graded: z.boolean().default(true),
  fixed: z.string().nullable(),
  /** When the fault became known; the record's last change where it says nothing else. */
  published: z.string(),
  /** `undecided`: the record or the version cannot be put in order, so nobody knows. */
  verdict: z.enum(['affected', 'undecided']),
});
export type Hit = z.infer<typeof Hit>;

export const OsvAnswer = z.strictObject({ hits: z.array(Hit) });
export type OsvAnswer = z.infer<typeof OsvAnswer>;

/** The hits, or none where the tool gave no answer: the runner has made an error of that. */
export function hitsOf(facts: Pick<GuardFacts, 'tools'>): Hit[] {
  const answer = facts.tools[osvTool];
  if (!answered(answer) || answer.data === null) return [];
  return OsvAnswer.parse(answer.data).hits;
}

/** What people call it: the CVE where there is one. */
export function nameOf({ id, aliases }: Pick<Hit, 'id' | 'aliases'>): string {
  const cve = [id, ...aliases].find((each) => each.startsWith('CVE-'));
  return cve === undefined || cve === id ? id : `${id} (${cve})`;
}
