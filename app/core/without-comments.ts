/**
 * Code as a model may read it that judges it: without what its author wrote to a reader. Comments and docstrings go, and lines that they leave empty; what runs stays, text in strings included.
 * A file of a language without a grammar here loses the lines that are nothing but a comment. Code that does not parse is read as far as it does. Pure.
 */
import { comments, ofKinds, parseFile, type Node, type Parsed } from './syntax.ts';

export function withoutComments(path: string, text: string): string {
  const parsed = parseFile(path, text);
  if (!parsed) return prose.test(path) ? text : withoutCommentLines(text);
  const cuts = [...comments(parsed.root).map((node) => cut(node, '')), ...docstringsOf(parsed).map((node) => cut(node, '...'))].sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, instead } of cuts.filter((one, index) => index === 0 || one.start >= (cuts[index - 1]?.end ?? 0))) {
    parts.push(text.slice(at, start), instead);
    at = end;
  }
  return emptied([...parts, text.slice(at)].join(''), text);
}

interface Cut {
  start: number;
  end: number;
  instead: string;
}

function cut(node: Node, instead: string): Cut {
  const { start, end } = node.range();
  return { start: start.index, end: end.index, instead };
}

/** A string that is a statement of its own does nothing but speak to a reader. */
function docstringsOf({ root, dialect }: Parsed): Node[] {
  if (dialect !== 'python') return [];
  return ofKinds(root, ['expression_statement']).filter((node) => { const [only, second] = node.children(); return second === undefined && ['string', 'concatenated_string'].includes(String(only?.kind())); });
}

/** Lines that held nothing but a comment are no lines any more. */
function emptied(text: string, original: string): string {
  return text === original ? text : text.replace(/[ \t]+$/gm, '').replace(/\n{3,}/g, '\n\n').replace(/^\n+/, '');
}

const prose = /\.(mdx?|txt|rst|json|csv)$/i;
const commentLine = /^\s*(#(?!!)|\/\/|--\s|;|\/\*.*\*\/\s*$|\*(\s|\/)|<!--.*-->\s*$)/;

function withoutCommentLines(text: string): string {
  return text.split('\n').filter((line) => !commentLine.test(line)).join('\n');
}
