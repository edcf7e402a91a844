/** What a repository may set under `guardrails.G16`; read from base, strict. A limit or a rule that it names itself blocks; a default only informs. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';

const Globs = z.array(z.string().min(1)).min(1);
const limit = z.number().int().positive();

const Settings = z.strictObject({
  /** Import rules: files that match `from` import nothing of `forbid`, or nothing but `only`. Globs over paths of the repository, or names of modules. */
  imports: z.array(z.strictObject({ from: z.string().min(1), forbid: Globs.optional(), only: Globs.optional(), why: z.string().min(1) })
    .refine((rule) => (rule.forbid === undefined) !== (rule.only === undefined), { error: 'name either forbid or only' })).default([]),
  cycles: z.enum(['report', 'block']).default('report'),
  limits: z.strictObject({ fileLines: limit, functionLines: limit, complexity: limit, parameters: limit }).partial().default({}),
});
export type Settings = z.infer<typeof Settings>;
export type LimitName = keyof Settings['limits'];

const defaults: Record<LimitName, number> = { fileLines: 1000, functionLines: 120, complexity: 20, parameters: 7 };

export function settingsOf(value: unknown): Settings | RawFinding {
  return settingsBy(Settings, value);
}

export function limitOf(settings: Settings, name: LimitName): { limit: number; severity: 'info' | undefined } {
  const own = settings.limits[name];
  return { limit: own ?? defaults[name], severity: own === undefined ? 'info' : undefined };
}
