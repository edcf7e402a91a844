/** `expect` that asserts nothing: without a matcher, with one that is not called, without a value, and promises of assertions that nobody awaits. */
import { type Node, lines, ofKinds } from '../../app/core/syntax.ts';
import { argumentsOf, outermost } from './chain.ts';
import { isHandled } from './handled.ts';
import type { Hit } from './hit.ts';

const chai = /^(to|be|been|is|that|which|and|has|have|with|at|of|same|but|does|still|also|deep|nested|own|ordered|any|all|include|contain|a|an|ok|true|false|null|undefined|exist|empty|finite|NaN|arguments|extensible|sealed|frozen|calledOnce|called|calledTwice|eventually|fulfilled|rejected)$/;
const modifiers = ['not', 'resolves', 'rejects'];

export function expectHits(root: Node): Hit[] {
  return ofKinds(root, ['call_expression']).filter((call) => /^expect(\.(soft|poll|element))?$/.test(call.field('function')?.text() ?? '')).flatMap(hitOf);
}

function hitOf(call: Node): Hit[] {
  const { top, parts } = outermost(call);
  const hit = (code: Hit['code']): Hit[] => [{ code, ...lines(top), name: top.text().split('\n')[0]!.slice(0, 80) }];
  const words = parts.filter((part) => part !== '()');
  const matcher = words.find((word) => /^to[A-Z]/.test(word));
  if (incomplete({ call, top, words, parts, matcher })) return hit('EXPECT_WITHOUT_MATCHER');
  const asynchronous = words.includes('resolves') || words.includes('rejects') || matcher === 'toResolve' || matcher === 'toReject' || call.field('function')?.text() === 'expect.poll' || /^expect\(\s*page\b/.test(call.text());
  return asynchronous && matcher !== undefined && parts.includes('()') && !isHandled(top) ? hit('ASSERTION_UNAWAITED') : [];
}

interface Expectation {
  call: Node;
  top: Node;
  words: string[];
  parts: string[];
  matcher: string | undefined;
}

function incomplete({ call, top, words, parts, matcher }: Expectation): boolean {
  const holder = String(top.parent()?.kind());
  const stands = ['expression_statement', 'await_expression', 'return_statement', 'arrow_function'].includes(holder);
  if (words.length === 0) return stands && parts.length === 0;
  if (argumentsOf(call).length === 0) return matcher !== undefined;
  if (words.some((word) => chai.test(word)) || !stands) return false;
  if (!parts.includes('()')) return matcher !== undefined || words.every((word) => modifiers.includes(word));
  // Twice the same modifier, or one after a matcher, is a chain that the runner answers with undefined.
  const before = words.slice(0, words.findIndex((word) => !modifiers.includes(word)));
  return before.filter((word) => word === 'not').length > 1 || (words.length > before.length + 1 && matcher !== undefined && modifiers.includes(words.at(-1)!));
}
