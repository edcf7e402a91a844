/** Assertions that run only where a condition holds. Where every way through asserts, the count is fixed, or the condition was asserted before, that is no fault. */
import { type Node, lines, ofKinds } from '../../app/core/syntax.ts';
import { argumentsOf, isFunction, same } from './chain.ts';
import type { Hit } from './hit.ts';
import type { AssertReader } from './script-asserts.ts';
import type { TestCall } from './script-tests.ts';

export function conditionalHits(call: TestCall, asserts: AssertReader): Hit[] {
  const { body } = call;
  if (!body || /\bexpect\.(assertions|hasAssertions)\(|\bt\.plan\(/.test(body.text())) return [];
  const all = asserts.in(body).map((assertion) => ({ assertion, condition: conditionOf(assertion, { body, asserts }) }));
  // A test that asserts anyway says something whatever the condition; where rows of data decide, the row's author chose.
  const silent = all.every(({ condition }) => condition !== null);
  const seen = new Set<number>();
  return all.flatMap(({ assertion, condition }): Hit[] => {
    if (!condition || seen.has(condition.id())) return [];
    seen.add(condition.id());
    return [{ code: 'ASSERTION_CONDITIONAL', ...lines(assertion), name: call.title, ...(silent && !decidedByData(condition, body) ? {} : { severity: 'info' }) }];
  });
}

/** The condition asks for a parameter of the test or of a callback around it. */
function decidedByData(condition: Node, body: Node): boolean {
  const asked = condition.field('condition') ?? condition.field('value') ?? condition.field('left');
  const names = new Set(asked ? [asked, ...ofKinds(asked, ['identifier'])].map((each) => each.text()) : []);
  for (let at: Node | null = condition; at; at = same(at, body) ? null : at.parent()) {
    if (!isFunction(at)) continue;
    const parameters = [at.field('parameter'), at.field('parameters')].flatMap((list) => (list ? [list, ...ofKinds(list, ['identifier', 'shorthand_property_identifier_pattern'])] : []));
    if (parameters.some((each) => names.has(each.text()))) return true;
  }
  return ofKinds(body, ['for_in_statement']).some((loop) => [...(loop.field('left')?.text() ?? '').matchAll(/\w+/g)].some(([name]) => names.has(name)));
}

interface Scope {
  body: Node;
  asserts: AssertReader;
}

/** The nearest branch around the assertion that may not be taken without the test noticing. */
function conditionOf(assertion: Node, scope: Scope): Node | null {
  for (let at = assertion, parent = at.parent(); parent && !same(at, scope.body); at = parent, parent = at.parent()) {
    if (branches(parent, at, scope)) return parent;
  }
  return null;
}

function branches(parent: Node, at: Node, { body, asserts }: Scope): boolean {
  const has = (node: Node | null): boolean => node !== null && asserts.in(node).length > 0;
  switch (String(parent.kind())) {
    case 'if_statement': return oneSided(parent, { at, has }) && !assertedBefore(parent, body);
    case 'ternary_expression': return oneSided(parent, { at, has });
    case 'binary_expression': return isShortCircuit(parent) && same(parent.field('right'), at);
    case 'switch_statement': return !same(parent.field('value'), at) && !everyCase(parent, has);
    case 'catch_clause': return !failsWithout(parent.parent());
    case 'call_expression': return rejected(parent, at) && !fulfilledAsserts(parent.field('function'), has);
    default: return false;
  }
}

/** Not the condition itself, and only one of both ways asserts. */
function oneSided(branch: Node, { at, has }: { at: Node; has: (node: Node | null) => boolean }): boolean {
  if (same(branch.field('condition'), at)) return false;
  return !has(branch.field('consequence')) || !has(branch.field('alternative'));
}

function isShortCircuit(expression: Node): boolean {
  return /^(&&|\|\||\?\?)$/.test(expression.field('operator')?.text() ?? '');
}

/** A callback of `.catch`, which runs only where something was thrown. */
function rejected(call: Node, list: Node): boolean {
  return list.kind() === 'arguments' && call.field('function')?.field('property')?.text() === 'catch' && argumentsOf(call).some(isFunction);
}

/** A `.then` before it asserts on the other way through. */
function fulfilledAsserts(before: Node | null, has: (node: Node | null) => boolean): boolean {
  return before !== null && ofKinds(before, ['call_expression']).some((call) => call.field('function')?.field('property')?.text() === 'then' && has(call.field('arguments')));
}

function everyCase(statement: Node, has: (node: Node | null) => boolean): boolean {
  const cases = ofKinds(statement, ['switch_case', 'switch_default']);
  return cases.some((each) => each.kind() === 'switch_default') && cases.every((each) => has(each));
}

/** The condition itself was asserted earlier, as one does to narrow a type. */
function assertedBefore(statement: Node, body: Node): boolean {
  const condition = (statement.field('condition')?.text() ?? '').replace(/^\(|\)$/g, '').replace(/^!+/, '').split(/\s*(?:===?|!==?|&&)\s*/)[0]!.trim();
  if (condition.length < 3) return false;
  const before = body.text().slice(0, Math.max(0, statement.range().start.index - body.range().start.index));
  return ['expect(', 'assert(', 'assert.ok(', 'assert.equal(', 'assert.strictEqual('].some((start) => before.includes(start + condition) || before.includes(`${start}!${condition}`));
}

/** The `try` fails by itself where nothing is thrown. */
function failsWithout(statement: Node | null): boolean {
  const body = statement?.field('body');
  return body !== null && body !== undefined && /\b(fail|unreachable|notReached)\s*\(|\bthrow\b|expect\((true|false|1|0)\)\.|assert\((false|0|!1)/.test(body.text());
}
