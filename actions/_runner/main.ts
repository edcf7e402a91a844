/**
 * What a composite's one step runs: inputs from the environment, `assay guard` over the checkout, then job summary, annotations and outputs.
 * The inputs choose a guardrail and a base to compare with; they choose no code and no rules.
 */
import * as actions from '@actions/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemOf } from '../../app/core/errors.ts';
import type { GuardReport } from '../../app/core/finding.ts';
import { exitCodeOf } from '../../app/core/verdict.ts';
import { packageLookup } from '../../app/edges/packages.ts';
import { readChange } from '../../app/edges/worktree.ts';
import { plain, toAnnotations } from '../../app/guardrails/annotations.ts';
import { runGuardrails } from '../../app/guardrails/runner.ts';

// GitHub shows ten annotations of each level per step; the summary has them all.
const maxShown = 10;

async function judge(env: NodeJS.ProcessEnv): Promise<GuardReport> {
  const worktree = await readChange(env.GITHUB_WORKSPACE || process.cwd(), env.ASSAY_BASE || null);
  const only = env.ASSAY_ONLY?.split(',').map((id) => id.trim()).filter(Boolean);
  return await runGuardrails({ ...worktree, pack: env.ASSAY_PACK || 'baseline', only: only?.length ? only : undefined }, {
    packages: packageLookup(),
    clock: { now: Date.now, sleep: async (ms, signal) => void await sleep(ms, undefined, signal ? { signal } : {}) },
  });
}

function annotate(report: GuardReport): void {
  const say = { failure: actions.error, warning: actions.warning, notice: actions.notice };
  for (const { path, startLine, endLine, level, title, message } of toAnnotations(report).slice(0, maxShown)) {
    say[level](message, { title, file: path, startLine, endLine });
  }
}

async function summarise(report: GuardReport): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  const rows = report.guardrails.flatMap((result) => result.findings.map((finding) => [result.id, finding.severity, `${plain(finding.path)}:${finding.startLine}`, plain(finding.message), plain(finding.remedy)]));
  const header = ['guardrail', 'severity', 'place', 'finding', 'remedy'].map((data) => ({ data, header: true }));
  await actions.summary.addHeading(`Assay: ${report.outcome}`, 2).addTable([header, ...rows]).write();
}

try {
  const report = await judge(process.env);
  annotate(report);
  await summarise(report);
  actions.setOutput('outcome', report.outcome);
  actions.setOutput('report', JSON.stringify(report).slice(0, 500_000));
  process.exitCode = exitCodeOf(report.outcome);
} catch (thrown) {
  const problem = problemOf(thrown);
  actions.setOutput('outcome', 'error');
  actions.setFailed(`${problem.code}: ${plain(problem.message)} – ${plain(problem.remedy)}`);
  process.exitCode = /^(USAGE|CONFIG)(_|$)/.test(problem.code) ? 2 : 3;
}
