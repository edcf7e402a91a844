/** What the driver in the sandbox wrote, read as the untrusted text it is. */
import { z } from 'zod';

const maxReport = 100 * 1024 * 1024;

const Report = z.strictObject({
  listening: z.boolean(),
  ended: z.union([z.number(), z.string().max(20)]).nullable(),
  refused: z.string().max(300).nullable(),
  words: z.string().max(4000),
  answers: z.array(z.strictObject({ path: z.string().max(501), status: z.number().int().nullable(), body: z.string().max(262_144), problem: z.string().max(100).nullable(), ms: z.number() })).max(50),
  exports: z.array(z.strictObject({ type: z.string().max(100), encoding: z.string().max(20), body: z.base64().max(1_500_000) })).max(64),
  exportsLost: z.number().int().min(0),
});
export type Report = z.infer<typeof Report>;

/** Null: no report, or none that the driver could have written. */
export function readReport(json: string | undefined): Report | null {
  if (json === undefined || json.length > maxReport) return null;
  try {
    const parsed = Report.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // whoever wrote it, it was not the driver
  }
}
