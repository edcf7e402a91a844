/** How bad a record is: the database's own grade, else the CVSS vectors, else `high`: what nobody graded is not taken for harmless. */
import cvss from 'ae-cvss-calculator';
import type { Affected, OsvRecord } from './record.ts';

export type Grade = 'critical' | 'high' | 'medium' | 'low';

const words: Record<string, Grade> = { critical: 'critical', high: 'high', moderate: 'medium', medium: 'medium', low: 'low' };

export function gradeOf(record: OsvRecord, about: readonly Affected[] = []): Grade {
  return gradeIn(record, about) ?? 'high';
}

/** Whether anybody said how bad it is. */
export function isGraded(record: OsvRecord, about: readonly Affected[] = []): boolean {
  return gradeIn(record, about) !== null;
}

function gradeIn(record: OsvRecord, about: readonly Affected[]): Grade | null {
  // Reports of malicious packages carry no score.
  if (record.id.startsWith('MAL-')) return 'critical';
  const named = [record.database_specific, ...about.flatMap((each) => [each.database_specific, each.ecosystem_specific])].flatMap((each) => words[each?.severity?.toLowerCase() ?? ''] ?? []);
  const scored = [...(record.severity ?? []), ...about.flatMap((each) => each.severity ?? [])].flatMap(({ score }) => gradeOfVector(score) ?? []);
  return worstOf(named.length > 0 ? named : scored);
}

function gradeOfVector(vector: string): Grade | null {
  const score = scoreOf(vector);
  if (score === null || score <= 0) return null;
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}

function scoreOf(vector: string): number | null {
  try {
    const scores = cvss.fromVector(vector)?.calculateScores() as { base?: number; overall?: number } | undefined;
    const score = scores?.base ?? scores?.overall;
    return typeof score === 'number' && Number.isFinite(score) ? score : null;
  } catch (thrown) {
    if (thrown instanceof Error) return null;
    throw thrown;
  }
}

function worstOf(grades: readonly Grade[]): Grade | null {
  return (['critical', 'high', 'medium', 'low'] as const).find((grade) => grades.includes(grade)) ?? null;
}
