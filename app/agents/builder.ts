/**
 * The Builder: a write-test-fix graph, bounded by turns, failed test runs and the budget. Its result is a candidate only when its own last test
 * run passed; a build that was stopped keeps what it wrote, under an outcome that says so and never counts.
 */
import type { z } from 'zod';
import { digestOf } from '../core/digest.ts';
import type { Candidate } from '../core/candidate.ts';
import type { Family } from '../core/family.ts';
import type { BuildInput, BuildOutput } from '../core/job.ts';
import type { Models } from '../core/model.ts';
import type { Log } from '../core/ports/log.ts';
import type { AgentCli } from '../core/ports/agent-cli.ts';
import { unkeptProgress, type Progress } from '../core/ports/progress.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import { movesByCli, noAgentCli } from './builder/by-cli.ts';
import { callsPerTurn, movesByTools } from './builder/by-tools.ts';
import { runGraph, type Moves } from './builder/graph.ts';
import { startOf, type BuildLimits, type BuildState } from './builder/state.ts';
import { patchOf } from './workbench.ts';

type Input = z.infer<typeof BuildInput>;

export interface BuilderTools {
  models: Models;
  sandbox: Sandbox;
  log: Log;
  /** Where the build is kept between its nodes; absent: nobody takes it up again. */
  resume?: Progress;
  /** Stops the build at once: the model's connection and the sandbox with it. */
  signal?: AbortSignal | undefined;
  /** How a vendor's own command line agent is run; absent: this worker runs none. */
  agentCli?: ((family: Family) => AgentCli) | undefined;
  /** Dependencies from the fetch phase, mounted read-only while tests run. */
  readOnly?: { host: string; inside: string }[];
}

/** Nobody asks more of one build than this, whatever the input says. */
const turnCeiling = 60;
const failedRuns = 12;
/** A command line agent takes many turns by itself; this is how often it is sent back to work. */
const agentRuns = 4;

/** Throws what is no answer to the job: a fault of ours, or the end of the process. */
export async function runBuild(input: Input, tools: BuilderTools): Promise<BuildOutput> {
  const state = await runGraph({
    moves: movesOf(input, tools), start: startOf(input.model), thread: digestOf(input), progress: tools.resume ?? unkeptProgress(), log: tools.log,
    signal: tools.signal, maxSteps: (turnCeiling + 1) * (callsPerTurn + 2),
  });
  if (state.stopped) tools.log.warn({ code: state.stopped.code, candidate: input.candidateId, turns: state.turns }, 'a build was stopped');
  return outputOf(input, state);
}

function movesOf(input: Input, tools: BuilderTools): Moves {
  const limits: BuildLimits = { turns: Math.min(input.maxTurns, turnCeiling), failedRuns };
  if (input.via !== 'cli') return movesByTools({ input, tools, limits });
  const cli = tools.agentCli?.(input.family);
  if (!cli) throw noAgentCli(input.family);
  return movesByCli({ input, tools, cli, limits: { ...limits, turns: Math.min(input.maxTurns, agentRuns) } });
}

function outputOf(input: Input, state: BuildState): BuildOutput {
  const { turns, runs, stopped } = state;
  const rest = { candidate: candidateOf(input, state), turns, testRuns: runs.map(({ exit, passed, ms }) => ({ exit, passed, ms })) };
  if (stopped) return { outcome: 'error', reason: `${stopped.code}: ${stopped.message}`, ...rest };
  if (state.submission) return { outcome: 'pass', reason: `built in ${turns} ${input.via === 'cli' ? 'runs of its agent' : 'turns'}, tests pass`, ...rest };
  const last = runs.at(-1);
  const how = !last ? 'its tests never ran' : last.passed ? 'it never submitted' : `its tests fail with exit ${last.exit ?? 'none'}`;
  return { outcome: 'fail', reason: `not done after ${turns} turns: ${how}`, ...rest };
}

function candidateOf(input: Input, { written, model, submission }: BuildState): Candidate | null {
  const patch = patchOf(input.base, written);
  if (Object.keys(patch).length === 0) return null;
  return { id: input.candidateId, family: input.family, model, patch, tests: submission?.tests ?? [] };
}
