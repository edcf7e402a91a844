/** Go: functions that only panic, only return "not implemented", or ignore every argument and return zero values. */
import type { Hit } from './hit.ts';
import { type Node, comments, lines, ofKinds, statements } from '../../app/core/syntax.ts';
import { fake, honestRefusal, idle, notImplemented, onPurpose, unquote } from './words.ts';

export function goHits(root: Node): Hit[] {
  return ofKinds(root, ['function_declaration', 'method_declaration']).flatMap((fn) => {
    const body = fn.field('body');
    const parts = body ? bodyOf(body) : [];
    const name = fn.field('name')?.text() ?? 'a function';
    if (parts.length !== 1) return [];
    const [only] = parts;
    const hit = (code: Hit['code'], text = ''): Hit[] => [{ code, ...lines(fn), values: { name, text } }];
    if (panics(only!, fn) || refuses(only!)) return hit('NOT_IMPLEMENTED');
    const note = comments(body!).find((each) => fake.test(each.text()));
    if (only!.kind() !== 'return_statement' || !isZero(only!)) return [];
    if (note) return hit('FAKE_RETURN', note.text());
    return ignoresAll(fn, name) && !onPurpose.test(comments(body!).map((each) => each.text()).join(' ')) ? hit('EMPTY_BODY') : [];
  });
}

/** Statements of a Go block, which newer grammars wrap in a list. */
function bodyOf(body: Node): Node[] {
  const parts = statements(body);
  return parts.length === 1 && parts[0]!.kind() === 'statement_list' ? statements(parts[0]!) : parts;
}

function panics(statement: Node, fn: Node): boolean {
  const match = /^panic\(\s*("(?:[^"\\]|\\.)*"|`[^`]*`|fmt\.Sprintf\(\s*"[^"]*")/.exec(statement.text());
  if (!match) return false;
  const text = unquote(match[1]!.replace(/^fmt\.Sprintf\(\s*/, ''));
  return notImplemented.test(text) || (fn.kind() === 'function_declaration' && fn.field('result') !== null && !honestRefusal.test(text) && !/^Must/.test(fn.field('name')?.text() ?? ''));
}

function refuses(statement: Node): boolean {
  const match = statement.kind() === 'return_statement' ? /(?:errors\.New|fmt\.Errorf)\(\s*"((?:[^"\\]|\\.)*)"\s*\)$/.exec(statement.text()) : null;
  return match !== null && notImplemented.test(match[1]!);
}

function isZero(statement: Node): boolean {
  return /^return\s+(?:""|0|0\.0|false|nil|\w+\{\}|\[\]\w+\{\}|map\[\w+\]\w+\{\})(?:\s*,\s*(?:""|0|false|nil|\w+\{\}))*$/.test(statement.text().trim());
}

/** Exported plain function, at least one named parameter, a result that is more than an error, and nothing of it used. */
function ignoresAll(fn: Node, name: string): boolean {
  const parameters = fn.field('parameters')?.text() ?? '()';
  const result = fn.field('result')?.text() ?? '';
  return fn.kind() === 'function_declaration' && /^[A-Z]/.test(name) && !idle.test(name) && /\(\s*[a-z]\w*\s/.test(parameters) && result !== '' && result !== 'error';
}
