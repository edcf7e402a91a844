/**
 * Answers that the spec states in words for a boundary: "if the list is empty, return 0", "a size below 1 is refused with a RangeError", "from 1 to 3999 … others are refused". Only plain
 * sentences of one condition and one literal answer count, about an argument that can only be one; a statement that a frozen test contradicts meant something else.
 */
import { canonicalJson } from '../../core/digest.ts';
import type { CriterionTest, Spec } from '../../core/spec.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { signatureOf } from '../../consensus/function-inputs/signature.ts';
import { criterionTests } from '../../consensus/pool.ts';
import { tagOf } from '../../consensus/values.ts';
import { sentencesOf, taskWords, type Sentence } from './task-words.ts';

type CallTest = Extract<CriterionTest, { args: unknown[] }>;

export interface Stated extends Sentence {
  test: CallTest;
}

export function statedAnswers(spec: Spec, head: Tree): Stated[] {
  const { surface } = spec;
  if (surface?.kind !== 'function') return [];
  const frozen = criterionTests(spec).flatMap(({ test }) => ('args' in test ? [test] : []));
  const example = frozen.find((test) => tagOf(test.expect)?.tag !== '$raises' && test.args.length > 0);
  if (!example) return [];
  const names = signatureOf(surface.export, [taskWords(spec), textOf(head[surface.module]) ?? ''])?.map(({ name }) => name) ?? [];
  const all = sentencesOf(spec).flatMap((sentence) => [...statementsOf(sentence.text, { args: example.args, names }), ...countedAs(sentence.text, frozen, names), ...elseRefused(sentence.text, frozen), ...outOfRange(sentence.text, frozen, taskWords(spec))].map((test): Stated => ({ ...sentence, test })));
  const answers = Map.groupBy([...frozen.map((test) => ({ test })), ...all], ({ test }) => canonicalJson(test.args));
  const agreed = all.filter(({ test }) => new Set(answers.get(canonicalJson(test.args))?.map((one) => canonicalJson(one.test.expect))).size === 1);
  const known = new Set(frozen.map((test) => canonicalJson(test.args)));
  return [...new Map(agreed.filter(({ test }) => !known.has(canonicalJson(test.args))).map((one) => [canonicalJson(one.test.args), one])).values()];
}

interface Call {
  args: unknown[];
  names: string[];
}

const literal = String.raw`(None|null|undefined|[Tt]rue|[Ff]alse|-?\d+(?:\.\d+)?|zero|"[^"]*"|'[^']*'|\[\]|\{\}|an? empty (?:list|array|string|dict\w*|object))`;
const refusal = String.raw`(?:is|are) refused with (?:an? )?(\w+)|(?:raises?|throws?) (?:an? )?(\w*(?:Error|Exception))`;
const answer = String.raw`(?:then )?(?:it |the function |function |you )?(?:should |must |will |shall )?(?:returns?|answers?|gives?|yields?)`;

function statementsOf(sentence: string, call: Call): CallTest[] {
  const first = new RegExp(String.raw`^(?:otherwise,? |note:? |also,? )?(?:if|when|for|given) ([^,]+?),? ${answer} ${literal}$`, 'i').exec(sentence);
  const last = new RegExp(String.raw`\b(?:returns?|answers?|gives?|yields?) ${literal},? (?:if|when|for) ([^,]+)$`, 'i').exec(sentence);
  const refused = new RegExp(String.raw`^(?:an? |the |any )?(.+?) (?:${refusal})\b`, 'i').exec(sentence);
  if (first) return calls(first[1] ?? '', call).map((args) => ({ args, expect: valueOf(first[2] ?? '') }));
  if (last) return calls(last[2] ?? '', call).map((args) => ({ args, expect: valueOf(last[1] ?? '') }));
  const name = refused?.[2] ?? refused?.[3] ?? '';
  return refused && /^[A-Z]\w*(Error|Exception)$/.test(name) ? calls(refused[1] ?? '', call).map((args) => ({ args, expect: { $raises: name } })) : [];
}

/** "A page below 1 counts as 1": what an example at or below the bound answers, everything below it answers. Of several numbers the one that an example has there is meant. */
function countedAs(sentence: string, frozen: CallTest[], names: string[]): CallTest[] {
  const [, name = '', side = '', bound = '', as = ''] = /(?:^|[,;] |\band )(?:an? |the )?(\w+) (below|less than|under|above|over|more than) (-?\d+) (?:counts|is treated|is taken) as (-?\d+)\b/i.exec(sentence) ?? [];
  if (bound === '' || bound !== as) return [];
  const [n, up] = [Number(bound), /above|over|more/i.test(side)];
  const beyond = (value: unknown): boolean => typeof value === 'number' && (up ? value > n : value < n);
  const shown = [...new Set(frozen.flatMap(({ args }) => args.flatMap((value, at) => (beyond(value) ? [at] : []))))];
  const at = names.includes(name) ? names.indexOf(name) : shown.length === 1 ? shown[0]! : -1;
  const told = frozen.filter(({ args, expect }) => (beyond(args[at]) || args[at] === n) && tagOf(expect)?.tag !== '$raises');
  return told.flatMap((test) => (up ? [n + 1, n + 6] : [n - 1, n - 6]).map((value) => ({ args: test.args.with(at, value), expect: test.expect })));
}

