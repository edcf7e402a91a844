/** G07: what the OSV records say of the versions that the change locks, what publishers gave up, and whether an accepted fault has a plan. */
import { folderOf, foldersAround } from '../../app/core/folders.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { LockError, type LockedPackage } from '../../app/core/locked/package.ts';
import { isLock, readLock } from '../../app/core/locked/read.ts';
import { hitsOf, nameOf, type Hit } from '../../app/core/osv/answer.ts';
import { accepted, type Accepted, missingOf, settingsOf } from './accepted.ts';
import { byScanner } from './scanner.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsOf(facts.settings);
  if ('why' in settings) return [{ code: 'SETTINGS_INVALID', path: '.github/assay.yml', startLine: 0, endLine: 0, error: true, values: { why: settings.why } }];
  const { packages, broken } = lockedIn(facts);
  const hits = hitsOf(facts);
  const all = [...hits, ...byScanner(facts, { packages, hits })];
  return [
    ...broken,
    ...all.map((hit) => vulnerable(hit, { entry: accepted(settings.accepted, hit), now: facts.now })),
    ...packages.flatMap((each) => disagreeing(each)),
    ...packages.flatMap((each) => abandoned(each, settings.accepted, facts.now)),
    ...unlocked(facts),
  ];
}

function lockedIn(facts: GuardFacts): { packages: LockedPackage[]; broken: RawFinding[] } {
  const packages: LockedPackage[] = [];
  const broken: RawFinding[] = [];
  for (const file of facts.changed.filter((each) => isLock(each.path))) {
    try {
      packages.push(...readLock(file, facts.read));
    } catch (thrown) {
      if (!(thrown instanceof LockError)) throw thrown;
      broken.push({ code: 'LOCK_UNREADABLE', path: file.path, startLine: 0, endLine: 0, error: true, values: { why: thrown.message } });
    }
  }
  return { packages, broken };
}

function vulnerable(hit: Hit, { entry, now }: { entry: Accepted | undefined; now: number }): RawFinding {
  const { path, startLine, endLine, name, version, ecosystem, grade, fixed } = hit;
  const place = { path, startLine, endLine };
  const values = { name, version, ecosystem, id: nameOf(hit) };
  if (entry) {
    const missing = missingOf(entry);
    if (missing.length > 0) return { ...place, code: 'DEPENDENCY_WITHOUT_PLAN', severity: grade, values: { ...values, missing: missing.join(', ') } };
    if (Date.parse(entry.deadline!) > now) return { ...place, code: 'DEPENDENCY_ACCEPTED', severity: 'info', values: { ...values, deadline: entry.deadline!, owner: entry.owner!, replacement: entry.replacement! } };
  }
  if (hit.verdict === 'undecided') return { ...place, code: 'DEPENDENCY_UNDECIDED', error: true, values };
  // What nobody has mended and is no great danger is for the budget of faults, which counts the days.
  const severity = fixed === null && (grade === 'medium' || grade === 'low') ? 'info' : grade;
  const fix = fixed === null ? ' (no fix is published)' : ` (fixed in ${fixed})`;
  return { ...place, code: 'DEPENDENCY_VULNERABLE', severity, values: { ...values, summary: hit.summary || grade, fix, plan: entry ? `; its plan ran out on ${entry.deadline}` : '' } };
}

function disagreeing({ path, startLine, endLine, name, version, disagrees }: LockedPackage): RawFinding[] {
  // The address stands on the line below the version.
  return disagrees === null ? [] : [{ code: 'LOCK_DISAGREES', path, startLine, endLine: endLine + 1, values: { name, version, other: disagrees } }];
}

/** What a manifest names blocks; what comes along with another package is its maintainers' to change, and is told. */
function abandoned(each: LockedPackage, list: readonly Accepted[], now: number): RawFinding[] {
  if (each.deprecated === null) return [];
  const { path, startLine, endLine, name, version, ecosystem } = each;
  const entry = accepted(list, { ...each, id: 'deprecated', aliases: [] });
  const good = entry && missingOf(entry).length === 0 && Date.parse(entry.deadline!) > now;
  return [{ code: 'DEPENDENCY_ABANDONED', path, startLine, endLine, severity: each.direct && !good ? 'medium' : 'info', values: { name, version, ecosystem, why: each.deprecated.slice(0, 200) } }];
}

/** A manifest that names dependencies, without a lock in its folder or above. Libraries are right to have none, so it is told and does not block. */
function unlocked({ changed, paths }: GuardFacts): RawFinding[] {
  const locks = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/;
  const folders = new Set(paths.filter((path) => locks.test(path)).map(folderOf));
  return changed.filter(({ path, text }) => /(^|\/)package\.json$/.test(path) && /"dependencies"\s*:\s*\{\s*"/.test(text) && !foldersAround(folderOf(path)).some((folder) => folders.has(folder)))
    .map(({ path }): RawFinding => ({ code: 'LOCK_ABSENT', path, startLine: 0, endLine: 0, severity: 'info' }));
}
