/** What a repository may set under `guardrails.accessibility`; read from base, strict. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';

const Settings = z.strictObject({
  /** Rules of axe that block although they are only told by default. */
  block: z.array(z.string().regex(/^[a-z0-9-]{1,60}$/)).default([]),
});
export type Settings = z.infer<typeof Settings>;

export function settingsOf(value: unknown): Settings | RawFinding {
  return settingsBy(Settings, value);
}
