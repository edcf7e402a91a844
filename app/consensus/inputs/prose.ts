/**
 * The input format told in sentences ("The second line contains n integers a_1, …, a_n", "Each of the next m lines contains two integers
 * u and v") as a grammar. Each sentence is cut where a line is introduced; what a line contains is read by `contents.ts`.
 */
import type { Rule } from './constraints.ts';
import { contentsOf, countWords } from './contents.ts';
import { num, parseExpr, type Expr } from './expression.ts';
import type { Node, Part } from './grammar.ts';

const count = String.raw`((?:\d+\s?\*?\s?)?(?!a )[A-Za-z](?:_[A-Za-z0-9])?(?:\s?[-+*]\s?(?:\d+|[A-Za-z]))?|\d+(?:\s?[-+*]\s?[A-Za-z])?|two|three|four|five|six|seven|eight|nine|ten)`;
const lineWord = '(?:input )?(?:lines?|rows?)';
const repeated = [
  String.raw`(?:each|every|all) (?:one )?of (?:the )?(?:(?:next|following|other|last|remaining|subsequent|these|those) )*${count} ${lineWord}`,
  String.raw`(?:the )?(?:next|following|last|remaining|subsequent|other) ${count} ${lineWord}`,
  String.raw`(?:then|there)?,? ?(?:follow |are )?${count} (?:more |other |additional )?${lineWord}(?: will)? (?:follow|are given|come)`,
  String.raw`(?:then|followed by|after (?:that|this)),? ?(?:(?:there )?(?:follow|are|come) )?(?:the )?${count} (?:more )?${lineWord}`,
  String.raw`(?:the )?\(?[a-z]\)?-?\s?th of (?:the )?(?:(?:next|following|these|those|remaining|last) )*${count} ${lineWord}`,
  String.raw`(?:the )?input (?:consists of|contains) ${count} ${lineWord}`,
  String.raw`${count} ${lineWord}(?=,? (?:with|containing|describing|each|of the form))`,
];
const again = String.raw`(?<!\b(?:integer|number|character|value|element|letter|symbol|digit)s? (?:in|of|on|at) (?:the )?)(?:the )?\(?[a-z]\)?-?\s?th (?:of (?:them|these|those)(?: lines)?|(?:of (?:these|those|the following) )?(?:(?:such|next|following) )?${lineWord})|each (?:of (?:them|these|those)(?: lines)?(?! (?:is )?(?:at |not |no |between |from |in the range|either ))|(?:(?:such|following|next|line) )?(?:line|row|query)|containing)`;
const single = String.raw`(?:the|a|in the|on the)? ?(?:(?:very )?first|second|third|fourth|fifth|sixth|seventh|next|following|last|only|single|final|1st|2nd|3rd|4th) (?:and (?:the )?(?:only|last|single) )?(?:${lineWord}|(?:one|of (?:them|these|those)(?: lines)?)(?= (?:contain|hold|consist|has|have|is|gives?|describ)))|(?:one|a single|a|another) (?:input )?line(?=,? (?:contain|with|of|describ|consist|holding))|(?:the )?input (?:file )?(?:contains|consists of|is|begins with|starts with|will contain|has)|(?<!of )(?:each|every) (?:test ?case|test|dataset|data ?set|case)(?: description)? (?:contains|consists of|has|is (?:given|described) (?:by|in|on|as)|starts with|begins with)(?! (?:multiple|several|one or more) )|you (?:are|will be) given|it contains|then follows?(?= (?:an?|one|the|two|three) )|(?:after that|then)(?= (?:an?|one) (?:single )?integer)`;
const introducer = new RegExp(`(?<![\\w'])(?:${repeated.map((pattern, at) => `(?<r${at}>${pattern.replace(`${count}`, count.replace('(', `(?<c${at}>`))})`).join('|')}|(?<again>${again})|(?<single>${single}))(?![\\w])`, 'gi');

/** `lead`: the words that introduce the line. */
interface Clause { kind: 'single' | 'repeated' | 'again'; count: Expr | null; lead: string; text: string; perCase: boolean }

export interface Told {
  nodes: Node[];
  /** The table or rows that hold the test cases, where there are any. */
  cases: boolean;
  /** Lengths of text that the sentences told: name → expression. */
  lengths: Map<string, Expr>;
  ranges: Rule[];
}

