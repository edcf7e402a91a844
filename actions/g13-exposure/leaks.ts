/** Secrets in the lines that commits added. Each value is told once, with the commit that brought it first; what could not be read is an error, never clean. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts, HistoryEntry } from '../../app/core/guardrail.ts';
import { type FoundSecret, secretFinder } from '../../app/core/secrets/finder.ts';
import providers from '../../rulepacks/secrets/providers.json' with { type: 'json' };

const find = secretFinder(providers);
const remedy = 'Revoke the value where it was issued, now; then decide with the team whether to rewrite the history. Removing the line does not take it back.';

export async function leaks(facts: GuardFacts): Promise<RawFinding[]> {
  if (facts.history === null) return [{ code: 'HISTORY_UNAVAILABLE', path: '.', startLine: 0, endLine: 0, error: true, remedy: 'Judge it in a checkout that has the commits (fetch-depth: 0).' }];
  const seen = new Set<string>();
  const found: RawFinding[] = [];
  for (const entry of facts.history) {
    if (entry.unread !== undefined) found.push(unread(entry));
    else for (const secret of await find({ path: entry.path, text: textOf(entry) })) {
      const what = described(secret);
      const key = [entry.path, what].join('\0');
      if (!seen.has(key)) found.push(leak(facts, { entry, secret, what }));
      seen.add(key);
    }
  }
  return found;
}

function unread({ sha, path, unread: why }: HistoryEntry): RawFinding {
  return { code: 'HISTORY_INCOMPLETE', path, startLine: 0, endLine: 0, error: true, values: { why: `${why} (commit ${sha.slice(0, 12)})` }, remedy: 'Fetch the missing commits, or split what is too large, and run again.' };
}

/** Lines that do not follow each other are kept apart by an empty one, so that nothing is read across a gap. */
export function textOf({ lines }: HistoryEntry): string {
  return lines.map(({ line, text }, index) => (index > 0 && lines[index - 1]!.line !== line - 1 ? `\n${text}` : text)).join('\n');
}

/** The line in the file of that commit for a line of `textOf`. */
export function lineOf({ lines }: HistoryEntry, at: number): number {
  let row = 0;
  for (const [index, { line }] of lines.entries()) {
    row += index > 0 && lines[index - 1]!.line !== line - 1 ? 2 : 1;
    if (row >= at) return line;
  }
  return lines.at(-1)?.line ?? 0;
}

function described({ code, values }: FoundSecret): string {
  return [values.kind ?? values.name ?? code.toLowerCase().replaceAll('_', ' '), values.masked].filter(Boolean).join(', ');
}

/** The place is the file as a whole: the line is one of that commit, not of head. */
function leak(facts: GuardFacts, { entry, secret, what }: { entry: HistoryEntry; secret: FoundSecret; what: string }): RawFinding {
  const line = lineOf(entry, secret.startLine);
  return {
    code: 'SECRET_IN_HISTORY', path: entry.path, startLine: 0, endLine: 0, severity: 'critical', remedy,
    values: { sha: entry.sha.slice(0, 12), line, what, state: stateOf(facts, entry, line) },
  };
}

export function stateOf(facts: GuardFacts, entry: HistoryEntry, line: number): string {
  const text = entry.lines.find((each) => each.line === line)?.text.trim() ?? '';
  const now = facts.read(entry.path);
  return now !== null && text !== '' && now.includes(text) ? 'it still stands in the file' : 'it is gone from the file and stays readable in the history';
}
