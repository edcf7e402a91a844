/**
 * The verdict of the guardrails from two jobs: those that only read always run; those that run the change's code (a pack may have none) wait until policy lets
 * execution start. A scan that objects is said at once; a pass is said only when both have ended.
 */
import type { GuardReport, GuardrailResult } from '../../core/finding.ts';
import { worst } from '../../core/verdict.ts';
import { descriptors, packs } from '../../guardrails/catalogue.generated.ts';
import { executes } from '../../guardrails/descriptor.ts';
import type { SlotWork } from './slots.ts';

/** One of the jobs, as far as it is. `executes`: it runs the change's code. */
export interface GuardWork {
  work: SlotWork;
  report: GuardReport | null;
  executes: boolean;
}

export interface GuardSlot extends SlotWork {
  report: GuardReport | null;
  jobs: GuardWork[];
  /** What is still to start runs the change's code. */
  executes: boolean;
}

/** Whether a guardrail of the pack, or of a package's pack, needs the change's code to run. */
export function packExecutes(config: { pack: string; packages: { pack: string }[] }): boolean {
  const names = [config.pack, ...config.packages.map((each) => each.pack)];
  const members = new Set(packs.filter((pack) => names.includes(pack.name)).flatMap((pack) => pack.members));
  return descriptors.some((each) => executes(each) && members.has(each.id));
}

export function guardSlot(jobs: GuardWork[], reasonOf: (report: GuardReport) => string): GuardSlot {
  const [scan, exec] = jobs as [GuardWork, GuardWork | undefined];
  const open = jobs.find(({ work }) => work.verdict === null);
  const report = merged(jobs.flatMap((each) => each.report ?? []));
  const one = (from: GuardWork): GuardSlot => ({ ...from.work, report, jobs, executes: from.executes });
  if (!exec) return one(scan);
  const silent = jobs.find((each) => each.work.verdict !== null && each.report === null);
  if (silent) return one(silent);
  if (open && (scan.work.verdict === null || passes(scan.work.verdict.outcome))) return one(open);
  if (open || !report) return one(scan);
  const at = Math.max(...jobs.map(({ work }) => work.verdict?.at ?? 0));
  return { ...one(exec), verdict: { ...exec.work.verdict!, outcome: report.outcome, reason: reasonOf(report), at, content: report, works: { reading: scan.work.verdict?.works.reading ?? null, executing: exec.work.verdict?.works.executing ?? null } } };
}

function passes(outcome: string): boolean {
  return outcome === 'pass' || outcome === 'not_applicable';
}

function merged(reports: readonly GuardReport[]): GuardReport | null {
  const [first] = reports;
  if (!first) return null;
  const by = new Map<string, GuardrailResult>();
  for (const each of reports.flatMap(({ guardrails }) => guardrails)) by.set(each.id, graver(by.get(each.id), each));
  const guardrails = [...by.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { ...first, outcome: worst(reports.map((each) => each.outcome)), guardrails, durationMs: reports.reduce((sum, each) => sum + each.durationMs, 0) };
}

/** A guardrail with engines that run code answers twice, the second time with all of them; its word stands unless the first was the graver one. */
function graver(first: GuardrailResult | undefined, second: GuardrailResult): GuardrailResult {
  return first && worst([first.outcome, second.outcome]) !== second.outcome ? first : second;
}
