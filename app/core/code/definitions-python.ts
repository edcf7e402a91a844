/** Definitions of Python: a name belongs to its function, whatever block assigns it. */
import { type Node, ofKinds } from '../syntax.ts';
import type { Definition } from './definitions.ts';
import { grammars, kindOf, named } from './grammar.ts';

export function pythonDefinitions(root: Node): Definition[] {
  return [
    ...ofKinds(root, ['assignment', 'augmented_assignment', 'named_expression']).flatMap(assigned),
    ...ofKinds(root, ['for_statement', 'for_in_clause']).flatMap((node) => bound(node.field('left'), { at: node, value: node.field('right'), declares: true, element: true })),
    ...ofKinds(root, ['as_pattern']).flatMap((node) => bound(named(node.field('alias') ?? node)[0] ?? null, { at: node, value: node.child(0), declares: true })),
    ...ofKinds(root, ['function_definition', 'class_definition']).map((node): Definition => ({ name: node.field('name')?.text() ?? '', at: node, value: node, declares: true })),
    ...ofKinds(root, grammars.python.functions).flatMap(parameters),
    ...ofKinds(root, ['import_statement', 'import_from_statement']).flatMap(imported),
  ];
}

function assigned(node: Node): Definition[] {
  const left = node.field('left') ?? node.field('name');
  const value = node.field('right') ?? node.field('value');
  const adds = kindOf(node) === 'augmented_assignment' ? { adds: true } : {};
  if (left && kindOf(left) === 'attribute') return left.text().length < 80 ? [{ name: left.text(), at: node, value, declares: false, ...adds }] : [];
  return bound(left, { at: node, value, declares: true, ...adds });
}

function bound(pattern: Node | null, rest: Omit<Definition, 'name'>): Definition[] {
  if (!pattern) return [];
  if (kindOf(pattern) === 'identifier') return [{ name: pattern.text(), ...rest }];
  if (!['pattern_list', 'tuple_pattern', 'list_pattern', 'list_splat_pattern', 'tuple'].includes(kindOf(pattern))) return [];
  const values = rest.value && ['expression_list', 'tuple', 'list'].includes(kindOf(rest.value)) ? named(rest.value) : null;
  const names = named(pattern);
  // Pairwise where both sides show their parts, else each name holds an element.
  return names.flatMap((each, index) => bound(each, values?.length === names.length ? { ...rest, value: values[index]! } : { ...rest, element: true }));
}

function parameters(fn: Node): Definition[] {
  return named(fn.field('parameters') ?? fn).filter(() => fn.field('parameters') !== null).flatMap((each, index) => {
    const name = kindOf(each) === 'identifier' ? each : each.field('name') ?? named(each)[0];
    const type = each.field('type')?.text() ?? null;
    return name && kindOf(name) === 'identifier' ? [{ name: name.text(), at: each, value: null, declares: true, parameter: { of: fn, index, type } }] : [];
  });
}

function imported(node: Node): Definition[] {
  const from = node.field('module_name');
  const prefix = from ? `${from.text().replace(/^\.+/, '')}.` : '';
  return named(node).filter((each) => each.id() !== from?.id()).flatMap((each): Definition[] => {
    const alias = kindOf(each) === 'aliased_import' ? each.field('alias') : null;
    const what = (alias ? each.field('name') : each)?.text() ?? '';
    if (kindOf(each) !== 'aliased_import' && kindOf(each) !== 'dotted_name') return [];
    const definition = { at: node, value: null, declares: true };
    if (alias) return [{ ...definition, name: alias.text(), module: prefix + what }];
    // `import a.b` brings the name `a`.
    return from ? [{ ...definition, name: what, module: prefix + what }] : [{ ...definition, name: what.split('.')[0]!, module: what.split('.')[0]! }];
  });
}
