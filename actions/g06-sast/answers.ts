/** Python: a view that gives back markup with a request in it. */
import { type CodeFile } from '../../app/core/code/file.ts';
import type { Flow } from '../../app/core/code/flow.ts';
import { returnsOf } from '../../app/core/code/definitions.ts';
import { kindOf } from '../../app/core/code/grammar.ts';
import { originOf } from '../../app/core/code/origin.ts';
import { valueText } from '../../app/core/code/value.ts';
import { ofKinds } from '../../app/core/syntax.ts';
import type { Hit } from './hit.ts';

const view = /\.(?:route|get|post|put|delete|patch)\s*\(/;

export function answerHits(file: CodeFile, flow: Flow): Hit[] {
  if (file.parsed.dialect !== 'python' || !/\b(?:flask|bottle|quart)\b/.test(file.text)) return [];
  const views = ofKinds(file.parsed.root, ['decorated_definition']).filter((each) => each.children().some((child) => kindOf(child) === 'decorator' && view.test(child.text())));
  return views.flatMap((each) => returnsOf(each.field('definition') ?? each)).filter((value) => {
    const origin = originOf(value, { file, flow, code: 'XSS' });
    return origin.composed && origin.grade === 'request' && /<\w/.test(valueText(value, file));
  }).map((node) => ({ code: 'XSS', node, why: 'the answer repeats a request as markup' }));
}
