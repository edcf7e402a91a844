/** iac: Terraform, Kubernetes, compose and CloudFormation that stand open, run unconfined or have no limits. */
import type { Hit, RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { YamlTree } from '../../app/core/yaml-tree.ts';
import { templateHits } from './cloudformation.ts';
import { composeHits } from './compose.ts';
import { hit } from './hit.ts';
import { manifestHits } from './kubernetes.ts';
import { fromCheckov } from './scanners.ts';
import { terraformHits } from './terraform.ts';

// Far above any template that a person wrote.
const maxText = 1_000_000;

export function inspect(facts: GuardFacts): RawFinding[] {
  const own = facts.changed.flatMap(({ path, text }) => inFile(path, text).map((found): RawFinding => ({ ...found, path })));
  return [...own, ...fromCheckov(facts, own)];
}

function inFile(path: string, text: string): Hit[] {
  const looks = /\.(tf|tofu)$/i.test(path) ? 'terraform' : /\.(ya?ml|json|template)$/i.test(path) ? kindOf(path, text) : null;
  if (looks === null) return [];
  if (text.length > maxText) return [{ ...hit('IAC_UNREADABLE', 0, { why: `it is longer than ${maxText} characters` }), error: true }];
  if (looks === 'terraform') return terraformHits(text);
  const tree = new YamlTree(text);
  if (tree.fault === null) return tree.documents.flatMap((document) => readers[looks](tree, document.contents));
  // A template becomes YAML only when it is filled in.
  return /\{\{|\{%/.test(text) ? [] : [{ ...hit('IAC_UNREADABLE', 0, { why: tree.fault }), error: true }];
}

const readers = { kubernetes: manifestHits, compose: composeHits, cloudformation: templateHits };

/** By what the text says of itself: other YAML and JSON is none of this guardrail's business. */
function kindOf(path: string, text: string): keyof typeof readers | null {
  if (/(^|\/)\.github\//.test(path)) return null;
  if (/AWSTemplateFormatVersion|["']?Type["']?\s*:\s*["']?AWS::/.test(text)) return 'cloudformation';
  if (/^\s{0,8}["']?apiVersion["']?\s*:/m.test(text) && /^\s{0,8}["']?kind["']?\s*:/m.test(text)) return 'kubernetes';
  return /(^|\/)(docker-)?compose[^/]*\.ya?ml$/i.test(path) ? 'compose' : null;
}
