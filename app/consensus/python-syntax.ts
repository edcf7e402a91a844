/** Python source as a syntax tree (tree-sitter through ast-grep), and Python literals as tagged values. Nothing is executed. */
import { parse, type SgNode } from '@ast-grep/napi';
import '../core/grammars.ts';

export function pythonTree(source: string): SgNode {
  return parse('python', source).root();
}

/** Thrown where an expression is no literal. */
export class NoLiteral extends Error {}

/** The value of a literal expression; throws NoLiteral for anything that would have to be evaluated. */
export function pythonLiteral(node: SgNode): unknown {
  const items = () => node.children().filter((child) => child.isNamed() && child.kind() !== 'comment');
  switch (node.kind()) {
    case 'true': return true;
    case 'false': return false;
    case 'none': return null;
    case 'integer': return integer(node.text());
    case 'float': return { $float: node.text().replaceAll('_', '') };
    case 'string': return stringOf(node);
    case 'concatenated_string': return items().map((part) => text(pythonLiteral(part))).join('');
    case 'unary_operator': return negated(node);
    case 'parenthesized_expression': return pythonLiteral(only(items()));
    case 'list': return items().map(pythonLiteral);
    case 'tuple': return { $tuple: items().map(pythonLiteral) };
    case 'set': return { $set: items().map(pythonLiteral) };
    case 'dictionary': return dictionary(items());
    default: throw new NoLiteral(String(node.kind()));
  }
}

function only(nodes: SgNode[]): SgNode {
  const [first, second] = nodes;
  if (!first || second) throw new NoLiteral('several');
  return first;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new NoLiteral('bytes');
  return value;
}

function integer(source: string): unknown {
  const plain = source.replaceAll('_', '');
  if (!/^(\d+|0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+)$/.test(plain)) throw new NoLiteral(source);
  const value = Number(plain);
  return Number.isSafeInteger(value) ? value : { $int: String(BigInt(plain)) };
}

function negated(node: SgNode): unknown {
  const operand = pythonLiteral(only(node.children().filter((child) => child.isNamed())));
  if (!node.text().startsWith('-')) throw new NoLiteral(node.text());
  if (typeof operand === 'number') return operand === 0 ? 0 : -operand;
  const [tag, inner] = Object.entries(operand ?? {})[0] ?? [];
  if ((tag === '$float' || tag === '$int') && typeof inner === 'string') return { [tag]: `-${inner}` };
  throw new NoLiteral('negation');
}

function dictionary(pairs: SgNode[]): unknown {
  const entries = pairs.map((pair) => {
    const [key, value] = pair.children().filter((child) => child.isNamed());
    if (pair.kind() !== 'pair' || !key || !value) throw new NoLiteral('dictionary');
    return [pythonLiteral(key), pythonLiteral(value)] as const;
  });
  const plain = entries.every(([key]) => typeof key === 'string' && !key.startsWith('$'));
  return plain ? Object.fromEntries(entries.map(([key, value]) => [String(key), value])) : { $dict: entries.map(([key, value]) => [key, value]) };
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '0': '\0', b: '\b', f: '\f', '\n': '' };

function stringOf(node: SgNode): string {
  const start = node.children().find((child) => child.kind() === 'string_start')?.text() ?? '';
  const prefix = start.replace(/['"]+$/, '').toLowerCase();
  if (prefix !== '' && prefix !== 'u' && prefix !== 'r') throw new NoLiteral(prefix);
  const body = node.children().filter((child) => child.kind() === 'string_content').map((child) => child.text()).join('');
  if (prefix === 'r') return body;
  return body.replace(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|[\s\S])/g, (all, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const plain = escapes[code];
    if (plain === undefined) throw new NoLiteral(all);
    return plain;
  });
}
