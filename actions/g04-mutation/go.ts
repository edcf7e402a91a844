/** Go test files: tests that can never fail, and tests that skip whatever happens. */
import { type Node, lines, ofKinds, statements } from '../../app/core/syntax.ts';
import type { FileFacts, Hit } from './hit.ts';

export function goFacts(root: Node): FileFacts {
  const tests = ofKinds(root, ['function_declaration']).flatMap((fn) => {
    const name = fn.field('name')?.text() ?? '';
    const t = /\(\s*(\w+)\s+\*testing\.T\s*\)/.exec(fn.field('parameters')?.text() ?? '')?.[1];
    return /^Test(?![a-z])/.test(name) && t ? [{ fn, name, t }] : [];
  });
  const hits = tests.flatMap(({ fn, name, t }): Hit[] => {
    const at = lines(fn).startLine;
    const hit = (code: Hit['code']): Hit => ({ code, startLine: at, endLine: at, name });
    const body = fn.field('body')!;
    if (bodyOf(body).some((each) => new RegExp(`^${t}\\.Skip(Now|f)?\\(`).test(each.text()))) return [hit('TEST_DISABLED')];
    return canFail(body, t) ? [] : [hit('ASSERTION_FREE')];
  });
  return { hits, tests: tests.map(({ fn, name, t }) => ({ title: name, ...lines(fn), asserts: ofKinds(fn, ['call_expression']).filter((call) => isAssert(call, t)).map((call) => call.text()) })) };
}

function bodyOf(body: Node): Node[] {
  const parts = statements(body);
  return parts.length === 1 && parts[0]!.kind() === 'statement_list' ? statements(parts[0]!) : parts;
}

function isAssert(call: Node, t: string): boolean {
  const callee = call.field('function')?.text() ?? '';
  return new RegExp(`^${t}\\.(Error|Errorf|Fatal|Fatalf|Fail|FailNow)$`).test(callee) || new RegExp(`\\(\\s*${t}\\s*[,)]`).test(call.text().slice(callee.length));
}

/** It calls something that fails a test, hands `t` to somebody who may, or panics. */
function canFail(body: Node, t: string): boolean {
  return new RegExp(`\\b${t}\\.(Error|Fatal|Fail|Run)|[(,]\\s*&?${t}\\s*[,)}]|\\bpanic\\(|\\.New\\(\\s*${t}\\b|\\blog\\.Fatal|: *${t}\\b`).test(body.text());
}
