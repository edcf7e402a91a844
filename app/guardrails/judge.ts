/** Raw findings → one guardrail's result: line filter, sentences, fingerprints, baseline, caps, outcome. Pure; the same code judges cases and pull requests. */
import type { Finding, GuardrailResult, RawFinding } from '../core/finding.ts';
import type { ChangedText, GuardFacts } from '../core/guardrail.ts';
import { clip, visible } from '../core/visible.ts';
import type { Descriptor, Mode } from './descriptor.ts';
import { fingerprints } from './fingerprint.ts';
import { fromChange, runnerFinds } from './from-change.ts';

export const maxFindings = 500;
const maxMessage = 600;

export interface Judgement {
  descriptor: Descriptor;
  mode: Mode;
  tool: { name: string; version: string };
  engines: GuardrailResult['engines'];
  isFixture(path: string): boolean;
  facts: Pick<GuardFacts, 'changed' | 'skipped'>;
  /** What inspect said of head. */
  found: readonly RawFinding[];
  /** What inspect said of the same files on base; null where it was not asked. */
  foundOnBase: readonly RawFinding[] | null;
  covered: ReadonlySet<string>;
  waived: ReadonlySet<string>;
  baselineGrown: boolean;
  ms: number;
}

export function judge(input: Judgement): GuardrailResult {
  const texts = new Map(input.facts.changed.map((file) => [file.path, file]));
  const own = dedupe([...input.found, ...fromChange(input.descriptor, input.facts), ...growth(input)]);
  const prints = fingerprints(own, (path) => texts.get(path)?.text ?? null);
  const before = new Set(fingerprints(dedupe(input.foundOnBase ?? []), (path) => texts.get(path)?.baseText ?? null));
  const all = own.flatMap((raw, index) => {
    const fingerprint = prints[index]!;
    const elsewhere = !touches(raw, texts.get(raw.path));
    if (input.covered.has(fingerprint) || (elsewhere && (input.foundOnBase === null || before.has(fingerprint)))) return [];
    return [{ raw, finding: describe(raw, { descriptor: input.descriptor, fingerprint, elsewhere }) }];
  });
  const counting = all.filter(({ raw }) => raw.error || !input.isFixture(raw.path));
  // What could not be judged is never waived.
  const kept = counting.filter(({ raw, finding }) => raw.error || !input.waived.has(finding.fingerprint));
  const waived = counting.length - kept.length;
  const blocking = kept.filter(({ raw, finding }) => !raw.error && finding.severity !== 'info').length > 0;
  const outcome = kept.some(({ raw }) => raw.error) ? 'error' : blocking && input.mode === 'enforce' ? 'fail' : 'pass';
  const { id, slug } = input.descriptor;
  return { id, slug, outcome, mode: input.mode, ms: input.ms, tool: input.tool, engines: input.engines, inFixtures: all.length - counting.length, ...(waived > 0 ? { waived } : {}), findings: cap(kept.map(({ finding }) => finding), input) };
}

/** Whether any line of the finding was changed; a finding on a file as a whole belongs to every change of it. */
export function touches(raw: Pick<RawFinding, 'startLine' | 'endLine' | 'error'>, file: ChangedText | undefined): boolean {
  if (raw.startLine === 0 || !file || raw.error) return true;
  for (let line = raw.startLine; line <= raw.endLine; line += 1) if (file.changedLines.has(line)) return true;
  return false;
}

function growth(input: Judgement): RawFinding[] {
  return input.baselineGrown ? [{ code: 'BASELINE_GROWN', path: '.github/assay-baseline.json', startLine: 0, endLine: 0, severity: 'high' }] : [];
}

function dedupe(found: readonly RawFinding[]): RawFinding[] {
  const seen = new Map<string, RawFinding>();
  for (const raw of found) {
    const key = `${raw.code}\0${raw.path}\0${raw.startLine}\0${raw.endLine}\0${raw.startLine === 0 ? JSON.stringify(raw.values) : ''}`;
    if (!seen.has(key)) seen.set(key, raw);
  }
  return [...seen.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.startLine - b.startLine || (a.code < b.code ? -1 : 1)));
}

function describe(raw: RawFinding, how: { descriptor: Descriptor; fingerprint: string; elsewhere: boolean }): Finding {
  const words = how.descriptor.finds[raw.code] ?? runnerFinds[raw.code]?.sentence;
  const sentence = words?.replace(/\{(\w+)\}/g, (_, key: string) => String(raw.values?.[key] ?? '')) ?? `${raw.code} (the descriptor has no sentence for it)`;
  const { code, startLine, endLine } = raw;
  return {
    code, path: visible(raw.path), startLine, endLine, severity: raw.severity ?? how.descriptor.severity,
    message: clip(visible(how.elsewhere ? `${sentence} (on an unchanged line, caused elsewhere by this diff)` : sentence), maxMessage),
    remedy: raw.remedy ?? runnerFinds[raw.code]?.remedy ?? how.descriptor.remedy,
    fingerprint: how.fingerprint,
  };
}

/** The gravest first, and of equal ones the first of each file before the second of any, so that no file is crowded out by another. */
function cap(findings: Finding[], input: Judgement): Finding[] {
  if (findings.length <= maxFindings) return findings;
  const rank = ['critical', 'high', 'medium', 'low', 'info'];
  const counts = new Map<string, number>();
  const ranked = findings.toSorted((a, b) => rank.indexOf(a.severity) - rank.indexOf(b.severity)).map((finding) => {
    const turn = counts.get(finding.path) ?? 0;
    counts.set(finding.path, turn + 1);
    return { finding, order: rank.indexOf(finding.severity) * findings.length + turn };
  });
  const more: RawFinding = { code: 'FINDINGS_CAPPED', path: '.', startLine: 0, endLine: 0, severity: 'info', values: { count: findings.length - maxFindings } };
  const kept = ranked.toSorted((a, b) => a.order - b.order).slice(0, maxFindings).map(({ finding }) => finding);
  return [...kept, describe(more, { descriptor: input.descriptor, fingerprint: fingerprints([more], () => null)[0]!, elsewhere: false })];
}
