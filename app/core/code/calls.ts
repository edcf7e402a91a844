/** What a rule can point at: calls (object literals of a type among them), named values (`verify=False`, `rejectUnauthorized: false`) and assignments to a field. */
import { type Node, ofKinds } from '../syntax.ts';
import { type CodeFile, calleeOf, propertyOf } from './file.ts';
import { kindOf, literalText, named } from './grammar.ts';

export interface Site {
  kind: 'call' | 'pair' | 'assign';
  node: Node;
  /** The expression whose full name the rule compares; null for pairs. */
  target: Node | null;
  /** The last part of the name: cheap to read, and enough to leave out nearly everything. */
  last: string;
  positional: Node[];
  named: Map<string, Node>;
  /** Arguments are spread into the call: what is absent may well be there. */
  spread: boolean;
}

export function sitesOf(file: CodeFile, wanted: { last: ReadonlySet<string>; kinds: ReadonlySet<Site['kind']> }): Site[] {
  const { root } = file.parsed;
  const calls = wanted.kinds.has('call') ? ofKinds(root, file.grammar.calls).flatMap((node) => callSite(node, { wanted: wanted.last, file })) : [];
  const pairs = wanted.kinds.has('pair') ? ofKinds(root, ['pair', 'keyed_element', 'keyword_argument']).flatMap((node) => pairSite(node, wanted.last)) : [];
  const assigns = wanted.kinds.has('assign') ? ofKinds(root, ['assignment_expression', 'augmented_assignment_expression', 'assignment', 'assignment_statement']).flatMap((node) => assignSite(node, wanted.last)) : [];
  return [...calls, ...pairs, ...assigns];
}

/** The last part of what a call calls: `exec` of `a.b.exec(…)`. */
export function lastName(target: Node): string {
  const kind = kindOf(target);
  if (kind === 'member_expression' || kind === 'attribute' || kind === 'selector_expression' || kind === 'qualified_type') return propertyOf(target);
  if (/^(?:subscript|subscript_expression|index_expression)$/.test(kind)) return literalText(target.field('index') ?? target.field('subscript') ?? target) ?? '';
  const text = target.text();
  return text.length < 60 ? text : '';
}

function callSite(node: Node, { wanted, file }: { wanted: ReadonlySet<string>; file: CodeFile }): Site[] {
  const target = calleeOf(node);
  if (!target) return [];
  const last = lastName(target);
  // An alias is only known after its name has been looked up: `pos('ls')` of `from os import popen as pos`.
  if (!wanted.has(last) && (kindOf(target) !== 'identifier' || !file.definitions.isAlias(last))) return [];
  const list = node.field('arguments') ?? (kindOf(node) === 'composite_literal' ? node.field('body') : null);
  if (list && kindOf(list) === 'template_string') return [];
  return [{ kind: 'call', node, target, last, ...split(list ? named(list) : []) }];
}

function split(all: readonly Node[]): Pick<Site, 'positional' | 'named' | 'spread'> {
  const positional: Node[] = [];
  const byName = new Map<string, Node>();
  let spread = false;
  for (const each of all) {
    const kind = kindOf(each);
    if (kind === 'keyword_argument') byName.set(each.field('name')?.text() ?? '', each.field('value')!);
    else if (kind === 'keyed_element') byName.set(named(each)[0]?.text() ?? '', unwrap(named(each)[1] ?? each));
    else if (kind === 'dictionary_splat' || kind === 'spread_element') spread = true;
    else positional.push(each);
  }
  return { positional, named: byName, spread };
}

function pairSite(node: Node, wanted: ReadonlySet<string>): Site[] {
  const key = node.field('key') ?? node.field('name') ?? named(node)[0];
  const value = node.field('value') ?? named(node)[1];
  if (!key || !value) return [];
  const last = literalText(key) ?? key.text();
  return wanted.has(last) ? [{ kind: 'pair', node, target: null, last, positional: [unwrap(value)], named: new Map(), spread: false }] : [];
}

function assignSite(node: Node, wanted: ReadonlySet<string>): Site[] {
  const left = single(node.field('left'));
  const right = single(node.field('right'));
  if (!left || !right) return [];
  const last = lastName(left);
  return wanted.has(last) ? [{ kind: 'assign', node, target: left, last, positional: [right], named: new Map(), spread: false }] : [];
}

function single(node: Node | null): Node | null {
  return node && kindOf(node) === 'expression_list' && named(node).length === 1 ? named(node)[0]! : node;
}

function unwrap(node: Node): Node {
  return kindOf(node) === 'literal_element' ? named(node)[0] ?? node : node;
}

/** An argument by place or by name; names are looked up in object literals too, also in one that a local name holds. */
export function argument(site: Site, which: number | string, file: CodeFile): Node | null {
  if (typeof which === 'number') return site.positional[which] ?? null;
  const direct = site.named.get(which);
  if (direct) return direct;
  for (const each of site.positional) {
    const found = property(objectLiteral(each, file), which);
    if (found) return found;
  }
  return null;
}

function objectLiteral(node: Node, file: CodeFile): Node | null {
  if (kindOf(node) === 'object') return node;
  if (kindOf(node) !== 'identifier' || file.parsed.dialect !== 'script') return null;
  const value = file.definitionsOf(node).at(-1)?.value;
  return value && kindOf(value) === 'object' ? value : null;
}

/** The value of a key of an object literal; a shorthand is its own value. */
export function property(object: Node | null, key: string): Node | null {
  if (!object) return null;
  for (const each of named(object)) {
    if (kindOf(each) === 'shorthand_property_identifier' && each.text() === key) return each;
    const name = each.field('key');
    if (name && (literalText(name) ?? name.text()) === key) return each.field('value');
  }
  return null;
}
