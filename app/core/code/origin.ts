/**
 * Where a value comes from, as far as one file shows it: written down, made harmless, computed, a parameter, or from outside. Follows names through their
 * definitions, texts through their parts, and calls into functions of the same file; what it cannot see is `computed`, never harmless.
 */
import type { Node } from '../syntax.ts';
import { functionAround, type Placed, returnsOf } from './definitions.ts';
import type { CodeFile } from './file.ts';
import { calleeOf, objectOf } from './file.ts';
import type { Flow } from './flow.ts';
import { grammars, holes, isText, kindOf, literalText, named } from './grammar.ts';
import { callersOf } from './callers.ts';
import { property } from './calls.ts';

/** From harmless to hostile. `field`: of an object of the program's own; `free`: a name that the file does not define. */
export const grades = ['literal', 'constant', 'clean', 'field', 'computed', 'parameter', 'free', 'environment', 'argument', 'stdin', 'archive', 'request'] as const;
export type Grade = (typeof grades)[number];

export interface Origin {
  grade: Grade;
  /** Text put together from parts of which one at least is not fixed. */
  composed: boolean;
}

export interface Question {
  file: CodeFile;
  flow: Flow;
  /** The finding's code: what is harmless for one is not for another. */
  code: string;
  /** A parameter is what the callers in this file hand over, where there are any. */
  byCallers?: true;
}

interface Walk extends Question {
  depth: number;
  seen: ReadonlySet<number>;
  /** What a function's parameters hold in the call that is being followed, by the parameter's position in the file. */
  bound: ReadonlyMap<number, Origin>;
  /** Steps left for this question: a file of one-letter names must not cost minutes. */
  budget: { left: number };
}

const deepest = 14;
const of = (grade: Grade, composed = false): Origin => ({ grade, composed });

export function originOf(node: Node, question: Question): Origin {
  return walk(node, { ...question, depth: 0, seen: new Set(), bound: new Map(), budget: { left: 400 } });
}

function worst(all: readonly Origin[], least: Grade = 'constant'): Origin {
  return all.reduce((a, b) => ({ grade: grades.indexOf(b.grade) > grades.indexOf(a.grade) ? b.grade : a.grade, composed: a.composed || b.composed }), of(least));
}

/** Parts joined to one text: composed where any part is not fixed. */
function joined(parts: readonly Node[], at: Walk): Origin {
  const all = worst(parts.map((each) => walk(each, at)));
  return { grade: all.grade, composed: all.composed || grades.indexOf(all.grade) >= grades.indexOf('field') };
}

function walk(node: Node, before: Walk): Origin {
  before.budget.left -= 1;
  if (before.depth > deepest || before.budget.left < 0) return of('computed');
  if (before.seen.has(node.id())) return of('constant');
  const at = { ...before, depth: before.depth + 1, seen: new Set([...before.seen, node.id()]) };
  const { grammar } = at.file;
  const kind = kindOf(node);
  if (isText(node)) return literalText(node) !== null ? of('literal') : joined(holes(node) ?? [], at);
  if (grammar.plain.includes(kind)) return of('literal');
  if (grammar.identifiers.includes(kind)) return ofIdentifier(node, at);
  if (grammar.members.includes(kind)) return ofMember(node, at);
  if (kind === 'pair' || kind === 'keyed_element') return named(node)[1] ? walk(named(node)[1]!, at) : of('constant');
  if (kind === 'composite_literal' || kind === 'literal_value') return worst(named(node.field('body') ?? node).map((each) => walk(each, at)));
  if (kind === 'type_conversion_expression') return node.field('operand') ? walk(node.field('operand')!, at) : of('computed');
  if (kind === 'slice_expression' || kind === 'type_assertion_expression') return walk(node.field('operand')!, at);
  if (kind === 'as_expression' || kind === 'satisfies_expression') return named(node)[0] ? walk(named(node)[0]!, at) : of('computed');
  if (grammar.wrappers.includes(kind)) return worst(named(node).map((each) => walk(each, at)), 'literal');
  if (grammar.calls.includes(kind)) return ofCall(node, at);
  return ofOperation(node, at);
}

