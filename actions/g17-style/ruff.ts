/** What `ruff format` says of changed Python files, where the repository formats with it (the adapter asks only then, with the configuration of base). */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';

export function ruffFindings({ changed, tools }: GuardFacts): RawFinding[] {
  const files = new Map(changed.map((file) => [file.path, file]));
  const first = new Map<string, { line: number; count: number }>();
  for (const { rule, path, startLine, endLine, level } of tools.ruff?.findings ?? []) {
    // A file that another version of ruff had formatted otherwise is not the change's doing; one that it cannot parse is for the compiler to tell.
    if (rule !== 'unformatted' || level === 'kept-otherwise') continue;
    for (let line = startLine; line <= endLine; line += 1) {
      if (!files.get(path)?.changedLines.has(line)) continue;
      const known = first.get(path);
      first.set(path, { line: Math.min(line, known?.line ?? line), count: (known?.count ?? 0) + 1 });
    }
  }
  return [...first].map(([path, { line, count }]) => ({
    code: 'FORMAT', path, startLine: line, endLine: line, values: { formatter: 'ruff', count, text: files.get(path)!.text.split('\n')[line - 1]!.trim().slice(0, 80) },
  }));
}
