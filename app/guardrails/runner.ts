/**
 * Runs guardrails over two trees: plans from the diff, asks the tools each one wants, each in its own thread with a time limit, all in parallel within the
 * machine's cores. What crashes, hangs or cannot be asked is an `error`, never a pass; what the diff does not touch is `not_applicable` and says so.
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
import { judge, type Judgement } from './judge.ts';
import { type Catalogue, type GuardrailsInput, type Planned, planFrom } from './plan.ts';
import { runInspector } from './thread.ts';

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

export async function runGuardrails(input: GuardrailsInput, tools: GuardrailTools): Promise<GuardReport> {
  const started = performance.now();
  const plan = planFrom(input, { ...(tools.catalogue ?? { descriptors, packs }), now: tools.clock.now() });
  const results = await inParallel(plan, async (each) => {
    tools.progress?.({ started: each.descriptor.id });
    const ended = each.applies ? await runOne(each, { input, tools }) : nothingApplies(each);
    tools.progress?.({ ended });
    return ended;
  });
  const outcome = worst(results.map((result) => (result.mode === 'enforce' || result.outcome === 'not_applicable' ? result.outcome : 'pass')));
  return { version: 1, outcome, base: input.baseSha, head: input.headSha, guardrails: results, durationMs: Math.round(performance.now() - started) };
}

async function runOne(planned: Planned, { input, tools }: { input: GuardrailsInput; tools: GuardrailTools }): Promise<GuardrailResult> {
  const { descriptor, facts, settings } = planned;
  const started = performance.now();
  const limitMs = tools.limitMs ?? descriptor.limitMs * (input.all ? wholeFactor : 1);
  const request: ToolRequest = { guardrail: descriptor.id, changed: facts.changed, head: input.head, base: input.base, history: facts.history, settings, now: facts.now, limitMs, all: input.all ?? false, testCommand: planned.testCommand };
  const answers = await askAll(descriptor.tools.map((tool) => tool.name), { toolbox: tools.toolbox, request });
  const answer = await runInspector({ id: descriptor.id, module: tools.catalogue?.modules[descriptor.id] ?? null, facts, settings, tools: answers }, {
    packages: tools.packages, limitMs,
    // The same tools over the same files as they were: asked only where a tool points at a line that the change did not touch.
    toolsOnBase: (paths) => askAll(Object.keys(answers), { toolbox: tools.toolbox, request: { ...request, changed: onBase(request, new Set(paths)), head: input.base } }),
  });
  const found: RawFinding[] = answer.kind === 'found' ? answer.found : [{
    code: answer.kind === 'timeout' ? 'GUARDRAIL_TIMEOUT' : 'GUARDRAIL_CRASHED', path: '.', startLine: 0, endLine: 0, error: true,
    values: { id: descriptor.id, limit: limitMs, why: answer.kind === 'crashed' ? answer.why : '' },
  }];
  const ms = Math.round(performance.now() - started);
  return judge({ ...judgementOf(planned, answers), found: [...found, ...silences(descriptor, answers)], foundOnBase: answer.kind === 'found' ? answer.foundOnBase : null, ms });
}

async function askAll(names: readonly string[], how: { toolbox: Toolbox; request: ToolRequest }): Promise<Record<string, ToolAnswer>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await how.toolbox.ask(name, how.request)] as const)));
}

function onBase({ changed }: ToolRequest, paths: ReadonlySet<string>): ToolRequest['changed'] {
  return changed.filter((file) => paths.has(file.path) && file.baseText !== null).map((file) => ({ ...file, text: file.baseText! }));
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

/** Keeps the order of the answers; starts those that wait for tools first, and runs as many at once as the machine has cores. */
async function inParallel(plan: readonly Planned[], run: (each: Planned) => Promise<GuardrailResult>): Promise<GuardrailResult[]> {
  const results: GuardrailResult[] = [];
  const queue = plan.map((each, index) => ({ each, index })).toSorted((a, b) => b.each.descriptor.tools.length - a.each.descriptor.tools.length);
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next.index] = await run(next.each);
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, lane));
  return results;
}
