/** Numbers and short texts that stand in the spec and in the candidates' code: the values at which behaviour changes are written there. */
import type { Spec } from '../core/spec.ts';
import { textOf, type Patch } from '../core/tree.ts';

export interface Literals {
  integers: number[];
  texts: string[];
}

/** Sorted and capped; the order of candidates does not matter. */
export function minedLiterals(spec: Spec, patches: Patch[]): Literals {
  const code = patches.flatMap((patch) => Object.values(patch)).map((file) => (file ? textOf(file) ?? '' : ''));
  const source = [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text), ...code].join('\n');
  const integers = new Set((source.match(/(?<![\w.])\d{1,9}(?![\w.])/g) ?? []).map(Number));
  const texts = new Set([...source.matchAll(/'([^'\\\n]{0,20})'|"([^"\\\n]{0,20})"/g)].map(([, single, double]) => single ?? double ?? ''));
  return { integers: [...integers].sort((a, b) => a - b).slice(0, 40), texts: [...texts].sort().slice(0, 40) };
}
