/**
 * Where a value comes from, as far as one file shows it: written down, made harmless, computed, a parameter, or from outside. Follows names through their
 * definitions, texts through their parts, and calls into functions of the same file; what it cannot see is `computed`, never harmless.
 */
import type { Node } from '../syntax.ts';
import { objectOf } from './file.ts';
import { of, type Origin, worst } from './grades.ts';
import { holes, isText, kindOf, literalText, named } from './grammar.ts';
import { ofCall } from './origin-calls.ts';
import { ofIdentifier, ofMember } from './origin-names.ts';
import { joined, type Question, type Walk } from './walk.ts';

const deepest = 14;

export function originOf(node: Node, question: Question): Origin {
  return walk(node, { ...question, depth: 0, seen: new Set(), bound: new Map(), budget: { left: 400 }, walk });
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
  const structure = structures.get(kind);
  if (structure) return structure(node, at);
  if (grammar.wrappers.includes(kind)) return worst(named(node).map((each) => walk(each, at)), 'literal');
  if (grammar.calls.includes(kind)) return ofCall(node, at);
  return operations.get(kind)?.(node, at) ?? of('computed');
}

type Reading = (node: Node, at: Walk) => Origin;

/** Constructs whose origin is that of what they hold, by kind. */
const structures = new Map<string, Reading>(Object.entries({
  pair: (node, at) => ofPart(named(node)[1], { at, without: 'constant' }),
  keyed_element: (node, at) => ofPart(named(node)[1], { at, without: 'constant' }),
  composite_literal: ofElements,
  literal_value: ofElements,
  type_conversion_expression: ofOperand,
  slice_expression: ofOperand,
  type_assertion_expression: ofOperand,
  as_expression: (node, at) => ofPart(named(node)[0], { at }),
  satisfies_expression: (node, at) => ofPart(named(node)[0], { at }),
} satisfies Record<string, Reading>));

/** What computes something new, by kind. */
const operations = new Map<string, Reading>(Object.entries({
  binary_expression: ofBinary, binary_operator: ofBinary, boolean_operator: ofBinary,
  unary_expression: ofUnary, not_operator: ofUnary, unary_operator: ofUnary, pointer_expression: ofUnary,
  ternary_expression: (node, at) => worst([node.field('consequence')!, node.field('alternative')!].map((each) => walk(each, at))),
  conditional_expression: (node, at) => worst(named(node).filter((_, index) => index !== 1).map((each) => walk(each, at))),
  comparison_operator: () => of('clean'), update_expression: () => of('clean'),
  assignment_expression: ofAssigned, named_expression: ofAssigned,
  list_comprehension: ofBody, generator_expression: ofBody, set_comprehension: ofBody,
  subscript_expression: ofElement, subscript: ofElement, index_expression: ofElement,
} satisfies Record<string, Reading>));

/** Without the part there is nothing to follow. */
function ofPart(part: Node | null | undefined, { at, without = 'computed' }: { at: Walk; without?: Origin['grade'] }): Origin {
  return part ? walk(part, at) : of(without);
}

function ofElements(node: Node, at: Walk): Origin {
  return worst(named(node.field('body') ?? node).map((each) => walk(each, at)));
}

function ofOperand(node: Node, at: Walk): Origin {
  return ofPart(node.field('operand'), { at });
}

function ofBody(node: Node, at: Walk): Origin {
  return ofPart(node.field('body'), { at });
}

function ofAssigned(node: Node, at: Walk): Origin {
  return walk(node.field('right') ?? node.field('value')!, at);
}

function operatorOf(node: Node): string {
  return (node.field('operator') ?? node.children().find((each) => !each.isNamed()))?.text() ?? '';
}

/** An address or what it points to is the thing itself; a negation or a minus is harmless. */
function ofUnary(node: Node, at: Walk): Origin {
  return /^[&*]$/.test(operatorOf(node)) && node.field('operand') ? ofOperand(node, at) : of('clean');
}

function ofBinary(node: Node, at: Walk): Origin {
  const operator = operatorOf(node);
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

