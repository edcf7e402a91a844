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

