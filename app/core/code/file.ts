/** One parsed file that can be asked what a name stands for. Names are spelled from their import on: `cp.exec` of `import cp from 'node:child_process'` is `child_process.exec`. */
import { type Node, parseFile, type Parsed } from '../syntax.ts';
import { Definitions, type Placed } from './definitions.ts';
import { moduleName } from './definitions-script.ts';
import { type Grammar, grammars, kindOf, literalText, named } from './grammar.ts';

const deepest = 8;
/** Names are matched by patterns; nobody writes longer ones by hand. */
const longest = 120;

const plainNames = new Map([['this', 'this'], ['super', 'super'], ['import', 'import'], ['meta_property', 'import.meta']]);

/** The part of an expression that has its name: `(x)`, `await x`, `x as T`, `*x` and `T{…}` are called as what they hold. */
function wrapped(node: Node): Node | null {
  switch (kindOf(node)) {
    case 'parenthesized_expression': case 'await_expression': case 'await': case 'non_null_expression': case 'as_expression': case 'pointer_type': return named(node)[0] ?? null;
    case 'unary_expression': return node.field('operand');
    case 'composite_literal': return node.field('type');
    default: return null;
  }
}

export class CodeFile {
  readonly parsed: Parsed;
  readonly path: string;
  readonly text: string;
  readonly grammar: Grammar;
  /** Names of the package that stand in other files of the same folder (Go), where the change shows them. */
  siblings: readonly CodeFile[] = [];
  #definitions: Definitions | null = null;
  readonly #texts = new Map<string, boolean>();

  constructor(parsed: Parsed, text: string) {
    this.parsed = parsed;
    this.path = parsed.path;
    this.text = text;
    this.grammar = grammars[parsed.dialect];
  }

  get definitions(): Definitions {
    this.#definitions ??= new Definitions(this.parsed);
    return this.#definitions;
  }

  /** The full name of an expression; calls end in `()`. What has no name is called by its kind in angle brackets. */
  nameOf(node: Node, depth = 0): string {
    const kind = kindOf(node);
    if (depth > deepest) return `<${kind}>`;
    if (this.grammar.identifiers.includes(kind)) return this.#nameOfIdentifier(node, depth);
    if (this.grammar.members.includes(kind)) return `${this.nameOf(objectOf(node)!, depth + 1)}.${propertyOf(node)}`;
    if (['call_expression', 'call', 'new_expression'].includes(kind)) return this.#nameOfCall(node, depth);
    if (['subscript_expression', 'subscript', 'index_expression'].includes(kind)) return this.#nameOfElement(node, depth);
    const inner = wrapped(node);
    return inner ? this.nameOf(inner, depth + 1) : plainNames.get(kind) ?? `<${kind}>`;
  }

  /** Whether the text of a node, or of the file, matches. Asked once for each: a bundle may be one function. */
  matches(pattern: string, node: Node | null): boolean {
    const key = `${node?.id() ?? ''} ${pattern}`;
    const known = this.#texts.get(key) ?? new RegExp(pattern).test(node ? node.text() : this.text);
    this.#texts.set(key, known);
    return known;
  }

  /** Whether a function is an argument or a value of something: then others call it too. */
  isHandedOn(fn: Node): boolean {
    const holder = fn.parent();
    return holder !== null && !/declarator|declaration|block|body|module|program|expression_list|source_file|statement_list/.test(kindOf(holder));
  }

  /** Where a name or field gets its values, of all that this file shows. */
  definitionsOf(node: Node): readonly Placed[] {
    if (this.grammar.identifiers.includes(kindOf(node))) return this.definitions.of(node.text(), node);
    const text = node.text();
    return text.length < 80 ? this.definitions.of(text, node) : [];
  }

  #nameOfIdentifier(node: Node, depth: number): string {
    const text = node.text();
    if (text.length > longest) return '<long>';
    const all = this.definitions.of(text, node);
    const module = all.find((each) => each.module !== undefined)?.module;
    if (module !== undefined) return module;
    const typed = all.find((each) => each.parameter?.type)?.parameter;
    if (typed?.type) return this.#nameOfType(typed.type, text);
    const last = all.findLast((each) => each.value !== null);
    if (!last) return text;
    const name = this.#nameOfDefinition(last, { text, depth });
    return last.element && name !== text ? `${name}[]` : name;
  }

  #nameOfDefinition(definition: Placed, { text, depth }: { text: string; depth: number }): string {
    const value = definition.value!;
    if (this.grammar.functions.includes(kindOf(value)) || /declaration|definition|type_spec/.test(kindOf(value))) return text;
    const name = this.nameOf(value, depth + 1);
    if (name.startsWith('<')) return text;
    return definition.key ? `${name}.${definition.key}` : name;
  }

  /** `*http.Request` → `net/http.Request`; a type of the file's own leaves the name as it is. */
  #nameOfType(type: string, fallback: string): string {
    const match = /^[*&]?\s*([\w$]+)\.([\w$.]+)/.exec(type);
    const module = match ? this.definitions.top(match[1]!).find((each) => each.module !== undefined)?.module : undefined;
    if (match && module !== undefined) return `${module}.${match[2]!}`;
    return this.definitions.top(type).find((each) => each.module !== undefined && this.parsed.dialect === 'python')?.module ?? fallback;
  }

  #nameOfCall(node: Node, depth: number): string {
    const callee = calleeOf(node);
    if (!callee) return `<${kindOf(node)}>`;
    const first = node.field('arguments')?.children().find((each) => each.isNamed());
    const specifier = first && /^(require|import)$/.test(callee.text()) ? literalText(first) : null;
    if (specifier !== null) return moduleName(specifier);
    const name = this.nameOf(callee, depth + 1);
    // A promisified function is still that function.
    return name === 'util.promisify' && first ? this.nameOf(first, depth + 1) : `${name}()`;
  }

  #nameOfElement(node: Node, depth: number): string {
    const object = objectOf(node);
    const index = node.field('index') ?? node.field('subscript');
    const key = index ? literalText(index) : null;
    return object ? `${this.nameOf(object, depth + 1)}${key !== null && /^\w+$/.test(key) ? `.${key}` : '[]'}` : '<element>';
  }
}

/** Null where the language is none of ours. */
export function openFile(path: string, text: string): CodeFile | null {
  const parsed = parseFile(path, text);
  return parsed ? new CodeFile(parsed, text) : null;
}

export function calleeOf(node: Node): Node | null {
  return node.field('function') ?? node.field('constructor') ?? node.field('type');
}

export function objectOf(node: Node): Node | null {
  return node.field('object') ?? node.field('operand') ?? node.field('value') ?? node.field('package');
}

export function propertyOf(node: Node): string {
  const name = (node.field('property') ?? node.field('attribute') ?? node.field('field') ?? node.field('name'))?.text() ?? '';
  return name.length > longest ? '<long>' : name;
}
