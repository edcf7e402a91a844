/** Definitions of Go. A scan into `&name` defines it too, with a value from outside. */
import { type Node, ofKinds } from '../syntax.ts';
import type { Definition } from './definitions.ts';
import { grammars, kindOf, literalText, named } from './grammar.ts';

export function goDefinitions(root: Node): Definition[] {
  return [
    ...ofKinds(root, ['short_var_declaration', 'assignment_statement']).flatMap(assigned),
    ...ofKinds(root, ['var_spec', 'const_spec']).flatMap(declared),
    ...ofKinds(root, ['range_clause']).flatMap((node) => parts(node.field('left')).flatMap((left, index) => (isName(left) ? [{ name: left.text(), at: node, value: index === 1 ? node.field('right') : null, declares: true, element: true }] : []))),
    ...ofKinds(root, ['function_declaration']).map((node): Definition => ({ name: node.field('name')?.text() ?? '', at: node, value: node, declares: true })),
    ...ofKinds(root, ['type_spec']).map((node): Definition => ({ name: node.field('name')?.text() ?? '', at: node, value: node, declares: true })),
    ...ofKinds(root, grammars.go.functions).flatMap(parameters),
    ...ofKinds(root, ['import_spec']).flatMap(imported),
    ...ofKinds(root, ['call_expression']).flatMap(scanned),
  ];
}

function parts(node: Node | null): Node[] {
  if (!node) return [];
  return kindOf(node) === 'expression_list' ? named(node) : [node];
}

function isName(node: Node): boolean {
  return kindOf(node) === 'identifier' && node.text() !== '_';
}

function assigned(node: Node): Definition[] {
  const left = parts(node.field('left'));
  const right = parts(node.field('right'));
  const declares = kindOf(node) === 'short_var_declaration';
  const adds = /^\+=/.test(node.field('operator')?.text() ?? '') ? { adds: true } : {};
  return left.flatMap((each, index): Definition[] => {
    // `a, err := f()`: the first name holds the answer.
    const value = right.length === left.length ? right[index]! : index === 0 ? right[0] ?? null : null;
    if (isName(each)) return [{ name: each.text(), at: node, value, declares, ...adds }];
    return kindOf(each) === 'selector_expression' && each.text().length < 80 ? [{ name: each.text(), at: node, value, declares: false, ...adds }] : [];
  });
}

function declared(node: Node): Definition[] {
  const values = parts(node.field('value'));
  const names = node.fieldChildren('name').filter((each) => kindOf(each) === 'identifier');
  return names.map((each, index) => ({ name: each.text(), at: node, value: values[index] ?? null, declares: true }));
}

function parameters(fn: Node): Definition[] {
  const lists = [fn.field('receiver'), fn.field('parameters')].filter((each) => each !== null);
  return lists.flatMap((list, which) => {
    const receiver = lists.length === 2 && which === 0;
    let index = 0;
    return named(list).flatMap((each) => each.fieldChildren('name').filter((name) => kindOf(name) === 'identifier').map((name): Definition => {
      const definition = { name: name.text(), at: each, value: null, declares: true, parameter: { of: fn, index: receiver ? -1 : index, type: each.field('type')?.text() ?? null } };
      index += 1;
      return definition;
    }));
  });
}

function imported(node: Node): Definition[] {
  const path = literalText(node.field('path')!) ?? '';
  const module = path.replace(/^golang\.org\/x\/sys\/execabs$/, 'os/exec');
  const own = path.replace(/\/v\d+$/, '').split('/').at(-1)!.replace(/^go-|[.-]go$/g, '').replace(/\.v\d+$/, '');
  const name = node.field('name')?.text() ?? own;
  return [{ name, at: node, value: null, module, declares: true }];
}

/** Writes into a name: a scan into `&name`, or a piece for a builder. */
function scanned(call: Node): Definition[] {
  const callee = call.field('function');
  const builder = callee && kindOf(callee) === 'selector_expression' && /^Write(String|Byte|Rune)?$/.test(callee.field('field')?.text() ?? '') ? callee.field('operand') : null;
  if (builder && isName(builder)) return named(call.field('arguments')!).slice(0, 1).map((value) => ({ name: builder.text(), at: call, value, declares: false, adds: true }));
  if (!/^(fmt\.F?Scan(f|ln)?|fmt\.Sscan(f|ln)?)$/.test(call.field('function')?.text() ?? '')) return [];
  return named(call.field('arguments')!).flatMap((each) => {
    const target = kindOf(each) === 'unary_expression' && each.text().startsWith('&') ? each.field('operand') : null;
    return target && isName(target) ? [{ name: target.text(), at: call, value: call, declares: false }] : [];
  });
}
