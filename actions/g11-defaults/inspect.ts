/** G11: defaults that leave a door open, in code of three languages and in workflows. Rules from `rulepacks/defaults`; what is not shipped is only told (`info`). */
import type { CodeFile } from '../../app/core/code/file.ts';
import { Flow } from '../../app/core/code/flow.ts';
import { codeFinding, openAll, ruleFindings } from '../../app/core/code/judge.ts';
import { isShipped } from '../../app/core/code/places.ts';
import { RulePack } from '../../app/core/code/rules.ts';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import goRules from '../../rulepacks/defaults/go.json' with { type: 'json' };
import pythonRules from '../../rulepacks/defaults/python.json' with { type: 'json' };
import scriptRules from '../../rulepacks/defaults/script.json' with { type: 'json' };
import { orderHits } from './order.ts';
import { fromTools } from './tools.ts';
import { workflowFindings } from './workflow.ts';

/** Values count as they are written: nothing here follows what flows through. */
const pack = new RulePack({ script: scriptRules, python: pythonRules, go: goRules }, new Flow({}));

export function inspect(facts: GuardFacts): RawFinding[] {
  const own = [...openAll(facts.changed).flatMap(inspectFile), ...facts.changed.flatMap((file) => workflowFindings(file.path, file.text))];
  return [...own, ...fromTools(facts, own)].map((finding) => (isShipped(finding.path) || finding.error ? finding : { ...finding, severity: 'info' as const }));
}

function inspectFile(file: CodeFile): RawFinding[] {
  return [...ruleFindings(pack, file), ...orderHits(file).map((hit) => codeFinding(file, hit))];
}
