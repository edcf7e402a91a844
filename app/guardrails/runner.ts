/**
 * Runs guardrails over two trees: plans from the diff, each in its own thread with a time limit, all in parallel within the machine's cores.
 * What crashes, hangs or cannot be asked is an `error`, never a pass; what the diff does not touch is `not_applicable` and says so.
 */
import { availableParallelism } from 'node:os';
import { AssayError } from '../core/errors.ts';
import type { GuardReport, GuardrailResult, RawFinding } from '../core/finding.ts';
import type { PackageLookup, SkippedFile } from '../core/guardrail.ts';
import { languageOf } from '../core/language.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Tree } from '../core/tree.ts';
import { textOf } from '../core/tree.ts';
import { worst } from '../core/verdict.ts';
import { type Baseline, baselinePath, covered, grown, parseBaseline } from './baseline.ts';
import { descriptors, packs } from './catalogue.generated.ts';
import type { Descriptor, Mode, PackMembers } from './descriptor.ts';
import { type Facts, gatherFacts } from './facts.ts';
import { judge } from './judge.ts';
import { runInspector } from './thread.ts';

export interface GuardrailsInput {
  base: Tree;
  head: Tree;
  baseSha: string | null;
  headSha: string;
  pack: string;
  only?: readonly string[] | undefined;
  all?: boolean | undefined;
  paths?: readonly string[] | undefined;
  unread?: readonly SkippedFile[] | undefined;
  budget?: Record<string, number> | undefined;
  /** Text of the baseline where it is not in `base`; null: there is none. */
  baseline?: string | null | undefined;
}

export interface GuardrailTools {
  packages: PackageLookup;
  clock: Clock;
  progress?(result: GuardrailResult): void;
  /** Limit for one guardrail. */
  limitMs?: number;
  catalogue?: { descriptors: readonly Descriptor[]; packs: readonly PackMembers[]; modules: Record<string, string> };
}

interface Planned {
  descriptor: Descriptor;
  mode: Mode;
  facts: Facts;
  covered: ReadonlySet<string>;
  baselineGrown: boolean;
  applies: boolean;
}

export async function runGuardrails(input: GuardrailsInput, tools: GuardrailTools): Promise<GuardReport> {
  const started = performance.now();
  const plan = planFrom(input, tools);
  const results = await inParallel(plan, async (each) => {
    const result = each.applies ? await runOne(each, tools) : nothingApplies(each);
    tools.progress?.(result);
    return result;
  });
  const outcome = worst(results.map((result) => (result.mode === 'enforce' || result.outcome === 'not_applicable' ? result.outcome : 'pass')));
  return { version: 1, outcome, base: input.baseSha, head: input.headSha, guardrails: results, durationMs: Math.round(performance.now() - started) };
}

/** The guardrails of a pack, or exactly those named. Throws `USAGE_…` on a name that does not exist. */
export function select(pack: string, only: readonly string[] | undefined, catalogue: NonNullable<GuardrailTools['catalogue']>): { descriptor: Descriptor; mode: Mode }[] {
  const chosen = catalogue.packs.find((each) => each.name === pack);
  if (!chosen) throw new AssayError('USAGE_PACK_UNKNOWN', `there is no pack "${pack}"`, { remedy: `Use one of: ${catalogue.packs.map((each) => each.name).join(', ')}.` });
  const unknown = only?.find((id) => !catalogue.descriptors.some((each) => each.id === id));
  if (unknown !== undefined) throw new AssayError('USAGE_GUARDRAIL_UNKNOWN', `there is no guardrail "${unknown}"`, { remedy: `Use some of: ${catalogue.descriptors.map((each) => each.id).join(', ')}.` });
  const ids = only ?? chosen.members;
  if (ids.length === 0) throw new AssayError('USAGE_NOTHING_SELECTED', 'no guardrail was selected', { remedy: 'Name guardrails with --only, or a pack with members.' });
  return catalogue.descriptors.filter((each) => ids.includes(each.id)).map((descriptor) => ({ descriptor, mode: chosen.modes[descriptor.id] ?? descriptor.mode }));
}

function planFrom(input: GuardrailsInput, tools: GuardrailTools): Planned[] {
  const selected = select(input.pack, input.only, tools.catalogue ?? { descriptors, packs, modules: {} });
  const { budget, paths, unread } = input;
  const facts = gatherFacts({
    base: input.base, head: input.head, all: input.all ?? false, now: tools.clock.now(),
    ...(budget ? { budget } : {}), ...(paths ? { paths } : {}), ...(unread ? { unread } : {}),
  });
  const text = input.baseline === undefined ? textOf(input.base[baselinePath]) ?? null : input.baseline;
  const baseline: Baseline | null = text === null ? null : parseBaseline(text);
  const grew = new Set(grown(baseline, input.all ? null : textOf(input.head[baselinePath]) ?? null));
  return selected.map(({ descriptor, mode }) => {
    const own = factsFor(descriptor, facts);
    const applies = descriptor.needs.includes('budget') ? budget !== undefined : own.changed.length + own.skipped.length > 0;
    return { descriptor, mode, facts: own, covered: covered(baseline, descriptor.id, facts.now), baselineGrown: grew.has(descriptor.id), applies: applies || grew.has(descriptor.id) };
  });
}

/** Only the files whose language the guardrail reads, and the rest of the tree only where it asks for it. */
function factsFor(descriptor: Descriptor, facts: Facts): Facts {
  const reads = (path: string) => descriptor.languages.includes('any') || descriptor.languages.includes(languageOf(path));
  const judged = descriptor.needs.includes('changed');
  return {
    ...facts,
    changed: judged ? facts.changed.filter((file) => reads(file.path)) : [],
    skipped: judged ? facts.skipped.filter((file) => reads(file.path)) : [],
    texts: descriptor.needs.includes('tree') ? facts.texts : {},
    paths: descriptor.needs.includes('tree') ? facts.paths : [],
  };
}

async function runOne(planned: Planned, tools: GuardrailTools): Promise<GuardrailResult> {
  const { descriptor, mode, facts } = planned;
  const started = performance.now();
  const limitMs = tools.limitMs ?? 120_000;
  const answer = await runInspector({ id: descriptor.id, module: tools.catalogue?.modules[descriptor.id] ?? null, facts }, { packages: tools.packages, limitMs });
  const found: RawFinding[] = answer.kind === 'found' ? answer.found : [{
    code: answer.kind === 'timeout' ? 'GUARDRAIL_TIMEOUT' : 'GUARDRAIL_CRASHED', path: '.', startLine: 0, endLine: 0, error: true,
    values: { id: descriptor.id, limit: limitMs, why: answer.kind === 'crashed' ? answer.why : '' },
  }];
  const ms = Math.round(performance.now() - started);
  return judge({ ...planned, mode, tool: descriptor.engine, found, foundOnBase: answer.kind === 'found' ? answer.foundOnBase : null, ms });
}

function nothingApplies(planned: Planned): GuardrailResult {
  const { descriptor, mode } = planned;
  const found: RawFinding[] = [{ code: 'NOTHING_APPLIES', path: '.', startLine: 0, endLine: 0, severity: 'info', values: { id: descriptor.id } }];
  const result = judge({ ...planned, mode, tool: descriptor.engine, facts: { changed: [], skipped: [] }, found, foundOnBase: null, ms: 0 });
  return { ...result, outcome: 'not_applicable' };
}

/** Keeps the order; runs as many at once as the machine has cores. */
async function inParallel<T, R>(list: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < list.length) {
      const index = next;
      next += 1;
      results[index] = await run(list[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, lane));
  return results;
}
