/** Settings of one guardrail by its own strict schema. What cannot be read is a finding that makes the outcome `error`: a typing error must not loosen a rule. */
import { z } from 'zod';
import { configPath } from './config.ts';
import type { RawFinding } from './finding.ts';

/** `value` as the facts bring it, undefined where the repository says nothing. The descriptor names the code SETTINGS_UNREADABLE. */
export function settingsBy<T extends object>(schema: z.ZodType<T>, value: unknown): T | RawFinding {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  return { code: 'SETTINGS_UNREADABLE', path: configPath, startLine: 0, endLine: 0, error: true, values: { why: z.prettifyError(parsed.error).slice(0, 200) } };
}
