/** What words and examples can promise of any single answer. Each is a predicate here and the same as source of both languages; `given` is the list of arguments, `actual` the answer. Pure. */
import { listOf } from '../../consensus/shape.ts';
import { numberOf, tagOf } from '../../consensus/values.ts';

export interface Relation {
  name: string;
  words: RegExp;
  unless?: RegExp;
  /** Whether an answer keeps it; null where it says nothing about this call. */
  keeps(args: unknown[], answer: unknown): boolean | null;
  /** Examples of which it says nothing do not speak against it. */
  partial?: true;
  /** Two examples must differ in this, or they show nothing. */
  varies?(args: unknown[], answer: unknown): unknown;
  python: string;
  javascript: string;
}

const json = (value: unknown): string => JSON.stringify(value);
const numbers = (value: unknown): number[] | null => { const list = Array.isArray(value) ? value.map(numberOf) : [null]; return list.every((item): item is number => item !== null) ? list : null; };
const onlyNumbers = (args: unknown[]): number[] | null => (args.length === 1 ? numbers(args[0]) : null);
const extreme = (pick: (...all: number[]) => number) => (args: unknown[], answer: unknown): boolean | null => { const list = onlyNumbers(args); const own = numberOf(answer); return list === null || list.length === 0 || own === null ? null : own === pick(...list); };
const none = (value: unknown): boolean => value === null || tagOf(value)?.tag === '$undefined';
const flat = (value: unknown): unknown[] | null => (Array.isArray(value) && !value.some((item) => Array.isArray(item) || listOf(item) !== null) ? value : null);
const only = (args: unknown[]): unknown => (args.length === 1 ? args[0] : undefined);
const texts = (value: unknown): string[] | null => (Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null);
const eachItem = (holds: (n: number) => boolean) => (_args: unknown[], answer: unknown): boolean | null => { const list = numbers(answer); return list === null || list.length === 0 ? null : list.every(holds); };
const ordered = (list: number[], sign: 1 | -1): boolean => list.every((n, at) => at === 0 || ((list[at - 1] ?? n) - n) * sign <= 0);
const bag = (items: unknown[]): string => json(items.map(json).sort());
const letters = (value: unknown): string | null => (typeof value === 'string' && /[a-z]/i.test(value) ? value : null);
const isPrime = (n: number): boolean => { if (!Number.isInteger(n) || n < 2) return false; for (let at = 2; at * at <= n; at++) if (n % at === 0) return false; return true; };
const inWords = (text: string): string => text.trim().split(/\s+/).join(' ');
const decimals = (n: number, places: number): boolean => Math.abs(n * 10 ** places - Math.round(n * 10 ** places)) < 1e-6;

/** The kind of a value, as coarse as comparisons are: true is a number, a tuple no list. */
export function kindOf(value: unknown): string {
  if (numberOf(value) !== null || typeof value === 'boolean') return 'number';
  if (listOf(value) !== null) return `list${tagOf(value)?.tag ?? ''}`;
  return none(value) ? 'none' : typeof value === 'object' ? `object${tagOf(value)?.tag ?? ''}` : typeof value;
}

const absent = /\b(none|null|undefined|nothing|nil|missing|optional)\b/i;

