/** Locked packages against the records that speak of them. One fault that several records describe is one hit, at its worst grade. */
import type { LockedPackage } from '../locked/package.ts';
import { type Judged, judgeVersion, speaksOf } from './affected.ts';
import type { Hit } from './answer.ts';
import type { OsvRecord } from './record.ts';
import { gradeOf, isGraded } from './severity.ts';

const grades = ['critical', 'high', 'medium', 'low'] as const;

export function look(packages: readonly LockedPackage[], recordsOf: (of: LockedPackage) => readonly OsvRecord[]): Hit[] {
  return packages.flatMap((of) => {
    const found = recordsOf(of).map((record) => ({ record, judged: judgeVersion(record, of) })).filter(({ judged }) => judged.verdict !== 'unaffected');
    return merge(found.map(({ record, judged }) => hitOf(of, { record, judged })));
  });
}

function hitOf(of: LockedPackage, { record, judged }: { record: OsvRecord; judged: Judged }): Hit {
  const { ecosystem, name, version, path, startLine, endLine, direct } = of;
  const about = (record.affected ?? []).filter((each) => speaksOf(each, of));
  return {
    ecosystem, name, version, path, startLine, endLine, direct, id: record.id, aliases: record.aliases ?? [], summary: (record.summary ?? '').slice(0, 200), grade: gradeOf(record, about), graded: isGraded(record, about),
    fixed: judged.fixed, published: record.published ?? record.modified, verdict: judged.verdict === 'affected' ? 'affected' : 'undecided',
  };
}

/** Those that share an id or an alias are one; the first by rank gives the name. */
function merge(hits: readonly Hit[]): Hit[] {
  const rank = (hit: Hit) => (hit.verdict === 'affected' ? 0 : 10) + (hit.id.startsWith('MAL-') ? 0 : hit.id.startsWith('GHSA-') ? 1 : 2);
  const kept: Hit[] = [];
  for (const hit of hits.toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))) {
    const own = [hit.id, ...hit.aliases];
    const twin = kept.find((each) => [each.id, ...each.aliases].some((id) => own.includes(id)));
    if (!twin) kept.push({ ...hit });
    else {
      twin.aliases = [...new Set([...twin.aliases, ...own])].filter((id) => id !== twin.id);
      // A grade that somebody gave says more than the guess for want of one.
      if (hit.graded && !twin.graded) twin.grade = hit.grade;
      else if (hit.graded === twin.graded) twin.grade = grades.find((grade) => grade === twin.grade || grade === hit.grade)!;
      twin.graded ||= hit.graded;
      twin.fixed ??= hit.fixed;
      if (Date.parse(hit.published) < Date.parse(twin.published)) twin.published = hit.published;
    }
  }
  return kept;
}
