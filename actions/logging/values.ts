/** Which names a logged expression shows as they are. Text of a message is no value; what a masking function was given is not shown. */
import { type Node, ofKinds, within } from '../../app/core/syntax.ts';
import names from '../../rulepacks/logging/names.json' with { type: 'json' };

const secrets = new Set(names.secrets);
const personal = new Set(names.personal);
const maskers = new RegExp(names.maskers.join('|'), 'i');
const flat = (name: string): string => name.replace(/[_-]/g, '').toLowerCase();

export interface Leak {
  name: string;
  secret: boolean;
}

export function leaks(args: readonly Node[]): Leak[] {
  const shown = args.flatMap((arg) => ofKinds(arg, ['identifier', 'property_identifier', 'shorthand_property_identifier']).filter((node) => isShown(node, arg)));
  const found = shown.flatMap((node): Leak[] => {
    const name = flat(node.text());
    return secrets.has(name) ? [{ name: node.text(), secret: true }] : personal.has(name) ? [{ name: node.text(), secret: false }] : [];
  });
  return found.filter((leak, index) => found.findIndex((each) => each.name === leak.name) === index);
}

/** The value itself is logged: not the key of a pair whose value is something else, not a callee, not compared, not masked, not asked for its length. */
function isShown(node: Node, arg: Node): boolean {
  const parent = node.parent();
  if (!parent) return true;
  const key = parent.kind() === 'pair' && parent.field('key')?.id() === node.id();
  if (key) return false;
  if (parent.kind() === 'keyword_argument' && parent.field('name')?.id() === node.id()) return false;
  const end = outermost(node);
  const around = end.parent();
  const called = around !== null && (around.kind() === 'call_expression' || around.kind() === 'call') && around.field('function')?.id() === end.id();
  const member = parent.kind() === 'member_expression' && parent.field('object')?.id() === node.id();
  const attribute = parent.kind() === 'attribute' && parent.field('object')?.id() === node.id();
  return !called && !member && !attribute && !isTested(node) && !isMasked(node, arg);
}

/** `user.email` for the node `email`. */
function outermost(node: Node): Node {
  const parent = node.parent();
  return parent && ['member_expression', 'attribute'].includes(String(parent.kind())) ? parent : node;
}

/** Compared or negated: what is logged is a yes or a no. */
function isTested(node: Node): boolean {
  if (within(node, ['unary_expression', 'not_operator', 'comparison_operator']) !== null) return true;
  const binary = within(node, ['binary_expression']);
  return binary !== null && /^[=!]==?$|^[<>]=?$/.test(binary.field('operator')?.text() ?? '');
}

function isMasked(node: Node, arg: Node): boolean {
  for (let at: Node | null = node; at && at.id() !== arg.parent()?.id(); at = at.parent()) {
    if ((at.kind() === 'call_expression' || at.kind() === 'call') && maskers.test(at.field('function')?.text() ?? '')) return true;
  }
  return false;
}
