/**
 * What `ruff format` says of changed Python files, where the repository formats with it (the adapter asks only then, with the configuration of base), and gofmt of changed
 * Go files that were as it writes them. A new Go file is told and does not block: the language has one format, the repository need not keep it.
 */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';

const formatters = [['ruff', 'ruff'], ['golangci-lint', 'gofmt']] as const;

export function formatterFindings(facts: GuardFacts): RawFinding[] {
  return formatters.flatMap(([tool, formatter]) => said(facts, { tool, formatter }));
}

function said({ changed, tools }: GuardFacts, { tool, formatter }: { tool: string; formatter: string }): RawFinding[] {
  const files = new Map(changed.map((file) => [file.path, file]));
  const first = new Map<string, { line: number; count: number }>();
  for (const { rule, path, startLine, endLine, level } of tools[tool]?.findings ?? []) {
    // A file that another version or nobody had formatted otherwise is not the change's doing; one that it cannot parse is for the compiler to tell.
    if (rule !== 'unformatted' || level === 'kept-otherwise') continue;
    for (let line = startLine; line <= endLine; line += 1) {
      if (!files.get(path)?.changedLines.has(line)) continue;
      const known = first.get(path);
      first.set(path, { line: Math.min(line, known?.line ?? line), count: (known?.count ?? 0) + 1 });
    }
  }
  return [...first].map(([path, { line, count }]) => ({
    code: 'FORMAT', path, startLine: line, endLine: line, ...(formatter === 'gofmt' && files.get(path)!.baseText === null ? { severity: 'info' as const } : {}), values: { formatter, count, text: files.get(path)!.text.split('\n')[line - 1]!.trim().slice(0, 80) },
  }));
}
