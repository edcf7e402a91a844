/**
 * A statement and its examples as a model of the input: grammar, kinds and rules. The examples judge: a grammar must read every one of
 * them to the last token, and a rule that an example breaks goes, with a doubt. Null where no grammar reads them.
 */
import { parseBlock } from './block.ts';
import { boundsOf, keyOf, widest } from './bounds.ts';
import { scopesOf, violated } from './check.ts';
import { clean } from './clean.ts';
import { chainsOf, type Constraint, type Rule } from './constraints.ts';
import { mapRefs, num, parseExpr, plainJson, ref, refsOf, type Expr } from './expression.ts';
import { declarations, withOwnIndex, type Declared, type Node, type Part, type Scope } from './grammar.ts';
import { graphBounds, pairBounds, sumBounds } from './derived-bounds.ts';
import { guardsOf, ofQueries } from './guards.ts';
import { guessedLengths, guessedRange, guessedRules, valuesOf, type Seen } from './guess.ts';
import { firstTokens, kindBody, queryKinds, runBody, withKinds } from './kinds.ts';
import { absolutes, digitTexts } from './numerals.ts';
import { parseProse } from './prose.ts';
import { readInput, type Kind } from './read.ts';
import { resolve } from './resolve.ts';
import { formatRuns, sectionsOf, type Sections } from './sections.ts';
import { sentencesOf, wordConstraints } from './words.ts';

export interface Model {
  nodes: Node[];
  declared: Declared[];
  kinds: ReadonlyMap<string, Kind>;
  rules: Constraint[];
  /** First index of each list, where it is not 1. */
  firsts: ReadonlyMap<string, number>;
  doubt: string[];
  /** What concerns large inputs alone: sizes and values without an upper bound. Small inputs stay in the range of the examples. */
  largeDoubt: string[];
  examples: Scope[];
  /** The kind of query (its place among the kinds) that every input must hold at least once. */
  neededKind: number | null;
}

/** `ranges`: what the sentences say of a part beside it. */
interface Candidate { nodes: Node[]; lengths: ReadonlyMap<string, Expr>; ranges?: Rule[] }

export function analyse(text: string, examples: string[]): Model | null {
  const sections = sectionsOf(clean(text));
  const candidates = candidatesOf(sections, firstTokens(examples));
  const ended = [...candidates, ...candidates.flatMap((one) => endedBy(one, sections.whole, examples))];
  for (const candidate of [...ended, ...ended.flatMap(withPhrases)]) {
    const scopes = examples.map((example) => readInput(example, candidate.nodes, null));
    if (!scopes.includes(null)) return modelOf(candidate, sections, examples);
  }
  return null;
}

/** Grammars in order of trust: blocks first, then sentences; glued and spaced rows both. */
export function candidatesOf(sections: Sections, seen: ReadonlySet<string>): Candidate[] {
  const bodies = queryKinds(sections.whole, seen).map((kind) => kindBody(kind.span)).filter((nodes) => nodes !== null);
  const blocks = blockCandidates(sections.input, bodies, seen);
  const told = [parseProse(sections.input, bodies), sections.headed ? null : parseProse(sections.whole, bodies)].flatMap((one): Candidate[] => (one ? [one] : []));
  const plain = [...blocks.map((nodes): Candidate => ({ nodes, lengths: new Map() })), ...told];
  const all = [...plain, ...plain.flatMap((one) => { const nodes = withKinds(one.nodes, bodies); return nodes ? [{ ...one, nodes }] : []; })];
  return [...all, ...all.flatMap((one) => [{ ...one, nodes: flipped(one.nodes) }, ...inCases(one)])];
}

function blockCandidates(input: string, kinds: Node[][], seen: ReadonlySet<string>): Node[][] {
  const runs = formatRuns(input);
  const bodiesOf = (all: string[][]) => all.map((run) => runBody(run, seen)).filter((nodes) => nodes !== null);
  const tries: [string[], Node[][]][] = runs.flatMap((run, at): [string[], Node[][]][] => {
    const after = runs.slice(at + 1);
    return [[run, bodiesOf(after)], [run, kinds], [run, bodiesOf(after.slice(0, 1))], [run, bodiesOf([after.flat()])], [run, bodiesOf(after.flat().map((line) => [line]))]];
  });
  const joined: [string[], Node[][]] = [formatRuns(input, true).flat(), kinds];
  return [...tries, joined].map(([run, bodies]) => parseBlock(run, bodies)).filter((nodes) => nodes !== null);
}