export const relations: Relation[] = [
  { name: 'is an answer', words: /./s, unless: absent, keeps: (_args, answer) => !none(answer), python: 'actual is not None', javascript: 'actual !== null && actual !== undefined' },
  { name: 'is sorted', words: /\b(sort(ed|s)?|ascending|increasing order|from (the )?(smallest|lowest|least))\b/i, unless: /\b(descending|decreasing|reverse|largest first|custom|strange|odd indices|third)\b/i, keeps: (_args, answer) => { const list = numbers(answer); return list === null ? null : ordered(list, 1); }, python: 'actual == sorted(actual)', javascript: 'actual.every((n, at) => at === 0 || actual[at - 1] <= n)' },
  { name: 'is sorted downwards', words: /\b(descending|decreasing|largest first|from (the )?(largest|highest|biggest))\b/i, unless: /\b(ascending|increasing|custom|otherwise|tie|equal)\b/i, partial: true, keeps: (_args, answer) => { const list = numbers(answer); return list === null || list.length < 2 ? null : ordered(list, -1); }, python: 'actual == sorted(actual, reverse=True)', javascript: 'actual.every((n, at) => at === 0 || actual[at - 1] >= n)' },
  { name: 'has no item twice', words: /\b(unique|distinct|duplicates?|no repeats?)\b/i, keeps: (_args, answer) => (Array.isArray(answer) ? new Set(answer.map(json)).size === answer.length : null), python: 'len({repr(item) for item in actual}) == len(actual)', javascript: 'new Set(actual.map((item) => JSON.stringify(item))).size === actual.length' },
  { name: 'is the largest item', words: /\b(largest|maximum|biggest|greatest|highest)\b/i, keeps: extreme(Math.max), python: 'actual == max(given[0])', javascript: 'actual === Math.max(...given[0])' },
  { name: 'is the smallest item', words: /\b(smallest|minimum|lowest|least)\b/i, keeps: extreme(Math.min), python: 'actual == min(given[0])', javascript: 'actual === Math.min(...given[0])' },
  // With several arguments, or numbers in a text, what is subtracted may be more than there is.
  { name: 'is no number below zero', words: /\b(number of|count|how many|length|distance|occurrences?)\b/i, keeps: (args, answer) => { const own = numberOf(answer); return own === null || args.length !== 1 || /\d/.test(json(args.filter((value) => typeof value === 'string'))) ? null : own >= 0; }, unless: /-1|negative|minus/i, python: 'actual >= 0', javascript: 'actual >= 0' },
  { name: 'has only items of the list given', words: /\b(filter\w*|remove\w*|keep\w*|unique|distinct|subset|elements? (of|from|in)|rearrang\w*|sort\w*)\b/i, keeps: (args, answer) => { const first = args.find((value) => Array.isArray(value)); if (!Array.isArray(first) || !Array.isArray(answer) || first.some((item) => Array.isArray(item)) || answer.length === 0) return null; const known = new Set(first.map(json)); return answer.every((item) => known.has(json(item))); }, python: 'all(any(item == one for one in next(value for value in given if isinstance(value, list))) for item in actual)', javascript: 'actual.every((item) => given.find((value) => Array.isArray(value)).some((one) => JSON.stringify(one) === JSON.stringify(item)))' },
  { name: 'is the list given in another order', words: /\b(sort\w*|rearrang\w*|shuffl\w*|revers\w*|rotat\w*|reorder\w*|swap\w*)\b/i, unless: /\b(remov\w*|delet\w*|filter\w*|distinct|unique|duplicates?|replac\w*)\b/i, partial: true, keeps: (args, answer) => { const [list, own] = [flat(only(args)), flat(answer)]; return list === null || own === null || list.length < 2 ? null : bag(list) === bag(own); }, python: 'sorted(map(repr, actual)) == sorted(map(repr, given[0]))', javascript: 'JSON.stringify(actual.map((item) => JSON.stringify(item)).sort()) === JSON.stringify(given[0].map((item) => JSON.stringify(item)).sort())' },
  { name: 'has an item for each one given', words: /\b(each|every|respective\w*|corresponding)\b/i, unless: /\b(filter\w*|remov\w*|only|if any|except|without|skip\w*|delet\w*|unique|distinct)\b/i, varies: (args) => (Array.isArray(args[0]) ? args[0].length : null), keeps: (args, answer) => (Array.isArray(only(args)) && Array.isArray(answer) ? flat(only(args))?.length === answer.length : null), python: 'len(actual) == len(given[0])', javascript: 'actual.length === given[0].length' },
  { name: 'stands in the text given', words: /\b(substring|subsequence|prefix|suffix|longest|shortest)\b/i, keeps: (args, answer) => { const text = only(args); return typeof text !== 'string' || typeof answer !== 'string' ? null : text.includes(answer); }, varies: (_args, answer) => answer, python: 'actual in given[0]', javascript: 'given[0].includes(actual)' },
  { name: 'begins with the text given', words: /\b(begins?|starts?) with\b/i, keeps: (args, answer) => { const text = only(args); return typeof text !== 'string' || typeof answer !== 'string' ? null : answer.startsWith(text); }, varies: (_args, answer) => answer, python: 'actual.startswith(given[0])', javascript: 'actual.startsWith(given[0])' },
  { name: 'reads the same backwards', words: /\bpalindrom/i, keeps: (args, answer) => (typeof only(args) !== 'string' || typeof answer !== 'string' ? null : answer === [...answer].reverse().join('')), varies: (_args, answer) => answer, python: 'actual == actual[::-1]', javascript: "actual === [...actual].reverse().join('')" },
  { name: 'is all upper case', words: /\b(upper-? ?case|capital letters?|capitals)\b/i, unless: /\b(lower-? ?case|first letter|every other)\b/i, partial: true, keeps: (_args, answer) => { const text = letters(answer); return text === null ? null : text === text.toUpperCase(); }, varies: (_args, answer) => answer, python: 'actual == actual.upper()', javascript: 'actual === actual.toUpperCase()' },
  { name: 'is all lower case', words: /\blower-? ?case\b/i, unless: /\b(upper-? ?case|first letter|every other|capital)\b/i, partial: true, keeps: (_args, answer) => { const text = letters(answer); return text === null ? null : text === text.toLowerCase(); }, varies: (_args, answer) => answer, python: 'actual == actual.lower()', javascript: 'actual === actual.toLowerCase()' },
  { name: 'has only even numbers', words: /\beven\b/i, unless: /\bodd\b/i, partial: true, keeps: eachItem((n) => n % 2 === 0), varies: (_args, answer) => json(answer), python: 'all(item % 2 == 0 for item in actual)', javascript: 'actual.every((item) => item % 2 === 0)' },
  { name: 'has only odd numbers', words: /\bodd\b/i, unless: /\beven\b/i, partial: true, keeps: eachItem((n) => Math.abs(n % 2) === 1), varies: (_args, answer) => json(answer), python: 'all(item % 2 == 1 for item in actual)', javascript: 'actual.every((item) => Math.abs(item % 2) === 1)' },
  { name: 'has only positive numbers', words: /\bonly positive|positive (numbers|integers) (in|from|of)\b/i, partial: true, keeps: eachItem((n) => n > 0), varies: (_args, answer) => json(answer), python: 'all(item > 0 for item in actual)', javascript: 'actual.every((item) => item > 0)' },
  { name: 'has only primes', words: /\bprimes?\b/i, partial: true, keeps: eachItem(isPrime), varies: (_args, answer) => json(answer), python: 'all(item > 1 and all(item % n for n in range(2, int(item ** 0.5) + 1)) for item in actual)', javascript: 'actual.every((item) => item > 1 && Array.from({ length: Math.floor(Math.sqrt(item)) }, (_, at) => at + 1).slice(1).every((n) => item % n !== 0))' },
  { name: 'multiplies to the number given', words: /\bfactors?|factori[sz]ation\b/i, partial: true, keeps: (args, answer) => { const [n, list] = [numberOf(only(args)), numbers(answer)]; return n === null || list === null || list.length === 0 ? null : list.reduce((all, one) => all * one, 1) === n; }, varies: (args) => json(args), python: '__import__("math").prod(actual) == given[0]', javascript: 'actual.reduce((all, one) => all * one, 1) === given[0]' },
  { name: 'joins to what was given', words: /\b(pieces|chunks?|split\w*|cuts?|batch\w*)\b/i, keeps: (args, answer) => { const [first] = args; const parts = texts(answer); if (typeof first === 'string') return parts === null || first === '' ? null : parts.join('') === first; const list = flat(first); return list === null || !Array.isArray(answer) || !answer.every((part) => Array.isArray(part)) ? null : json(answer.flat(1)) === json(list); }, varies: (args) => json(args[0]), python: '(("".join(actual) if isinstance(given[0], str) else [item for part in actual for item in part]) == given[0])', javascript: "(typeof given[0] === 'string' ? actual.join('') === given[0] : JSON.stringify(actual.flat(1)) === JSON.stringify(given[0]))" },
  { name: 'has all words of the text in their order', words: /\b(wrap\w*|breaks?|lines)\b/i, unless: /\b(reverse\w*|sort\w*|remov\w*)\b/i, keeps: (args, answer) => { const parts = texts(answer); return typeof args[0] !== 'string' || parts === null ? null : inWords(parts.join(' ')) === inWords(args[0]); }, varies: (args) => json(args[0]), python: '" ".join(actual).split() == given[0].split()', javascript: "actual.join(' ').trim().split(/\\s+/).join(' ') === given[0].trim().split(/\\s+/).join(' ')" },
  { name: 'has no hyphen at an end', words: /\bno (hyphens?|dash(es)?) at (either|the|any) ends?\b/i, keeps: (_args, answer) => (typeof answer === 'string' ? !/^-|-$/.test(answer) : null), varies: (_args, answer) => answer, python: 'actual == actual.strip("-")', javascript: '!/^-|-$/.test(actual)' },
  { name: 'has at most two decimals', words: /\bround\w*\b[^.\n]{0,30}\b(2|two) (decimal|digit|place)/i, keeps: (_args, answer) => { const own = numberOf(answer); return own === null ? null : decimals(own, 2); }, varies: (_args, answer) => json(answer), python: 'abs(actual * 100 - round(actual * 100)) < 1e-6', javascript: 'Math.abs(actual * 100 - Math.round(actual * 100)) < 1e-6' },
];

