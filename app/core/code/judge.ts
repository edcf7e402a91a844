/** What guardrails over code of three languages share: each file opened once, Go files with the others of their package, hits of a rule pack as findings. */
import type { RawFinding } from '../finding.ts';
import type { ChangedText } from '../guardrail.ts';
import { lines, type Node } from '../syntax.ts';
import { type CodeFile, openFile } from './file.ts';
import type { RulePack } from './rules.ts';

export function openAll(changed: readonly ChangedText[]): CodeFile[] {
  const opened = changed.flatMap(({ path, text }) => openFile(path, text) ?? []);
  const packages = Map.groupBy(opened.filter((file) => file.parsed.dialect === 'go'), (file) => folderOf(file.path));
  for (const file of opened) file.siblings = (packages.get(folderOf(file.path)) ?? []).filter((each) => each !== file);
  return opened;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

export function ruleFindings(pack: RulePack, file: CodeFile): RawFinding[] {
  return pack.hits(file).map(({ rule, node, until }) => ({ code: rule.code, path: file.path, ...span(node, until), values: { why: rule.why }, ...(rule.info ? { severity: 'info' as const } : {}) }));
}

export function codeFinding(file: CodeFile, { code, node, why }: { code: string; node: Node; why: string }): RawFinding {
  return { code, path: file.path, ...span(node, node), values: { why } };
}

/** From where it starts to the argument that decided: a callback below it is not part of the finding. */
function span(node: Node, until: Node): { startLine: number; endLine: number } {
  return { startLine: lines(node).startLine, endLine: Math.max(lines(node).startLine, lines(until).endLine) };
}
