/**
 * Faults to put into changed lines: one small edit each. JavaScript and TypeScript by Stryker's mutators, Python by those that Consensus uses, Go by
 * its own. Lines whose change
 * no test should have to notice – logging, imports, the wording of messages – are arid and left alone.
 */
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { editsOf } from '../../consensus/edits.ts';
import { sha256 } from '../../core/digest.ts';
import { goEdits } from './go-edits.ts';
import type { ChangedText } from '../../core/guardrail.ts';
import { ofKinds, parseFile } from '../../core/syntax.ts';

export interface Mutant {
  path: string;
  /** 1-based line of the original. */
  line: number;
  kind: string;
  was: string;
  became: string;
  /** The whole file with the fault in it. */
  text: string;
}

interface Edit {
  start: number;
  end: number;
  text: string;
  kind: string;
}

export const mutable = /\.([cm]?[jt]sx?|py|go)$/;

/** At most one mutant per changed line of the file, the same one every time. */
export async function mutantsOf(file: ChangedText): Promise<Mutant[]> {
  const arid = aridLines(file);
  const lines = new Set([...file.changedLines].filter((line) => !arid.has(line)));
  if (lines.size === 0) return [];
  const edits = await editsIn(file, lines);
  const byLine = new Map<number, Mutant[]>();
  for (const edit of edits) {
    const mutant = mutantFrom(file, edit);
    if (lines.has(mutant.line) && mutant.text !== file.text) byLine.set(mutant.line, [...(byLine.get(mutant.line) ?? []), mutant]);
  }
  return [...byLine.values()].map((list) => list.map((mutant) => ({ mutant, rank: `${rank(mutant)}${sha256(mutant.text)}` })).sort((a, b) => (a.rank < b.rank ? -1 : 1))[0]!.mutant);
}

async function editsIn(file: ChangedText, lines: Set<number>): Promise<Edit[]> {
  if (file.path.endsWith('.go')) return goEdits(file.path, file.text, lines);
  return file.path.endsWith('.py') ? editsOf(file.text, 'python', lines).map((edit) => ({ ...edit, kind: 'edit' })) : await scriptEdits(file, lines);
}

/** What tells most first: a decision or a result before a constant, a constant before text. */
function rank({ kind }: Mutant): number {
  if (/Conditional|Equality|Logical|Arithmetic|edit/.test(kind)) return 0;
  return /StringLiteral|ObjectLiteral|ArrayDeclaration|Regex/.test(kind) ? 2 : 1;
}

function mutantFrom({ path, text }: ChangedText, { start, end, text: became, kind }: Edit): Mutant {
  return { path, line: text.slice(0, start).split('\n').length, kind, was: text.slice(start, end), became, text: text.slice(0, start) + became + text.slice(end) };
}

const silent = () => undefined;
const off = () => false;
const logger = { isTraceEnabled: off, isDebugEnabled: off, isInfoEnabled: off, isWarnEnabled: off, isErrorEnabled: off, isFatalEnabled: off, trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent };
// A removed block is noticed by nearly any test that reaches it and hides the finer faults of its lines.
const excluded = ['BlockStatement'];
// A comment of the change that switches mutators off is not obeyed: what Stryker would ignore for it is a mutant like any other.

async function scriptEdits(file: ChangedText, lines: ReadonlySet<number>): Promise<Edit[]> {
  const starts = lineStarts(file.text);
  const mutate = [...lines].map((line) => ({ start: { line: line - 1, column: 0 }, end: { line, column: 0 } }));
  const { mutants } = await new Instrumenter(logger).instrument([{ name: `/${file.path}`, content: file.text, mutate }], { excludedMutations: excluded, ignorers: [], plugins: null });
  return mutants.flatMap(({ location, replacement, mutatorName }) => (replacement === undefined || excluded.includes(mutatorName) ? [] : [{
    start: starts[location.start.line]! + location.start.column, end: starts[location.end.line]! + location.end.column, text: replacement, kind: mutatorName,
  }]));
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

const logging = /^\s*(await\s+)?(console|log|logger|logging|winston|pino|debug|warnings|print|slog|fmt\s*\.\s*F?[Pp]rint\w*|telemetry|metrics|statsd|tracer|span)\b\s*(\.\s*\w+\s*)*\(|^\s*(this|self)\.(_?log|_?logger|logging)\b|^\s*#|^\s*\/\/|^\s*(import|from|export\s+\*|export\s+\{|export\s+type|require)\b|^\s*(throw new \w+\(\s*['"`]|raise \w+\(\s*f?['"])|^\s*(const|let|var)\s+.*=\s*require\(|^\s*@|^\s*(if\s+)?__name__\s*==|^\s*__\w+__\s*=/;

/** Lines with statements that log, import, or hold the text of a constant. */
function aridLines(file: ChangedText): ReadonlySet<number> {
  const found = new Set<number>();
  file.text.split('\n').forEach((line, index) => { if (logging.test(line.slice(0, 400)) || line.length > 2000) found.add(index + 1); });
  const parsed = parseFile(file.path, file.text);
  if (!parsed) return found;
  const whole = [...ofKinds(parsed.root, ['import_statement', 'import_from_statement', 'import_declaration', 'comment', 'type_alias_declaration', 'interface_declaration']), ...ofKinds(parsed.root, ['expression_statement']).filter((each) => logging.test(each.text().slice(0, 200)))];
  const constants = ofKinds(parsed.root, ['variable_declarator', 'assignment']).filter((each) => ['string', 'template_string', 'concatenated_string'].includes(String((each.field('value') ?? each.field('right'))?.kind())) && !each.text().includes('${'));
  for (const node of [...whole, ...constants]) for (let line = node.range().start.line; line <= node.range().end.line; line += 1) found.add(line + 1);
  return found;
}