/** The same grammar with rows of letters instead of rows of values, and the other way round. */
function flipped(nodes: Node[]): Node[] {
  return nodes.map((node): Node => {
    switch (node.node) {
      case 'line': return { ...node, parts: node.parts.map((part) => (part.part === 'list' ? { ...part, glued: !part.glued } : part)) };
      case 'rows': case 'until': return { ...node, body: flipped(node.body) };
      case 'choice': return { ...node, alternatives: node.alternatives.map(flipped) };
      case 'table': return node;
    }
  });
}

/** The same grammar with lines of free text: the last value of a line takes all the words that are left. */
function withPhrases(candidate: Candidate): Candidate[] {
  const nodes = candidate.nodes.map(phrased);
  return JSON.stringify(nodes, plainJson) === JSON.stringify(candidate.nodes, plainJson) ? [] : [{ ...candidate, nodes }];
}

function phrased(node: Node): Node {
  switch (node.node) {
    case 'line': return { ...node, parts: node.parts.map((part, at) => (part.part === 'value' && at === node.parts.length - 1 && !/^[nmtqk]$/i.test(part.name) ? { ...part, phrase: true } : part)) };
    case 'table': { const parts = node.columns.map((name): Part => ({ part: 'value', name })); return { node: 'rows', name: `rows of ${node.columns[0] ?? ''}`, index: 'i', count: node.count, body: [phrased({ node: 'line', parts })] }; }
    case 'rows': case 'until': return { ...node, body: node.body.map(phrased) };
    case 'choice': return { ...node, alternatives: node.alternatives.map((body) => body.map(phrased)) };
  }
}

const endWords = /\b(?:end of (?:the )?(?:input|file|data)|EOF|terminated?|terminates|ends? (?:with|by|when)|followed by (?:a line|a single|two|three)|until|zeros?|indicat\w+ the end|multiple (?:data ?sets|test cases)|several (?:data ?sets|test cases)|sequence of data ?sets)\b/i;

