/**
 * Runs guardrails over two trees: plans from the diff, asks the tools each one wants, judges each alone in a thread with a time limit; as many at once ask and as many
 * judge as the machine has cores. What crashes, hangs or cannot be asked is an `error`, never a pass; what the diff does not touch is `not_applicable` and says so.
 */
import { availableParallelism } from 'node:os';
import type { GuardReport, GuardrailResult, RawFinding } from '../core/finding.ts';
import type { PackageLookup } from '../core/guardrail.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Toolbox, ToolRequest } from '../core/ports/toolbox.ts';
import type { ToolAnswer } from '../core/tool-answer.ts';
import { worst } from '../core/verdict.ts';
import { descriptors, packs } from './catalogue.generated.ts';
import { engines, mixed, silences } from './engines.ts';
import { judge, type Judgement, touches } from './judge.ts';
import { type Catalogue, type GuardrailsInput, type Planned, planFrom } from './plan.ts';
import { shareOf } from './share.ts';
import { openThreads, type ThreadAnswer, type Threads } from './thread.ts';
import { type Turns, turns } from './turns.ts';

export type { GuardrailsInput } from './plan.ts';

export interface GuardrailTools {
  packages: PackageLookup;
  clock: Clock;
  toolbox: Toolbox;
  /** Called when a guardrail starts (its id) and when it ends (its result). */
  progress?(step: { started: string } | { ended: GuardrailResult }): void;
  /** Limit for one guardrail instead of its descriptor's. */
  limitMs?: number;
  catalogue?: Catalogue & { modules: Record<string, string> };
}

// A limit is meant for a change; a whole repository takes longer.
const wholeFactor = 5;

interface Run {
  input: GuardrailsInput;
  tools: GuardrailTools;
  threads: Threads;
  /** Turns to ask tools and turns to judge: while one guardrail waits for its tools, others are judged. */
  asking: Turns;
  judging: Turns;
}

export async function runGuardrails(input: GuardrailsInput, tools: GuardrailTools): Promise<GuardReport> {
  const started = performance.now();
  const plan = planFrom(input, { ...(tools.catalogue ?? { descriptors, packs }), now: tools.clock.now() });
  const cores = Math.max(1, availableParallelism());
  const threads = openThreads(Math.min(cores, plan.filter((each) => each.applies).length));
  try {
    const results = await inOrder(plan, { input, tools, threads, asking: turns(cores), judging: turns(cores) });
    const outcome = worst(results.map((result) => (result.mode === 'enforce' || result.outcome === 'not_applicable' ? result.outcome : 'pass')));
    return { version: 1, outcome, base: input.baseSha, head: input.headSha, guardrails: results, durationMs: Math.round(performance.now() - started) };
  } finally {
    threads.close();
  }
}

/** Keeps the order of the answers; those that wait for tools start first. */
async function inOrder(plan: readonly Planned[], run: Run): Promise<GuardrailResult[]> {
  const results: GuardrailResult[] = [];
  const queue = plan.map((each, index) => ({ each, index })).toSorted((a, b) => b.each.descriptor.tools.length - a.each.descriptor.tools.length);
  await Promise.all(queue.map(async ({ each, index }) => {
    results[index] = each.applies ? await runOne(each, run) : nothingApplies(each);
    run.tools.progress?.({ ended: results[index] });
  }));
  return results;
}

async function runOne(planned: Planned, run: Run): Promise<GuardrailResult> {
  const { descriptor, facts, settings, testCommand, packages } = planned;
  const { input, tools } = run;
  const limitMs = tools.limitMs ?? descriptor.limitMs * (input.all ? wholeFactor : 1);
  const request: ToolRequest = { guardrail: descriptor.id, changed: facts.changed, head: input.head, base: input.base, history: facts.history, settings, now: facts.now, limitMs, all: input.all ?? false, testCommand, packages };
  const names = descriptor.tools.map((tool) => tool.name);
  const ask = () => timed(() => askAll(names, { toolbox: tools.toolbox, request }));
  const asked = names.length === 0 ? { ms: 0, value: {} } : await run.asking(() => begun(planned, { tools, act: ask }));
  const inspect = () => timed(() => inspected(planned, { run, request, answers: asked.value }));
  const judged = await run.judging(() => (names.length === 0 ? begun(planned, { tools, act: inspect }) : inspect()));
  // The time that it took, without that in which it waited for its turn.
  return { ...judged.value, ms: asked.ms + judged.ms };
}

