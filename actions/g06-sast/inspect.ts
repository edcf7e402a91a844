/**
 * G06: values that flow where they do harm, and cryptography that holds nothing, in JavaScript, TypeScript, Python and Go. One parse of each file, rules
 * from `rulepacks/sast`, and what the fuller engines said of the same files. Tests, fixtures and examples are judged too, but only told (`info`).
 */
import { type CodeFile, openFile } from '../../app/core/code/file.ts';
import { Flow } from '../../app/core/code/flow.ts';
import { RulePack } from '../../app/core/code/rules.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { lines, type Node } from '../../app/core/syntax.ts';
import flowData from '../../rulepacks/sast/flow.json' with { type: 'json' };
import goRules from '../../rulepacks/sast/go.json' with { type: 'json' };
import pythonRules from '../../rulepacks/sast/python.json' with { type: 'json' };
import scriptRules from '../../rulepacks/sast/script.json' with { type: 'json' };
import { answerHits } from './answers.ts';
import { closureHits } from './go-closures.ts';
import { structHits } from './go-structs.ts';
import { hiddenDirection } from './hidden.ts';
import { patternHits } from './patterns.ts';
import { isShipped } from './places.ts';
import { pollutionHits } from './pollution.ts';
import { randomHits } from './random.ts';
import { fromTools } from './tools.ts';

const flow = new Flow(flowData);
const pack = new RulePack({ script: scriptRules, python: pythonRules, go: goRules }, flow);

export function inspect(facts: GuardFacts): RawFinding[] {
  const opened = facts.changed.map((file) => ({ file, code: openFile(file.path, file.text) })).filter((each) => each.code !== null) as { file: ChangedText; code: CodeFile }[];
  const packages = Map.groupBy(opened.filter(({ code }) => code.parsed.dialect === 'go').map(({ code }) => code), (code) => folderOf(code.path));
  const own = opened.flatMap(({ file, code }) => {
    code.siblings = (packages.get(folderOf(file.path)) ?? []).filter((each) => each !== code);
    return inspectFile(code);
  });
  return [...own, ...fromTools(facts, own)].map((finding) => (isShipped(finding.path) ? finding : { ...finding, severity: 'info' as const }));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function inspectFile(file: CodeFile): RawFinding[] {
  const ruled = pack.hits(file).map(({ rule, node, until }) => ({ code: rule.code, path: file.path, ...span(node, until), values: { why: rule.why }, ...(rule.info ? { severity: 'info' as const } : {}) }));
  const coded = [...randomHits(file), ...structHits(file), ...closureHits(file), ...patternHits(file), ...pollutionHits(file), ...answerHits(file, flow)]
    .map(({ code, node, why }) => ({ code, path: file.path, ...span(node, node), values: { why } }));
  return [...ruled, ...coded, ...hiddenDirection(file.path, file.text)];
}

/** From where it starts to the argument that decided: a callback below it is not part of the finding. */
function span(node: Node, until: Node): { startLine: number; endLine: number } {
  return { startLine: lines(node).startLine, endLine: Math.max(lines(node).startLine, lines(until).endLine) };
}
