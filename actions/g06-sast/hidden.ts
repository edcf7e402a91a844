/** Characters that turn the direction of text: a person reads another program than the machine runs (CVE-2021-42574). */
import type { RawFinding } from '../../app/core/finding.ts';

const directions = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export function hiddenDirection(path: string, text: string): RawFinding[] {
  if (!directions.test(text)) return [];
  return text.split('\n').flatMap((line, index) => {
    const found = directions.exec(line)?.[0];
    if (found === undefined) return [];
    const why = `U+${found.codePointAt(0)!.toString(16).toUpperCase()} changes the direction of what follows`;
    return [{ code: 'HIDDEN_DIRECTION', path, startLine: index + 1, endLine: index + 1, values: { why } }];
  });
}
