/** scorecard: the checks of OpenSSF Scorecard that a tree alone can answer, on base and on head. What a change lowers blocks; what was low before is told. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { type Check, total, type View } from './check.ts';
import { binaries, fuzzing, licence, securityPolicy, updateTool } from './files.ts';
import { ciTests, dangerous, flowsOf, permissions, pinned, sast } from './workflows.ts';

const Settings = z.strictObject({ minimum: z.number().min(0).max(10).optional() });
const absent = 'Branch-Protection, Code-Review, Contributors, Maintained, CII-Best-Practices, Signed-Releases, Packaging and Webhooks (the App reads what GitHub says); Vulnerabilities is G07';

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = Settings.safeParse(facts.settings ?? {});
  if (!settings.success) return [{ code: 'SETTINGS_INVALID', path: '.github/assay.yml', startLine: 0, endLine: 0, error: true, values: { why: z.prettifyError(settings.error).split('\n')[0]! } }];
  const { checks, broken } = judge(facts);
  const before = facts.all ? null : judge(baseOf(facts)).checks;
  const score = total(checks);
  const whole = { path: '.', startLine: 0, endLine: 0 };
  const list = checks.map(({ name, score: points }) => `${name} ${points ?? 'n/a'}`).join(', ');
  const { minimum } = settings.data;
  return [
    ...broken.filter(({ path }) => facts.changed.some((file) => file.path === path)).map(({ path, why }): RawFinding => ({ code: 'WORKFLOW_UNREADABLE', path, startLine: 0, endLine: 0, error: true, values: { why } })),
    { ...whole, code: 'SCORE', severity: 'info', values: { score: score.toFixed(1), count: checks.filter((each) => each.score !== null).length, list, absent } },
    ...(minimum !== undefined && score < minimum ? [{ ...whole, code: 'SCORE_BELOW', values: { score: score.toFixed(1), minimum } }] : []),
    ...checks.flatMap((check, index) => compared(check, before?.[index] ?? null)),
  ];
}

function judge(view: View): { checks: Check[]; broken: { path: string; why: string }[] } {
  const { flows, broken } = flowsOf(view);
  return { broken, checks: [dangerous(flows), permissions(flows), binaries(view), updateTool(view), pinned(view), sast(flows), securityPolicy(view), fuzzing(view), ciTests(flows), licence(view)] };
}

function baseOf({ paths, changed, removed, readBase }: GuardFacts): View {
  const fresh = new Set(changed.filter((file) => file.baseText === null).map((file) => file.path));
  return { paths: [...paths.filter((path) => !fresh.has(path)), ...removed.map((file) => file.path)], read: readBase };
}

function compared(check: Check, before: Check | null): RawFinding[] {
  const { name, score, offenders, why } = check;
  const known = new Set(before?.offenders.map((each) => each.key));
  const fresh = before === null ? [] : offenders.filter((each) => !known.has(each.key));
  const values = (because: string) => ({ check: name, before: before?.score ?? 10, after: score ?? 10, why: because });
  if (fresh.length > 0) return fresh.map((each): RawFinding => ({ code: 'CHECK_FELL', path: each.path, startLine: each.line, endLine: each.line, severity: severityOf(check), values: values(each.why) }));
  const whole = { path: '.', startLine: 0, endLine: 0, values: values(why) };
  if (before !== null && score !== null && before.score !== null && score < before.score && offenders.length === 0) return [{ ...whole, code: 'CHECK_FELL', severity: severityOf(check) }];
  return score !== null && score < 5 ? [{ ...whole, code: 'CHECK_LOW', severity: 'info' }] : [];
}

function severityOf({ weight }: Check): 'critical' | 'high' | 'medium' | 'low' {
  return weight >= 10 ? 'critical' : weight >= 7.5 ? 'high' : weight >= 5 ? 'medium' : 'low';
}
