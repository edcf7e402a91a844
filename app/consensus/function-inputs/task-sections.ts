/** Where a task in the manner of sites for functions says what: its constraints, and what stands before the examples. */

export interface TaskSections {
  /** Constraints, one a line, without bullets. */
  lines: string[];
  prose: string;
}

const heading = /^\W*(?:additional )?constraints?\W*$/i;
const closing = /^\W*(?:follow[- ]?up\b.*|notes?\W*$|examples?\b.{0,20}|hints?\b.{0,10}|input\b.{0,10}|output\b.{0,10})|^\s*(?:\/$|class |def |from \S+ import |import |\/\*\*|\/\/|var |let |const |function |export |async |@\w|```|"""|''')/i;

/** Null where nothing stands under a heading of constraints. */
export function taskSections(text: string): TaskSections | null {
  const all = text.split('\n');
  const at = all.findIndex((line) => heading.test(line));
  if (at < 0) return null;
  const after = all.slice(at + 1);
  const end = after.findIndex((line) => closing.test(line));
  const lines = (end < 0 ? after : after.slice(0, end)).map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '').trim()).filter((line) => line !== '');
  const examples = all.findIndex((line) => /^\W*examples?\b.{0,20}$/i.test(line));
  const prose = all.slice(0, examples < 0 || examples > at ? at : examples).join('\n');
  return lines.length > 0 ? { lines, prose } : null;
}
