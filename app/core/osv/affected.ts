/** Whether a record speaks of a version: OSV's own algorithm over SEMVER and ECOSYSTEM ranges and version lists, with npm's and PyPI's own order of versions. */
import { compare as comparePep440, valid as isPep440 } from '@renovatebot/pep440';
import semver from 'semver';
import type { Ecosystem } from '../guardrail.ts';
import { type Affected, type OsvRecord, osvEcosystem } from './record.ts';
import { pypiName } from '../locked/package.ts';

export interface VersionOf {
  ecosystem: Ecosystem;
  name: string;
  version: string;
}

/** `unknown`: the version, or a bound of the record, is none that the ecosystem's order knows; never taken for unaffected. */
export type Verdict = 'affected' | 'unaffected' | 'unknown';

export interface Judged {
  verdict: Verdict;
  /** The lowest version above that has the fix; null where there is none. */
  fixed: string | null;
}

export function judgeVersion(record: OsvRecord, of: VersionOf): Judged {
  if (record.withdrawn !== undefined) return { verdict: 'unaffected', fixed: null };
  const about = (record.affected ?? []).filter((each) => speaksOf(each, of));
  const verdicts = about.map((each) => verdictOf(each, of));
  const verdict = verdicts.includes('affected') ? 'affected' : verdicts.includes('unknown') ? 'unknown' : 'unaffected';
  return { verdict, fixed: verdict === 'affected' ? lowestFix(about, of) : null };
}

export function speaksOf({ package: named }: Affected, { ecosystem, name }: VersionOf): boolean {
  if (!named) return false;
  // `PyPI:index` and the like name one registry of an ecosystem.
  return named.ecosystem.split(':')[0] === osvEcosystem[ecosystem] && (ecosystem === 'pypi' ? pypiName(named.name) === pypiName(name) : named.name === name);
}

function verdictOf({ versions = [], ranges = [] }: Affected, of: VersionOf): Verdict {
  if (versions.some((each) => each === of.version || same(of.ecosystem, each, of.version))) return 'affected';
  const ordered = ranges.filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM');
  if (ordered.length === 0) return versions.length > 0 ? 'unaffected' : 'unknown';
  const verdicts = ordered.map(({ events }) => inRange(events, of));
  return verdicts.includes('affected') ? 'affected' : verdicts.includes('unknown') ? 'unknown' : 'unaffected';
}

type Event = NonNullable<Affected['ranges']>[number]['events'][number];

/** Events in order of version; the last one at or below the version decides. Where one version is fixed and introduced, introduced comes last. */
function inRange(events: readonly Event[], { ecosystem, version }: VersionOf): Verdict {
  if (!orderable(ecosystem, version)) return 'unknown';
  const steps = events.flatMap((event) => stepsOf(event));
  if (steps.length === 0 || steps.some(({ at }) => at !== '0' && !orderable(ecosystem, at))) return 'unknown';
  const order = (a: string, b: string): number => (a === '0' || b === '0' ? Number(b === '0') - Number(a === '0') : compare(ecosystem, a, b));
  steps.sort((a, b) => order(a.at, b.at) || rank[a.kind] - rank[b.kind]);
  let affected = false;
  for (const { kind, at } of steps) {
    const reached = at === '0' || compare(ecosystem, version, at) >= 0;
    if (kind === 'introduced' && reached) affected = true;
    if (kind === 'fixed' && reached) affected = false;
    if (kind === 'last_affected' && at !== '0' && compare(ecosystem, version, at) > 0) affected = false;
  }
  return affected ? 'affected' : 'unaffected';
}

const rank = { fixed: 0, introduced: 1, last_affected: 2 } as const;

/** `limit` bounds branches of a repository and says nothing of published versions. */
function stepsOf({ introduced, fixed, last_affected: last }: Event): { kind: keyof typeof rank; at: string }[] {
  return [
    ...(introduced === undefined ? [] : [{ kind: 'introduced' as const, at: introduced }]),
    ...(fixed === undefined ? [] : [{ kind: 'fixed' as const, at: fixed }]),
    ...(last === undefined ? [] : [{ kind: 'last_affected' as const, at: last }]),
  ];
}

function lowestFix(about: readonly Affected[], of: VersionOf): string | null {
  const fixes = about.flatMap(({ ranges = [] }) => ranges.filter(({ type }) => type !== 'GIT').flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? [])));
  const above = fixes.filter((each) => orderable(of.ecosystem, each) && orderable(of.ecosystem, of.version) && compare(of.ecosystem, each, of.version) > 0);
  return above.toSorted((a, b) => compare(of.ecosystem, a, b))[0] ?? null;
}

function orderable(ecosystem: Ecosystem, version: string): boolean {
  return ecosystem === 'pypi' ? isPep440(version) !== null : semverOf(version) !== null;
}

function same(ecosystem: Ecosystem, a: string, b: string): boolean {
  return orderable(ecosystem, a) && orderable(ecosystem, b) && compare(ecosystem, a, b) === 0;
}

/** Both must be orderable. */
export function compare(ecosystem: Ecosystem, a: string, b: string): number {
  return ecosystem === 'pypi' ? comparePep440(a, b) : semver.compare(semverOf(a)!, semverOf(b)!);
}

/** Records write `2` and `2.3` where they mean `2.0.0` and `2.3.0`. */
function semverOf(version: string): string | null {
  const strict = semver.valid(version, { loose: true });
  if (strict !== null) return strict;
  return /^v?\d{1,15}(\.\d{1,15})?$/.test(version) ? semver.valid(`${version.replace(/^v/, '')}${version.includes('.') ? '.0' : '.0.0'}`) : null;
}
