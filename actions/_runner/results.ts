/** What the step leaves as files under `$RUNNER_TEMP/assay`, outside of every checkout: SARIF, the report, and the report's digest for the job that attests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '../../app/core/digest.ts';
import type { Problem } from '../../app/core/errors.ts';
import type { GuardReport } from '../../app/core/finding.ts';

export interface Results {
  outcome: string;
  sarif: string;
  report: string;
  sha256: string;
}

export function resultFolder(env: NodeJS.ProcessEnv): string {
  return join(env.RUNNER_TEMP || tmpdir(), 'assay');
}

export function writeResults(env: NodeJS.ProcessEnv, what: { report: GuardReport; sarif: object }): Results {
  const folder = resultFolder(env);
  mkdirSync(folder, { recursive: true });
  const [sarif, report] = [join(folder, 'assay.sarif'), join(folder, 'assay.json')];
  const text = `${JSON.stringify(what.report, null, 2)}\n`;
  writeFileSync(sarif, `${JSON.stringify(what.sarif, null, 2)}\n`);
  writeFileSync(report, text);
  return { outcome: what.report.outcome, sarif, report, sha256: sha256(Buffer.from(text)) };
}

/** The report of a run that could not judge: an error without a single verdict. */
export function problemReport(): GuardReport {
  return { version: 1, outcome: 'error', base: null, head: 'unknown', guardrails: [], durationMs: 0 };
}

/** SARIF's own way to say that a tool did not run to its end. */
export function problemSarif({ code, message, remedy }: Problem): object {
  const notification = { level: 'error', descriptor: { id: code }, message: { text: `${message}\n${remedy}` } };
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0',
    runs: [{ tool: { driver: { name: 'assay' } }, invocations: [{ executionSuccessful: false, toolExecutionNotifications: [notification] }], results: [] }],
  };
}