function ofOperation(node: Node, at: Walk): Origin {
  const operator = (node.field('operator') ?? node.children().find((each) => !each.isNamed()))?.text() ?? '';
  switch (kindOf(node)) {
    case 'binary_expression': case 'binary_operator': case 'boolean_operator': return ofBinary(node, { operator, at });
    case 'unary_expression': case 'not_operator': case 'unary_operator': case 'pointer_expression':
      return /^[&*]$/.test(operator) && node.field('operand') ? walk(node.field('operand')!, at) : of('clean');
    case 'ternary_expression': return worst([node.field('consequence')!, node.field('alternative')!].map((each) => walk(each, at)));
    case 'conditional_expression': return worst(named(node).filter((_, index) => index !== 1).map((each) => walk(each, at)));
    case 'comparison_operator': case 'update_expression': return of('clean');
    case 'assignment_expression': case 'named_expression': return walk(node.field('right') ?? node.field('value')!, at);
    case 'list_comprehension': case 'generator_expression': case 'set_comprehension': return node.field('body') ? walk(node.field('body')!, at) : of('computed');
    case 'subscript_expression': case 'subscript': case 'index_expression': return ofElement(node, at);
    default: return of('computed');
  }
}

function ofBinary(node: Node, { operator, at }: { operator: string; at: Walk }): Origin {
  const sides = [node.field('left')!, node.field('right')!];
  if (/^(\|\||&&|\?\?|or|and)$/.test(operator)) return worst(sides.map((each) => walk(each, at)));
  if (operator === '+') return joined(sides, at);
  const [left] = sides;
  if (operator === '%' && at.file.parsed.dialect === 'python' && textual(left!, at)) return joined(sides, at);
  if (operator === '*' && at.file.parsed.dialect === 'python') return walk(left!, at);
  if (operator === '/' && at.file.parsed.dialect === 'python') return joined(sides, at);
  return of('clean');
}

function textual(node: Node, at: Walk): boolean {
  if (isText(node) || kindOf(node) === 'parenthesized_expression') return true;
  return at.file.definitionsOf(node).some((each) => each.value !== null && (isText(each.value) || kindOf(each.value) === 'binary_operator'));
}

/** An element of something fixed is fixed, whatever the index. */
function ofElement(node: Node, at: Walk): Origin {
  const source = at.flow.sourceOf(at.file.nameOf(node), at.file.parsed.dialect);
  if (source) return of(source);
  const object = walk(objectOf(node)!, at);
  const index = node.field('index') ?? node.field('subscript');
  if (!index || object.grade === 'literal' || object.grade === 'constant') return object;
  const key = walk(index, at);
  return key.grade === 'free' ? worst([object, key]) : object;
}

function ofMember(node: Node, at: Walk): Origin {
  const name = at.file.nameOf(node);
  const { dialect } = at.file.parsed;
  const source = at.flow.sourceOf(name, dialect);
  if (source) return of(source);
  if (at.flow.isFixed(name, dialect)) return of('clean');
  const own = at.file.definitionsOf(node);
  if (own.length > 0) return worst(own.map((each) => (each.value ? walk(each.value, at) : of('computed'))), 'computed');
  const object = objectOf(node)!;
  const field = fieldOf(object, { name: name.split('.').at(-1)!, at });
  if (field) return walk(field, at);
  if (isOwnObject(object, at)) return of('field');
  const whole = walk(object, at);
  // A field of a parameter or of something from outside is like the whole.
  if (grades.indexOf(whole.grade) >= grades.indexOf('parameter')) return { ...whole, composed: false };
  return of(whole.grade === 'field' || at.flow.isModule(object, at.file) ? 'field' : 'computed');
}

