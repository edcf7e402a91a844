/** Definitions of JavaScript and TypeScript. `var` reaches through its function, `let` and `const` through their block. */
import { type Node, ofKinds } from '../syntax.ts';
import type { Definition } from './definitions.ts';
import { grammars, kindOf, literalText, named } from './grammar.ts';

export function scriptDefinitions(root: Node): Definition[] {
  return [
    ...ofKinds(root, ['variable_declarator']).flatMap(declared),
    ...ofKinds(root, ['assignment_expression', 'augmented_assignment_expression']).flatMap(assigned),
    ...ofKinds(root, ['for_in_statement']).flatMap((node) => {
      const left = node.field('left');
      return left ? bound(left, { at: left, value: node.field('right'), declares: true, element: true }) : [];
    }),
    ...ofKinds(root, ['function_declaration', 'generator_function_declaration', 'class_declaration']).flatMap((node) => {
      const name = node.field('name');
      return name ? [{ name: name.text(), at: node, value: node, declares: true }] : [];
    }),
    ...ofKinds(root, ['catch_clause']).flatMap((node) => bound(node.field('parameter'), { at: node.field('body') ?? node, value: null, declares: true })),
    ...ofKinds(root, grammars.script.functions).flatMap(parameters),
    ...ofKinds(root, ['import_statement']).flatMap(imported),
  ];
}

function declared(node: Node): Definition[] {
  const reach = kindOf(node.parent()!) === 'variable_declaration' ? { reach: 'function' as const } : {};
  return bound(node.field('name'), { at: node, value: node.field('value'), declares: true, ...reach });
}

function assigned(node: Node): Definition[] {
  const left = node.field('left');
  const adds = kindOf(node) === 'augmented_assignment_expression';
  const rest = { at: node, value: node.field('right'), declares: false, ...(adds ? { adds } : {}) };
  if (left && kindOf(left) === 'member_expression') return left.text().length < 80 ? [{ name: left.text(), ...rest }] : [];
  return bound(left, rest);
}

/** The names of a pattern; each takes its property out of the value. */
function bound(pattern: Node | null, rest: Omit<Definition, 'name'>): Definition[] {
  if (!pattern) return [];
  switch (kindOf(pattern)) {
    case 'identifier': return [{ name: pattern.text(), ...rest }];
    case 'shorthand_property_identifier_pattern': return [{ name: pattern.text(), key: pattern.text(), ...rest }];
    case 'pair_pattern': return bound(pattern.field('value'), { ...rest, key: pattern.field('key')?.text() ?? '' });
    case 'object_assignment_pattern': case 'assignment_pattern': return bound(pattern.field('left'), rest);
    case 'object_pattern': return named(pattern).flatMap((each) => bound(each, rest));
    case 'array_pattern': case 'rest_pattern': return named(pattern).flatMap((each) => bound(each, { ...rest, element: true }));
    default: return [];
  }
}

function parameters(fn: Node): Definition[] {
  const single = fn.field('parameter');
  const list = single ? [single] : named(fn.field('parameters') ?? fn).filter(() => fn.field('parameters') !== null);
  return list.flatMap((each, index) => {
    const pattern = ['required_parameter', 'optional_parameter'].includes(kindOf(each)) ? each.field('pattern') : each;
    const type = each.field('type')?.text().replace(/^:\s*/, '') ?? null;
    return bound(pattern, { at: each, value: null, declares: true, parameter: { of: fn, index, type } });
  });
}

function imported(node: Node): Definition[] {
  const source = node.field('source');
  const module = source ? moduleName(literalText(source) ?? '') : '';
  const brings = (name: Node | null | undefined, what: string): Definition[] => (name ? [{ name: name.text(), at: node, value: null, module: what, declares: true }] : []);
  return [
    ...ofKinds(node, ['import_clause']).flatMap((clause) => named(clause).filter((each) => kindOf(each) === 'identifier').flatMap((name) => brings(name, module))),
    ...ofKinds(node, ['namespace_import']).flatMap((each) => brings(named(each)[0], module)),
    ...ofKinds(node, ['import_specifier']).flatMap((each) => brings(each.field('alias') ?? each.field('name'), `${module}.${each.field('name')?.text() ?? ''}`)),
  ];
}

const same: Record<string, string> = { 'fs-extra': 'fs', 'graceful-fs': 'fs', 'node-fetch': 'fetch', 'cross-fetch': 'fetch', 'cross-spawn': 'child_process.spawn' };

/** One spelling for a module: `node:fs/promises` is `fs.promises`. */
export function moduleName(specifier: string): string {
  const bare = specifier.replace(/^node:/, '');
  return same[bare] ?? bare.replace(/^fs\/promises$/, 'fs.promises');
}
