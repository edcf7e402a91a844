/**
 * Sentences that promise something of a sequence of queries ("it is guaranteed that the stack is not empty", "there are at least k snacks at
 * that time") as one state rule for the kinds of the grammar. A promise that is recognised and not understood is handed back: a doubt.
 */
import { effectOf, putWords, takeWords, valueNames, type Effect } from './effects.ts';
import type { Node } from './grammar.ts';
import type { QueryKind } from './kinds.ts';
import type { Need, StateRule } from './state.ts';

export interface Guarded {
  rule: (StateRule & { why: string; guessed: boolean }) | null;
  /** Sentences that need no doubt any more. */
  understood: string[];
  doubt: string[];
}

interface Kind { first: string; names: string[]; text: string; effect: Effect | null }
interface Claim { sentence: string; need: Need; at: number[] }

const promise = /\bguarantee|\b(?:always|never|ensured|assured|promised)\b|\bat (?:that|this|the) (?:time|point|moment)\b|\bwhen(?:ever)?\b|\bfor (?:each|every|all)\b.*\b(?:query|operation|command|event)|\bin (?:a|an|the|each|every) (?:query|operation|command|event|type|kind|\w+ (?:query|operation|kind|type))/i;
const kept = /\b(?:empty|nonempty|set|multiset|bag|stack|queue|deque|line|list|heap|box|basket|collection|pile|container|edges?|roads?|bridges?|links?|at (?:that|this|the) (?:time|point|moment)|(?:in|on) (?:it|[A-Z])\b|there (?:is|are) (?:at least )?(?:one|such|[a-z])\b)/i;
const condition = /^\W*(?:if|otherwise|in case)\b|\b(?:nothing happens|do nothing|does nothing|print|ignored?|possible that|may be|might be|not guaranteed|not necessarily)\b/i;
/** "At least one query …": a promise about the kinds of queries, not about what is kept. */
export const ofQueries = /\bat least one (?:of (?:the )?)?(?:[`'"\w?+-]+ )?(?:quer|operation|command|event|request|line\b|action)/i;
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

/** `text`: the whole statement without samples. */
export function guardsOf(text: string, nodes: Node[], told: QueryKind[]): Guarded {
  const rows = nodes.flatMap((node) => (node.node === 'rows' ? [node, ...node.body.filter((one) => one.node === 'rows')] : [])).find((node) => node.body.length === 1 && node.body[0]?.node === 'choice');
  const choice = rows?.body[0];
  if (!rows || choice?.node !== 'choice') return { rule: null, understood: [], doubt: [] };
  const kinds = choice.alternatives.map((body) => kindOf(body, told));
  const sentences = promisesIn(text);
  const claims = sentences.map(({ sentence, line }) => claimOf(sentence, line, kinds));
  const open = sentences.filter((_, at) => claims[at] === null).map((one) => one.sentence);
  const rule = ruleOf(rows.name, { kinds, claims: claims.filter((claim) => claim !== null), text });
  const asked = text.split(/\n|(?<=[.;])\s+(?=[A-Z(])/).map((one) => one.trim()).filter((one) => ofQueries.test(one) || /\bat least one\b.*\b(?:form|kind|type)\b/i.test(one));
  const claimed = claims.flatMap((claim) => (claim ? [claim.sentence] : []));
  return { rule, understood: rule ? [...claimed, ...asked] : asked, doubt: [...open, ...(rule ? [] : claimed)] };
}

function kindOf(body: Node[], told: QueryKind[]): Kind {
  const head = body[0]?.node === 'line' ? body[0].parts[0] : undefined;
  const first = head?.part === 'word' ? head.text : '';
  const known = told.find((one) => one.first === first);
  const names = valueNames(body);
  return { first, names, text: known?.text ?? '', effect: effectOf(known ?? { first, span: '', text: '' }, names) };
}

/** Clauses that promise something of what is kept, each with the line it stands on. */
function promisesIn(text: string): { sentence: string; line: string }[] {
  return text.split('\n').flatMap((line) => line.split(/(?<=[.;])\s+|[()]/).map((one) => one.trim().replace(/[.;]$/, '')).filter(isPromise).map((sentence) => ({ sentence, line })));
}

function isPromise(sentence: string): boolean {
  if (ofQueries.test(sentence) || !promise.test(sentence) || (condition.test(sentence) && !/guarantee/i.test(sentence)) || !kept.test(sentence)) return false;
  return /guarantee/i.test(sentence) ? needIn(sentence, []) !== null || /\bempty\b|at (?:that|this) (?:time|point|moment)/i.test(sentence) : needIn(sentence, []) !== null;
}

function needIn(sentence: string, names: string[]): Need | null {
  if (/(?:\bnot|\bnever|n't|\bnon-?)\s*(?:be )?empty|\bat least one (?:more )?(?:element|item|number|value|member|customer|person|plate|card|ball|stone|thing)s?\b.{0,20}\b(?:in|on|left)\b/i.test(sentence)) return 'some';
  const amount = /\bat least ([A-Za-z])(?:_\w)? [a-z]+|\bno more than|([A-Za-z]) (?:<=|does not exceed|is at most|never exceeds|is not (?:more|greater|larger) than|is no (?:more|greater|larger) than) (?:the )?(?:current )?(?:number|size|length|count)/i.exec(sentence);
  if (amount && (names.length === 0 || names.includes(amount[1] ?? amount[2] ?? ''))) return 'amount';
  if (/(?:\bnot\b|n't\b|\bnever\b|\bno\b)[^,]*\b(?:yet|already|exists?|present|contains?|in the|there|joined|connected)\b/i.test(sentence)) return 'absent';
  return /\bthere (?:is|are|will be|exists?)\b(?! at least one (?:quer|op))|\bexists?\b|\bpresent\b|\bcontains?\b|\bholds\b|\bis (?:already |currently |always )?(?:in|on|among|there)\b|\b(?:has|have) been\b|\bwas (?:added|put|inserted)|\balready\b/i.test(sentence) ? 'present' : null;
}

function claimOf(sentence: string, line: string, kinds: Kind[]): Claim | null {
  const own = kinds.findIndex((kind) => kind.text !== '' && line.includes(kind.text.slice(0, 25)));
  const named = own >= 0 ? [own] : mentioned(sentence, kinds);
  const need = needIn(sentence, [...new Set((named.length > 0 ? named.map((at) => kinds[at]) : kinds).flatMap((kind) => kind?.names ?? []))]);
  if (!need) return null;
  const at = named.length > 0 ? named : byVerb(sentence, need, kinds);
  const fitting = at.filter((one) => fits(need, kinds[one]));
  return fitting.length === 0 || fitting.length < at.length ? null : { sentence, need, at };
}

function fits(need: Need, kind: Kind | undefined): boolean {
  if (!kind?.effect) return false;
  if (need === 'amount') return kind.effect.does === 'take' ? kind.effect.amount !== null : kind.effect.does === 'none' && kind.names.length === 1;
  if (need === 'absent') return kind.effect.does === 'put' && kind.effect.key.length > 0;
  return need === 'some' || kind.effect.does !== 'put';
}

/** Kinds that the sentence names: "the second kind", "type 2", "POP". */
function mentioned(sentence: string, kinds: Kind[]): number[] {
  return [...kinds.keys()].filter((at) => {
    const first = kinds[at]?.first ?? '';
    if (new RegExp(String.raw`\b${ordinals[at] ?? '-'}\b(?:(?: and| or|,) \w+)* (?:kinds?|types?|forms?)\b`, 'i').test(sentence)) return true;
    const spelt = first.replace(/[^\w]/g, '\\$&');
    if (/^[A-Z_]{2,}$/.test(first)) return new RegExp(`\\b${spelt}\\b`).test(sentence);
    return new RegExp(String.raw`["'\`]${spelt}(?: [\w ]+)?["'\`]|\b(?:types?|kinds?|forms?|quer\w+|operations?|command|event) ${spelt}(?!\w)`, 'i').test(sentence);
  });
}

