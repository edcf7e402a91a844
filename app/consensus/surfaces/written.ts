/** Written files as behaviour: `{files: {path: text | value | digest}}`, the declared outputs alone, in the order of their names. */
import { sameValue, type Compare } from '../values.ts';

export function meetsFiles(expected: Record<string, unknown>, value: unknown, compare: Compare): boolean {
  const files: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, 'files') : undefined;
  if (files === null || typeof files !== 'object') return false;
  return Object.entries(expected).every(([path, content]) => {
    const written: unknown = Reflect.get(files, path);
    if (content === null) return written === undefined;
    return written !== undefined && sameValue(written, asWritten(path, content), compare);
  });
}

/** A `.json` file counts as its value, so its expectation may be the value or the text of it. */
function asWritten(path: string, content: unknown): unknown {
  if (!path.endsWith('.json') || typeof content !== 'string') return content;
  try {
    return JSON.parse(content);
  } catch {
    return content; // a text that is no JSON is expected as it stands
  }
}
