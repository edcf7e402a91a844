/** JavaScript: a deep merge by hand. A key called `__proto__` makes it write into the prototype of all objects. */
import { functionAround } from '../../app/core/code/definitions.ts';
import { calleeOf, type CodeFile } from '../../app/core/code/file.ts';
import { kindOf } from '../../app/core/code/grammar.ts';
import { type Node, ofKinds } from '../../app/core/syntax.ts';
import type { Hit } from './hit.ts';

const guard = '__proto__|prototype|hasOwn|Object\\.(?:create\\(null|keys|entries|freeze)|new Map\\b';

export function pollutionHits(file: CodeFile): Hit[] {
  if (file.parsed.dialect !== 'script' || !/\bfor\s*\(\s*(?:(?:const|let|var)\s+)?[\w$]{1,60}\s+in\b/.test(file.text)) return [];
  return ofKinds(file.parsed.root, ['for_in_statement']).flatMap((loop) => {
    const key = loop.field('left')?.text();
    const around = functionAround(loop, file.parsed);
    const name = around?.field('name')?.text();
    if (loop.field('operator')?.text() !== 'in' || !key || !around || !name || file.matches(guard, around)) return [];
    const again = ofKinds(loop, ['call_expression']).some((call) => calleeOf(call)?.text() === name && call.text().includes(`[${key}]`));
    const writes = ofKinds(loop, ['assignment_expression']).find((each) => isWrite(each, key));
    return again && writes ? [{ code: 'PROTOTYPE_POLLUTION', node: writes, why: 'keys are copied deeply without leaving out __proto__' }] : [];
  });
}

function isWrite(assignment: Node, key: string): boolean {
  const left = assignment.field('left');
  return left !== null && kindOf(left) === 'subscript_expression' && left.field('index')?.text() === key;
}
