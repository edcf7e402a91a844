/** Source text → syntax trees by ast-grep, and the few questions that all languages share. Grammars of Python and Go come as prebuilt libraries. */
import { Lang, type SgNode, kind, parse } from '@ast-grep/napi';
import './grammars.ts';

export type Node = SgNode;
export type Dialect = 'script' | 'python' | 'go';

export interface Parsed {
  path: string;
  dialect: Dialect;
  root: Node;
}

const dialects: Record<string, { lang: Lang | string; dialect: Dialect }> = {
  ts: { lang: Lang.TypeScript, dialect: 'script' }, mts: { lang: Lang.TypeScript, dialect: 'script' }, cts: { lang: Lang.TypeScript, dialect: 'script' },
  tsx: { lang: Lang.Tsx, dialect: 'script' }, jsx: { lang: Lang.Tsx, dialect: 'script' }, js: { lang: Lang.JavaScript, dialect: 'script' },
  mjs: { lang: Lang.JavaScript, dialect: 'script' }, cjs: { lang: Lang.JavaScript, dialect: 'script' },
  py: { lang: 'python', dialect: 'python' }, pyw: { lang: 'python', dialect: 'python' }, go: { lang: 'go', dialect: 'go' },
};

/** Null where the extension is none of ours. */
export function parseFile(path: string, text: string): Parsed | null {
  const known = dialects[path.toLowerCase().split('.').at(-1)!];
  return known ? { path, dialect: known.dialect, root: parse(known.lang, text).root() } : null;
}

// A tree does not tell its language, but the kind of its root does, up to the dialects of one family.
const grammarsOf: Record<string, readonly (Lang | string)[]> = { program: [Lang.TypeScript, Lang.Tsx, Lang.JavaScript], module: ['python'], source_file: ['go'] };

/** Nodes of these kinds, the root itself included; kinds that the language's grammar does not have are left out. */
export function ofKinds(root: Node, kinds: readonly string[]): Node[] {
  const grammars = grammarsOf[String(root.getRoot().root().kind())];
  // A text that cannot be parsed at all has an ERROR for a root, which does not tell its grammar: then the nodes are walked.
  if (!grammars) return walked(root, new Set(kinds));
  const known = kinds.filter((name) => grammars.every((grammar) => kind(grammar, name) !== 0));
  return known.length === 0 ? [] : root.findAll({ rule: { any: known.map((name) => ({ kind: name })) } });
}

function walked(root: Node, kinds: ReadonlySet<string>): Node[] {
  const found: Node[] = [];
  const open = [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (kinds.has(String(at.kind()))) found.push(at);
    open.push(...at.children().toReversed());
  }
  return found;
}

/** Statements of a block, without comments. */
export function statements(block: Node): Node[] {
  return block.children().filter((child) => child.isNamed() && child.kind() !== 'comment');
}

export function comments(node: Node): Node[] {
  return ofKinds(node, ['comment']);
}

/** 1-based first and last line. */
export function lines(node: Node): { startLine: number; endLine: number } {
  const { start, end } = node.range();
  return { startLine: start.line + 1, endLine: end.line + 1 };
}

/** The nearest ancestor of one of these kinds. */
export function within(node: Node, kinds: readonly string[]): Node | null {
  for (let at = node.parent(); at; at = at.parent()) if (kinds.includes(String(at.kind()))) return at;
  return null;
}
