/** Errors that are caught and disappear. A comment in the empty place is an answer: it says why nothing is done. */
import { comments, lines, type Node, ofKinds, type Parsed, statements, within } from '../../app/core/syntax.ts';
import type { Hit } from './hit.ts';

export function errorHits(parsed: Parsed): Hit[] {
  return parsed.dialect === 'script' ? [...scriptCatches(parsed.root), ...floating(parsed.root)] : pythonExcepts(parsed.root);
}

function hit(code: Hit['code'], node: Node, more: Partial<Hit> = {}): Hit {
  const { startLine } = lines(node);
  return { code, startLine, endLine: startLine, values: { text: node.text().split('\n')[0]!.trim().slice(0, 100) }, ...more };
}

function scriptCatches(root: Node): Hit[] {
  return ofKinds(root, ['catch_clause']).flatMap((clause): Hit[] => {
    const body = clause.field('body');
    if (!body) return [];
    const inside = statements(body);
    if (inside.length === 0) return comments(clause).length === 0 && !noted(clause) ? [hit('EMPTY_CATCH', clause)] : [];
    return losesCause(clause, inside) ? [hit('ERROR_LOST', inside.at(-1)!, { severity: 'info' })] : [];
  });
}

/** A comment right above the whole `try`, or after it on its last line. */
function noted(clause: Node): boolean {
  const whole = clause.parent();
  const [above, below] = [whole?.prev(), whole?.next()];
  if (!whole || (above?.kind() === 'comment' && above.range().end.line + 1 >= whole.range().start.line)) return true;
  return below?.kind() === 'comment' && below.range().start.line === whole.range().end.line;
}

/** `catch (e) { throw new Error('…') }` where the caught one is neither named nor handed on. */
function losesCause(clause: Node, inside: readonly Node[]): boolean {
  const name = clause.field('parameter')?.text();
  const thrown = inside.at(-1)!;
  if (inside.length !== 1 || thrown.kind() !== 'throw_statement' || !/^throw new \w*Error\(/.test(thrown.text())) return false;
  return name === undefined ? false : /^\w+$/.test(name) && !new RegExp(`\\b${name}\\b`).test(thrown.text());
}

/** A call, as a statement of its own inside an async function, of a function that this file declares async. */
function floating(root: Node): Hit[] {
  const names = new Set(ofKinds(root, ['function_declaration']).filter((fn) => /^async\b/.test(fn.text())).map((fn) => fn.field('name')?.text() ?? ''));
  const plain = new Set(ofKinds(root, ['function_declaration']).filter((fn) => !/^async\b/.test(fn.text())).map((fn) => fn.field('name')?.text() ?? ''));
  return ofKinds(root, ['expression_statement']).flatMap((statement): Hit[] => {
    const call = statement.child(0);
    const name = call?.kind() === 'call_expression' ? call.field('function')?.text() ?? '' : '';
    const owner = within(statement, ['function_declaration', 'arrow_function', 'method_definition', 'function_expression']);
    if (!names.has(name) || plain.has(name) || !owner || !/^(export\s+)?(static\s+)?async\b/.test(owner.text())) return [];
    return [hit('FLOATING_PROMISE', statement, { severity: 'info', values: { name } })];
  });
}

function pythonExcepts(root: Node): Hit[] {
  return ofKinds(root, ['except_clause']).flatMap((clause): Hit[] => {
    const block = clause.children().find((child) => child.kind() === 'block');
    const head = clause.text().split('\n')[0]!.trim();
    const inside = block ? statements(block) : [];
    const bare = /^except\s*:/.test(head);
    const onlyPass = inside.length === 1 && (inside[0]!.kind() === 'pass_statement' || inside[0]!.text() === '...');
    if (onlyPass && (bare || /^except\s*\(?\s*(Base)?Exception\b/.test(head))) return said(clause) ? [] : [hit('EMPTY_CATCH', clause)];
    return bare && !inside.some((each) => ends(each)) ? [hit('BARE_EXCEPT', clause)] : [];
  });
}

/** A comment inside, or on the line before the clause's body. */
function said(clause: Node): boolean {
  return comments(clause).length > 0 || clause.parent()?.children().some((child) => child.kind() === 'comment' && child.range().start.line >= clause.range().start.line && child.range().start.line <= clause.range().end.line) === true;
}

/** Raises again, or ends the program itself. */
function ends(statement: Node): boolean {
  return statement.kind() === 'raise_statement' || ofKinds(statement, ['raise_statement']).length > 0 || /\b(sys\.exit|os\._exit)\(/.test(statement.text());
}