/** The same grammar as data sets that go on to a closing line of zeros (or -1), or to the end of the text, where the statement speaks of an end. */
function endedBy({ nodes, ...told }: Candidate, text: string, examples: string[]): Candidate[] {
  const closing = nodes.at(-1);
  const word = closing?.node === 'line' && nodes.length > 1 && closing.parts.every((part) => part.part === 'word') ? nodes.slice(0, -1) : nodes;
  const body = word.flatMap((node) => (node.node === 'rows' && node.name === 'cases' ? node.body : [node]));
  if (!endWords.test(text) || examples.length === 0 || body.some((node) => node.node === 'until')) return [];
  const lasts = [...new Set(examples.map((example) => (example.trimEnd().split('\n').at(-1) ?? '').trim().replace(/\s+/g, ' ')))];
  const end = lasts.length === 1 && /^(?:0(?: 0)*|-1(?: -1)*|#|\.|END|\*)$/i.test(lasts[0] ?? '') ? lasts[0] ?? '' : '';
  return [{ ...told, nodes: [{ node: 'until', name: 'data sets', index: 'i', count: dataSets, end, body }] }];
}

const dataSets = '~sets';

/** How many data sets an input may hold, where they are not counted: what the statement says, else a few. */
function setBounds(declared: Declared[], text: string): Constraint[] {
  if (!declared.some((one) => one.name === dataSets)) return [];
  const told = /number of (?:the )?(?:data ?sets|test ?cases|cases|tests|lines|inputs)[^.\d]{0,50}?(\d+(?:\^\d+)?)\b/i.exec(text)?.[1] ?? /(?:at most|no more than|up to) (\d+) (?:data ?sets|test ?cases|cases|lines)/i.exec(text)?.[1];
  const most = (told && parseExpr(told)) || num(8);
  const rule = (left: Expr, right: Expr): Constraint => ({ rule: 'compare', left, op: '<=', right, why: 'number of data sets', guessed: false });
  return [rule(num(1), ref(dataSets)), rule(ref(dataSets), most)];
}

/** Sentences may leave open that what follows the first line is repeated for each test case. */
function inCases({ nodes, ...told }: Candidate): Candidate[] {
  const [first, ...rest] = nodes;
  const only = first?.node === 'line' && first.parts.length === 1 ? first.parts[0] : undefined;
  const flat = nodes.flatMap((node) => (node.node === 'rows' && node.name === 'cases' ? node.body : [node]));
  const own: Candidate = { ...told, nodes: [{ node: 'line', parts: [{ part: 'value', name: 't' }] }, { node: 'rows', name: 'cases', index: 'i', count: { k: 'ref', name: 't', sub: '' }, body: nodes }] };
  if (only?.part !== 'value' || rest.length === 0) return [own];
  return [{ ...told, nodes: [first, { node: 'rows', name: 'cases', index: 'i', count: { k: 'ref', name: only.name, sub: '' }, body: rest }].filter((node): node is Node => node !== undefined) }, { ...told, nodes: flat }, own];
}

function modelOf(given: Candidate, sections: Sections, examples: string[]): Model | null {
  const candidate = { ...given, nodes: given.nodes.map(withOwnIndex) };
  const declared = declarations(candidate.nodes);
  const stated = statedRules(candidate, sections, declared);
  const found = { ...stated, rules: digitTexts(absolutes(stated.rules, rawAtoms(candidate, { declared, examples }))) };
  const guarded = guardsOf(sections.whole, candidate.nodes, queryKinds(sections.whole, firstTokens(examples)));
  if (guarded.rule) found.rules.push(guarded.rule);
  const unused = [...found.unused.filter((sentence) => !guarded.understood.some((known) => sentence.includes(known))), ...guarded.doubt];
  const kinds = kindsOf(candidate, { declared, rules: found.rules, examples });
  const read = examples.map((example) => readInput(example, candidate.nodes, kinds));
  const scopes = read.filter((scope) => scope !== null);
  if (scopes.length < read.length) return null;
  const firsts = new Map(declared.map((one) => [one.name, one.first]));
  const kept = found.rules.filter((rule) => scopes.every((scope) => violated(scope, [rule], firsts) === null));
  const broken = found.rules.filter((rule) => !kept.includes(rule)).map((rule) => `an example breaks "${rule.why}"`);
  const seen: Seen = { declared, kinds, scopes: scopes.flatMap(scopesOf) };
  const ranges = rangeGuesses(seen, kept);
  const guesses = guessedRules(seen, kept).filter((rule) => scopes.every((scope) => violated(scope, [rule], firsts) === null));
  const doubt = [...broken, ...unused.map((sentence) => `not understood: ${sentence.slice(0, 160)}`), ...(examples.length === 0 ? ['there is no example to judge the grammar by'] : [])];
  const largeDoubt = ranges.filter((rule) => rule.left.k !== 'num').map((rule) => `no upper bound for ${[...refsOf(rule.left)].map(keyOf).join()}`);
  return { nodes: candidate.nodes, largeDoubt: [...new Set(largeDoubt)], declared, kinds, firsts, rules: [...kept, ...ranges, ...guesses], doubt: [...new Set(doubt)], examples: scopes, neededKind: neededKind(sections.whole, candidate.nodes) };
}

/** What the examples hold under a name, before kinds are known. */
function rawAtoms({ nodes }: Candidate, { declared, examples }: { declared: Declared[]; examples: string[] }): (name: string) => string[] {
  const scopes = examples.map((example) => readInput(example, nodes, null)).filter((scope) => scope !== null).flatMap(scopesOf);
  return (name) => valuesOf(name, { declared, kinds: new Map(), scopes }).flat().map(String);
}

function statedRules(candidate: Candidate, sections: Sections, declared: Declared[]): { rules: Constraint[]; unused: string[] } {
  const alias = lengthAliases(candidate, declared);
  const near = chainsOf(sections.bounds).map(alias).flatMap((one) => resolve(one, declared));
  const bounded = new Set(boundsOf(near).keys());
  const far = chainsOf(sections.whole).map(alias).flatMap((one) => resolve(one, declared)).filter((one) => one.rule === 'compare' && [...refsOf(one.left), ...refsOf(one.right)].some((ref) => !bounded.has(keyOf(ref))));
  const beside = (candidate.ranges ?? []).map((rule): Constraint => ({ ...rule, why: 'told beside it', guessed: false })).flatMap((one) => resolve(one, declared));
  // Two texts can differ as well as two numbers.
  const isDifference = (one: Rule) => one.rule === 'compare' && one.op === '!=' && one.left.k === 'ref' && one.right.k === 'ref';
  const numeric = new Set([...near, ...far, ...beside].flatMap((one) => (one.rule === 'compare' && !isDifference(one) ? [...refsOf(one.left), ...refsOf(one.right)].flatMap((ref) => (ref.k === 'ref' ? [ref.name] : [])) : [])));
  const worded = wordConstraints({ ...sections, numeric }, declared);
  const lengths = [...candidate.lengths].map(([name, length]): Constraint => ({ rule: 'compare', left: { k: 'len', name, sub: '' }, op: '=', right: length, why: 'told length', guessed: false })).flatMap((one) => resolve(one, declared));
  const rules = [...near, ...far, ...lengths, ...beside, ...setBounds(declared, sections.whole), ...worded.constraints.flatMap((one) => resolve(one, declared)), ...graphBounds(worded.constraints, declared)];
  rules.push(...pairBounds(rules, declared), ...sumBounds(rules));
  const unique = new Map(rules.map((rule) => [JSON.stringify({ ...rule, why: '' }, plainJson), rule]));
  return { rules: [...unique.values()], unused: worded.unused };
}

/** "A string s of length n" where the input has no n: what is said of n is said of the length of s. */
function lengthAliases({ lengths }: Candidate, declared: Declared[]): (rule: Constraint) => Constraint {
  const names = new Map([...lengths].flatMap(([text, length]): [string, string][] => (length.k === 'ref' && !declared.some((one) => one.name.toLowerCase() === length.name.toLowerCase()) ? [[length.name, text]] : [])));
  const change = (one: Extract<Expr, { k: 'ref' | 'len' }>): Expr => { const text = one.k === 'ref' ? names.get(one.name) : undefined; return text === undefined ? one : { k: 'len', name: text, sub: '' }; };
  return (rule) => (names.size > 0 && rule.rule === 'compare' ? { ...rule, left: mapRefs(rule.left, change), right: mapRefs(rule.right, change) } : rule);
}

function kindsOf(candidate: Candidate, { declared, rules, examples }: { declared: Declared[]; rules: Constraint[]; examples: string[] }): Map<string, Kind> {
  const atomsIn = rawAtoms(candidate, { declared, examples });
  return new Map(declared.map((one) => {
    const atoms = atomsIn(one.name);
    const textual = rules.some((rule) => ((rule.rule === 'letters' || rule.rule === 'palindrome') && rule.name === one.name && !one.glued) || (rule.rule === 'compare' && [...refsOf(rule.left), ...refsOf(rule.right)].some((ref) => ref.k === 'len' && ref.name === one.name)));
    const counted = declared.some((other) => other.count && refsOf(other.count).some((ref) => ref.name === one.name));
    if (atoms.every((atom) => /^(?:0|-?[1-9]\d{0,399})$/.test(atom)) && atoms.length > 0 && (!textual || counted)) return [one.name, 'int'] as const;
    return [one.name, !textual && atoms.every((atom) => /^-?\d+(?:\.\d+)?$/.test(atom)) && atoms.some((atom) => atom.includes('.')) ? 'decimal' : 'text'] as const;
  }));
}

/** Ranges for what the statement leaves open. */
function rangeGuesses(seen: Seen, rules: Constraint[]): Extract<Constraint, { rule: 'compare' }>[] {
  const bounds = boundsOf(rules);
  const closed = widest(bounds);
  const side = (key: string) => ({ low: bounds.get(key)?.some((one) => /[>=]/.test(one.op) && one.op !== '!=' && one.op !== '<=') ?? false, high: bounds.get(key)?.some((one) => /^[<=]/.test(one.op)) ?? false });
  return seen.declared.flatMap((one) => {
    const kind = seen.kinds.get(one.name);
    const key = kind === 'text' ? `|${one.name}|` : one.name;
    if (kind === 'decimal' || (one.glued && kind === 'text') || closed.has(key) || rules.some((rule) => (rule.rule === 'permutation' || rule.rule === 'repeats' || rule.rule === 'oneOf') && rule.name === one.name)) return [];
    return kind === 'text' ? guessedLengths(one, seen, side(key)) : guessedRange(one, seen, side(key));
  }).filter((rule) => rule.rule === 'compare');
}

function choicesIn(nodes: Node[]): Node[][][] {
  return nodes.flatMap((node) => (node.node === 'choice' ? [node.alternatives] : node.node === 'rows' || node.node === 'until' ? choicesIn(node.body) : []));
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

/** "There is at least one query of the third kind": the place of that kind; the last one where it is not said. */
function neededKind(text: string, nodes: Node[]): number | null {
  const kinds = choicesIn(nodes)[0];
  const sentence = kinds && (sentencesOf(text).find((one) => ofQueries.test(one)) ?? sentencesOf(text).find((one) => /at least one/i.test(one) && /quer|operation|event|kind|type|command/i.test(one)));
  if (!kinds || !sentence) return null;
  const word = ordinals.findIndex((ordinal) => new RegExp(`\\b${ordinal}\\b`, 'i').test(sentence));
  const sign = kinds.findIndex((body) => { const part = body[0]?.node === 'line' ? body[0].parts[0] : undefined; return part?.part === 'word' && sentence.replace(/at least one/i, '').includes(part.text); });
  return word >= 0 ? word : sign >= 0 ? sign : kinds.length - 1;
}