function begun<T>({ descriptor }: Planned, { tools, act }: { tools: GuardrailTools; act: () => Promise<T> }): Promise<T> {
  tools.progress?.({ started: descriptor.id });
  return act();
}

async function inspected(planned: Planned, { run, request, answers }: { run: Run; request: ToolRequest; answers: Record<string, ToolAnswer> }): Promise<GuardrailResult> {
  const { descriptor, facts, settings } = planned;
  const { packages, toolbox, catalogue } = run.tools;
  const { limitMs } = request;
  const answer = await run.threads.inspect({ id: descriptor.id, module: catalogue?.modules[descriptor.id] ?? null, facts, settings, tools: answers }, {
    packages, limitMs,
    toolsOnBase: (paths) => askOnBase(answers, { toolbox, request: { ...request, changed: request.changed.filter((file) => paths.includes(file.path)) } }),
  });
  const found = answer.kind === 'found' ? answer.found : [failure(answer, { id: descriptor.id, limitMs })];
  const judged = judge({ ...judgementOf(planned, answers), found: [...found, ...silences(descriptor, answers)], foundOnBase: answer.kind === 'found' ? answer.foundOnBase : null, ms: 0 });
  const share = shareOf(answers);
  return share ? { ...judged, share } : judged;
}

function failure(answer: Exclude<ThreadAnswer, { kind: 'found' }>, { id, limitMs }: { id: string; limitMs: number }): RawFinding {
  return {
    code: answer.kind === 'timeout' ? 'GUARDRAIL_TIMEOUT' : 'GUARDRAIL_CRASHED', path: '.', startLine: 0, endLine: 0, error: true,
    values: { id, limit: limitMs, why: answer.kind === 'crashed' ? answer.why : '' },
  };
}

async function timed<T>(act: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const started = performance.now();
  const value = await act();
  return { ms: Math.round(performance.now() - started), value };
}

async function askAll(names: readonly string[], how: { toolbox: Toolbox; request: ToolRequest }): Promise<Record<string, ToolAnswer>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await how.toolbox.ask(name, how.request)] as const)));
}

/** The same files as they were, from the tools that measure or that point at a line in them that the change did not touch; what the others would say of base changes nothing. */
async function askOnBase(answers: Record<string, ToolAnswer>, { toolbox, request }: { toolbox: Toolbox; request: ToolRequest }): Promise<Record<string, ToolAnswer>> {
  const files = new Map(request.changed.map((file) => [file.path, file]));
  const points = ({ data, findings }: ToolAnswer): boolean => data !== null || findings.some((finding) => files.has(finding.path) && !touches(finding, files.get(finding.path)));
  const pointing = Object.keys(answers).filter((name) => points(answers[name]!));
  const silent = Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, { ...answer, findings: [] }]));
  const changed = request.changed.filter((file) => file.baseText !== null).map((file) => ({ ...file, text: file.baseText! }));
  return { ...silent, ...await askAll(pointing, { toolbox, request: { ...request, changed, head: request.base } }) };
}

function nothingApplies(planned: Planned): GuardrailResult {
  const found: RawFinding[] = [{ code: 'NOTHING_APPLIES', path: '.', startLine: 0, endLine: 0, severity: 'info', values: { id: planned.descriptor.id } }];
  const result = judge({ ...judgementOf(planned, {}), facts: { changed: [], skipped: [] }, found, foundOnBase: null, ms: 0 });
  return { ...result, outcome: 'not_applicable' };
}

function judgementOf(planned: Planned, answers: Record<string, ToolAnswer>): Omit<Judgement, 'found' | 'foundOnBase' | 'ms'> {
  const used = engines(planned.descriptor, answers);
  return { ...planned, tool: mixed(used), engines: used };
}
