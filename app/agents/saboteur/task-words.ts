/** Everything that a spec says in words, and its sentences. */
import type { Spec } from '../../core/spec.ts';

export function taskWords(spec: Spec): string {
  return [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join('\n');
}

export interface Sentence {
  text: string;
  /** The criterion that says it; null where the spec's text does. */
  criterion: string | null;
}

/** One after the other, on one line each; lines of examples and code are none. */
export function sentencesOf(spec: Spec): Sentence[] {
  const parts = [{ text: spec.text ?? '', criterion: null }, ...spec.criteria.map(({ id, text }) => ({ text, criterion: id }))];
  return parts.flatMap(({ text, criterion }) => sentences(text).map((one) => ({ text: one, criterion })));
}

const code = /^\s*(>>>|\.\.\.|assert\b|def\b|function\b|import\b|from\b.*\bimport\b|return\b|console\.|"""|''')|=>|==>|->/;

function sentences(text: string): string[] {
  const prose = text.split('\n').map((line) => (code.test(line) ? '' : line)).join('\n');
  return prose.replaceAll('`', '').replace(/\n(?!\s*(?:\n|[-*•]))/g, ' ').split(/(?<=[.;!?])\s+|\n+/).map((one) => one.replace(/\s+/g, ' ').replace(/^[\s*•-]+|[\s.;]+$/g, '')).filter(Boolean);
}
