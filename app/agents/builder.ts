/**
 * The Builder: a write-test-fix loop over five tools, bounded by turns and by the budget. Its result is a candidate only when its own last test
 * run passed; a build that was stopped keeps what it wrote, under an outcome that says so and never counts.
 */
import type { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import type { Candidate } from '../core/candidate.ts';
import type { BuildInput, BuildOutput } from '../core/job.ts';
import { isSameModel } from '../core/model-id.ts';
import type { ModelAnswer, ModelMessage, Models } from '../core/model.ts';
import type { Log } from '../core/ports/log.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import { builderAgent, type Submission } from './builder-agent.ts';
import { useTool, type Bench } from './builder-tools.ts';
import { openingOf } from './descriptor.ts';
import { openWorkbench } from './workbench.ts';

type Input = z.infer<typeof BuildInput>;

export interface BuilderTools {
  models: Models;
  sandbox: Sandbox;
  log: Log;
  /** Dependencies from the fetch phase, mounted read-only while tests run. */
  readOnly?: { host: string; inside: string }[];
}

/** Nobody asks more of one build than this, whatever the input says. */
const turnCeiling = 60;

export async function runBuild(input: Input, tools: BuilderTools): Promise<BuildOutput> {
  const bench: Bench = {
    work: openWorkbench({ base: input.base, testCommand: input.testCommand, sandbox: tools.sandbox, ...(tools.readOnly ? { readOnly: tools.readOnly } : {}) }),
    spec: input.spec, runs: [], testedAfterWrite: false, submission: null,
  };
  const progress = { turns: 0, model: input.model };
  try {
    await converse(input, { bench, tools, progress });
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    tools.log.warn({ code: thrown.code, candidate: input.candidateId, turns: progress.turns }, 'a build was stopped');
    return { ...outputOf(input, bench, progress), outcome: 'error', reason: `${thrown.code}: ${thrown.message}` };
  }
  return outputOf(input, bench, progress);
}

interface Work {
  bench: Bench;
  tools: BuilderTools;
  progress: { turns: number; model: string };
}

async function converse(input: Input, { bench, tools, progress }: Work): Promise<void> {
  const request = openingOf(builderAgent, { family: input.family, model: input.model, facts: input });
  const messages: ModelMessage[] = [...request.messages];
  const turns = Math.min(input.maxTurns, turnCeiling);
  while (progress.turns < turns && !bench.submission) {
    const answer = await tools.models.ask({ ...request, messages });
    progress.turns += 1;
    progress.model = answer.model;
    insistOnModel(input.model, answer);
    messages.push({ role: 'assistant', text: answer.text, toolCalls: answer.toolCalls }, await reply(answer, { bench, left: turns - progress.turns }));
  }
}

/** A vendor that swaps the model breaks the independence that quorum counts on. */
function insistOnModel(asked: string, answer: ModelAnswer): void {
  if (isSameModel(asked, answer.model)) return;
  throw new AssayError('MODEL_CHANGED', `asked ${asked}, answered by ${answer.model}`, { remedy: 'Pin a model that the vendor still serves.' });
}

async function reply(answer: ModelAnswer, { bench, left }: { bench: Bench; left: number }): Promise<ModelMessage> {
  if (answer.toolCalls.length === 0) return { role: 'user', text: `Nothing happens by words alone: use the tools, and call submit when the tests pass. ${left} turns are left.` };
  // What was cut off may be half a file; none of it is carried out.
  if (answer.stop === 'length') return { role: 'tool', results: answer.toolCalls.map(({ id, name }) => ({ id, name, text: 'your answer was cut off at the token limit and nothing was done; write less at once', isError: true })) };
  const results = [];
  for (const call of answer.toolCalls) {
    const result = await useTool(bench, call);
    results.push({ id: call.id, name: call.name, text: result.text, isError: result.isError });
  }
  return { role: 'tool', results };
}

function outputOf(input: Input, bench: Bench, progress: Work['progress']): BuildOutput {
  const runs = bench.runs.map(({ exit, passed, ms }) => ({ exit, passed, ms }));
  const candidate = candidateOf(input, bench.submission, { patch: bench.work.patch(), model: progress.model });
  const rest = { candidate, turns: progress.turns, testRuns: runs };
  if (bench.submission) return { outcome: 'pass', reason: `built in ${progress.turns} turns, tests pass`, ...rest };
  const last = bench.runs.at(-1);
  const state = !last ? 'its tests never ran' : last.passed ? 'it never submitted' : `its tests fail with exit ${last.exit ?? 'none'}`;
  return { outcome: 'fail', reason: `not done after ${progress.turns} turns: ${state}`, ...rest };
}

function candidateOf(input: Input, submission: Submission | null, built: Pick<Candidate, 'patch' | 'model'>): Candidate | null {
  if (Object.keys(built.patch).length === 0) return null;
  return { id: input.candidateId, family: input.family, model: built.model, patch: built.patch, tests: submission?.tests ?? [] };
}
