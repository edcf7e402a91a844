/** What a repository may set under `guardrails.G18`; read from base, strict. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';

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
  const parsed = Settings.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  return { code: 'SETTINGS_UNREADABLE', path: '.github/assay.yml', startLine: 0, endLine: 0, error: true, values: { why: z.prettifyError(parsed.error).slice(0, 200) } };
}
