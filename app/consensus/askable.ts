/** Whether a spec can be asked at all: a surface, criteria with tests that fit it and do not contradict each other, and somebody who has that surface. */
import type { Candidate } from '../core/candidate.ts';
import { canonicalJson } from '../core/digest.ts';
import { untestedCriteria, type CriterionTest, type Spec } from '../core/spec.ts';
import { applyPatch, textOf, type Tree } from '../core/tree.ts';
import type { Outcome } from '../core/verdict.ts';
import { keyOf } from './inputs.ts';
import { criterionTests, fits } from './pool.ts';
import { compareOf, sameText, sameValue } from './values.ts';

export interface Refusal {
  outcome: Outcome;
  reason: string;
}

/** The verdict that needs no run, or null. */
export function notComparable(spec: Spec): Refusal | null {
  if (!spec.surface) return { outcome: 'not_comparable', reason: 'no surface: the spec locks no interface on which candidates could be compared' };
  const gaps = untestedCriteria(spec);
  if (gaps.length > 0 || spec.criteria.length === 0) return { outcome: 'spec_gap', reason: gaps.length > 0 ? `untested criteria: ${gaps.join(', ')}` : 'no criteria: the spec has none' };
  const misfit = criterionTests(spec).find((pooled) => !fits(pooled.test, spec));
  if (misfit) return { outcome: 'spec_gap', reason: `unfit test: ${misfit.id} does not fit a ${spec.surface.kind} surface` };
  const pair = contradiction(spec);
  return pair ? { outcome: 'spec_gap', reason: `contradictory tests: ${pair.join(' and ')} ask the same and expect different answers; no program can meet both` } : null;
}

function contradiction(spec: Spec): [string, string] | null {
  const tests = criterionTests(spec);
  for (const [at, a] of tests.entries()) {
    const b = tests.slice(at + 1).find((other) => keyOf(other.test) === keyOf(a.test) && !expectsSame(a.test, other.test, spec));
    if (b) return [a.id, b.id];
  }
  return null;
}

/** Of two tests that ask the same. */
export function expectsSame(a: CriterionTest, b: CriterionTest, spec: Spec): boolean {
  if ('args' in a && 'args' in b) return sameValue(a.expect, b.expect, compareOf(spec));
  if ('stdin' in a && 'stdin' in b) return sameText(a.expect, b.expect, compareOf(spec));
  return !('expect' in a && 'expect' in b) || canonicalJson(a.expect) === canonicalJson(b.expect);
}

/** Null where some candidate has the surface; who lacks it then simply fails its tests. */
export function missingSurface(spec: Spec, { base, candidates }: { base: Tree; candidates: Candidate[] }): Refusal | null {
  const { surface } = spec;
  if (surface?.kind === 'function') {
    const [head = surface.export] = surface.export.split('.');
    const name = new RegExp(`(?<![\\w$])${head.replaceAll('$', '\\$')}(?![\\w$])`);
    const has = candidates.some(({ patch }) => name.test(textOf(applyPatch(base, patch)[surface.module]) ?? ''));
    return has ? null : { outcome: 'not_comparable', reason: `missing surface: no candidate has ${surface.export} in ${surface.module}` };
  }
  const file = surface?.kind === 'cli' ? surface.command.slice(1).find((word) => /^[\w./-]+\.(py|[cm]?[jt]s)$/.test(word)) : undefined;
  if (file === undefined || candidates.some(({ patch }) => file.replace(/^\.\//, '') in applyPatch(base, patch))) return null;
  return { outcome: 'not_comparable', reason: `missing surface: no candidate has the file ${file} that the command starts` };
}