/** `this`, `self`, a receiver: the program's own. */
function isOwnObject(object: Node, at: Walk): boolean {
  return /^(?:this|self|cls)$/.test(object.text()) || (kindOf(object) === 'identifier' && at.file.definitionsOf(object).some((each) => each.parameter?.index === -1));
}

function fieldOf(object: Node, { name, at }: { name: string; at: Walk }): Node | null {
  for (const { value } of at.file.definitionsOf(object)) {
    if (!value) continue;
    const literal = kindOf(value) === 'unary_expression' ? value.field('operand') : value;
    if (literal && kindOf(literal) === 'object') return property(literal, name);
    if (literal && kindOf(literal) === 'composite_literal') {
      const element = named(literal.field('body')!).find((each) => kindOf(each) === 'keyed_element' && named(each)[0]?.text() === name);
      if (element) return named(element)[1] ?? null;
    }
  }
  return null;
}

function ofIdentifier(node: Node, at: Walk): Origin {
  const text = node.text();
  const { dialect } = at.file.parsed;
  const source = at.flow.sourceOf(text, dialect);
  const all = at.file.definitionsOf(node);
  if (all.length === 0) return source ? of(source) : ofUnknownName(text, at);
  const element = all.some((each) => each.element) ? at.flow.sourceOf(at.file.nameOf(node), dialect) : null;
  if (element) return of(element);
  const parameter = all.find((each) => each.parameter);
  const rest = reaching(all.filter((each) => !each.parameter), { use: node, at });
  const values = rest.map((each) => ofDefinition(each, at));
  if (parameter && !rest.some((each) => !each.adds && isSure(each, { use: node, at }))) values.push(ofParameter(parameter, at));
  const whole = worst(values);
  return whole.grade === 'literal' ? of('constant') : whole;
}

function ofUnknownName(text: string, at: Walk): Origin {
  const elsewhere = at.file.siblings.flatMap((file) => file.definitions.top(text).map((each) => ({ file, each })));
  if (elsewhere.length > 0) return worst(elsewhere.map(({ file, each }) => ofDefinition(each, { ...at, file })));
  return of(at.flow.isFixed(text, at.file.parsed.dialect) ? 'clean' : at.flow.isGlobal(text, at.file) ? 'computed' : 'free');
}

function ofDefinition(definition: Placed, at: Walk): Origin {
  if (definition.module !== undefined) return of('field');
  if (definition.value === null) return of(at.file.parsed.dialect === 'go' && isBare(definition) ? 'constant' : 'computed');
  if (definition.key !== undefined) {
    const source = at.flow.sourceOf(`${at.file.nameOf(definition.value)}.${definition.key}`, at.file.parsed.dialect);
    if (source) return of(source);
  }
  const value = walk(definition.value, at);
  if (definition.adds) return { grade: value.grade, composed: value.composed || grades.indexOf(value.grade) >= grades.indexOf('field') };
  const { grade } = value;
  return definition.key !== undefined && grade === 'parameter' ? of('computed') : value;
}

/** `var q string` starts empty. */
function isBare(definition: Placed): boolean {
  return kindOf(definition.at) === 'var_spec' && kindOf(definition.at.ancestors()[1] ?? definition.at) !== 'source_file';
}

/** The definitions that can still hold when the name is used: those before it, back to one that surely ran. */
function reaching(all: readonly Placed[], { use, at }: { use: Node; at: Walk }): Placed[] {
  const home = functionAround(use, at.file.parsed)?.id() ?? null;
  const here = use.range().start.index;
  const local = all.every((each) => (functionAround(each.at, at.file.parsed)?.id() ?? null) === home);
  if (!local || all.length < 2) return [...all];
  const earlier = all.filter((each) => each.end <= here || each.element).toSorted((a, b) => b.start - a.start);
  const sure = earlier.findIndex((each) => !each.adds && isSure(each, { use, at }));
  return sure === -1 ? [...all] : earlier.slice(0, sure + 1);
}

