/** What a repository may set under `guardrails.G05`; read from base, strict. The probe reads the same. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';

export const Settings = z.strictObject({
  /** A changed function above this blocks. */
  complexity: z.number().int().min(5).max(100).default(15),
  /** A changed function above this is told: where Radon's rank B ends. */
  complexityTold: z.number().int().min(5).max(100).default(10),
  /** Time box of the property tests. */
  seconds: z.number().min(1).max(3600).default(120),
  seed: z.number().int().min(0).max(2_147_483_647).default(20_261),
});
export type Settings = z.infer<typeof Settings>;

export function settingsOf(value: unknown): Settings | RawFinding {
  return settingsBy(Settings, value);
}
