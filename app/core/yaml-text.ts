/**
 * YAML as plain data from a file somebody may have written to break the reader: size capped, one document, no tags, no anchors or aliases, no
 * merge keys, no duplicate keys, string keys only. What is not plain is a fault with its line, never a guess.
 */
import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

const maxBytes = 65_536;

export interface YamlText {
  value: unknown;
  /** The 1-based line of the key at this path, or of the nearest thing around it that is in the file. */
  lineOf(path: string[]): number;
}

export function readYaml(text: string): YamlText | { fault: string } {
  if (Buffer.byteLength(text) > maxBytes) return { fault: `the file is larger than ${maxBytes} bytes` };
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { version: '1.2', schema: 'core', merge: false, uniqueKeys: true, stringKeys: true, lineCounter: lines, prettyErrors: false });
    // An unknown tag is only a warning to the parser.
    const fault = document.errors[0] ?? document.warnings[0];
    if (fault) return { fault: `line ${lines.linePos(fault.pos[0]).line}: ${fault.message}` };
    return { value: document.toJS({ maxAliasCount: 0 }), lineOf: (path) => lineOf(path, document, lines) };
  } catch (thrown) {
    // An alias, or nesting deeper than the parser's stack.
    return { fault: thrown instanceof ReferenceError ? 'anchors and aliases are not allowed' : `the file cannot be read: ${String(thrown)}` };
  }
}

function lineOf(path: string[], document: Document.Parsed, lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const offset = keyOffset(parent, path[length - 1]!);
    if (offset !== null) return lines.linePos(offset).line;
  }
  return 1;
}

const Pairs = z.object({ items: z.array(z.object({ key: z.object({ value: z.unknown(), range: z.array(z.number()).min(1) }) })) });

function keyOffset(parent: unknown, key: string): number | null {
  const pairs = Pairs.safeParse(parent);
  const pair = pairs.success ? pairs.data.items.find((each) => each.key.value === key) : undefined;
  return pair?.key.range[0] ?? null;
}
