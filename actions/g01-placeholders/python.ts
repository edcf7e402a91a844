/** Python: bodies of `pass`, `...` or only a docstring where a result is promised, sole `raise NotImplementedError`, constants that a comment calls fake. */
import type { Hit } from './hit.ts';
import { type Node, comments, lines, ofKinds, statements, within } from '../../app/core/syntax.ts';
import { fake, idle, notImplemented, onPurpose, promising, unquote } from './words.ts';

const abstractDecorator = /abstract|overload|singledispatch|\.setter|\.deleter|fixture|hookspec|validator|receiver|(^|\.)(command|group|task|flow)\b|route|mock|patch/i;
const interfaceBase = /\b(Protocol|ABC|ABCMeta|Interface|Enum|TypedDict|NamedTuple|Exception|Error|Warning|Visitor|Handler|Mixin|Base\w*|Abstract\w*|\w+(Base|Mixin|Interface|Protocol))\b/;

export function pythonHits(root: Node): Hit[] {
  const bases = new Set(ofKinds(root, ['class_definition']).flatMap((each) => each.field('superclasses')?.text().match(/\w+/g) ?? []));
  return ofKinds(root, ['function_definition']).flatMap((fn) => [...bodyHit(fn, bases), ...fakeReturns(fn)]);
}

function bodyHit(fn: Node, bases: ReadonlySet<string>): Hit[] {
  const name = fn.field('name')?.text() ?? 'a function';
  const body = fn.field('body');
  if (!body || /^__(new|del|a?enter|a?exit|init_subclass|post_init|set_name|missing)__$/.test(name)) return [];
  const parts = statements(body).filter((statement, index) => !(index === 0 && isText(statement)));
  const shape = shapeOf(parts);
  if (shape === 'code' || isInterface(fn, bases) || onPurpose.test(comments(fn).map((each) => each.text()).join(' '))) return [];
  if (shape === 'raise') return raised(fn, { name, body, bases });
  return isPromised(fn, { name, shape }) ? [{ code: 'EMPTY_BODY', ...lines(fn), values: { name } }] : [];
}

type Shape = 'pass' | 'ellipsis' | 'nothing' | 'raise' | 'code';

function shapeOf(parts: readonly Node[]): Shape {
  if (parts.length === 0) return 'nothing';
  const [first] = parts;
  if (parts.length > 1) return 'code';
  if (first!.kind() === 'pass_statement') return 'pass';
  if (first!.kind() === 'raise_statement' && /^raise\s+NotImplementedError\b/.test(first!.text())) return 'raise';
  if (first!.kind() === 'expression_statement' && first!.text().trim() === '...') return 'ellipsis';
  // An explicit `return None` is an answer that somebody gave.
  return 'code';
}

function isText(statement: Node): boolean {
  return statement.kind() === 'expression_statement' && ['string', 'concatenated_string'].includes(String(statement.child(0)?.kind()));
}

/** A declaration for others to fill: abstract, overload, Protocol, or a class that this file derives from. */
function isInterface(fn: Node, bases: ReadonlySet<string>): boolean {
  const decorated = fn.parent();
  if (decorated?.kind() === 'decorated_definition' && ofKinds(decorated, ['decorator']).some((each) => abstractDecorator.test(each.text()))) return true;
  if (/TYPE_CHECKING/.test(within(fn, ['if_statement'])?.field('condition')?.text() ?? '')) return true;
  const owner = within(fn, ['class_definition', 'function_definition']);
  if (owner?.kind() !== 'class_definition') return false;
  const name = owner.field('name')?.text() ?? '';
  return bases.has(name) || interfaceBase.test(name) || interfaceBase.test(owner.field('superclasses')?.text() ?? '');
}

