/** JavaScript and TypeScript test files: disabled, focused and commented-out tests, tests without an assertion, and assertions that do not count. */
import { type Node, comments, lines, ofKinds, statements, within } from '../../app/core/syntax.ts';
import { argumentsOf, chainOf, functionKinds, same } from './chain.ts';
import { conditionalHits } from './conditional.ts';
import type { FileFacts, Hit, ReadModule } from './hit.ts';
import { expectHits } from './expects.ts';
import { promiseHits } from './promises.ts';
import { type AssertReader, assertReader } from './script-asserts.ts';
import { foreign, type TestCall, testCalls } from './script-tests.ts';

export function scriptFacts(root: Node, read: ReadModule): FileFacts {
  const calls = testCalls(root);
  const asserts = assertReader(root, read);
  const leaves = calls.filter((call) => !call.suite);
  const hits = [
    ...calls.flatMap((call) => [...disabled(call), ...focused(call)]), ...skipsInside(root, calls), ...commentedOut(root),
    ...leaves.flatMap((call) => assertionFree(call, { asserts, calls })), ...leaves.flatMap((call) => conditionalHits(call, asserts)),
    ...expectHits(root), ...leaves.flatMap((call) => promiseHits(call, asserts)),
  ];
  return { hits, tests: leaves.map((call) => ({ title: call.title, ...lines(call.node), asserts: assertionsOf(call, asserts) })) };
}

/** Those of its main way: one that is returned under a condition stands in place of all that follow, and adds nothing to them. */
function assertionsOf({ body }: TestCall, asserts: AssertReader): string[] {
  return body ? asserts.in(body).filter((each) => !endsEarly(each)).map((each) => each.text()) : [];
}

function endsEarly(assertion: Node): boolean {
  const returned = assertion.parent();
  const holder = returned?.parent();
  const branch = holder?.kind() === 'statement_block' ? holder.parent() : holder;
  return returned?.kind() === 'return_statement' && branch?.kind() === 'if_statement';
}

function hit(code: Hit['code'], call: TestCall): Hit {
  const { startLine } = lines(call.node);
  return { code, startLine, endLine: startLine, name: call.title || call.root };
}

const startsWithTitle = ({ args }: TestCall): boolean => ['string', 'template_string'].includes(String(args[0]?.kind()));
const looksLikeTest = (call: TestCall): boolean => call.args.length !== 1 || startsWithTitle(call);

function disabled(call: TestCall): Hit[] {
  // Under a condition of the file's own, such as a tool that is missing, the test is not switched off.
  const off = (isSwitchedOff(call) || isPending(call)) && within(call.node, ['if_statement', 'ternary_expression']) === null;
  return off ? [hit('TEST_DISABLED', call)] : [];
}

function isSwitchedOff(call: TestCall): boolean {
  const { root, modifiers, args, node } = call;
  // `test.skip(condition, why)` inside a test is a condition, not a switched-off test.
  const conditional = modifiers.at(-1) === 'skip' && args.length > 0 && !call.hasCallback && !startsWithTitle(call);
  return (modifiers.includes('skip') && !conditional) || (/^x/.test(root) && looksLikeTest(call)) || alwaysSkipped(node.field('function')) || option(args, 'skip');
}

/** A title and nothing to run. */
function isPending(call: TestCall): boolean {
  return !call.suite && !call.modifiers.includes('todo') && call.args.length === 1 && startsWithTitle(call) && call.node.parent()?.kind() === 'expression_statement';
}

function alwaysSkipped(callee: Node | null): boolean {
  return /\.(skipIf\(\s*(true|1|!0)\s*\)|runIf\(\s*(false|0|!1)\s*\))/.test(callee?.text() ?? '');
}

