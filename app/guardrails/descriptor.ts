/** The shape of `actions/gNN-slug/guardrail.yml`: data only, unknown keys rejected. The published JSON Schema is generated from it. */
import { z } from 'zod';
import { Severity } from '../core/finding.ts';
import { languages } from '../core/language.ts';

export const packNames = ['baseline', 'strict', 'agent-authored'] as const;
export const Mode = z.enum(['observe', 'warn', 'enforce']);
export type Mode = z.infer<typeof Mode>;

/** G01… are never reused; a further control is called by its slug. */
export const guardrailId = z.string().regex(/^(G\d{2}|[a-z][a-z0-9-]*)$/);
const code = z.string().regex(/^[A-Z][A-Z0-9_]*$/);

export const Descriptor = z.strictObject({
  id: guardrailId.describe('G and two digits, never reused; a control without a number repeats its slug.'),
  slug: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string().min(5),
  subject: z.enum(['change', 'intent', 'release']),
  severity: Severity.describe('Severity of its findings unless a finding says otherwise.'),
  mode: Mode.describe('Only enforce blocks; a pack may override.'),
  packs: z.array(z.enum(packNames)).min(1),
  phase: z.enum(['scan', 'exec']).default('scan').describe('exec: it needs the code of the change to run, always in the sandbox.'),
  needs: z.array(z.enum(['changed', 'tree', 'sources', 'packages', 'budget', 'history'])).min(1).describe('Facts handed to inspect. tree: all paths and the texts of manifests and configuration; sources: every text of head.'),
  tools: z.array(z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]*$/).describe('A tool of deps/tools.lock, or a probe.'),
    role: z.enum(['fuller', 'required']).describe('fuller: used where it is installed; required: without its answer the outcome is error.'),
    phase: z.literal('exec').optional().describe('exec: it is configured by code or runs some, so it is asked in the sandbox, and only where the change may be run.'),
  })).default([]),
  limitMs: z.number().int().positive().default(120_000).describe('It is stopped after this time, and the outcome is error.'),
  engine: z.strictObject({
    name: z.string().min(1),
    version: z.string().min(1).describe('`package:<npm name>` reads it from package.json, `own` is the version of Assay.'),
  }),
  languages: z.array(z.enum(languages)).min(1).describe('Files it reads; any is every text file.'),
  finds: z.record(code, z.string().min(10)).describe('Code to sentence; {placeholders} are filled by inspect.'),
  remedy: z.string().min(10),
  standards: z.array(z.string()).default([]),
  since: z.string().regex(/^\d+\.\d+\.\d+$/),
});
export type Descriptor = z.infer<typeof Descriptor>;

/** Whether it, or an engine of it, takes the sandbox. */
export function executes({ phase, tools }: Pick<Descriptor, 'phase' | 'tools'>): boolean {
  return phase === 'exec' || tools.some((tool) => tool.phase === 'exec');
}

/** What of it runs in a phase: reading, it does without the engines that take the sandbox; where those may run, it is judged whole. Without a phase all at once. */
export function inPhase(descriptor: Descriptor, phase: Descriptor['phase'] | undefined): Descriptor[] {
  if (phase === undefined) return [descriptor];
  if (phase === 'exec') return executes(descriptor) ? [descriptor] : [];
  return descriptor.phase === 'scan' ? [{ ...descriptor, tools: descriptor.tools.filter((tool) => tool.phase !== 'exec') }] : [];
}

/** `rulepacks/<name>.yml`: names and modes, never code. Members come from the descriptors. */
export const Pack = z.strictObject({
  name: z.enum(packNames),
  title: z.string().min(5),
  for: z.string().min(5),
  modes: z.record(guardrailId, Mode).default({}),
});
export type Pack = z.infer<typeof Pack>;

/** A pack with the guardrails that name it. */
export interface PackMembers extends Pack {
  members: string[];
}
