/**
 * Names for what a statement leaves nameless: "n integers, the weights of the books" declares `weight 1`, "a nickname and a word" declares
 * `nickname 1` and `word 2`. The noun is singular, so that a later "each weight" or "nicknames" finds it. Without a noun: the kind of thing.
 */

const empty = /^(?:number|value|integer|element|line|list|text|string|description|first|second|third|next|only|same|total|sequence|array|row|case|input|test|character|letter|digit|query|range|interval|order|format|space|following)s?$/i;
const head = /(?:^|[\s,:;(—])(?:the|his|her|its|their) (?:[a-z]+(?:-[a-z]+)* ){0,2}?([a-z]{3,})(?= of\b| in\b| for\b| at\b| that\b| where\b| and\b| to\b|[\s]*[.,;:()]|\s*$)/gi;

/** `described`: the words of the statement that say what it is. */
export function nounName(kind: 'number' | 'list' | 'text', described: string, serial: { next: number }): string {
  const found = [...described.matchAll(head)].map((one) => (one[1] ?? '').toLowerCase()).find((noun) => !empty.test(noun));
  return `${found ? singular(found) : kind} ${serial.next++}`;
}

export function singular(noun: string): string {
  if (/ies$/.test(noun)) return noun.replace(/ies$/, 'y');
  return /[^s]s$/.test(noun) ? noun.slice(0, -1) : noun;
}

/** Generated names hold a space, which no name of a statement does. */
export function isNameless(name: string): boolean {
  return name.includes(' ');
}
