/** Who calls a function of this file, and with what. */
import { type Node, ofKinds } from '../syntax.ts';
import type { Placed } from './definitions.ts';
import type { CodeFile } from './file.ts';
import { calleeOf } from './file.ts';
import { named } from './grammar.ts';

const index = new WeakMap<CodeFile, Map<string, Node[]>>();
const most = 8;

/** What direct calls in this file hand over for the parameter. */
export function callersOf({ parameter }: Placed, file: CodeFile): Node[] {
  const name = parameter ? nameOfFunction(parameter.of) : null;
  if (!parameter || name === null || parameter.index < 0) return [];
  const method = file.parsed.dialect === 'python' && /^(self|cls)$/.test(named(parameter.of.field('parameters')!)[0]?.text() ?? '');
  return (callsByName(file).get(name) ?? []).slice(0, most).flatMap((call) => {
    const given = named(call.field('arguments')!)[parameter.index - (method ? 1 : 0)];
    return given && String(given.kind()) !== 'keyword_argument' ? [given] : [];
  });
}

function nameOfFunction(fn: Node): string | null {
  const own = fn.field('name')?.text();
  if (own) return own;
  const holder = fn.parent();
  return holder && String(holder.kind()) === 'variable_declarator' ? holder.field('name')?.text() ?? null : null;
}

function callsByName(file: CodeFile): Map<string, Node[]> {
  const known = index.get(file);
  if (known) return known;
  const byName = new Map<string, Node[]>();
  for (const call of ofKinds(file.parsed.root, ['call_expression', 'call'])) {
    const callee = calleeOf(call);
    if (!callee || !call.field('arguments') || !file.grammar.identifiers.includes(String(callee.kind()))) continue;
    const name = callee.text();
    const list = byName.get(name);
    if (list) list.push(call);
    else byName.set(name, [call]);
  }
  index.set(file, byName);
  return byName;
}