/** In a class without bases `raise NotImplementedError` may be an interface in the old style; a text that says "yet" or a derived class may not. */
function raised(fn: Node, of: { name: string; body: Node; bases: ReadonlySet<string> }): Hit[] {
  const owner = within(fn, ['class_definition', 'function_definition']);
  const text = of.body.text();
  if (/subclass|overrid|derived|abstract|must (be )?implement|should (be )?implement|concrete|unsupported|not supported|cannot|only\b/i.test(text)) return [];
  const said = ofKinds(of.body, ['string']).some((each) => notImplemented.test(unquote(each.text())));
  const derived = owner?.kind() === 'class_definition' && (owner.field('superclasses')?.text().replace(/[()\s]|object/g, '') ?? '') !== '';
  return owner?.kind() !== 'class_definition' || said || derived ? [{ code: 'NOT_IMPLEMENTED', ...lines(fn), values: { name: of.name } }] : [];
}

function isPromised(fn: Node, of: { name: string; shape: Shape }): boolean {
  const result = fn.field('return_type')?.text();
  if (result && !/^(None|NoReturn|Never|Any|'None'|"None")$/.test(result)) return true;
  if (result) return false;
  const owner = within(fn, ['class_definition', 'function_definition']);
  if (owner?.kind() === 'function_definition' || (of.name !== '__init__' && idle.test(of.name))) return false;
  if (of.shape === 'nothing') return promising.test(of.name);
  return owner === null ? isPromisedByModule(fn, of.name) : isPromisedByClass(fn, { name: of.name, owner });
}

function isPromisedByModule(fn: Node, name: string): boolean {
  return takesSomething(fn) || promising.test(name) || isHollow(fn.getRoot().root());
}

function isPromisedByClass(fn: Node, { name, owner }: { name: string; owner: Node }): boolean {
  const alone = !owner.field('superclasses');
  if (name === '__init__') return alone && takesSomething(fn);
  return promising.test(name) || (alone && (/^__\w+__$/.test(name) || isHollow(owner)));
}

function takesSomething(fn: Node): boolean {
  return fn.field('parameters')?.children().some((child) => child.isNamed() && !/^(self|cls)$|^\*/.test(child.text())) ?? false;
}

/** A class or a module none of whose functions does anything. */
function isHollow(owner: Node): boolean {
  const methods = ofKinds(owner.field('body') ?? owner, ['function_definition']).filter((each) => (within(each, ['class_definition']) ?? each.getRoot().root()).id() === owner.id());
  return methods.length > 0 && methods.every((method) => {
    const body = method.field('body');
    const parts = body ? statements(body).filter((statement, index) => !(index === 0 && isText(statement))) : [];
    return shapeOf(parts) !== 'code' || /^__init__$/.test(method.field('name')?.text() ?? '');
  });
}

function fakeReturns(fn: Node): Hit[] {
  const body = fn.field('body');
  if (!body) return [];
  return body.children().flatMap((child, index, all) => {
    if (child.kind() !== 'return_statement' || !isConstant(child.children().filter((each) => each.isNamed())[0])) return [];
    const beside = [all[index - 1], all[index + 1], ...fn.children().filter((each) => each.kind() === 'comment')].find((near) => near?.kind() === 'comment' && Math.abs(near.range().start.line - child.range().start.line) <= 1 && fake.test(near.text()));
    return beside ? [{ code: 'FAKE_RETURN' as const, ...lines(child), values: { name: fn.field('name')?.text() ?? 'a function', text: beside.text() } }] : [];
  });
}

const constantKinds = ['string', 'integer', 'float', 'true', 'false', 'none', 'concatenated_string'];

function isConstant(node: Node | undefined): boolean {
  if (!node) return false;
  const kind = String(node.kind());
  if (constantKinds.includes(kind)) return !/^[rb]?f/i.test(node.text()) || kind !== 'string';
  const parts = statements(node);
  if (['list', 'tuple', 'set'].includes(kind)) return parts.every(isConstant);
  return kind === 'dictionary' && parts.every((pair) => pair.kind() === 'pair' && isConstant(pair.field('value') ?? undefined));
}