/** Null where no sentence introduces a line. `kinds`: bodies of query alternatives found elsewhere in the statement. */
export function parseProse(text: string, kinds: Node[][] = []): Told | null {
  const clauses = clausesOf(text);
  const state: State = { top: [], body: null, casesName: '', lengths: new Map(), ranges: [], pending: null, serial: { next: 1 }, kinds };
  for (const clause of clauses) addClause(state, clause);
  const wrapped: Node[] = state.body && state.body.length > 0 ? [{ node: 'rows', name: 'cases', index: 'i', count: { k: 'ref', name: state.casesName, sub: '' }, body: state.body }] : [];
  const nodes = [...state.top, ...wrapped];
  return nodes.length > 0 ? { nodes, cases: wrapped.length > 0, lengths: state.lengths, ranges: state.ranges } : null;
}

interface State { top: Node[]; body: Node[] | null; casesName: string; lengths: Map<string, Expr>; ranges: Rule[]; pending: Expr | null; serial: { next: number }; kinds: Node[][] }

function clausesOf(text: string): Clause[] {
  const sentences = text.replace(/^[ \t]*[-*•][ \t]+/gm, '').replace(/(?<=[a-z,])\n(?=[a-z(])/g, ' ').split(/\n+|(?<=[.;!?)])\s+(?=[A-Z])/);
  return sentences.flatMap((sentence) => {
    const found = [...sentence.matchAll(introducer)];
    const perCase = /(?:each|every|the|one|a) (?:test ?case|data ?set|test\b(?! contains))/i.test(sentence) && !/first line of (?:the )?input/i.test(sentence);
    return found.map((one, at): Clause => {
      const text = sentence.slice(one.index + one[0].length, found[at + 1]?.index ?? sentence.length);
      const groups = one.groups ?? {};
      const counted = Object.entries(groups).find(([name, value]) => /^c\d$/.test(name) && value !== undefined)?.[1];
      const kind = groups['again'] ? 'again' : counted ? 'repeated' : 'single';
      return { kind, count: counted ? countExpr(counted) : null, lead: one[0], text: at === 0 && /you (?:are|will be) given/i.test(one[0]) ? '' : text, perCase };
    });
  });
}

export function countExpr(text: string): Expr | null {
  const word = countWords.indexOf(text.trim().toLowerCase());
  return word >= 0 ? num(word) : parseExpr(text.trim());
}

const lineOf = (parts: Part[]): Node | null => (parts.length > 0 ? { node: 'line', parts } : null);

function addClause(state: State, clause: Clause): void {
  const told = contentsOf(clause.text, state.serial);
  for (const [name, length] of told.lengths) state.lengths.set(name, length);
  state.ranges.push(...told.ranges);
  if (clause.kind === 'repeated' && told.parts.length === 0 && !isQuery(state, clause)) {
    state.pending = clause.count;
    return;
  }
  const count = clause.kind === 'single' ? null : clause.count ?? state.pending;
  const alone = state.top.length === 0 && /^\s*each\b/i.test(clause.lead);
  if (clause.kind === 'again' && count === null && !alone) return;
  const node = count ? repeatedNode(state, { ...clause, count }, told.parts) : lineOf(told.parts);
  state.pending = null;
  if (!node) return;
  place(state, node);
  if (!state.body && told.casesName !== '') {
    state.body = [];
    state.casesName = told.casesName;
  }
}

const isQuery = (state: State, clause: Clause) => state.kinds.length > 1 && /quer|operation|event|format|type|form|kind|action|command/i.test(clause.text);

function repeatedNode(state: State, clause: Clause & { count: Expr }, parts: Part[]): Node | null {
  if (state.kinds.length > 1 && isQuery(state, clause)) return { node: 'rows', name: 'queries', index: 'i', count: clause.count, body: [{ node: 'choice', alternatives: state.kinds }] };
  if (parts.length === 0) return null;
  if (parts.every((part) => part.part === 'value')) return { node: 'table', columns: parts.map((part) => part.name), first: 1, count: clause.count };
  return { node: 'rows', name: `rows ${state.serial.next++}`, index: 'i', count: clause.count, body: [{ node: 'line', parts }] };
}

function place(state: State, node: Node): void {
  (state.body ?? state.top).push(node);
}
