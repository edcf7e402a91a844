/** A change that raises the version must say so in the log that the repository keeps. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';

const log = /^(docs\/)?(CHANGELOG|CHANGES|HISTORY|NEWS|RELEASES?|RELEASE_NOTES|STATUS)(\.(md|rst|txt|markdown))?$/i;
/** Versions that are made between releases. */
const unreleased = /^0\.0\.0|-(dev|snapshot|canary|alpha|next)|\.dev/;

export function released(facts: Pick<GuardFacts, 'changed' | 'paths' | 'read'>): RawFinding[] {
  const logs = facts.paths.filter((path) => log.test(path));
  if (logs.length === 0) return [];
  return facts.changed.flatMap((file): RawFinding[] => {
    const version = raisedIn(file);
    if (version === null || logs.some((each) => (facts.read(each) ?? '').includes(version.value))) return [];
    return [{ code: 'RELEASE_WITHOUT_STATUS', path: file.path, startLine: version.line, endLine: version.line, values: { version: version.value, log: logs[0]! } }];
  });
}

interface Version { value: string; line: number }

function raisedIn({ path, text, baseText }: ChangedText): Version | null {
  if (!/^(package\.json|pyproject\.toml)$/.test(path) || baseText === null || /"private"\s*:\s*true/.test(text)) return null;
  const version = versionIn(path, text);
  return version === null || unreleased.test(version.value) || versionIn(path, baseText)?.value === version.value ? null : version;
}

function versionIn(path: string, text: string): Version | null {
  const pattern = path.endsWith('.json') ? /^\s*"version"\s*:\s*"([^"]{1,100})"/ : /^version\s*=\s*"([^"]{1,100})"/;
  const rows = text.split('\n');
  const line = rows.findIndex((row) => pattern.test(row));
  return line < 0 ? null : { value: pattern.exec(rows[line]!)![1]!, line: line + 1 };
}