/** `{ skip: true }` or `{ skip: 'later' }` of node:test. */
function option(args: readonly Node[], name: string): boolean {
  return args.filter((arg) => arg.kind() === 'object').some((arg) => statements(arg).some((pair) => pair.kind() === 'pair' && pair.field('key')?.text() === name && /^(true|'|"|`)/.test(pair.field('value')?.text() ?? '')));
}

function focused(call: TestCall): Hit[] {
  const { root, modifiers, args } = call;
  const named = /^f(it|test|describe|context|specify)$/.test(root) && looksLikeTest(call) && !['identifier', 'number', 'array'].includes(String(args[0]?.kind()));
  return modifiers.includes('only') || named || option(args, 'only') ? [hit('TEST_FOCUSED', call)] : [];
}

/** `this.skip()`, `t.skip()` and `pending()` that run whatever happens: a statement of the test's own body. */
function skipsInside(root: Node, calls: readonly TestCall[]): Hit[] {
  const others = foreign(root);
  const ownPending = others.has('pending') || ofKinds(root, ['function_declaration']).some((each) => each.field('name')?.text() === 'pending');
  return ofKinds(root, ['call_expression']).flatMap((node): Hit[] => {
    const text = node.field('function')?.text() ?? '';
    if (node.parent()?.kind() !== 'expression_statement' || !(text === 'pending' ? !ownPending && isOutsideHelpers(node) : isSkipCall(node, text))) return [];
    const owner = within(node, functionKinds);
    const test = owner && calls.find((call) => same(call.body, owner));
    const plain = same(node.parent()?.parent(), owner?.field('body'));
    const at = lines(node).startLine;
    return (test && plain) || text === 'pending' ? [{ code: 'TEST_DISABLED', startLine: at, endLine: at, name: test?.title || text }] : [];
  });
}

function isOutsideHelpers(node: Node): boolean {
  return within(node, ['function_declaration', 'class_body']) === null;
}

function isSkipCall(node: Node, callee: string): boolean {
  return /^(this|t|ctx|context|test)\.skip$/.test(callee) && argumentsOf(node).length <= 1;
}

const inComment = /^[\s/*]*[xf]?(?:test|it|describe|context|specify|suite)(?:\.\w+|\[['"`]\w+['"`]\])*\s*(?:\(|`)/m;

/** A comment, or a run of line comments, that holds a call of the test runner. */
function commentedOut(root: Node): Hit[] {
  return comments(root).flatMap((comment): Hit[] => {
    if (comment.text().startsWith('/**') || !inComment.test(comment.text())) return [];
    const found = inComment.exec(comment.text())![0].replace(/^[\s/*]+/, '');
    const prose = /^\/\/\s*(it|test|context|suite)\s+\(/.test(comment.text());
    return prose ? [] : [{ code: 'TEST_COMMENTED_OUT', ...lines(comment), name: found }];
  });
}

const smoke = /without (crash|throw|error|fail|exception|warning)|(does ?n[o']t|doesn't|do not|should not|shouldn't|never|not to|won't|no) (throw|crash|fail|error|exception|blow|hang|warn|reject)|smoke|compiles|renders|mounts|type ?checks/i;

function assertionFree(call: TestCall, { asserts, calls }: { asserts: AssertReader; calls: readonly TestCall[] }): Hit[] {
  const { body, modifiers } = call;
  if (!body || modifiers.includes('todo') || modifiers.includes('skip') || option(call.args, 'todo')) return [];
  const empty = statements(body.field('body') ?? body).length === 0 && body.field('body')?.kind() === 'statement_block';
  if (!empty && smoke.test(call.title)) return [];
  const nested = calls.some((other) => other !== call && inside(other.node, body)) || ofKinds(body, ['call_expression']).some((each) => /^(t|tt|st|ctx|s|suite)\.(test|it|describe|before|step)$/.test(each.field('function')?.text() ?? ''));
  if (nested || (!empty && (asserts.any(body) || asserts.any(call.node) || reportsByCallback(body)))) return [];
  return [hit('ASSERTION_FREE', call)];
}

/** `done(error)`: the callback that reports an error is given on, or called with it. */
function reportsByCallback(body: Node): boolean {
  const done = /^(?:async\s+)?(?:function\s*\w*\s*)?\(?\s*(done|cb|next|callback)\b/.exec(body.text())?.[1];
  if (!done) return false;
  return ofKinds(body, ['arguments']).some((list) => statements(list).some((arg) => arg.text() === done)) || ofKinds(body, ['call_expression']).some((call) => chainOf(call.field('function'))?.root === done && argumentsOf(call).length > 0);
}

function inside(node: Node, outer: Node): boolean {
  const [inner, around] = [node.range(), outer.range()];
  return inner.start.index >= around.start.index && inner.end.index <= around.end.index;
}
