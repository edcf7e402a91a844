/** Faults that the repository accepts for a while, from `guardrails.G07.accepted` on base. An acceptance without owner, replacement and deadline is no plan. */
import { z } from 'zod';
import type { Ecosystem } from '../../app/core/guardrail.ts';

const Accepted = z.strictObject({
  package: z.string().min(1),
  ecosystem: z.enum(['npm', 'pypi', 'go']).optional(),
  /** An id or alias of the fault, or `deprecated`. */
  id: z.string().min(1),
  owner: z.string().trim().min(1).optional(),
  replacement: z.string().trim().min(1).optional(),
  deadline: z.iso.date().optional(),
  reason: z.string().optional(),
});
export type Accepted = z.infer<typeof Accepted>;

const Settings = z.strictObject({ accepted: z.array(Accepted).default([]) });

export function settingsOf(value: unknown): z.infer<typeof Settings> | { why: string } {
  const parsed = Settings.safeParse(value ?? {});
  return parsed.success ? parsed.data : { why: z.prettifyError(parsed.error).split('\n').slice(0, 2).join(' ') };
}

export function accepted(list: readonly Accepted[], of: { ecosystem: Ecosystem; name: string; id: string; aliases: readonly string[] }): Accepted | undefined {
  return list.find((each) => each.package === of.name && (each.ecosystem ?? of.ecosystem) === of.ecosystem && [of.id, ...of.aliases].includes(each.id));
}

export function missingOf(entry: Accepted): string[] {
  return (['owner', 'replacement', 'deadline'] as const).filter((key) => entry[key] === undefined);
}