/** Whether the definition stands in a block around the use, so that it ran before it. */
function isSure(definition: Placed, { use, at }: { use: Node; at: Walk }): boolean {
  if (definition.end > use.range().start.index) return false;
  const blocks = ['statement_block', 'block', 'program', 'module', 'source_file', ...grammars[at.file.parsed.dialect].loops];
  const block = definition.at.ancestors().find((each) => blocks.includes(kindOf(each)));
  return block !== undefined && use.ancestors().some((each) => each.id() === block.id());
}

function ofParameter(definition: Placed, at: Walk): Origin {
  const bound = at.bound.get(definition.start);
  if (bound) return bound;
  if (at.flow.isEndpoint(definition, at.file)) return of('request');
  if (at.flow.isBounded(definition.parameter!.type)) return of('clean');
  const callers = callersOf(definition, at.file).map((each) => walk(each, at));
  const given = worst(callers);
  // A function inside another one has no callers but those that the file shows.
  const inner = functionAround(definition.parameter!.of, at.file.parsed) !== null && !at.file.isHandedOn(definition.parameter!.of);
  if ((at.byCallers || inner) && callers.length > 0) return given;
  return grades.indexOf(given.grade) > grades.indexOf('free') ? given : of('parameter');
}

function ofCall(node: Node, at: Walk): Origin {
  const { file, flow, code } = at;
  const { dialect } = file.parsed;
  const name = file.nameOf(node).replace(/\(\)$/, '');
  const callee = calleeOf(node);
  const given = named(node.field('arguments') ?? node).filter((each) => node.field('arguments') !== null && kindOf(each) !== 'comment');
  const source = flow.sourceOf(`${name}()`, dialect);
  if (source) return of(source);
  if (flow.isClean(name, { code, dialect })) return of('clean');
  if (flow.isFixed(name, dialect)) return of('clean');
  const values = given.map((each) => (kindOf(each) === 'keyword_argument' ? each.field('value')! : each));
  const object = callee && file.grammar.members.includes(kindOf(callee)) ? objectOf(callee) : null;
  if (flow.formats(name, dialect)) return flow.onlyNumbers(values[0]) ? of('clean') : joined([...(object && !flow.isModule(object, file) ? [object] : []), ...values], at);
  if (name.endsWith('.map') && object && values[0] && file.grammar.functions.includes(kindOf(values[0]))) return ofMapped(values[0], { object, at });
  if (flow.carries(name, dialect)) return worst([...(object && !flow.isModule(object, file) ? [walk(object, at)] : []), ...values.map((each) => walk(each, at))]);
  return ofOwnFunction(node, { values, at }) ?? of('computed');
}

/** `ids.map((id) => …)` is what the function makes of each element. */
function ofMapped(fn: Node, { object, at }: { object: Node; at: Walk }): Origin {
  const [first] = at.file.definitions.parametersOf(fn);
  const bound = first ? new Map(at.bound).set(first.start, walk(object, at)) : at.bound;
  return worst(returnsOf(fn).map((each) => walk(each, { ...at, bound })));
}

/** Follows a call into a function of the same file, its parameters bound to what this call hands over. */
function ofOwnFunction(node: Node, { values, at }: { values: readonly Node[]; at: Walk }): Origin | null {
  const callee = calleeOf(node);
  if (!callee || at.depth > 8) return null;
  const isFunction = (each: Node | null): boolean => each !== null && at.file.grammar.functions.includes(kindOf(each));
  const held = at.file.grammar.identifiers.includes(kindOf(callee)) ? at.file.definitionsOf(callee).map((each) => each.value) : [callee];
  const fn = held.find(isFunction);
  if (!fn) return null;
  const bound = new Map(at.bound);
  for (const each of at.file.definitions.parametersOf(fn)) {
    const value = values[each.parameter!.index];
    if (value) bound.set(each.start, walk(value, at));
  }
  const returns = returnsOf(fn);
  return returns.length === 0 ? null : worst(returns.map((each) => walk(each, { ...at, bound })));
}
