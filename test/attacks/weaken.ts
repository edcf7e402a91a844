/** Source text in, the same with one control made permissive out. Throws where the named function, or the text to be replaced, is not there: then nothing would be shown. */
import { ofKinds, parseFile } from '../../app/core/syntax.ts';
import type { Edit, Weakened } from './controls.ts';

interface Range {
  start: number;
  end: number;
}

/** `text` is the file's. */
export function weakened(text: string, { file, function: name, permissive }: Weakened): string {
  if (permissive === undefined) throw new Error(`${file} ${name}: nothing says how it is made permissive`);
  const ranges = rangesOf(text, { file, name });
  if (ranges.length === 0) throw new Error(`${file} has no ${name}`);
  const result = typeof permissive === 'string' ? replaced(text, { ranges, by: file.endsWith('.rego') ? `${permissive}\n` : ` ${permissive} ` }) : edited(text, { ranges, edits: permissive, file });
  const parsed = parseFile(file, result);
  if (parsed && ofKinds(parsed.root, ['ERROR']).length > 0) throw new Error(`${file} ${name}: what is left does not parse`);
  return result;
}

/** The insides of a function's braces, every clause of a rule, or a key of YAML with what is below it. */
function rangesOf(text: string, { file, name }: { file: string; name: string }): Range[] {
  if (file.endsWith('.rego')) return blocks(text, new RegExp(`^(default )?${name}\\b`), /^\S/).map((range) => range);
  if (/\.ya?ml$/.test(file)) return blocks(text, new RegExp(`^\\s*${name}:`), /^\S|^$/).slice(0, 1);
  const root = parseFile(file, text)?.root;
  const found = root ? ofKinds(root, ['function_declaration']).filter((node) => node.field('name')?.text() === name) : [];
  return found.flatMap((node) => {
    const body = node.field('body')?.range();
    return body ? [{ start: body.start.index + 1, end: body.end.index - 1 }] : [];
  });
}

/** From each line that begins one to the line before the next that stands at the margin; a closing brace there still belongs to it. */
function blocks(text: string, begins: RegExp, ends: RegExp): Range[] {
  const found: Range[] = [];
  let at = 0;
  let open: Range | null = null;
  for (const line of text.split('\n')) {
    const next = at + line.length + 1;
    if (begins.test(line)) found.push(open = { start: at, end: next });
    else if (open && ends.test(line) && !line.startsWith('}')) open = null;
    else if (open) open.end = Math.min(next, text.length);
    at = next;
  }
  return found;
}

/** The first range gets the new text, the others go. */
function replaced(text: string, { ranges, by }: { ranges: readonly Range[]; by: string }): string {
  return ranges.toReversed().reduce((rest, { start, end }, index) => rest.slice(0, start) + (index === ranges.length - 1 ? by : '') + rest.slice(end), text);
}

function edited(text: string, { ranges, edits, file }: { ranges: readonly Range[]; edits: readonly Edit[]; file: string }): string {
  const start = ranges[0]!.start;
  const end = ranges.at(-1)!.end;
  let part = text.slice(start, end);
  for (const [was, becomes] of edits) {
    if (part.split(was).length !== 2) throw new Error(`${file}: ${JSON.stringify(was)} stands there ${part.split(was).length - 1} times instead of once`);
    part = part.split(was).join(becomes);
  }
  return text.slice(0, start) + part + text.slice(end);
}
