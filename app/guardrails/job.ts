/** The handler of the `guard` job: trees in, report out. `registries` of the input wins over the edge that the worker brings. */
import type { z } from 'zod';
import type { GuardReport } from '../core/finding.ts';
import type { PackageLookup } from '../core/guardrail.ts';
import { GuardInput } from '../core/job.ts';
import type { Clock } from '../core/ports/clock.ts';
import { runGuardrails } from './runner.ts';

export interface GuardJobTools {
  clock: Clock;
  /** Makes the registry edge for the addresses of the job, or for the clients' own configuration. */
  packages(registries: Record<string, string> | undefined): PackageLookup;
}

export async function runGuardJob(input: z.infer<typeof GuardInput>, tools: GuardJobTools): Promise<GuardReport> {
  const { registries, ...rest } = GuardInput.parse(input);
  return await runGuardrails(rest, { clock: tools.clock, packages: tools.packages(registries) });
}
