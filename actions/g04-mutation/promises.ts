/** Assertions in a callback of `then`, `catch` or `finally` of a promise that the test does not wait for: the test ends before they run. */
import { type Node, lines, ofKinds, statements, within } from '../../app/core/syntax.ts';
import { argumentsOf, functionKinds, isFunction, outermost, same, textOf } from './chain.ts';
import { isHandled } from './handled.ts';
import type { Hit } from './hit.ts';
import type { AssertReader } from './script-asserts.ts';
import type { TestCall } from './script-tests.ts';

export function promiseHits(call: TestCall, asserts: AssertReader): Hit[] {
  const { body } = call;
  // A callback that tells the runner when it is done waits by itself.
  if (!body || waitsItself(body)) return [];
  return ofKinds(body, ['call_expression']).flatMap((node): Hit[] => {
    const callee = node.field('function');
    const method = callee?.field('property')?.text() ?? textOf(callee?.field('index')) ?? '';
    if (!['then', 'catch', 'finally'].includes(method) || !argumentsOf(node).slice(0, 2).some((arg) => isFunction(arg) && asserts.in(arg).length > 0)) return [];
    const { top } = outermost(node);
    if (!same(within(node, functionKinds), body) || isHandled(top)) return [];
    return [{ code: 'ASSERTION_UNAWAITED', ...lines(top), name: call.title }];
  });
}

/** Its last parameter is the runner's `done`: never used (the test then times out), called, or given on. A test context or a row of data is not. */
function waitsItself(body: Node): boolean {
  const last = statements(body.field('parameters') ?? body).at(-1);
  const name = body.field('parameter')?.text() ?? (body.field('parameters') && last ? (last.field('pattern') ?? last).text() : '');
  if (!/^\w+$/.test(name) || /^(t|tt|ctx|context|expect|page)$/.test(name)) return false;
  const uses = ofKinds(body.field('body')!, ['identifier']).filter((each) => each.text() === name);
  return uses.length === 0 || uses.some((use) => same(use.parent()?.field('function'), use) || use.parent()?.kind() === 'arguments' || use.parent()?.field('property')?.text() === 'fail');
}
