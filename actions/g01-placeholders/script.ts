/** JavaScript and TypeScript: functions that only throw, that are empty although a result is promised, or that return what their comment calls fake. */
import type { Hit } from './hit.ts';
import { type Node, comments, lines, ofKinds, statements, within } from '../../app/core/syntax.ts';
import { fake, honestRefusal, idle, notImplemented, onPurpose, promising, unquote } from './words.ts';

const functionKinds = ['function_declaration', 'generator_function_declaration', 'method_definition', 'arrow_function', 'function_expression'];
const noResult = /^(void|never|undefined|this|any|Promise<(void|undefined|any|never)>|asserts\b.*)$/;

export function scriptHits(root: Node): Hit[] {
  const functions = ofKinds(root, functionKinds);
  return [...functions.flatMap(functionHit), ...thrownAnywhere(root), ...fakeReturns(functions)];
}

function functionHit(fn: Node): Hit[] {
  const body = fn.field('body');
  if (!body || body.kind() !== 'statement_block') return [];
  const only = statements(body);
  if (only.length === 0) return emptyBody(fn, body);
  return only.length === 1 && only[0]!.kind() === 'throw_statement' ? onlyThrows(fn, only[0]!) : [];
}

/** A body that only throws a fixed text is a stub unless the text is an honest refusal or the type says `never`. */
function onlyThrows(fn: Node, statement: Node): Hit[] {
  const text = message(statement);
  if (text === null || resultOf(fn) === 'never' || isAbstract(fn)) return [];
  const said = notImplemented.test(text);
  const silent = !said && (honestRefusal.test(text) || within(fn, ['class_body']) !== null || parametersOf(fn) === 0 || !isTopLevel(fn));
  return silent ? [] : [{ code: 'NOT_IMPLEMENTED', ...lines(fn), values: { name: nameOf(fn) } }];
}

/** "not implemented" thrown from a branch is as unfinished as from a whole body. */
function thrownAnywhere(root: Node): Hit[] {
  return ofKinds(root, ['throw_statement']).flatMap((statement) => {
    const text = message(statement);
    if (text === null || !/^(todo|fixme)\b|\bnot (yet )?implemented( yet)?[.!]?$|^unimplemented\b|^implement me/i.test(text.trim())) return [];
    const fn = within(statement, functionKinds);
    return fn && (isAbstract(fn) || functionHit(fn).length > 0) ? [] : [{ code: 'NOT_IMPLEMENTED', ...lines(statement), values: { name: fn ? nameOf(fn) : 'the module' } }];
  });
}

/** The fixed text of `throw new X("…")` or `throw "…"`; null where it is computed. */
function message(statement: Node): string | null {
  const thrown = statements(statement)[0];
  if (!thrown) return null;
  if (thrown.kind() === 'string') return unquote(thrown.text());
  if (thrown.kind() !== 'new_expression' && thrown.kind() !== 'call_expression') return null;
  const values = thrown.field('arguments')?.children().filter((child) => child.isNamed()) ?? [];
  const name = (thrown.field('constructor') ?? thrown.field('function'))?.text() ?? '';
  if (values.length === 0) return /notimplemented/i.test(name) ? 'not implemented' : null;
  const first = values[0]!;
  if (/notimplemented/i.test(name)) return 'not implemented';
  return first.kind() === 'string' || (first.kind() === 'template_string' && notImplemented.test(first.text())) ? unquote(first.text()) : null;
}

function emptyBody(fn: Node, body: Node): Hit[] {
  const name = nameOf(fn);
  if (fn.kind() === 'arrow_function' || fn.kind() === 'function_expression' ? !isTopLevel(fn) : name === 'constructor') return [];
  if (isAbstract(fn) || idle.test(name) || onPurpose.test(comments(body).map((each) => each.text()).join(' '))) return [];
  if (/^(set|static set)\s/.test(fn.text())) return [];
  const result = resultOf(fn);
  const promised = result === null ? promising.test(name) && parametersOf(fn) > 0 && isTopLevel(fn) : !noResult.test(result);
  return promised ? [{ code: 'EMPTY_BODY', ...lines(fn), values: { name } }] : [];
}

function fakeReturns(functions: Node[]): Hit[] {
  return functions.flatMap((fn) => {
    const body = fn.field('body');
    if (!body || body.kind() !== 'statement_block') return [];
    return body.children().flatMap((child, index, all) => {
      const previous = all[index - 1];
      if (child.kind() !== 'return_statement' || !isConstant(statements(child)[0])) return [];
      const beside = [previous, all[index + 1]].find((near) => near?.kind() === 'comment' && (near === previous || near.range().start.line === child.range().end.line) && fake.test(near.text()));
      return beside ? [{ code: 'FAKE_RETURN' as const, ...lines(child), values: { name: nameOf(fn), text: beside.text() } }] : [];
    });
  });
}

const constantKinds = ['string', 'number', 'true', 'false', 'null', 'undefined'];

function isConstant(node: Node | undefined): boolean {
  if (!node) return false;
  const kind = String(node.kind());
  if (constantKinds.includes(kind)) return true;
  if (kind === 'template_string') return !node.text().includes('${');
  if (kind === 'unary_expression') return isConstant(node.field('argument') ?? undefined);
  if (kind === 'array') return statements(node).every(isConstant);
  if (kind === 'object') return statements(node).every((pair) => pair.kind() === 'pair' && isConstant(pair.field('value') ?? undefined));
  if (kind === 'call_expression' && /^Promise\.resolve$/.test(node.field('function')?.text() ?? '')) return statements(node.field('arguments')!).every(isConstant);
  return false;
}

function resultOf(fn: Node): string | null {
  return fn.field('return_type')?.text().replace(/^:\s*/, '') ?? null;
}

function parametersOf(fn: Node): number {
  return fn.field('parameters')?.children().filter((child) => child.isNamed() && child.kind() !== 'comment').length ?? (fn.field('parameter') ? 1 : 0);
}

function isAbstract(fn: Node): boolean {
  const owner = within(fn, ['class_declaration', 'abstract_class_declaration', 'class']);
  return owner !== null && within(fn, ['class_body']) !== null && (owner.kind() === 'abstract_class_declaration' || /^(Abstract|Base)[A-Z]|(Base|Abstract|Interface)$/.test(owner.field('name')?.text() ?? ''));
}

function isTopLevel(fn: Node): boolean {
  return within(fn, [...functionKinds, 'arguments', 'pair']) === null;
}

function nameOf(fn: Node): string {
  const own = fn.field('name')?.text();
  if (own) return own;
  const holder = fn.parent();
  return holder?.field('name')?.text() ?? holder?.field('key')?.text() ?? holder?.field('left')?.text() ?? 'a function';
}
