/** G11: defaults that leave a door open, in code of three languages and in workflows. Rules from `rulepacks/defaults`; what is not shipped is only told (`info`). */
import { type CodeFile, openFile } from '../../app/core/code/file.ts';
import { Flow } from '../../app/core/code/flow.ts';
import { RulePack } from '../../app/core/code/rules.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { lines, type Node } from '../../app/core/syntax.ts';
import goRules from '../../rulepacks/defaults/go.json' with { type: 'json' };
import pythonRules from '../../rulepacks/defaults/python.json' with { type: 'json' };
import scriptRules from '../../rulepacks/defaults/script.json' with { type: 'json' };
import { orderHits } from './order.ts';
import { isShipped } from './places.ts';
import { fromTools } from './tools.ts';
import { workflowFindings } from './workflow.ts';

/** Values count as they are written: nothing here follows what flows through. */
const pack = new RulePack({ script: scriptRules, python: pythonRules, go: goRules }, new Flow({}));

export function inspect(facts: GuardFacts): RawFinding[] {
  const opened = facts.changed.flatMap((file) => {
    const code = openFile(file.path, file.text);
    return code ? [code] : [];
  });
  for (const file of opened) file.siblings = file.parsed.dialect === 'go' ? opened.filter((each) => each !== file && each.parsed.dialect === 'go' && folderOf(each.path) === folderOf(file.path)) : [];
  const own = [...opened.flatMap(inspectFile), ...facts.changed.flatMap((file: ChangedText) => workflowFindings(file.path, file.text))];
  return [...own, ...fromTools(facts, own)].map((finding) => (isShipped(finding.path) || finding.error ? finding : { ...finding, severity: 'info' as const }));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function inspectFile(file: CodeFile): RawFinding[] {
  const ruled = pack.hits(file).map(({ rule, node, until }) => ({ code: rule.code, path: file.path, ...span(node, until), values: { why: rule.why }, ...(rule.info ? { severity: 'info' as const } : {}) }));
  return [...ruled, ...orderHits(file).map(({ code, node, why }) => ({ code, path: file.path, ...span(node, node), values: { why } }))];
}

function span(node: Node, until: Node): { startLine: number; endLine: number } {
  return { startLine: lines(node).startLine, endLine: Math.max(lines(node).startLine, lines(until).endLine) };
}
