/**
 * Where a cleaned statement says what: the input's section, the constraints, and the lines that are a format rather than prose. Samples and
 * the output's section are left out, since what they say of names is not about the input.
 */
import { isColumnDots } from './block.ts';

export interface Sections {
  /** The input section; all of the statement where it has no headings. */
  input: string;
  /** Constraints and input, in which bounds are looked for first. */
  bounds: string;
  /** Everything but samples. */
  whole: string;
  /** False where there is no heading for the input. */
  headed: boolean;
}

type Title = 'input' | 'output' | 'constraints' | 'sample' | 'other';

const headings: [RegExp, Title][] = [
  [/^(?:sample|example|public)s?\b.{0,30}$|^(?:(?:sample|example) )?(?:input|output)s? ?(?:example|sample|#? ?\d+).{0,12}$|^(?:explanation|note|notes|hint|hints|test cases?)(?: .{0,20})?$|^output for (?:the )?sample.*$|^demo(?: .*)?$|^samples? tests?$/i, 'sample'],
  [/^(?:input|the input|input (?:format|specification|description|data)|standard input|stdin)$/i, 'input'],
  [/^(?:output|the output|output (?:format|specification|description|data)|standard output|stdout)$/i, 'output'],
  [/^(?:constraints?|limits?|limitations|subtasks?|scoring|technical specifications?|(?:additional )?constraints on (?:the )?input|data range)$/i, 'constraints'],
  [/^(?:problem(?: statement)?|statement|description|task|problem description|story|background|interaction)$/i, 'other'],
];

/** A line that is only a title, in whatever decoration: `-----Input-----`, `## Input`, `**Input:**`, `[Input]`. */
export function titleOf(line: string): Title | null {
  const bare = line.replace(/^[\s#*\-=_[\]<>|:.]+|[\s#*\-=_[\]<>|:.]+$/g, '');
  if (bare === '' || bare.length > 45) return null;
  return headings.find(([pattern]) => pattern.test(bare))?.[1] ?? null;
}

export function sectionsOf(text: string): Sections {
  const parts = new Map<Title, string[]>();
  let title: Title = 'other';
  for (const line of text.split('\n')) {
    const next = titleOf(line);
    if (next) title = sampled(next, parts, title) ? 'sample' : next;
    else parts.set(title, [...(parts.get(title) ?? []), line]);
    const inline = next ? null : inlineTitle(line);
    if (inline && !(title === 'sample')) title = inline;
  }
  const of = (one: Title) => (parts.get(one) ?? []).join('\n');
  const whole = [of('other'), of('constraints'), of('input'), of('output')].join('\n');
  const headed = of('input').trim() !== '';
  const input = headed ? of('input') : whole;
  return { input, bounds: `${of('constraints')}\n${input}`, whole, headed };
}

/** After samples began, a bare "Input" or a second bare "Output" is a sample's. */
function sampled(next: Title, parts: Map<Title, string[]>, title: Title): boolean {
  if (next === 'output') return title === 'sample' && parts.has('output');
  return next === 'input' && (title === 'sample' || (parts.has('output') && parts.has('input')));
}

/** `Input: The first line …` starts the section on the line itself. */
function inlineTitle(line: string): Title | null {
  const found = /^\W*(Input|Output|Constraints)\s?(?:Format|Specification)?\s?:\s?\S/i.exec(line);
  const word = found?.[1]?.toLowerCase();
  return word === 'input' || word === 'output' || word === 'constraints' ? word : null;
}

/** Runs of lines that look like a format: names with subscripts, dots, placeholders; no sentence. `withDots`: also runs of dots alone. */
export function formatRuns(text: string, withDots = false): string[][] {
  const runs: string[][] = [];
  let open: string[] = [];
  for (const line of [...text.split('\n'), '']) {
    if (isFormatLine(line)) open.push(line.replaceAll('`', ''));
    else if (open.length > 0) {
      runs.push(open);
      open = [];
    }
  }
  return runs.filter((run) => withDots || run.some((line) => !isColumnDots(line)));
}

function isFormatLine(line: string): boolean {
  const bare = line.trim().replaceAll('`', '');
  if (bare === '' || bare.length > 200) return false;
  if (isColumnDots(bare)) return true;
  if (/[.,;:]$|[<>=]/.test(bare) || titleOf(bare)) return false;
  return bare.split(/\s+/).every((token) => isFormatToken(token));
}

const name = String.raw`(?:[A-Za-z]{1,2}|[A-Za-z]+(?=_)|[A-Z]{1,4}|(?:test_?)?(?:case|quer(?:y|ies)|query|event|operation|op|command|action|instruction)s?)'?(?:_[A-Za-z]{2,})*(?:_(?:\{[^{}]*\}|[A-Za-z0-9]+))?`;
const token = new RegExp(`^(?:(?:${name}|…)+|\\d{1,3}|[-+?!#])$`, 'i');

function isFormatToken(text: string): boolean {
  return token.test(text) && !/^(?:is|in|of|to|it|an|as|at|be|by|if|on|or|no|we|he)$/.test(text);
}
