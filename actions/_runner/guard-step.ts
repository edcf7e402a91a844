/**
 * The step that judges: inputs from the environment, the guardrails over the checkout, then annotations, job summary, SARIF and report files, outputs, and the
 * exit code of the verdict. What goes wrong is an `error` in every one of these, never a missing file that could be taken for a pass.
 */
import * as actions from '@actions/core';
import { AssayError, problemOf, type Problem } from '../../app/core/errors.ts';
import type { GuardReport } from '../../app/core/finding.ts';
import { exitCodeOf } from '../../app/core/verdict.ts';
import { spoken } from '../../app/core/visible.ts';
import { guarding } from '../../app/cli/guarding.ts';
import { readHistory } from '../../app/edges/history.ts';
import { readChange } from '../../app/edges/worktree.ts';
import { toAnnotations } from '../../app/guardrails/annotations.ts';
import { descriptors, packs } from '../../app/guardrails/catalogue.generated.ts';
import { wanted } from '../../app/guardrails/plan.ts';
import { runGuardrails } from '../../app/guardrails/runner.ts';
import { toSarif } from '../../app/guardrails/sarif.ts';
import { eventFacts } from '../../app/edges/workflow-run/event.ts';
import { inputsOf } from './inputs.ts';
import { problemReport, problemSarif, writeResults } from './results.ts';
import { problemSummary, shownOnLines, toSummary } from './summary.ts';

async function judge(env: NodeJS.ProcessEnv): Promise<GuardReport> {
  const { folder, base, pack, only, phase } = inputsOf(env);
  const event = eventFacts(env);
  const against = base ?? event.base;
  const changed = await readChange(folder, against);
  const input = { ...changed, pack, only, phase, pull: event.pull };
  try {
    const needs = wanted(input, { descriptors, packs });
    const worktree = needs.has('sources') ? await readChange(folder, against, { sources: true }) : changed;
    const history = needs.has('history') ? await readHistory(folder, changed.baseSha) : null;
    return await runGuardrails({ ...input, ...worktree, history }, guarding({ progress: say }));
  } catch (thrown) {
    if (phase && !only && thrown instanceof AssayError && thrown.code === 'USAGE_NOTHING_SELECTED') return nothingOfThisKind(changed);
    throw thrown;
  }
}

/** A pack without a guardrail that runs code leaves the second job with nothing to do, which is neither a pass nor an error. */
function nothingOfThisKind(changed: { baseSha: string | null; headSha: string }): GuardReport {
  return { version: 1, outcome: 'not_applicable', base: changed.baseSha, head: changed.headSha, guardrails: [], durationMs: 0 };
}

function say(step: { started: string } | { ended: GuardReport['guardrails'][number] }): void {
  process.stdout.write('started' in step ? `${step.started} …\n` : `${step.ended.id} ${step.ended.outcome} ${step.ended.ms} ms\n`);
}

function annotate(report: GuardReport): void {
  const write = { failure: actions.error, warning: actions.warning, notice: actions.notice };
  for (const { path, startLine, endLine, level, title, message } of shownOnLines(toAnnotations(report))) write[level](message, { title, file: path, startLine, endLine });
}

async function summarise(text: string): Promise<void> {
  if (process.env.GITHUB_STEP_SUMMARY) await actions.summary.addRaw(text, true).write();
}

function output(results: { outcome: string; sarif: string; report: string; sha256: string }, heads: { base: string | null; head: string }): void {
  actions.setOutput('outcome', results.outcome);
  actions.setOutput('sarif', results.sarif);
  actions.setOutput('report', results.report);
  actions.setOutput('report-sha256', results.sha256);
  actions.setOutput('base', heads.base ?? '');
  actions.setOutput('head', heads.head);
}

function titleOf(env: NodeJS.ProcessEnv): string {
  return env.ASSAY_PHASE ? `Assay (${env.ASSAY_PHASE})` : 'Assay';
}

async function refuse(problem: Problem): Promise<number> {
  output(writeResults(process.env, { report: problemReport(), sarif: problemSarif(problem) }), { base: null, head: 'unknown' });
  await summarise(problemSummary(problem, titleOf(process.env)));
  actions.error(spoken(`${problem.code}: ${problem.message} – ${problem.remedy}`), { title: 'Assay' });
  return /^(USAGE|CONFIG)(_|$)/.test(problem.code) ? 2 : 3;
}

try {
  const report = await judge(process.env);
  output(writeResults(process.env, { report, sarif: toSarif(report) }), report);
  annotate(report);
  await summarise(toSummary(report, titleOf(process.env)));
  process.exitCode = exitCodeOf(report.outcome);
} catch (thrown) {
  process.exitCode = await refuse(problemOf(thrown));
}
