/**
 * The baseline: findings that were there when a repository adopted Assay. It is read from base only, each entry has a reason, an owner and an
 * expiry, and a change may only shorten it.
 */
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import type { Finding, GuardReport } from '../core/finding.ts';
import { guardrailId } from './descriptor.ts';

export const baselinePath = '.github/assay-baseline.json';

export const Baseline = z.strictObject({
  version: z.literal(1),
  entries: z.array(z.strictObject({
    guardrail: guardrailId,
    code: z.string(),
    path: z.string(),
    fingerprint: z.string().regex(/^[0-9a-f]{40}$/),
    reason: z.string().min(1),
    owner: z.string().min(1),
    expires: z.iso.date(),
  })),
});
export type Baseline = z.infer<typeof Baseline>;

/** Throws `CONFIG_BASELINE_INVALID` where the text is no baseline: a broken one must not look like an empty one. */
export function parseBaseline(text: string): Baseline {
  try {
    return Baseline.parse(JSON.parse(text));
  } catch (cause) {
    throw new AssayError('CONFIG_BASELINE_INVALID', `${baselinePath} on base is not a valid baseline`, {
      remedy: 'Repair it on the default branch, or write it anew with: assay guard --baseline write', cause,
    });
  }
}

/** Fingerprints that the baseline still covers for this guardrail. The entry's last day counts. */
export function covered(baseline: Baseline | null, guardrail: string, now: number): ReadonlySet<string> {
  const live = (baseline?.entries ?? []).filter((entry) => entry.guardrail === guardrail && Date.parse(entry.expires) + 86_400_000 > now);
  return new Set(live.map((entry) => entry.fingerprint));
}

/** Entries of head that base does not have, by guardrail; a first baseline (none on base) has no such entries. */
export function grown(base: Baseline | null, headText: string | null): string[] {
  if (!base || headText === null) return [];
  const known = new Set(base.entries.map((entry) => JSON.stringify(entry)));
  return parseBaseline(headText).entries.filter((entry) => !known.has(JSON.stringify(entry))).map((entry) => entry.guardrail);
}

/** A baseline over today's blocking findings, good for `days`. */
export function writeBaseline(report: GuardReport, options: { owner: string; now: number; days: number }): Baseline {
  const expires = new Date(options.now + options.days * 86_400_000).toISOString().slice(0, 10);
  const entry = (guardrail: string, finding: Finding) => ({
    guardrail, code: finding.code, path: finding.path, fingerprint: finding.fingerprint,
    reason: 'present when Assay was adopted', owner: options.owner, expires,
  });
  const entries = report.guardrails.flatMap((result) => result.findings
    .filter((finding) => finding.severity !== 'info')
    .map((finding) => entry(result.id, finding)));
  return { version: 1, entries };
}
