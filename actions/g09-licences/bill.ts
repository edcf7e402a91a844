/** What syft sees in a changed lock file and our own reading does not: then nobody judged its licence. Told, since two readers may well disagree on what a project needs. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { LockError } from '../../app/core/locked/package.ts';
import { readLock } from '../../app/core/locked/read.ts';
import { purlOf } from '../../app/core/sbom/purl.ts';
import { answered } from '../../app/core/tool-answer.ts';

export function unbilled(facts: Pick<GuardFacts, 'changed' | 'tools' | 'read'>): RawFinding[] {
  const answer = facts.tools.syft;
  if (!answered(answer)) return [];
  return facts.changed.flatMap((file): RawFinding[] => {
    const seen = answer.findings.filter(({ path }) => path === file.path);
    if (seen.length === 0) return [];
    const own = ownNames(file, facts.read);
    if (own === null) return [];
    return [...new Set(seen.map(({ rule }) => rule))].filter((purl) => !own.has(spelled(purl))).map((purl) => ({
      code: 'BILL_INCOMPLETE', path: file.path, ...lineOf(file.text, purl), severity: 'info', values: { name: purl.slice(0, 200) },
    }));
  });
}

/** With what the project calls itself, which is no dependency of it; null for a lock that cannot be read, which is told elsewhere. */
function ownNames(file: { path: string; text: string }, read: GuardFacts['read']): ReadonlySet<string> | null {
  try {
    const itself = /^\s*\{\s*"name":\s*"([^"]{1,214})",\s*"version":\s*"([^"]{1,100})"/.exec(file.text);
    return new Set([...readLock(file, read).map(purlOf), ...(itself ? [purlOf({ ecosystem: 'npm', name: itself[1]!, version: itself[2]! })] : [])].map(spelled));
  } catch (thrown) {
    if (thrown instanceof LockError) return null;
    throw thrown;
  }
}

/** PyPI does not tell hyphens, underscores, dots and cases apart. */
function spelled(purl: string): string {
  return purl.startsWith('pkg:pypi/') ? purl.toLowerCase().replaceAll(/[-_.]+(?=[^@]*@)/g, '-') : purl;
}

function lineOf(text: string, purl: string): { startLine: number; endLine: number } {
  const name = decodeURIComponent(/^pkg:[^/]+\/(.+?)@[^@]*$/.exec(purl)?.[1] ?? purl);
  const line = text.split('\n').findIndex((row) => row.includes(name)) + 1;
  return { startLine: line, endLine: line };
}
