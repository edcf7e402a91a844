/**
 * YAML with its places: what rules over workflows, compose files and manifests walk. Every document of the text, aliases resolved where one steps through them,
 * lines 1-based. Values are never turned into plain data, so that a small file cannot unfold into a large one.
 */
import { type Document, LineCounter, type Node, type Pair, isAlias, isMap, isNode, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';

export interface Entry {
  key: string;
  keyNode: Node;
  value: Node | null;
}

export class YamlTree {
  readonly documents: Document.Parsed[];
  readonly #lines = new LineCounter();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    const parsed = parseAllDocuments(text, { lineCounter: this.#lines, merge: true, uniqueKeys: false, logLevel: 'silent' });
    this.documents = Array.isArray(parsed) ? parsed : [];
  }

  /** What the parser objects to, in one sentence with its line; null where it reads well. */
  get fault(): string | null {
    const error = this.documents.flatMap((document) => document.errors)[0];
    return error ? `line ${this.#lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}` : null;
  }

  line(node: Node | null | undefined): number {
    return node?.range ? this.#lines.linePos(node.range[0]).line : 0;
  }

  /** The line in the file of an offset within a scalar's value. Exact for block scalars, the first line for folded or quoted ones. */
  lineWithin(node: Node, at: number): number {
    const first = this.line(node);
    if (!isScalar(node) || !String(node.type).startsWith('BLOCK_LITERAL')) return first;
    return first + String(node.value).slice(0, at).split('\n').length;
  }

  /** The node itself, or what an alias stands for. */
  resolve(node: unknown): Node | null {
    if (!isNode(node)) return null;
    if (!isAlias(node)) return node;
    for (const document of this.documents) {
      const target = node.resolve(document);
      if (target) return target;
    }
    return null;
  }

  /** The node at a path of keys, or null. */
  at(node: unknown, ...path: string[]): Node | null {
    let here = this.resolve(node);
    for (const key of path) here = isMap(here) ? this.entries(here).find((entry) => entry.key === key)?.value ?? null : null;
    return here;
  }

  /** A mapping's pairs with plain keys; anything else has none. */
  entries(node: unknown): Entry[] {
    const map = this.resolve(node);
    if (!isMap(map)) return [];
    return map.items.flatMap((pair: Pair): Entry[] => (isScalar(pair.key) ? [{ key: String(pair.key.value), keyNode: pair.key, value: this.resolve(pair.value) }] : []));
  }

  /** A list's items; anything else has none. */
  items(node: unknown): Node[] {
    const list = this.resolve(node);
    return isSeq(list) ? list.items.flatMap((item) => this.resolve(item) ?? []) : [];
  }

  /** A scalar as text; null for anything else and for an empty value. */
  text(node: unknown): string | null {
    const scalar = this.resolve(node);
    return isScalar(scalar) && scalar.value !== null && scalar.value !== undefined ? String(scalar.value) : null;
  }

  /** Every scalar value (not keys) that is a string, in the order of the text. */
  strings(): { node: Node; text: string }[] {
    const found: { node: Node; text: string }[] = [];
    for (const document of this.documents) {
      visit(document, { Scalar: (key, node) => void (key !== 'key' && typeof node.value === 'string' && found.push({ node, text: node.value })) });
    }
    return found;
  }

  /** The line's text, without its indentation. */
  source(line: number): string {
    return (this.#text.split('\n')[line - 1] ?? '').trim();
  }
}
