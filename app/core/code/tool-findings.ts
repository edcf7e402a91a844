/** What an external engine found, under a guardrail's own codes; a place that the guardrail has found itself is left out. */
import type { RawFinding } from '../finding.ts';
import { answered, type ToolAnswer, type ToolFinding } from '../tool-answer.ts';

export interface Translation {
  code: string;
  /** Without it the finding is told and never blocks. */
  blocks?: boolean;
}

export interface ToolMap {
  answer: ToolAnswer | undefined;
  /** Null: the finding belongs to another guardrail, or to none. */
  translate(finding: ToolFinding): Translation | null;
}

export function toolFindings(maps: readonly ToolMap[], own: readonly RawFinding[]): RawFinding[] {
  const found: RawFinding[] = [];
  for (const { answer, translate } of maps) {
    if (!answered(answer)) continue;
    for (const each of answer.findings) {
      const translation = translate(each);
      if (!translation || [...own, ...found].some((known) => same(known, { ...each, code: translation.code }))) continue;
      const { path, startLine, endLine, message, rule } = each;
      found.push({ code: translation.code, path, startLine, endLine, values: { why: `${answer.tool} ${rule}: ${message}` }, ...(translation.blocks ? {} : { severity: 'info' as const }) });
    }
  }
  return found;
}

function same(known: RawFinding, other: { code: string; path: string; startLine: number; endLine: number }): boolean {
  return known.code === other.code && known.path === other.path && known.startLine <= other.endLine && other.startLine <= known.endLine;
}

/** A table from an engine's rules to our codes, for engines whose level is `severity/confidence`. What either of them calls low never blocks; a grade that nobody knows counts as high. */
export function byTable(table: Readonly<Record<string, Translation>>): ToolMap['translate'] {
  return ({ rule, level }) => {
    const known = Object.hasOwn(table, rule) ? table[rule] : undefined;
    return known ? { code: known.code, blocks: known.blocks === true && !level.split('/').includes('low') } : null;
  };
}
