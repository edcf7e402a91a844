/** What the worker can do: one handler for each kind of job, given its checked input and its tools. A kind that is not here does not exist yet. */
import { z } from 'zod';
import { AcceptInput, AuditInput, BuildInput, ConsensusInput, GuardInput, PlanInput, SabotageInput, type JobInput, type JobKind, type JobOutputs } from '../core/job.ts';
import { AssayError } from '../core/errors.ts';
import { runPlan } from '../agents/planner.ts';
import { runBuild } from '../agents/builder.ts';
import { writeAcceptance } from '../agents/acceptance.ts';
import { runSabotage } from '../agents/saboteur/saboteur.ts';
import { judgeAcceptance } from '../consensus/accept.ts';
import { runAudit } from '../consensus/audit.ts';
import { runConsensus } from '../consensus/consensus.ts';
import { runGuardJob } from '../guardrails/job.ts';
import { guarding } from './guarding.ts';
import type { Models } from '../core/model.ts';
import type { Family } from '../core/family.ts';
import type { AgentCli } from '../core/ports/agent-cli.ts';
import type { Log } from '../core/ports/log.ts';
import type { Progress } from '../core/ports/progress.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';

export interface JobTools {
  sandbox: Sandbox;
  models: Models;
  log: Log;
  signal: AbortSignal;
  /** What an earlier run of the same job left. */
  resume: Progress;
  /** A vendor's own command line agent, where the job has a gateway. */
  agentCli: ((family: Family) => AgentCli) | undefined;
}

export type InputOf<K extends JobKind> = Extract<JobInput, { kind: K }>['input'];
export type Handler<K extends JobKind> = (input: InputOf<K>, tools: JobTools) => Promise<JobOutputs[K]>;
export type Handlers = { [K in JobKind]?: Handler<K> };

export const handlers: Handlers = {
  plan: runPlan,
  build: runBuild,
  consensus: runConsensus,
  audit: runAudit,
  async accept({ families, models, ...input }, tools) {
    // One after the other would cost the sum of three slow answers; each family is asked apart from the others.
    const tests = await Promise.all(families.map(async (family) => {
      const model = models[family];
      if (!model) throw new AssayError('JOB_INPUT_INVALID', `The job names no model for ${family}.`, { remedy: 'Executor and worker must be of the same version.' });
      return { family, tests: await writeAcceptance({ spec: input.spec, family, model }, tools.models) };
    }));
    return judgeAcceptance({ ...input, tests }, tools);
  },
  sabotage: runSabotage,
  guard: (input, { sandbox }) => runGuardJob(input, (registries) => guarding({ registries, sandbox })),
};

/** The schema of each kind of job, closed: an unknown key is refused. */
export const JobRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plan'), input: PlanInput }),
  z.strictObject({ kind: z.literal('build'), input: BuildInput }),
  z.strictObject({ kind: z.literal('consensus'), input: ConsensusInput }),
  z.strictObject({ kind: z.literal('audit'), input: AuditInput }),
  z.strictObject({ kind: z.literal('accept'), input: AcceptInput }),
  z.strictObject({ kind: z.literal('sabotage'), input: SabotageInput }),
  z.strictObject({ kind: z.literal('guard'), input: GuardInput }),
]);
