/** OSV records (schema 1.x) as far as a version's verdict needs them; unknown fields are let go, a record without id or date is refused. */
import { z } from 'zod';
import type { Ecosystem } from '../guardrail.ts';

const Event = z.looseObject({ introduced: z.string().optional(), fixed: z.string().optional(), last_affected: z.string().optional(), limit: z.string().optional() });
const Severity = z.looseObject({ type: z.string(), score: z.string() });
const Specific = z.looseObject({ severity: z.string().optional().catch(undefined) }).nullish();

export const Affected = z.object({
  package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
  ranges: z.array(z.object({ type: z.string(), events: z.array(Event) })).optional(),
  versions: z.array(z.string()).optional(),
  severity: z.array(Severity).optional(),
  database_specific: Specific,
  ecosystem_specific: Specific,
});
export type Affected = z.infer<typeof Affected>;

export const OsvRecord = z.object({
  id: z.string().min(1).max(200),
  modified: z.iso.datetime({ offset: true }),
  published: z.iso.datetime({ offset: true }).optional(),
  withdrawn: z.iso.datetime({ offset: true }).optional(),
  aliases: z.array(z.string()).optional(),
  summary: z.string().optional(),
  affected: z.array(Affected).optional(),
  severity: z.array(Severity).optional(),
  database_specific: Specific,
});
export type OsvRecord = z.infer<typeof OsvRecord>;

/** OSV's own words for the registries. */
export const osvEcosystem = { npm: 'npm', pypi: 'PyPI', go: 'Go' } as const satisfies Record<Ecosystem, string>;
export type OsvEcosystem = (typeof osvEcosystem)[Ecosystem];

export function isOsvEcosystem(name: string): name is OsvEcosystem {
  return Object.values<string>(osvEcosystem).includes(name);
}
