/** Decision records, judged by what the records beside them do: numbered names, a stated status, references that lead somewhere. Folders without at least two records have no convention. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { folderOf, inFolder } from './lines.ts';

const folders = /(^|\/)(adrs?|decisions|decision-records|architecture-decisions|architecture-decision-records)$/i;
const numbered = /^(?:adr[-_])?(\d{3,5})[-_][^/]+\.md$/i;
const status = /^(#{1,4}\s*status\b|\*{0,2}status\*{0,2}\s*:|[-*]\s+\*{0,2}status\*{0,2}\s*:|status\s*:)/im;
const other = /^(readme|index|template|adr-template|_.*|.*template.*)\.mdx?$/i;

interface Record {
  name: string;
  number: number;
  text: string;
}

export function recordFindings(facts: GuardFacts): RawFinding[] {
  return facts.changed.filter(({ path }) => folders.test(folderOf(path)) && /\.md$/i.test(path) && !other.test(nameOf(path))).flatMap((file) => judged(file, facts));
}

function judged(file: ChangedText, facts: GuardFacts): RawFinding[] {
  const folder = folderOf(file.path);
  const beside = facts.paths.filter((path) => folderOf(path) === folder && path !== file.path).flatMap((path): Record[] => {
    const number = numbered.exec(nameOf(path))?.[1];
    return number ? [{ name: nameOf(path), number: Number(number), text: facts.read(path) ?? '' }] : [];
  });
  const unnumbered = facts.paths.filter((path) => folderOf(path) === folder && path !== file.path && /\.md$/i.test(path) && !numbered.test(nameOf(path)) && !other.test(nameOf(path)));
  if (beside.length < 2) return [];
  const number = numbered.exec(nameOf(file.path))?.[1];
  if (!number) return file.baseText === null && unnumbered.length === 0 ? [finding(file, 'ADR_NAME', { example: beside.at(-1)!.name })] : [];
  return [...nameFindings(file, { number: Number(number), beside }), ...statusFindings(file, beside), ...chainFindings(file, { number: Number(number), beside, folder, facts })];
}

function nameFindings(file: ChangedText, { number, beside }: { number: number; beside: readonly Record[] }): RawFinding[] {
  const taken = beside.find((record) => record.number === number);
  // Two files of one number that were there before are an old habit (a translation), not this change's fault.
  const habit = new Set(beside.map((record) => record.number)).size < beside.length;
  return taken && file.baseText === null && !habit ? [finding(file, 'ADR_NUMBER_TAKEN', { number, other: taken.name })] : [];
}

function statusFindings(file: ChangedText, beside: readonly Record[]): RawFinding[] {
  const had = file.baseText === null || status.test(file.baseText);
  return had && !status.test(file.text) && beside.every((record) => status.test(record.text)) ? [finding(file, 'ADR_STATUS_MISSING', {})] : [];
}

/** Only what is written as a link or a number beside the word itself. */
const supersededBy = /superse(?:des|ded)(?: by)?\s*:?\s*\[?(?:ADR[- ]?)?0*(\d{1,5})\b/gi;

function chainFindings(file: ChangedText, { number, beside, folder, facts }: { number: number; beside: readonly Record[]; folder: string; facts: GuardFacts }): RawFinding[] {
  return file.text.split('\n').flatMap((line, index) => [...line.matchAll(supersededBy)].flatMap((match): RawFinding[] => {
    const named = Number(match[1]);
    const record = beside.find((each) => each.number === named);
    const at = { startLine: index + 1, endLine: index + 1 };
    if (!file.changedLines.has(index + 1) || named === number) return [];
    if (!record) return [{ ...finding(file, 'ADR_DANGLING', { number: named }), ...at }];
    const older = /supersedes/i.test(match[0]) && !/superseded/i.test(facts.read(inFolder(folder, record.name)) ?? '');
    return older ? [{ ...finding(file, 'ADR_CHAIN', { other: record.name }), ...at, severity: 'info' }] : [];
  }));
}

function nameOf(path: string): string {
  return path.split('/').at(-1)!;
}

function finding(file: ChangedText, code: string, values: RawFinding['values']): RawFinding {
  return { code, path: file.path, startLine: 0, endLine: 0, ...(values ? { values } : {}) };
}