/** That every answer is of the kind which all examples show; null where they differ, or the words leave another kind open. */
export function kindRelation(examples: { args: unknown[]; expect: unknown }[], words: string): Relation | null {
  const kinds = new Set(examples.map(({ expect }) => kindOf(expect)));
  const [kind = 'none'] = kinds;
  if (kinds.size !== 1 || examples.length < 2 || kind === 'none' || kind.startsWith('object') || absent.test(words) || /-1\b|\beither\b|\berror\b|\binvalid\b/i.test(words)) return null;
  const tests: Record<string, [string, string]> = {
    number: ['isinstance(actual, (int, float, complex)) or hasattr(actual, "__float__")', "['number', 'bigint', 'boolean'].includes(typeof actual)"], string: ['isinstance(actual, str)', "typeof actual === 'string'"],
    list: ['isinstance(actual, list)', 'Array.isArray(actual)'], list$tuple: ['isinstance(actual, tuple)', 'Array.isArray(actual)'], list$set: ['isinstance(actual, (set, frozenset))', 'actual instanceof Set'],
  };
  const test = tests[kind];
  return test ? { name: `is a ${kind.replace('list$', '')}`, words: /./s, keeps: (_args, answer) => kindOf(answer) === kind, python: test[0], javascript: test[1] } : null;
}
