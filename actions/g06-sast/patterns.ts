/** Regular expressions that can take exponential time: a repeated group in which two unbounded parts can match the same text, or two alternatives the same letter. */
import { calleeOf, type CodeFile } from '../../app/core/code/file.ts';
import { literalText, named } from '../../app/core/code/grammar.ts';
import { type Node, ofKinds } from '../../app/core/syntax.ts';
import type { Hit } from './hit.ts';
import { explodes } from './explodes.ts';

const longest = 2000;

export function patternHits(file: CodeFile): Hit[] {
  const hit = (node: Node, why: string): Hit => ({ code: 'UNSAFE_REGEX', node, why });
  return patternsOf(file).flatMap(({ node, source, flags }) => {
    // Go's engine and every pattern without repetition are linear.
    if (source.length > longest || !/[*+{]/.test(source)) return [];
    if (explodes(source)) return [hit(node, 'a repeated group can match the same text in exponentially many ways')];
    return flags !== null && !compiles(source, flags) ? [hit(node, 'the pattern does not compile')] : [];
  });
}

interface Pattern {
  node: Node;
  source: string;
  /** Null: written in another dialect than JavaScript's. */
  flags: string | null;
}

function patternsOf(file: CodeFile): Pattern[] {
  const { dialect, root } = file.parsed;
  if (dialect === 'go') return [];
  const written = dialect === 'script' ? ofKinds(root, ['regex']).map((node) => ({ node, source: node.field('pattern')?.text() ?? '', flags: node.field('flags')?.text() ?? '' })) : [];
  const quick = dialect === 'script' ? /RegExp\(/ : /\bre\.\w+\(|\bregex\./;
  if (!quick.test(file.text)) return written;
  const kinds = dialect === 'script' ? ['call_expression', 'new_expression'] : ['call'];
  // The text is compared inside the parser: a large file has a hundred thousand calls.
  const likely = root.findAll({ rule: { any: kinds.map((kind) => ({ kind })), regex: dialect === 'script' ? '^(?:new\\s+)?RegExp' : '^(?:re|regex)\\.' } });
  const calls = likely.flatMap((node): Pattern[] => {
    const callee = calleeOf(node);
    const first = node.field('arguments') ? named(node.field('arguments')!)[0] : undefined;
    if (!callee || !first || !(dialect === 'script' ? /^RegExp$/ : /^(?:re|regex)\.\w+$/).test(callee.text())) return [];
    const text = literalText(first);
    if (text === null) return [];
    const raw = dialect === 'python' && /^[rR]/.test(first.text());
    const flags = named(node.field('arguments')!)[1];
    return [{ node, source: raw ? text : text.replaceAll('\\\\', '\\'), flags: dialect === 'script' ? (flags ? literalText(flags) : '') : null }];
  });
  return [...written, ...calls];
}

function compiles(source: string, flags: string): boolean {
  try {
    return new RegExp(source, /^[dgimsuvy]*$/.test(flags) ? flags : '') instanceof RegExp;
  } catch {
    // The one way in which JavaScript says so.
    return false;
  }
}
