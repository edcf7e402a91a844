/**
 * G06: values that flow where they do harm, and cryptography that holds nothing, in JavaScript, TypeScript, Python and Go. One parse of each file, rules
 * from `rulepacks/sast`, and what the fuller engines said of the same files. Tests, fixtures and examples are judged too, but only told (`info`).
 */
import type { CodeFile } from '../../app/core/code/file.ts';
import { Flow } from '../../app/core/code/flow.ts';
import { codeFinding, openAll, ruleFindings } from '../../app/core/code/judge.ts';
import { isShipped } from '../../app/core/code/places.ts';
import { RulePack } from '../../app/core/code/rules.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import flowData from '../../rulepacks/sast/flow.json' with { type: 'json' };
import goRules from '../../rulepacks/sast/go.json' with { type: 'json' };
import pythonRules from '../../rulepacks/sast/python.json' with { type: 'json' };
import scriptRules from '../../rulepacks/sast/script.json' with { type: 'json' };
import { answerHits } from './answers.ts';
import { closureHits } from './go-closures.ts';
import { structHits } from './go-structs.ts';
import { hiddenDirection } from './hidden.ts';
import { patternHits } from './patterns.ts';
import { pollutionHits } from './pollution.ts';
import { randomHits } from './random.ts';
import { fromTools } from './tools.ts';

const flow = new Flow(flowData);
const pack = new RulePack({ script: scriptRules, python: pythonRules, go: goRules }, flow);

export function inspect(facts: GuardFacts): RawFinding[] {
  const own = openAll(facts.changed).flatMap(inspectFile);
  return [...own, ...fromTools(facts, own)].map((finding) => (isShipped(finding.path) ? finding : { ...finding, severity: 'info' as const }));
}

function inspectFile(file: CodeFile): RawFinding[] {
  const coded = [...randomHits(file), ...structHits(file), ...closureHits(file), ...patternHits(file), ...pollutionHits(file), ...answerHits(file, flow)];
  return [...ruleFindings(pack, file), ...coded.map((hit) => codeFinding(file, hit)), ...hiddenDirection(file.path, file.text)];
}
