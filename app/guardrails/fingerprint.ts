/** Fingerprints that survive line moves: rule code + path + the line's text without its spacing + how many equal ones came before. */
import { sha256 } from '../core/digest.ts';
import type { RawFinding } from '../core/finding.ts';

/** One fingerprint per finding, in the order given. `textOf` answers the file's text, null where there is none. */
export function fingerprints(found: readonly RawFinding[], textOf: (path: string) => string | null): string[] {
  const seen = new Map<string, number>();
  const lines = new Map<string, string[]>();
  return found.map((finding) => {
    if (!lines.has(finding.path)) lines.set(finding.path, (textOf(finding.path) ?? '').split('\n'));
    const line = finding.startLine > 0 ? (lines.get(finding.path)![finding.startLine - 1] ?? '') : '';
    const key = [finding.code, finding.path, line.replace(/\s+/g, ' ').trim()].join('\0');
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return sha256(`${key}\0${ordinal}`).slice(0, 40);
  });
}
