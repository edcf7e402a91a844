/** The composite quality of a change (rule 6): the share of guardrails that pass, weighted by what is at stake. The formula goes with the number. */
import type { GuardReport, Severity, Share } from '../core/finding.ts';
import { descriptors } from './catalogue.generated.ts';

const weights: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 0 };

const severities = new Map(descriptors.map(({ id, severity }) => [id, severity]));

export interface Quality {
  /** 0 to 100. */
  percent: number;
  /** What was divided by what, e.g. `19 of 22 points (critical 4, high 3, medium 2, low 1): G06 missing`. */
  formula: string;
}

/**
 * Guardrails that may only warn, and those with nothing to judge, are left out; `error` counts as nothing. One that measured (mutants, properties) brings the part that came out well. Null where none is left: then there is
 * no number, and none is made up.
 */
export function qualityOf(report: GuardReport): Quality | null {
  const judged = report.guardrails.filter((one) => one.mode === 'enforce' && one.outcome !== 'not_applicable');
  const points = judged.map(({ id, outcome, share }) => ({ id, part: outcome === 'pass' ? partOf(share) : 0, share, weight: weights[severities.get(id) ?? 'critical'] }));
  const all = sum(points);
  if (all === 0) return null;
  const reached = points.reduce((total, { part, weight }) => total + part * weight, 0);
  const missing = points.flatMap(({ id, part }) => (part === 0 ? [`${id} missing`] : []));
  const partly = points.flatMap(({ id, part, share }) => (share && part > 0 && part < 1 ? [`${id} at ${share.reached} of ${share.of}`] : []));
  const scale = Object.entries(weights).filter(([, weight]) => weight > 0).map(([severity, weight]) => `${severity} ${weight}`).join(', ');
  return { percent: (100 * reached) / all, formula: `${Number(reached.toFixed(2))} of ${all} points (${scale})${missing.length + partly.length > 0 ? `: ${[...missing, ...partly].join(', ')}` : ''}` };
}

function partOf(share: Share | undefined): number {
  return share ? share.reached / share.of : 1;
}

function sum(points: readonly { weight: number }[]): number {
  return points.reduce((total, { weight }) => total + weight, 0);
}
