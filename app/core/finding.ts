/** Findings and the guard report: the `guard --format json` contract (DESIGN.md §7). */
import { z } from 'zod';
import { toolStates } from './tool-answer.ts';
import { outcomes } from './verdict.ts';

/** `info` is reported and never blocks. */
export const Severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof Severity>;

/** One fault at one place. Lines are 1-based and inclusive; 0 means the file as a whole. `fingerprint` is stable under line moves. */
export const Finding = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  path: z.string(),
  startLine: z.number().int().min(0),
  endLine: z.number().int().min(0),
  severity: Severity,
  message: z.string(),
  remedy: z.string(),
  fingerprint: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** What `inspect` returns: the runner adds the sentence, severity, remedy and fingerprint from the descriptor. */
export interface RawFinding {
  code: string;
  path: string;
  startLine: number;
  endLine: number;
  /** Fills the {placeholders} of the descriptor's sentence for this code. */
  values?: Record<string, string | number>;
  severity?: Severity;
  remedy?: string;
  /** The guardrail could not judge this place: its outcome becomes `error`. */
  error?: true;
}

/** A finding inside one file, before its path is known. */
export interface Hit extends Omit<RawFinding, 'path' | 'values'> {
  values: Record<string, string>;
}

/** How much of what was tried came out well, e.g. mutants that the tests noticed. */
export const Share = z.strictObject({ reached: z.number().int().min(0), of: z.number().int().min(1) });
export type Share = z.infer<typeof Share>;

export const GuardrailResult = z.strictObject({
  id: z.string(),
  slug: z.string(),
  outcome: z.enum(outcomes),
  mode: z.enum(['observe', 'warn', 'enforce']),
  ms: z.number(),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  /** Each engine it may use, and whether it answered. A fuller engine that is not installed is named with the command that installs it. */
  engines: z.array(z.strictObject({ name: z.string(), version: z.string(), state: z.enum(['embedded', ...toolStates]), install: z.string().nullable() })),
  /** Findings in files that the repository keeps as fixtures: counted, not held against the change. */
  inFixtures: z.number().int().min(0),
  /** Findings that a waiver of the default branch covers; absent where none does. */
  waived: z.number().int().min(1).optional(),
  /** What its probes measured; absent where they tried nothing. */
  share: Share.optional(),
  findings: z.array(Finding),
});
export type GuardrailResult = z.infer<typeof GuardrailResult>;

export const GuardReport = z.strictObject({
  version: z.literal(1),
  outcome: z.enum(outcomes),
  base: z.string().nullable(),
  head: z.string(),
  guardrails: z.array(GuardrailResult),
  durationMs: z.number(),
});
export type GuardReport = z.infer<typeof GuardReport>;
