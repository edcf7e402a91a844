/** What a repository may set under `guardrails.G18`; read from base, strict. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';

const Settings = z.strictObject({
  /** Length of a word-for-word copy that blocks. */
  exactTokens: z.number().int().min(60).max(1000).default(100),
  /** Length of a copy under other names that is reported. */
  renamedTokens: z.number().int().min(60).max(1000).default(120),
  /** Globs of files that are not compared. */
  ignore: z.array(z.string().min(1)).default([]),
  /** Dependencies that may be added although there is a replacement. */
  allowPackages: z.array(z.string().min(1)).default([]),
});
export type Settings = z.infer<typeof Settings>;

export function settingsOf(value: unknown): Settings | RawFinding {
  return settingsBy(Settings, value);
}
