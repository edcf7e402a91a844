/** What a repository may set under `guardrails.G15`; read from base, strict. What it asks for itself blocks; a default only informs. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';

const Settings = z.strictObject({
  /** Percent of the public names that a change touches which have documentation. */
  coverage: z.number().min(0).max(100).optional(),
  /** `required`: a change of public names without a changelog entry blocks. */
  changelog: z.enum(['required', 'report']).default('report'),
  /** Globs of files whose exports are public; without them those that the package's entry reaches, and Python modules without an underscore. */
  public: z.array(z.string().min(1)).optional(),
  /** `required`: every replayed command has to work; `report`: a failing one informs; `off`: none is run. Without it plain commands have to work. */
  replay: z.enum(['off', 'report', 'required']).optional(),
  /** Globs of documents whose links and commands are not judged. */
  ignore: z.array(z.string().min(1)).default([]),
});
export type Settings = z.infer<typeof Settings>;
export const defaultCoverage = 80;

export function settingsOf(value: unknown): Settings | RawFinding {
  return settingsBy(Settings, value);
}
