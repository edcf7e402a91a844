/**
 * What a tool outside of the guardrail said: a scanner from deps/tools.lock, or a probe that runs the change's code in the sandbox. Clean, findings, crash and
 * unknown are apart: a tool that printed nothing, lacked its database or ran out of time has not said that all is well.
 */
import { z } from 'zod';

export const toolStates = ['clean', 'findings', 'crashed', 'timeout', 'unknown', 'missing'] as const;
export type ToolState = (typeof toolStates)[number];

/** One place a tool points at. `rule` and `message` are the tool's own, untrusted text. Lines as in a finding: 1-based, 0 the file as a whole. */
export const ToolFinding = z.strictObject({
  rule: z.string(),
  path: z.string(),
  startLine: z.number().int().min(0),
  endLine: z.number().int().min(0),
  message: z.string(),
  /** The tool's own grade, in lower case. */
  level: z.string(),
});
export type ToolFinding = z.infer<typeof ToolFinding>;

export const ToolAnswer = z.strictObject({
  tool: z.string(),
  version: z.string(),
  state: z.enum(toolStates),
  findings: z.array(ToolFinding).default([]),
  /** What a probe measured (a score, a coverage table): plain JSON, its shape is the probe's. */
  data: z.unknown().default(null),
  /** Why there is no answer; null where there is one. */
  why: z.string().nullable().default(null),
  /** The command that installs a missing tool. */
  install: z.string().nullable().default(null),
  /** What a person does about it, where the failure is one that is known; null: what is always said of such a state. */
  remedy: z.string().nullable().default(null),
  ms: z.number().default(0),
});
export type ToolAnswer = z.infer<typeof ToolAnswer>;

/** Whether the tool judged the files it was given. */
export function answered(answer: ToolAnswer | undefined): answer is ToolAnswer {
  return answer !== undefined && (answer.state === 'clean' || answer.state === 'findings');
}
