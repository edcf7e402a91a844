/** Decisions as they were taken: the package, the whole input, the answer and the digest of the policy that gave it. Read from an exported audit log. */
import { z } from 'zod';
import { AssayError } from './errors.ts';
import { policyPackages } from './ports/policy.ts';
import { parseStrictJson } from './strict-json.ts';

/** The audit action under which a decision is kept. */
export const decidedAction = 'policy.decided';

export const PolicyFact = z.object({ package: z.enum(policyPackages), input: z.record(z.string(), z.unknown()), decision: z.record(z.string(), z.unknown()), policy: z.string() });
export type PolicyFact = z.infer<typeof PolicyFact>;

const Line = z.object({ action: z.string(), subject: z.string().optional(), detail: z.record(z.string(), z.unknown()) });

/** The decisions of a log, one JSON object a line; other entries are passed over, a redacted decision too. Throws POLICY_FACTS with the line that is none. */
export function readPolicyFacts(text: string): { name: string; fact: PolicyFact }[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const { action, subject, detail } = readLine(line, index + 1);
    const fact = action === decidedAction ? PolicyFact.safeParse(detail).data : undefined;
    return fact ? [{ name: `${subject ?? 'line'}:${index + 1}`, fact }] : [];
  });
}

function readLine(line: string, number: number): z.infer<typeof Line> {
  try {
    return Line.parse(parseStrictJson(line));
  } catch (cause) {
    throw new AssayError('POLICY_FACTS', `line ${number} is no audit entry`, { remedy: 'Give a log that "assay audit-log export" wrote.', cause });
  }
}
