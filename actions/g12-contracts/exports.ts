/** What a JavaScript or TypeScript module of the repository exports. `open`: it cannot be told (CommonJS, a star from elsewhere, a text that does not parse), so nothing is missing from it. */
import { type Node, ofKinds, parseFile } from '../../app/core/syntax.ts';
import { resolvePath } from './resolve.ts';

export interface Exports {
  names: ReadonlySet<string>;
  open: boolean;
}
export type Read = (path: string) => string | null;

/** One state of the repository, with what is known of its modules by now. */
export interface Modules {
  read: Read;
  known: ReadonlySet<string>;
  seen: Map<string, Exports>;
}

const unknown: Exports = { names: new Set(), open: true };

export function exportsOf(path: string, from: Modules, above: readonly string[] = []): Exports {
  const seen = from.seen.get(path);
  if (seen) return seen;
  const found = above.includes(path) || above.length > 20 ? unknown : readExports(path, from, above);
  if (above.length === 0) from.seen.set(path, found);
  return found;
}

function readExports(path: string, from: Modules, above: readonly string[]): Exports {
  const text = from.read(path);
  const parsed = text === null ? null : parseFile(path, text);
  if (parsed === null || parsed.dialect !== 'script' || parsed.root.kind() !== 'program' || ofKinds(parsed.root, ['ERROR']).length > 0) return unknown;
  const statements = parsed.root.children().filter((child) => child.kind() === 'export_statement');
  if (statements.length === 0) return unknown;
  const names = new Set<string>();
  let open = false;
  for (const statement of statements) {
    const star = statement.children().some((child) => child.text() === '*' || child.kind() === 'namespace_export');
    if (star) open = addStar(statement, { names, path, from, above }) || open;
    else open = addNames(statement, names) || open;
  }
  return { names, open };
}

interface Star {
  names: Set<string>;
  path: string;
  from: Modules;
  above: readonly string[];
}

/** Whether it leads out of what can be told. */
function addStar(statement: Node, { names, path, from, above }: Star): boolean {
  const alias = /^export\s+(?:type\s+)?\*\s*as\s+([\w$]+)/.exec(statement.text())?.[1];
  if (alias) names.add(alias);
  if (alias) return false;
  const module = statement.field('source')?.text().slice(1, -1) ?? '';
  const target = module.startsWith('.') ? resolvePath(path, module, from.known) : null;
  if (target === null) return true;
  const more = exportsOf(target, from, [...above, path]);
  more.names.forEach((name) => name !== 'default' && names.add(name));
  return more.open;
}

function addNames(statement: Node, names: Set<string>): boolean {
  if (/^export\s*=/.test(statement.text())) return true;
  if (statement.children().some((child) => child.kind() === 'default')) names.add('default');
  for (const specifier of ofKinds(statement, ['export_specifier'])) names.add((specifier.field('alias') ?? specifier.field('name'))!.text().replace(/^["']|["']$/g, ''));
  const declaration = statement.field('declaration');
  return declaration ? addDeclared(declaration, names) : false;
}

function addDeclared(declaration: Node, names: Set<string>): boolean {
  const inner = declaration.kind() === 'ambient_declaration' ? declaration.children().find((child) => child.isNamed()) ?? declaration : declaration;
  const declarators = inner.children().filter((child) => child.kind() === 'variable_declarator');
  if (declarators.length === 0) {
    const name = inner.field('name')?.text();
    if (name) names.add(name);
    return name === undefined;
  }
  const patterns = declarators.map((each) => each.field('name')!);
  patterns.filter((each) => each.kind() === 'identifier').forEach((each) => names.add(each.text()));
  return patterns.some((each) => each.kind() !== 'identifier');
}
