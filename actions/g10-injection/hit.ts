/** What the scanners of this guardrail answer; the file's path is added by inspect. */
import type { Severity } from '../../app/core/finding.ts';

export interface Hit {
  code: string;
  startLine: number;
  endLine: number;
  values: Record<string, string>;
  severity?: Severity;
  error?: true;
}

export function lineOf(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line += 1;
  return line;
}
