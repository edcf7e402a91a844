/**
 * The Builder that is a vendor's own command line agent: how it does each node of the build's graph. The agent works in its sandbox as it likes; what it
 * leaves is taken file by file under the rules that hold for every builder, and our own test run decides.
 */
import type { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { BuildInput } from '../../core/job.ts';
import { isSameModel } from '../../core/model-id.ts';
import type { AgentCli, AgentResult } from '../../core/ports/agent-cli.ts';
import { textOf } from '../../core/tree.ts';
import { asData } from '../../core/untrusted.ts';
import { builderAgent, Submission } from '../builder-agent.ts';
import type { BuilderTools } from '../builder.ts';
import { fitsSurface } from '../spec-check.ts';
import { openWorkbench, type Workbench } from '../workbench.ts';
import { stopOf } from './by-tools.ts';
import type { Moves } from './graph.ts';
import { isSpent, lastRunFailed, type BuildLimits, type BuildState } from './state.ts';

type Input = z.infer<typeof BuildInput>;

interface Work {
  input: Input;
  tools: BuilderTools;
  cli: AgentCli;
  limits: BuildLimits;
}

/** Where the agent says what it did. Never part of the change. */
export const submissionFile = 'assay-submission.json';
const runMs = 20 * 60_000;

export function movesByCli(work: Work): Moves {
  const { limits } = work;
  return {
    plan: async () => ({}),
    write: (state) => agentRun(work, state),
    fix: (state) => agentRun(work, state),
    test: (state) => testRun(work, state),
    finish: async (state) => submitted(work, state),
    // `finish` leaves faults behind where it was not satisfied; the agent's next run replaces them.
    next: (state) => (state.stopped || state.submission ? 'finish' : !state.tested ? 'test' : state.judged ? 'fix' : 'finish'),
    isDone: (state) => state.stopped !== null || state.submission !== null || isSpent(state, limits),
  };
}

async function agentRun(work: Work, state: BuildState): Promise<Partial<BuildState>> {
  const { input, tools, cli } = work;
  const bench = benchOf(work, state);
  try {
    const result = await cli.run({ prompt: promptOf(input, state), model: input.model, tree: bench.tree(), wallMs: runMs, signal: tools.signal });
    // Ended from outside: the next run of the job does this node again.
    if (tools.signal?.aborted || result.refused?.code === 'JOB_TOKEN_INVALID') throw new AssayError('JOB_TOKEN_INVALID', 'the job was ended while its agent was at work', { remedy: 'Nothing to do; /retry goes on from the last finished step.' });
    if (result.leaks.length > 0) return { turns: state.turns + 1, stopped: leaked(result) };
    const faults = [...taken(bench, result), ...result.leftOut.map((path) => `"${path.slice(0, 200)}" was not taken: it is no regular file, or too large`)];
    const offered = submissionOf(result);
    const after = { turns: state.turns + 1, written: bench.written(), tested: false, judged: false, offered: offered.submission, faults: [...faults, ...offered.faults] };
    return { ...after, ...modelOf(input, result), ...stopIn(result) };
  } catch (thrown) {
    return { turns: state.turns + 1, stopped: stopOf(thrown, tools.signal) };
  }
}

/** An agent that carries its key out is not asked again, and nothing of that run is kept. */
function leaked({ leaks }: AgentResult): NonNullable<BuildState['stopped']> {
  return { code: 'SECRET_IN_OUTPUT', message: `the agent\'s key is in ${leaks.slice(0, 5).map((one) => JSON.stringify(one)).join(', ')}; nothing of this run was taken` };
}

/** What it changed, under the rules of every builder. Answers what was refused, in words for its next run. */
function taken(bench: Workbench, { tree }: AgentResult): string[] {
  const before = bench.tree();
  const faults: string[] = [];
  for (const [path, file] of Object.entries(tree)) {
    if (path === submissionFile || (before[path]?.content === file.content && before[path].encoding === file.encoding)) continue;
    const text = textOf(file);
    const refusal = text === undefined ? 'it is no text file' : bench.write(path, text);
    if (refusal) faults.push(`"${path.slice(0, 200)}" was not taken: ${refusal}`);
  }
  const gone = Object.keys(before).filter((path) => !Object.hasOwn(tree, path));
  return [...faults, ...gone.map((path) => `"${path.slice(0, 200)}" was not removed: a builder removes no file`)];
}

function submissionOf({ tree }: AgentResult): { submission: Submission | null; faults: string[] } {
  const text = textOf(tree[submissionFile]);
  if (text === undefined) return { submission: null, faults: [`there is no ${submissionFile} at the root of the repository`] };
  try {
    const parsed = Submission.safeParse(JSON.parse(text));
    return parsed.success ? { submission: parsed.data, faults: [] } : { submission: null, faults: [`${submissionFile} does not have the asked form: ${parsed.error.message.slice(0, 1_000)}`] };
  } catch {
    return { submission: null, faults: [`${submissionFile} is not JSON`] };
  }
}

/** A vendor that swaps the model breaks the independence that quorum counts on. */
function modelOf(input: Input, { models }: AgentResult): Partial<BuildState> {
  const other = models.find((model) => !isSameModel(input.model, model));
  if (other !== undefined) return { model: other, stopped: { code: 'MODEL_CHANGED', message: `asked ${input.model}, answered by ${other}. Pin a model that the vendor still serves.` } };
  return models[0] === undefined ? {} : { model: models[0] };
}

/** An agent that was cut off at the budget or never got an answer ends the build; one that only failed is asked again. */
function stopIn({ calls, models, refused, timedOut, said, exit }: AgentResult): Partial<BuildState> {
  if (refused && (ends.has(refused.code) || models.length === 0)) return { stopped: { code: refused.code, message: refused.message } };
  if (timedOut) return { stopped: { code: 'AGENT_CLI_TIMEOUT', message: `the agent did not end within ${runMs / 60_000} minutes` } };
  if (calls > 0 && models.length === 0 && !refused) return { stopped: { code: 'MODEL_ANSWER_INVALID', message: 'no answer to the agent was whole, or said which model gave it' } };
  if (calls === 0) return { stopped: { code: 'AGENT_CLI_FAILED', message: `the agent ended with exit ${exit ?? 'none'} and asked no model: ${said.slice(-300)}` } };
  return {};
}

const ends = new Set(['BUDGET_EXCEEDED', 'MODEL_KEY_MISSING', 'MODEL_PRICE_UNKNOWN']);

async function testRun(work: Work, state: BuildState): Promise<Partial<BuildState>> {
  try {
    return { runs: [...state.runs, await benchOf(work, state).runTests()], tested: true };
  } catch (thrown) {
    return { stopped: stopOf(thrown, work.tools.signal) };
  }
}

function submitted(work: Work, state: BuildState): Partial<BuildState> {
  if (state.stopped) return {};
  const { offered } = state;
  const misfit = offered?.tests.find((test) => !fitsSurface(test, work.input.spec.surface));
  const faults = [
    ...state.faults,
    ...(lastRunFailed(state) ? [`the tests of the repository fail:\n${asData('test output', state.runs.at(-1)?.output ?? '', { kind: 'code', maxChars: 14_000 }).block}`] : []),
    ...(misfit ? [`a test does not fit the surface: ${JSON.stringify(misfit).slice(0, 200)}`] : []),
    ...(Object.keys(benchOf(work, state).patch()).length === 0 ? ['nothing was changed'] : []),
  ];
  const isGood = offered !== null && !lastRunFailed(state) && !misfit && !faults.includes('nothing was changed');
  return isGood ? { submission: offered, faults: [], judged: true } : { judged: true, faults: faults.length > 0 ? faults : ['nothing was submitted'] };
}

function promptOf(input: Input, { faults, turns }: BuildState): string {
  const form = `When the tests pass, write ${submissionFile} at the root of the repository: {"summary": "…", "tests": [ … ]}, where each test is {"args", "expect"} for a function surface, {"stdin", "expect"} for a command, or {"assert"} with source in the language.`;
  const again = turns === 0 ? [] : ['Your earlier work is in the repository. It could not be accepted yet:', ...faults];
  return [builderAgent.system, builderAgent.prompt(input).text, `Work in the current folder. ${form}`, ...again].join('\n\n');
}

function benchOf({ input, tools }: Work, { written }: BuildState): Workbench {
  const { sandbox, readOnly, signal } = tools;
  return openWorkbench({ base: input.base, testCommand: input.testCommand, written, sandbox, ...(readOnly ? { readOnly } : {}), ...(signal ? { signal } : {}) });
}

/** A worker that was given no way to run agents says so. */
export function noAgentCli(family: string): AssayError {
  return new AssayError('AGENT_CLI_MISSING', `this worker cannot run a command line agent for ${family}`, { remedy: 'Set via: sdk in .github/assay.yml.' });
}
