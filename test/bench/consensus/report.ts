/** The tables that the bench prints. */
import { writeFileSync } from 'node:fs';
import { defaultConfidence } from '../../../app/consensus/quorum.ts';
import type { Baselines } from './baseline.ts';
import { figuresOf, intervalOf, isAccepted, percent, quantile } from './figures.ts';
import { binsOf, brierOf, calibrationErrorOf, plotOf, tableOf } from './reliability.ts';
import type { Row } from './run.ts';

export interface SetReport {
  set: string;
  trio: string[];
  labels: string;
  rows: Row[];
  baselines: Baselines | null;
}

export function reportOf(reports: SetReport[], plot: string | null): string {
  const rows = reports.flatMap((report) => report.rows);
  const title = reports.map(({ set, trio, labels }) => `${set} ${trio.join(' / ')} (${labels})`).join(' + ');
  if (rows.length === 0) return `${title}: no tasks\n`;
  const lines = [
    '', title, `  ${''.padEnd(38)}coverage  precision  whole-cluster-wrong  lost   95 % of coverage, of precision`,
    ...gateLines(rows), ...(reports.length === 1 && reports[0] ? baselineLines(reports[0]) : []), ...difficultyLines(rows), ...timeLines(rows), ...reasonLines(rows), ...reliabilityLines(rows, plot, title), '',
  ];
  return `${lines.join('\n')}\n`;
}

function gateLines(rows: Row[]): string[] {
  return [defaultConfidence, 0, 0.9, 0.95].map((threshold, at) => {
    const found = figuresOf(rows, threshold);
    const { coverage, precision } = intervalOf(rows, threshold);
    const name = at === 0 ? `assay consensus (confidence ≥ ${threshold})` : `… with confidence ≥ ${threshold}`;
    return `  ${name.padEnd(38)}  ${percent(found.coverage)}      ${percent(found.precision)}  ${String(found.wholeClusterWrong).padStart(19)}  ${String(found.lost).padStart(4)}   ${coverage.map(percent).join('–')}  ${precision.map(percent).join('–')}`;
  });
}

function baselineLines({ baselines, set }: SetReport): string[] {
  if (!baselines) return set === 'contest' ? [] : ['  baselines: absent (the scorer or the recorded behaviour is not beside this repository)'];
  return Object.entries(baselines).map(([name, row]) => `  ${name.padEnd(38)}  ${percent(row.coverage)}      ${percent(row.precision ?? Number.NaN)}  ${String(row.allWrong).padStart(19)}  ${String(row.lost).padStart(4)}`);
}

function difficultyLines(rows: Row[]): string[] {
  const groups = Map.groupBy(rows, (row) => row.difficulty);
  if (groups.size < 2) return [];
  return ['easy', 'medium', 'hard', 'not stated'].flatMap((level) => {
    const some = groups.get(level);
    if (!some) return [];
    const found = figuresOf(some, defaultConfidence);
    return [`  ${`${level}: ${some.length} tasks`.padEnd(38)}  ${percent(found.coverage)}      ${percent(found.precision)}  ${String(found.wholeClusterWrong).padStart(19)}  ${String(found.lost).padStart(4)}`];
  });
}

function timeLines(rows: Row[]): string[] {
  const seconds = rows.map((row) => row.seconds).sort((a, b) => a - b);
  const known = rows.some((row) => row.result);
  const phases = Map.groupBy(rows.flatMap((row) => row.result?.phases ?? []), (phase) => phase.name);
  const shares = [...phases].map(([name, all]) => `${name} ${(all.reduce((sum, { ms }) => sum + ms, 0) / 1000 / rows.length).toFixed(2)}`);
  return [`  seconds a task: median ${quantile(seconds, 0.5).toFixed(1)}, p90 ${quantile(seconds, 0.9).toFixed(1)}, longest ${quantile(seconds, 1).toFixed(1)}${known ? `; mean by phase: ${shares.join(', ')}` : ''}`];
}

function reasonLines(rows: Row[]): string[] {
  const reasons = Map.groupBy(rows.filter((row) => !isAccepted(row, 0)), (row) => `${row.outcome}: ${row.reason.split(':')[0] ?? ''}`);
  const counted = [...reasons].map(([reason, all]) => ({ reason, count: all.length, lost: all.filter((row) => row.possible).length }));
  return counted.sort((a, b) => b.count - a.count).slice(0, 12).map(({ reason, count, lost }) => `  ${String(count).padStart(4)} × ${reason} (${lost} with a right candidate)`);
}

function reliabilityLines(rows: Row[], plot: string | null, title: string): string[] {
  const forecasts = rows.filter((row) => isAccepted(row, 0)).map((row) => ({ stated: row.confidence, right: row.right === true }));
  if (forecasts.length < 20) return [];
  const bins = binsOf(forecasts);
  if (plot) writeFileSync(plot, plotOf(bins, `Reliability: ${title}`.slice(0, 70)));
  return [`  confidence of what agrees (easier tasks than contests: elsewhere it is too high): Brier ${brierOf(forecasts).toFixed(4)}, calibration error ${calibrationErrorOf(bins).toFixed(4)}`, tableOf(bins), ...(plot ? [`  plot: ${plot}`] : [])];
}
