/** GuardReport → SARIF 2.1.0: one run per guardrail, stable rule ids and partial fingerprints, nothing that differs between two runs over the same input. */
import type { Finding, GuardReport, GuardrailResult } from '../core/finding.ts';
import { descriptors } from './catalogue.generated.ts';

const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

export function toSarif(report: GuardReport): object {
  return { $schema: schema, version: '2.1.0', runs: report.guardrails.map(runOf) };
}

function runOf(result: GuardrailResult): object {
  const codes = [...new Set(result.findings.map((finding) => finding.code))].sort();
  return {
    tool: { driver: { name: `assay/${result.id}-${result.slug}`, semanticVersion: semantic(result.tool.version), rules: codes.map((code) => ruleOf(result, code)), properties: { engine: result.tool } } },
    automationDetails: { id: `assay/${result.id}/` },
    invocations: [{ executionSuccessful: result.outcome !== 'error', properties: { outcome: result.outcome, mode: result.mode } }],
    columnKind: 'utf16CodeUnits',
    results: result.findings.filter((finding) => finding.code !== 'NOTHING_APPLIES').map((finding) => resultOf(finding, result.mode)),
  };
}

function semantic(version: string): string {
  return /^\d+\.\d+\.\d+/.test(version) ? version : '0.0.0';
}

function ruleOf(result: GuardrailResult, code: string): object {
  const descriptor = descriptors.find((each) => each.id === result.id);
  return {
    id: code, name: code, shortDescription: { text: descriptor?.finds[code] ?? code }, help: { text: descriptor?.remedy ?? 'See the finding.' },
    properties: { guardrail: result.id, tags: descriptor?.standards ?? [] },
  };
}

function resultOf(finding: Finding, mode: GuardrailResult['mode']): object {
  const blocks = mode === 'enforce' && finding.severity !== 'info';
  return {
    ruleId: finding.code, level: blocks ? 'error' : finding.severity === 'info' ? 'note' : 'warning', message: { text: `${finding.message}\n${finding.remedy}` },
    locations: [{ physicalLocation: {
      artifactLocation: { uri: encodeURI(finding.path), uriBaseId: '%SRCROOT%' },
      ...(finding.startLine > 0 ? { region: { startLine: finding.startLine, endLine: finding.endLine } } : {}),
    } }],
    partialFingerprints: { 'assay/v1': finding.fingerprint },
    properties: { severity: finding.severity },
  };
}
