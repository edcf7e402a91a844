/** The handler of the `guard` job: trees in, report out. `registries` of the input wins over the edge that the worker brings. */
import type { z } from 'zod';
import type { GuardReport } from '../core/finding.ts';
import { GuardInput } from '../core/job.ts';
import { type GuardrailTools, runGuardrails } from './runner.ts';

/** `toolsFor` makes the edges, with the registries of the job or those of the clients' own configuration. */
export async function runGuardJob(input: z.infer<typeof GuardInput>, toolsFor: (registries: Record<string, string> | undefined) => GuardrailTools): Promise<GuardReport> {
  const { registries, ...rest } = GuardInput.parse(input);
  return await runGuardrails(rest, toolsFor(registries));
}
