/** What a repository may set under `guardrails.performance`; read from base, strict. The probe reads the same. */
import { z } from 'zod';
import { PackageFolder } from '../../app/core/preview.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';

const Settings = z.strictObject({
  /** The package of a monorepo in which the command runs. */
  folder: PackageFolder,
  /** The repository's own bench command. Without it nothing is judged. */
  command: z.array(z.string().min(1)).min(1).optional(),
  /** `time`: how long the command takes, taken from outside; else a number that it prints as `name: number`. */
  metric: z.union([z.literal('time'), z.strictObject({ name: z.string().regex(/^[\w ./-]{1,60}$/), better: z.enum(['lower', 'higher']) })]).default('time'),
  /** The share by which head may be worse. */
  tolerance: z.number().min(0.01).max(1).default(0.05),
  rounds: z.number().int().min(5).max(100).default(20),
  seconds: z.number().min(5).max(3600).default(300),
  /** Files and folders of the bench that both sides take from base. */
  files: z.array(z.string().min(1)).default([]),
});
export type Settings = z.infer<typeof Settings>;

export function settingsOf(value: unknown): Settings | RawFinding {
  return settingsBy(Settings, value);
}
