/**
 * Which sentences of an intent no criterion or its tests speak of, by the words and numbers that they share: for the approver, who sees what a plan may have dropped. It is
 * an aid and no proof: a criterion that only repeats the words counts as speaking of it.
 */
import type { Spec } from '../core/spec.ts';

const half = 0.5;

/** At most twenty, in their order, as the author wrote them. Headings, links alone and sentences of fewer than three telling words are left out. */
export function uncoveredSentences(intent: string, spec: Pick<Spec, 'title' | 'text' | 'criteria'>): string[] {
  const spoken = [...spec.criteria.map((one) => `${spec.title} ${one.text} ${JSON.stringify(one.tests)}`), spec.text ?? ''].map((text) => new Set(wordsOf(text)));
  return sentencesOf(intent).filter((sentence) => {
    const words = wordsOf(sentence);
    return words.length >= 3 && !spoken.some((known) => words.filter((word) => known.has(word)).length >= words.length * half);
  }).slice(0, 20);
}

function sentencesOf(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?(```|$)/g, '\n').replace(/<!--[\s\S]*?(-->|$)/g, '').split('\n').filter((line) => !/^\s*#/.test(line));
  return prose.flatMap((line) => line.replace(/^\s*([-*+>]|\d+[.)])\s+/, '').split(/(?<=[.!?;])\s+/)).map((one) => one.trim()).filter((one) => one !== '').slice(0, 500);
}

const common = new Set('about also because been before being between could does each every from have into just like made make more most must need needs only other over same shall should some such than that their them then there these they this those through under until very want wants what when where which while will with within without would your'.split(' '));

/** Words of at least three letters and all numbers, without plural and tense endings. */
function wordsOf(text: string): string[] {
  const all = text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
  return [...new Set(all.filter((word) => /\d/.test(word) || (word.length >= 4 && !common.has(word))).map((word) => word.replace(/(ing|ed|es|s)$/, '')))];
}
