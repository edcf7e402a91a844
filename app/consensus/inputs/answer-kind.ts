/** Whether right answers can differ: any of several is accepted, or numbers within a tolerance. Read from the statement and the examples' answers. */

const anyOf = [
  /\bany (?:one )?of (?:them|these|those|the (?:possible|valid|correct|optimal|suitable))\b/i,
  /\b(?:print|output|find|report|return) any\b(?! more)/i,
  /\bany (?:valid|correct|optimal|suitable|possible|such) (?:answer|solution|sequence|permutation|array|string|way|order|construction|arrangement|pair|output)/i,
  /\b(?:multiple|several|many|more than one) (?:possible |valid |correct |optimal |such |different )*(?:answers?|solutions?|outputs?|ways|sequences|arrays|strings|permutations)\b[^.]*\b(?:any|either|one of)\b/i,
  /\bany (?:answer|solution|output) (?:is|will be) (?:accepted|considered)/i,
  /\byou (?:can|may) (?:print|output) (?:any|them in any order)/i,
];
const tolerance = /\b(?:absolute|relative)\s+(?:or|and)?\s*(?:absolute|relative)?\s*error|within (?:an? )?(?:error|tolerance)|(?:error|precision|differ)[^.]{0,60}10\s*\^?\s*\{?\s*[-−–]\s*\d/i;

export function answerKind(text: string, examples: { expect?: string }[]): { multiAnswer: boolean; floats: boolean } {
  const decimal = examples.some((example) => /(?<![\w.])-?\d+\.\d+(?![\w.])/.test(example.expect ?? ''));
  const plain = text.replace(/\s+/g, ' ');
  return { multiAnswer: anyOf.some((pattern) => pattern.test(plain)), floats: decimal || tolerance.test(plain) };
}
