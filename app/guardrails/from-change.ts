/**
 * Rules that the change itself brings (ATTACKS.md, R01 and R02): scanner configuration, ignores, a longer baseline, inline suppressions. None of them
 * is honoured; each is reported, so that a reader sees who tried to change the rules. Pure.
 */
import type { RawFinding } from '../core/finding.ts';
import type { ChangedText, GuardFacts } from '../core/guardrail.ts';
import type { Descriptor } from './descriptor.ts';
import { baselinePath } from './baseline.ts';
import rules from '../../rulepacks/from-change.json' with { type: 'json' };

/** Sentences of the codes that the runner itself can find, beside those of the descriptors. */
export const runnerFinds: Record<string, { sentence: string; remedy: string }> = {
  SUPPRESSION_ADDED: { sentence: 'The change adds "{token}"; Assay does not honour suppressions in code', remedy: 'Remove the marker; if the finding is wrong, ask for a waiver with a reason and an expiry.' },
  CONFIG_FROM_CHANGE: { sentence: 'The change brings configuration for a scanner; it is ignored here', remedy: 'Configuration counts from the default branch only: merge it first, by itself.' },
  BASELINE_GROWN: { sentence: `The change adds entries to ${baselinePath}; a baseline may only shrink`, remedy: 'Fix the finding, or ask for a waiver with a reason and an expiry.' },
  FILE_BINARY: { sentence: 'Not text ({why}): its content was not judged', remedy: 'Look at the file yourself; keep generated binaries out of the repository.' },
  FILE_TOO_LARGE: { sentence: 'Too large to judge: {why}', remedy: 'Split the file, or keep it outside the repository.' },
  FILE_UNREADABLE: { sentence: 'Could not be read: {why}', remedy: 'Make the file readable and run again.' },
  SYMLINK_OUTSIDE: { sentence: 'Symbolic link out of the repository: {why}', remedy: 'Replace the link by a file, or link inside the repository.' },
  NOTHING_APPLIES: { sentence: 'The diff holds nothing that {id} reads', remedy: 'Nothing to do.' },
  GUARDRAIL_TIMEOUT: { sentence: '{id} ran past its limit of {limit} ms and was stopped', remedy: 'Run it alone to see where the time goes, or split the change.' },
  GUARDRAIL_CRASHED: { sentence: '{id} crashed: {why}', remedy: 'Run it again with ASSAY_DEBUG=1; if it repeats, report it with this message.' },
  ENGINE_CRASHED: { sentence: '{tool} crashed: {why}', remedy: 'Run it alone to see its own message; report it if it repeats.' },
  ENGINE_TIMEOUT: { sentence: '{tool} ran past its limit: {why}', remedy: 'Split the change, or run the tool alone to see where the time goes.' },
  ENGINE_UNKNOWN: { sentence: '{tool} could not judge: {why}', remedy: 'Give it what it lacks and run again.' },
  ENGINE_MISSING: { sentence: '{tool} is not installed, and nothing stands in for it', remedy: 'Install it: npx assay tools install' },
  FINDINGS_CAPPED: { sentence: '{count} more findings are not listed', remedy: 'Fix the listed ones and run again.' },
};

export function fromChange(descriptor: Descriptor, facts: Pick<GuardFacts, 'changed' | 'skipped'>): RawFinding[] {
  const concerns = (rule: { guardrails: string[] }) => rule.guardrails.includes(descriptor.id) || rule.guardrails.includes('*');
  const configured = rules.configuration.filter(concerns);
  const tokens = rules.suppressions.filter(concerns).map((rule) => rule.token);
  return [
    ...facts.changed.filter((file) => configured.some((rule) => new RegExp(rule.path).test(file.path)))
      .map((file): RawFinding => ({ code: 'CONFIG_FROM_CHANGE', path: file.path, startLine: 0, endLine: 0, severity: 'info' })),
    ...facts.changed.flatMap((file) => suppressions(file, tokens)),
    ...facts.skipped.map(skip),
  ];
}

function suppressions(file: ChangedText, tokens: readonly string[]): RawFinding[] {
  if (!tokens.some((token) => file.text.includes(token))) return [];
  return file.text.split('\n').flatMap((line, index) => {
    const token = tokens.find((each) => line.includes(each));
    if (!token || !file.changedLines.has(index + 1)) return [];
    return [{ code: 'SUPPRESSION_ADDED', path: file.path, startLine: index + 1, endLine: index + 1, severity: 'info' as const, values: { token } }];
  });
}

function skip(file: GuardFacts['skipped'][number]): RawFinding {
  const place = { path: file.path, startLine: 0, endLine: 0, values: { why: file.why } };
  switch (file.kind) {
    case 'binary': return { ...place, code: 'FILE_BINARY', severity: 'info' };
    case 'too_large': return { ...place, code: 'FILE_TOO_LARGE', error: true };
    case 'unreadable': return { ...place, code: 'FILE_UNREADABLE', error: true };
    case 'symlink_outside': return { ...place, code: 'SYMLINK_OUTSIDE', severity: 'high' };
  }
}
