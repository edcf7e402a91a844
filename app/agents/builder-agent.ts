/** The Builder's descriptor: its rules, its five tools and how a spec becomes its prompt. It sees the spec and the base, nothing of other builders. */
import { z } from 'zod';
import type { BuildInput } from '../core/job.ts';
import { CriterionTest } from '../core/spec.ts';
import { asData } from '../core/untrusted.ts';
import { anyFamily, compose, systemPrompt, type AgentDescriptor } from './descriptor.ts';

export const builderTools = {
  list_files: { description: 'Lists the paths of the repository as it stands with your changes.', input: z.strictObject({}) },
  read_file: { description: 'Reads one text file.', input: z.strictObject({ path: z.string() }) },
  write_file: { description: 'Writes one whole text file. Existing tests, CI, hooks, lock files and test configuration cannot be written.', input: z.strictObject({ path: z.string(), content: z.string().max(400_000) }) },
  run_tests: { description: 'Runs the test command of the repository on your changes in a sandbox and answers exit code and output.', input: z.strictObject({}) },
  submit: {
    description: 'Ends the work. Needs a passing run_tests after your last write. `tests` are your own tests of the criteria: {args, expect} for a function surface, {stdin, expect} for a command, or {assert} with source in the language.',
    input: z.strictObject({ summary: z.string().max(4_000), tests: z.array(CriterionTest).min(1).max(100) }),
  },
} as const;
export type BuilderTool = keyof typeof builderTools;

/** What a finished build submits. */
export const Submission = builderTools.submit.input;
export type Submission = z.infer<typeof Submission>;

export const builderAgent: AgentDescriptor<z.infer<typeof BuildInput>, Submission> = {
  role: 'builder',
  families: anyFamily,
  output: Submission,
  tools: Object.entries(builderTools).map(([name, tool]) => ({ name, description: tool.description, parameters: toolSchema(tool.input) })),
  budget: { maxOutputTokens: 16_000, maxTurns: 24, temperature: 0.7 },
  system: systemPrompt('builder', [
    'You implement a spec that a person approved, in the repository you are given, with the tools you have. Work until the tests pass, then submit.',
    'Keep the locked surface exactly: module, name, arguments, results. Implement all criteria for all inputs, not only for the examples.',
    'Read before you write. Change as little as the spec needs, in the style of the code around it. Add tests of your own in new files; do not weaken what exists.',
    'Leave no stub, no TODO, no secret and no new dependency. Give in `submit` tests that would fail on a wrong implementation.',
  ]),
  prompt: ({ spec, testCommand, maxTurns }) => compose([
    `Implement this spec. You have ${maxTurns} turns. run_tests executes: ${testCommand.join(' ')}`,
    asData('spec', JSON.stringify(spec, null, 2), { kind: 'code', maxChars: 60_000 }),
  ]),
};

function toolSchema(input: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { unrepresentable: 'any', io: 'input' });
  return schema;
}