/** "A number from 1 to 3999. Other numbers are refused with X": the numbers just outside, where there is one number and one range. */
function outOfRange(sentence: string, frozen: CallTest[], words: string): CallTest[] {
  const [, name = ''] = /^(?:all |any )?others? (?:numbers?|values?|integers?) (?:is|are) refused with (?:an? )?([A-Z]\w*(?:Error|Exception))$/i.exec(sentence) ?? [];
  const ranges = [...words.matchAll(/\b(?:from|between) (-?\d+) (?:to|and) (-?\d+)\b/g)].map(([, low, high]) => [Number(low), Number(high)] as const);
  const [range, second] = ranges;
  const alone = frozen.length > 0 && frozen.every(({ args }) => args.length === 1 && Number.isInteger(args[0]));
  if (name === '' || !range || second || !alone || range[0] >= range[1]) return [];
  return [range[0] - 1, range[0] - 6, range[1] + 1, range[1] + 1001].map((n) => ({ args: [n], expect: { $raises: name } }));
}

/** "Anything else is refused with X", of one text: signs around an example that no example has, and nothing at all. */
function elseRefused(sentence: string, frozen: CallTest[]): CallTest[] {
  const [, name = ''] = /^(?:any(?:thing|one)? else|everything else|other (?:texts?|strings?|inputs?)) (?:is|are) refused with (?:an? )?([A-Z]\w*(?:Error|Exception))$/i.exec(sentence) ?? [];
  const read = frozen.flatMap(({ args, expect }) => (args.length === 1 && typeof args[0] === 'string' && tagOf(expect)?.tag !== '$raises' ? [args[0]] : []));
  if (name === '' || read.length < 2 || read.length < frozen.filter(({ expect }) => tagOf(expect)?.tag !== '$raises').length || read.some((text) => /[?!]/.test(text) || text === '')) return [];
  return ['', ...read.slice(0, 2).flatMap((text) => [`${text}?!`, `?!${text}`])].map((text) => ({ args: [text], expect: { $raises: name } }));
}

function valueOf(text: string): unknown {
  if (/^(none|null)$/i.test(text)) return null;
  if (text === 'undefined') return { $undefined: true };
  if (/^(true|false)$/i.test(text)) return /^true$/i.test(text);
  if (text.endsWith('string')) return '';
  if (/^["']/.test(text)) return text.slice(1, -1);
  if (/^\{\}$|dict|object/.test(text)) return {};
  if (/^\[\]$|list|array/.test(text)) return [];
  return text === 'zero' ? 0 : Number(text);
}

/** Calls that meet the condition for certain: the example's, with one argument in place of its own. */
function calls(condition: string, { args, names }: Call): unknown[][] {
  const [plain = ''] = condition.split(/ or /);
  if (/\b(and|unless|but|both|either|neither|not|no|only|all|any|contains?|with|has|have|whose|which)\b/i.test(plain)) return [];
  const put = (at: number, values: unknown[]): unknown[][] => (at < 0 ? [] : values.map((value) => args.with(at, value)));
  const empty = /^(?:an? |the )?(?:given |input )?(?:empty (list|array|string|text)|(\w+) (?:is|are) (?:an? )?empty(?: (?:list|array|string))?)$/i.exec(plain);
  if (empty) { const at = holder(empty[1] ?? empty[2] ?? '', { args, names }); return put(at, [typeof args[at] === 'string' ? '' : []]); }
  const bound = /^(?:an? |the )?(?:given |input )?(\w+) (?:is |are |== ?|= ?)?(?:(below|less than|smaller than|lower than|<|above|greater than|larger than|more than|over|>|at least|at most|<=|>=|equal to|exactly) )?(-?\d+|zero|one|negative)$/i.exec(plain.replace(/([<>]=?|==)(?=\S)/g, '$1 '));
  const signed = /^(?:an? |the )?negative (\w+)$/i.exec(plain);
  if (signed) return put(numeric(signed[1] ?? '', { args, names }), [-1, -7]);
  if (!bound || (bound[2] === undefined && !/ (is|are|==?) /.test(plain))) return [];
  return put(numeric(bound[1] ?? '', { args, names }), meeting((bound[2] ?? 'exactly').toLowerCase(), (bound[3] ?? '').toLowerCase()));
}

function meeting(relation: string, text: string): number[] {
  if (text === 'negative') return relation === 'exactly' ? [-1, -7] : [];
  const n = text === 'zero' ? 0 : text === 'one' ? 1 : Number(text);
  if (/^(below|less|smaller|lower|<$)/.test(relation)) return [n - 1, n - 6];
  if (/^(above|greater|larger|more|over|>$)/.test(relation)) return [n + 1, n + 6];
  return relation === 'at least' || relation === '>=' ? [n, n + 1] : relation === 'at most' || relation === '<=' ? [n, n - 1] : [n];
}

const generic = /^(it|list|array|string|text|input|lst|arr|s|numbers?|n|integer|value|word|sequence)$/i;

/** The only list or text among the arguments, or the one of this name; -1 where it could be several. */
function holder(name: string, { args, names }: Call): number {
  const own = names.indexOf(name);
  const kind = /^(string|text|word|s)$/i.test(name) ? 'string' : /^(list|array|lst|arr|numbers?|sequence)$/i.test(name) ? 'list' : 'any';
  const fits = args.map((value, at) => ({ at, type: typeof value === 'string' ? 'string' : Array.isArray(value) ? 'list' : 'other' })).filter(({ type }) => type !== 'other' && (kind === 'any' || type === kind));
  if (own >= 0) return fits.some(({ at }) => at === own) ? own : -1;
  return generic.test(name) && fits.length === 1 ? fits[0]!.at : -1;
}

function numeric(name: string, { args, names }: Call): number {
  const own = names.indexOf(name);
  const fits = args.flatMap((value, at) => (typeof value === 'number' && Number.isInteger(value) ? [at] : []));
  if (own >= 0) return fits.includes(own) ? own : -1;
  return /^(it|number|integer|value|n|input|argument)$/i.test(name) && fits.length === 1 ? fits[0]! : -1;
}
