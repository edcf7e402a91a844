/**
 * Write, test, fix: a build as a state graph. Each node is kept when it is finished, so that a run that dies goes on at the node it died in and no
 * model is asked twice for what it has answered. Bounded by turns and failed test runs; a budget that ends, ends it with what there is.
 */
import { END, START, StateGraph } from '@langchain/langgraph';
import type { Log } from '../../core/ports/log.ts';
import type { Progress } from '../../core/ports/progress.ts';
import { ProgressSaver } from './saver.ts';
import { BuildState } from './state.ts';

type Move = (state: BuildState) => Promise<Partial<BuildState>>;
type Node = 'write' | 'test' | 'fix' | 'finish';

/**
 * How one kind of builder does each node. `plan` opens the work, `write` and `fix` ask the author once, `test` runs the tests once, `finish` judges
 * what was submitted. `next` names the node that is due; `isDone` says that nothing is.
 */
export interface Moves {
  plan: Move;
  write: Move;
  test: Move;
  fix: Move;
  finish: Move;
  next(state: BuildState): Node;
  isDone(state: BuildState): boolean;
}

export interface BuildRun {
  moves: Moves;
  start: BuildState;
  /** Which work this is: the progress of other work is not taken up. */
  thread: string;
  progress: Progress;
  log: Log;
  /** Ends the run between two nodes; the nodes themselves watch it too. */
  signal?: AbortSignal | undefined;
  maxSteps: number;
}

/** The state at the end. Throws what a node throws; what was finished before is kept then. */
export async function runGraph(run: BuildRun): Promise<BuildState> {
  const saver = new ProgressSaver(run.progress, run.log);
  const graph = graphOf(run.moves).compile({ checkpointer: saver });
  const config = { configurable: { thread_id: run.thread }, recursionLimit: run.maxSteps, durability: 'sync' as const, ...(run.signal ? { signal: run.signal } : {}) };
  const before = await saver.getTuple(config);
  if (before) run.log.info({ step: before.metadata?.step }, 'a build goes on where an earlier run ended');
  return await graph.invoke(before ? null : run.start, config);
}

function graphOf({ plan, write, test, fix, finish, next, isDone }: Moves) {
  const nodes: Node[] = ['write', 'test', 'fix', 'finish'];
  return new StateGraph(BuildState)
    .addNode('plan', plan).addNode('write', write).addNode('test', test).addNode('fix', fix).addNode('finish', finish)
    .addEdge(START, 'plan').addEdge('plan', 'write')
    .addConditionalEdges('write', next, nodes)
    .addConditionalEdges('test', next, nodes)
    .addConditionalEdges('fix', next, nodes)
    .addConditionalEdges('finish', (state) => (isDone(state) ? END : next(state)), [...nodes, END]);
}
