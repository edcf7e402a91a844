/**
 * Whether one decision lets more through than another on the same facts. Read from the decision's own words: what is allowed, what passes, which slots
 * are left out. A decision of another shape counts as easier, because nobody can tell.
 */
import { z } from 'zod';

const Slot = z.object({ need: z.string(), code: z.string() });
const Decision = z.object({
  allow: z.boolean().optional(), ready: z.boolean().optional(), plan: z.boolean().optional(), build: z.boolean().optional(), execute: z.boolean().optional(),
  merge: z.string().optional(), outcome: z.string().optional(),
  assay: z.object({ outcome: z.string() }).optional(), approval: z.object({ outcome: z.string() }).optional(),
  approvals: z.array(z.object({ code: z.string() })).optional(),
  slots: z.record(z.string(), Slot).optional(), rules: z.record(z.string(), z.object({ outcome: z.string() })).optional(),
  obligations: z.array(z.string()).optional(),
});

/** What `after` lets through and `before` did not, as short names, e.g. `merge` or `slot consensus`; empty where it is no easier. */
export function easier(before: unknown, after: unknown): string[] {
  const [was, is] = [before, after].map((decision) => Decision.safeParse(decision));
  if (!was!.success || !is!.success) return ['its shape'];
  const had = through(was!.data);
  const kept = is!.data.obligations ?? [];
  const dropped = is!.data.allow === true ? (was!.data.obligations ?? []).filter((one) => !kept.includes(one)).map((one) => `without ${one}`) : [];
  return [...[...through(is!.data)].filter((one) => !had.has(one)), ...dropped];
}

function through(decision: z.infer<typeof Decision>): Set<string> {
  const flags = (['allow', 'ready', 'plan', 'build', 'execute'] as const).filter((name) => decision[name] === true);
  const passing = (['assay', 'approval'] as const).filter((name) => decision[name]?.outcome === 'pass');
  const slots = Object.entries(decision.slots ?? {}).filter(([, slot]) => slot.need === 'not_applicable' || slot.code === 'SLOT_PASS').map(([name]) => `slot ${name}`);
  const rules = Object.entries(decision.rules ?? {}).filter(([, { outcome }]) => outcome === 'pass' || outcome === 'not_applicable').map(([name]) => `rule ${name}`);
  const approvals = (decision.approvals ?? []).flatMap(({ code }, index) => (code === 'APPROVAL_OK' ? [`approval ${index}`] : []));
  return new Set([...flags, ...passing, ...slots, ...rules, ...approvals, ...(decision.merge === 'now' ? ['merge'] : []), ...(decision.outcome === 'pass' ? ['outcome'] : [])]);
}
