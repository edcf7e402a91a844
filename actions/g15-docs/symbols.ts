/** Public functions and classes of a file, and whether each has documentation: JSDoc above an export, a docstring inside a definition. */
import { lines, type Node, ofKinds, parseFile } from '../../app/core/syntax.ts';

export interface PublicName {
  name: string;
  documented: boolean;
  startLine: number;
  endLine: number;
}

const kinds = ['function_declaration', 'generator_function_declaration', 'class_declaration', 'abstract_class_declaration', 'interface_declaration'];

export function symbolsIn(path: string, text: string): PublicName[] {
  const parsed = parseFile(path, text);
  if (parsed === null || parsed.root.kind() === 'ERROR') return [];
  if (parsed.dialect === 'script') return parsed.root.children().filter((child) => child.kind() === 'export_statement').flatMap(exported);
  return parsed.dialect === 'python' ? parsed.root.children().flatMap((child) => defined(child, '')) : [];
}

function exported(statement: Node): PublicName[] {
  const declaration = statement.field('declaration');
  const functions = declaration?.children().filter((child) => child.kind() === 'variable_declarator' && ['arrow_function', 'function_expression'].includes(String(child.field('value')?.kind()))) ?? [];
  const name = declaration && kinds.includes(String(declaration.kind())) ? declaration.field('name')?.text() : functions[0]?.field('name')?.text();
  return name === undefined ? [] : [{ name, documented: hasDoc(statement), ...lines(statement) }];
}

/** JSDoc directly above; decorators may stand between. Of overloads the first one speaks for all. */
function hasDoc(statement: Node): boolean {
  const above = statement.prev();
  if (above?.kind() === 'comment') return above.text().startsWith('/**');
  return above?.kind() === 'export_statement' && above.field('declaration')?.kind() === 'function_signature' ? hasDoc(above) : false;
}

function defined(node: Node, owner: string): PublicName[] {
  const inner = node.kind() === 'decorated_definition' ? node.field('definition') : node;
  if (!inner || !['function_definition', 'class_definition'].includes(String(inner.kind()))) return [];
  if (node.kind() === 'decorated_definition' && ofKinds(node, ['decorator']).some((each) => /overload|\.setter|\.deleter|override/.test(each.text()))) return [];
  const name = inner.field('name')?.text() ?? '';
  if (name.startsWith('_')) return [];
  const body = inner.field('body');
  const own: PublicName = { name: owner + name, documented: body !== null && startsWithText(body), startLine: lines(inner).startLine, endLine: lines(inner).endLine };
  return inner.kind() === 'class_definition' && body ? [own, ...body.children().flatMap((child) => defined(child, `${name}.`))] : [own];
}

function startsWithText(body: Node): boolean {
  const first = body.children().find((child) => child.isNamed() && child.kind() !== 'comment');
  return first?.kind() === 'string' || (first?.kind() === 'expression_statement' && ['string', 'concatenated_string'].includes(String(first.child(0)?.kind())));
}
