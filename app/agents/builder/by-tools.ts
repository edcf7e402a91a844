/** The Builder that talks to a model over the gateway and works with five tools: how it does each node of the build's graph. */
import type { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { BuildInput } from '../../core/job.ts';
import { isSameModel } from '../../core/model-id.ts';
import type { ModelAnswer, ModelMessage, ToolCall } from '../../core/model.ts';
import { builderAgent } from '../builder-agent.ts';
import { useTool, type Bench } from '../builder-tools.ts';
import { openingOf } from '../descriptor.ts';
import { openWorkbench } from '../workbench.ts';
import type { BuilderTools } from '../builder.ts';
import type { Moves } from './graph.ts';
import { isSpent, lastRunFailed, type BuildLimits, type BuildState } from './state.ts';

type Input = z.infer<typeof BuildInput>;

interface Work {
  input: Input;
  tools: BuilderTools;
  limits: BuildLimits;
}

/** One answer may hold many calls; beyond this they are refused, so that one answer is not a night of test runs. */
export const callsPerTurn = 32;

export function movesByTools(work: Work): Moves {
  const { limits } = work;
  return {
    plan: async () => ({ messages: [...openingOf(builderAgent, who(work.input)).messages] }),
    write: (state) => turn(work, state),
    fix: (state) => turn(work, state),
    test: (state) => carryOutNext(work, state),
    finish: async (state) => (state.pending.length > 0 && !state.stopped && !state.submission ? carryOutNext(work, state) : {}),
    next: (state) => {
      if (state.stopped || state.submission) return 'finish';
      const due = state.pending[0]?.name;
      if (due !== undefined) return due === 'run_tests' ? 'test' : 'finish';
      if (isSpent(state, limits)) return 'finish';
      return lastRunFailed(state) ? 'fix' : 'write';
    },
    isDone: (state) => state.stopped !== null || state.submission !== null || (state.pending.length === 0 && isSpent(state, limits)),
  };
}

function who({ family, model, ...rest }: Input) {
  return { family, model, facts: { family, model, ...rest } };
}

/** Asks once and carries out what the answer says, up to the next test run or submission: those are nodes of their own. */
async function turn(work: Work, state: BuildState): Promise<Partial<BuildState>> {
  const { input, tools } = work;
  try {
    const answer = await tools.models.ask({ ...openingOf(builderAgent, who(input)), messages: state.messages }, { signal: tools.signal });
    const asked = { turns: state.turns + 1, model: answer.model };
    if (!isSameModel(input.model, answer.model)) return { ...asked, stopped: swapped(input.model, answer.model) };
    const said: ModelMessage = { role: 'assistant', text: answer.text, toolCalls: answer.toolCalls };
    const refused = refusalOfAll(answer, work.limits.turns - asked.turns);
    if (refused) return { ...asked, messages: [...state.messages, said, refused] };
    return { ...asked, ...await leading(work, { ...state, ...asked, messages: [...state.messages, said], pending: answer.toolCalls.slice(0, callsPerTurn), results: beyond(answer.toolCalls) }) };
  } catch (thrown) {
    return { stopped: stopOf(thrown, tools.signal) };
  }
}

/** A vendor that swaps the model breaks the independence that quorum counts on. */
function swapped(asked: string, answered: string): NonNullable<BuildState['stopped']> {
  return { code: 'MODEL_CHANGED', message: `asked ${asked}, answered by ${answered}. Pin a model that the vendor still serves.` };
}

/**
 * What a person can act on ends the work with its code. A fault of ours is thrown, and so is an end from outside (the job was cancelled, its token is
 * dead): then this node is not finished, and the next run of the job does it again.
 */
export function stopOf(thrown: unknown, signal: AbortSignal | undefined): NonNullable<BuildState['stopped']> {
  if (thrown instanceof AssayError && !signal?.aborted && thrown.code !== 'JOB_TOKEN_INVALID') return { code: thrown.code, message: thrown.message };
  throw thrown;
}

function refusalOfAll(answer: ModelAnswer, left: number): ModelMessage | null {
  if (answer.toolCalls.length === 0) return { role: 'user', text: `Nothing happens by words alone: use the tools, and call submit when the tests pass. ${left} turns are left.` };
  // What was cut off may be half a file; none of it is carried out.
  if (answer.stop === 'length') return { role: 'tool', results: answer.toolCalls.map((call) => failed(call, 'your answer was cut off at the token limit and nothing was done; write less at once')) };
  return null;
}

function beyond(calls: ToolCall[]): BuildState['results'] {
  return calls.slice(callsPerTurn).map((call) => failed(call, `nothing was done: an answer may hold ${callsPerTurn} calls`));
}

function failed({ id, name }: ToolCall, text: string): BuildState['results'][number] {
  return { id, name, text, isError: true };
}

const ownNodes = new Set(['run_tests', 'submit']);

/** Carries out calls from the first on until one that has a node of its own; the last one closes the turn. */
async function leading(work: Work, state: BuildState): Promise<Partial<BuildState>> {
  const bench = benchOf(work, state);
  let { pending, results } = state;
  while (pending[0] && !ownNodes.has(pending[0].name)) {
    results = [...results, await carriedOut(bench, pending[0])];
    pending = pending.slice(1);
  }
  return closed({ ...state, ...changesOf(bench), pending, results });
}

async function carryOutNext(work: Work, state: BuildState): Promise<Partial<BuildState>> {
  const { tools } = work;
  const call = state.pending[0];
  if (!call) return {};
  try {
    const bench = benchOf(work, state);
    const results = [...state.results, await carriedOut(bench, call)];
    return await leading(work, { ...state, ...changesOf(bench), pending: state.pending.slice(1), results });
  } catch (thrown) {
    return { stopped: stopOf(thrown, tools.signal) };
  }
}

async function carriedOut(bench: Bench, call: ToolCall): Promise<BuildState['results'][number]> {
  const { text, isError } = await useTool(bench, call);
  return { id: call.id, name: call.name, text, isError };
}

/** Vendors want the results in the order of their calls, and all of them. */
function closed(state: BuildState): BuildState {
  if (state.pending.length > 0) return state;
  const said = state.messages.findLast((message) => message.role === 'assistant');
  const order = said?.role === 'assistant' ? said.toolCalls.map(({ id }) => id) : [];
  const results = state.results.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  return { ...state, messages: [...state.messages, { role: 'tool', results }], results: [] };
}

function benchOf({ input, tools }: Work, state: BuildState): Bench {
  const { sandbox, readOnly, signal } = tools;
  const work = openWorkbench({ base: input.base, testCommand: input.testCommand, written: state.written, sandbox, ...(readOnly ? { readOnly } : {}), ...(signal ? { signal } : {}) });
  return { work, spec: input.spec, runs: [...state.runs], testedAfterWrite: state.tested, submission: state.submission };
}

function changesOf(bench: Bench): Pick<BuildState, 'written' | 'runs' | 'tested' | 'submission'> {
  return { written: bench.work.written(), runs: bench.runs, tested: bench.testedAfterWrite, submission: bench.submission };
}