function byVerb(sentence: string, need: Need, kinds: Kind[]): number[] {
  const that = (does: Effect['does']) => [...kinds.keys()].filter((at) => kinds[at]?.effect?.does === does);
  if (need === 'absent') return putWords.test(sentence) ? that('put') : [];
  if (takeWords.test(sentence)) return that('take');
  return /\b(?:print|asked|question|quer(?:y|ies)|answer)\b/i.test(sentence) && need === 'some' ? that('none') : [];
}

function ruleOf(name: string, { kinds, claims, text }: { kinds: Kind[]; claims: Claim[]; text: string }): Guarded['rule'] {
  const effects = kinds.flatMap((kind) => (kind.effect ? [kind.effect] : []));
  if (effects.length < kinds.length || !effects.some((one) => one.does === 'put')) return null;
  const asked = (effect: Effect, at: number): Effect => (effect.does === 'none' && claims.some((claim) => claim.need === 'amount' && claim.at.includes(at)) ? { ...effect, key: [], amount: effect.key[0] ?? null } : effect);
  const made = effects.map(asked).map((effect, at) => ({ ...effect, needs: [...new Set(claims.flatMap((claim) => (claim.at.includes(at) ? [needFor(claim.need, effect)] : [])))] }));
  const keyed = effects.filter((one) => one.does === 'take' && one.key.length > 0);
  const put = effects.find((one) => one.does === 'put');
  const loose = effects.some((one) => one.does === 'take' && one.key.length === 0);
  const matching = made.every((one) => one.needs.every((need) => need !== 'present' || one.key.length === put?.key.length)) && keyed.every((one) => one.key.length === put?.key.length);
  if (!matching || (loose && made.some((one) => one.needs.some((need) => need === 'present' || need === 'absent')))) return null;
  if (made.some((one) => one.needs.includes('absent')) && !/\b(?:empty|no (?:edges?|roads?|bridges?|links?|elements?|numbers?)|nothing|without)\b/i.test(text)) return null;
  const several = keyed.length === 0 || made.some((one) => one.amount !== null && one.key.length > 0) || /\bif there are (?:several|multiple|many|more)|\bmultiset\b|\bonly one of them\b|\bone of them\b|\bcopies\b/i.test(text);
  const unordered = (put?.key.length ?? 0) === 2 && /\b(?:edges?|roads?|bridges?|links?|cables?|friends?|between)\b/i.test(text);
  return { rule: 'state', name, kinds: made, unordered, several, why: claims.map((claim) => claim.sentence).join('; '), guessed: false };
}

/** Where the query names no element, one that is there is any. */
function needFor(need: Need, effect: Effect): Need {
  // "At least c tokens with x on them": that many of this element.
  if (need === 'amount') return effect.key.length > 0 ? 'present' : need;
  return need === 'present' && effect.key.length === 0 ? 'some' : need;
}
