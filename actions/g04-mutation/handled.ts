/** Whether somebody waits for a promise: awaited, returned, given on, or kept in a variable that is. */
import { type Node, ofKinds, statements, within } from '../../app/core/syntax.ts';
import { chainOf, functionKinds, same } from './chain.ts';

const passing = ['parenthesized_expression', 'array', 'as_expression', 'non_null_expression', 'spread_element', 'ternary_expression', 'arguments'];

export function isHandled(promise: Node): boolean {
  let at = promise;
  for (let parent = at.parent(); parent; parent = at.parent()) {
    const answer = handledBy(parent, at);
    if (answer !== 'further out') return answer;
    at = parent;
  }
  return true;
}

/** What the construct around a promise does with it; `further out`: it hands the promise on as it is. */
function handledBy(parent: Node, at: Node): boolean | 'further out' {
  const kind = String(parent.kind());
  switch (kind) {
    case 'await_expression': case 'return_statement': case 'yield_expression': case 'arrow_function': return true;
    case 'expression_statement': return false;
    case 'unary_expression': return !parent.text().startsWith('void');
    // Inside a combinator the question is who waits for that; given to any other function it is that one's.
    case 'call_expression': return same(parent.field('function'), at) || isCombinator(parent) ? 'further out' : true;
    case 'variable_declarator': return keptAndUsed(parent.field('name'), parent);
    case 'assignment_expression': return keptAndUsed(parent.field('left'), parent);
    case 'member_expression': return 'further out';
    default: return passing.includes(kind) ? 'further out' : true;
  }
}

function isCombinator(call: Node): boolean {
  return chainOf(call.field('function'))?.root === 'Promise';
}

/** A later use of the name that waits for it, before the name stands for something else. */
function keptAndUsed(name: Node | null, from: Node): boolean {
  // Taking a promise apart throws at once, which the test notices by itself; kept in an object it is somebody else's.
  if (['array_pattern', 'object_pattern', 'member_expression'].includes(String(name?.kind()))) return true;
  const scope = within(from, functionKinds);
  if (!name || !scope) return true;
  const after = from.range().end.index;
  const end = leaves(scope, after);
  const later = ofKinds(scope, ['identifier']).filter((each) => each.text() === name.text() && each.range().start.index >= after && each.range().start.index < end);
  for (const use of later) {
    const parent = use.parent();
    if (parent?.kind() === 'assignment_expression' && same(parent.field('left'), use)) {
      const again = parent.field('right');
      if (!again || !ofKinds(again, ['identifier']).some((each) => each.text() === name.text())) return false;
      continue;
    }
    if (awaited(use)) return true;
  }
  return false;
}

/** Where the function's own body returns whatever happens: nothing after it runs. */
function leaves(scope: Node, after: number): number {
  const body = scope.field('body');
  const first = body ? statements(body).find((each) => each.kind() === 'return_statement' && each.range().start.index >= after) : undefined;
  return first?.range().end.index ?? Number.POSITIVE_INFINITY;
}

function awaited(use: Node): boolean {
  let at = use;
  for (let parent = at.parent(); parent; parent = at.parent()) {
    const kind = String(parent.kind());
    if (kind === 'await_expression' || kind === 'return_statement' || kind === 'arrow_function') return true;
    if (kind === 'expression_statement' || functionKinds.includes(kind)) return false;
    const answer = kind === 'call_expression' ? awaitedByCall(parent, at) : 'further out';
    if (answer !== 'further out') return answer;
    at = parent;
  }
  return false;
}

/** `expect(promise).resolves` waits as far as the runner does; a condition or a log does not. */
function awaitedByCall(call: Node, at: Node): boolean | 'further out' {
  const callee = call.field('function');
  const name = callee?.text() ?? '';
  if (/^expect\b/.test(name)) return /\.(resolves|rejects)\b/.test(call.parent()?.text() ?? '');
  if (same(callee, at) || ['Promise', 'expect'].includes(chainOf(callee)?.root ?? '')) return 'further out';
  return !/^(console\b|log$|logger\b|debug$|print$)/.test(name);
}
