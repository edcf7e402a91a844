/** What a build knows between two of its nodes. Plain JSON, all of it: it is kept in the store and taken up again by another process. */
import { Annotation } from '@langchain/langgraph';
import type { ModelMessage, ToolCall } from '../../core/model.ts';
import type { Patch } from '../../core/tree.ts';
import type { Submission } from '../builder-agent.ts';
import type { TestRun } from '../workbench.ts';

/** The conversation as of the last finished turn, and the calls of the last answer that are still to be carried out. */
export const BuildState = Annotation.Root({
  messages: Annotation<ModelMessage[]>,
  pending: Annotation<ToolCall[]>,
  results: Annotation<ToolResults>,
  written: Annotation<Patch>,
  runs: Annotation<TestRun[]>,
  /** Whether the last test run saw the last write. */
  tested: Annotation<boolean>,
  submission: Annotation<Submission | null>,
  /** With a command line agent: what it handed in, what is wrong with its last run in words for its next one, and whether that was judged. */
  offered: Annotation<Submission | null>,
  faults: Annotation<string[]>,
  judged: Annotation<boolean>,
  /** Model calls so far; with a command line agent, its runs. */
  turns: Annotation<number>,
  /** The model as it last answered. */
  model: Annotation<string>,
  /** Why the work ended before its end. */
  stopped: Annotation<{ code: string; message: string } | null>,
});
export type BuildState = typeof BuildState.State;

type ToolResults = Extract<ModelMessage, { role: 'tool' }>['results'];

export function startOf(model: string): BuildState {
  return { messages: [], pending: [], results: [], written: {}, runs: [], tested: false, submission: null, offered: null, faults: [], judged: false, turns: 0, model, stopped: null };
}

export interface BuildLimits {
  /** Model calls, or runs of a command line agent. */
  turns: number;
  /** Test runs that fail before the build gives up. */
  failedRuns: number;
}

export function isSpent(state: BuildState, limits: BuildLimits): boolean {
  return state.turns >= limits.turns || state.runs.filter((run) => !run.passed).length >= limits.failedRuns;
}

export function lastRunFailed(state: BuildState): boolean {
  return state.runs.at(-1)?.passed === false;
}
