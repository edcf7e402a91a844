/**
 * Fits the confidence: logistic regression with a ridge on the features of what agrees, cross-validated by task (no task is on both sides),
 * and writes `app/consensus/confidence.json` with date and digest of the data, and a plot of it. The families' prior is counted from the same runs without
 * any label.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { confidenceModel, featureNames, probabilityOf, type ConfidenceModel, type FeatureName, type Features } from '../../../app/consensus/confidence.ts';
import type { FamilyRecord } from '../../../app/core/family-record.ts';
import { recordAfter } from '../../../app/consensus/record.ts';
import { digestOf } from '../../../app/core/digest.ts';
import { defaultConfidence } from '../../../app/consensus/quorum.ts';
import { isAccepted, percent } from './figures.ts';
import { binsOf, brierOf, calibrationErrorOf, plotOf, tableOf, type Forecast } from './reliability.ts';
import type { SetReport } from './report.ts';
import type { Row } from './run.ts';

interface Sample {
  task: string;
  x: number[];
  right: boolean;
}

const folds = 10;
const ridge = 3;
/** What the development set has: the others are stated in the file and stay as they are. */
const fitted: FeatureName[] = ['thirdFamily', 'dissenters', 'failing', 'inputs', 'leftOut', 'publicTests', 'mutation', 'likeness', 'dissentAgreement', 'length'];

/** Our own tasks: commands, in mixes that we chose, so that they tell nothing of families. */
const isOurs = (set: string) => set === 'contest' || set === 'unseen';

export function fitAll(reports: SetReport[]): string {
  const development = reports.filter(({ set }) => !isOurs(set));
  const samples = development.flatMap(({ set, rows }) => rows.filter((row) => isAccepted(row, 0)).map((row) => sampleOf(`${set} ${row.id}`, row)));
  const forecasts = crossValidated(samples);
  const plain = modelOf(samples, development);
  const model = { ...plain, rates: ratesOf(reports, plain) };
  writeFileSync(fileURLToPath(new URL('../../../app/consensus/confidence.json', import.meta.url)), `${JSON.stringify(model, null, 2)}\n`);
  writeFileSync(fileURLToPath(new URL('../../../app/consensus/record.json', import.meta.url)), `${JSON.stringify(priorOf(development), null, 2)}\n`);
  const bins = binsOf(forecasts);
  writeFileSync(fileURLToPath(new URL('../../../app/consensus/reliability.svg', import.meta.url)), plotOf(bins, `Cross-validated: ${samples.length} agreements of the development set`));
  return [`fitted on ${samples.length} agreements of ${new Set(samples.map(({ task }) => task)).size} tasks, ${percent(samples.filter(({ right }) => right).length / samples.length)} % right`,
    `cross-validated by task: Brier ${brierOf(forecasts).toFixed(4)}, calibration error ${calibrationErrorOf(bins).toFixed(4)}`, tableOf(bins), ...riskLines(forecasts), JSON.stringify(model.functions), ''].join('\n');
}

function sampleOf(task: string, row: Row): Sample {
  return { task, x: fitted.map((name) => row.features?.[name] ?? 0), right: row.right === true };
}

function riskLines(forecasts: Forecast[]): string[] {
  return [0, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97].map((threshold) => {
    const above = forecasts.filter(({ stated }) => stated >= threshold);
    return `  ≥ ${threshold}: ${percent(above.length / forecasts.length)} % of agreements, ${percent(above.filter(({ right }) => right).length / above.length)} % right`;
  });
}

function crossValidated(samples: Sample[]): Forecast[] {
  const tasks = [...new Set(samples.map(({ task }) => task))].sort((a, b) => (digestOf(a) < digestOf(b) ? -1 : 1));
  const foldOf = new Map(tasks.map((task, at) => [task, at % folds]));
  return Array.from({ length: folds }, (_, fold) => {
    const weights = logistic(samples.filter(({ task }) => foldOf.get(task) !== fold));
    return samples.filter(({ task }) => foldOf.get(task) === fold).map(({ x, right }) => ({ stated: sigmoid(dot(weights, [1, ...x])), right }));
  }).flat();
}

/** Iteratively reweighted least squares; the intercept is not shrunk. */
function logistic(samples: Sample[]): number[] {
  const size = fitted.length + 1;
  let weights = new Array<number>(size).fill(0);
  for (let round = 0; round < 30; round++) {
    const hessian = Array.from({ length: size }, (_, row) => Array.from({ length: size }, (__, column): number => (row === column && row > 0 ? ridge : 0)));
    const gradient = weights.map((weight, at) => (at > 0 ? -ridge * weight : 0));
    for (const { x, right } of samples) {
      const row = [1, ...x];
      const p = sigmoid(dot(weights, row));
      for (let a = 0; a < size; a++) {
        gradient[a] = (gradient[a] ?? 0) + (row[a] ?? 0) * (Number(right) - p);
        for (let b = 0; b < size; b++) { const line = hessian[a]; if (line) line[b] = (line[b] ?? 0) + p * (1 - p) * (row[a] ?? 0) * (row[b] ?? 0); }
      }
    }
    const step = solved(hessian, gradient);
    weights = weights.map((weight, at) => weight + (step[at] ?? 0));
  }
  return weights;
}

/** Gauss with the greatest pivot. */
function solved(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0]);
  for (let at = 0; at < rows.length; at++) {
    const pivot = rows.slice(at).reduce((best, row, index) => (Math.abs(row[at] ?? 0) > Math.abs(rows[best]?.[at] ?? 0) ? at + index : best), at);
    const top = rows[pivot] ?? [];
    rows[pivot] = rows[at] ?? [];
    rows[at] = top;
    for (const [index, row] of rows.entries()) if (index !== at) { const by = (row[at] ?? 0) / (top[at] ?? 1); rows[index] = row.map((value, column) => value - by * (top[column] ?? 0)); }
  }
  return rows.map((row, at) => (row.at(-1) ?? 0) / (row[at] ?? 1));
}

function modelOf(samples: Sample[], reports: SetReport[]): ConfidenceModel {
  const words = `Of the development set: ${reports.map(({ set, trio, rows }) => `${rows.length} tasks of ${set} by ${trio.join(' / ')}`).join('; ')}. A task counts once a trio. These tasks are easier than contest tasks.`;
  const [intercept = 0, ...weights] = logistic(samples).map((weight) => Math.round(weight * 1e4) / 1e4);
  const right = samples.filter((sample) => sample.right).length;
  return {
    ...confidenceModel(), fitted: new Date().toISOString().slice(0, 10), data: { sha256: digestOf(samples), accepted: samples.length, right },
    functions: { intercept, weights: Object.fromEntries(fitted.map((name, at) => [name, weights[at] ?? 0])), words },
  };
}

/** Of what the fitted model accepts: how much was wrong, by stated difficulty. */
function ratesOf(reports: SetReport[], model: ConfidenceModel): ConfidenceModel['rates'] {
  return reports.flatMap(({ set, trio, rows }) => [...Map.groupBy(rows, (row) => row.difficulty)].map(([difficulty, some]) => {
    const accepted = some.filter((row) => isAccepted(row, 0) && row.features && probabilityOf(completeFeatures(row.features), isOurs(set) ? 'cli' : 'function', model) >= defaultConfidence);
    return { difficulty, of: isOurs(set) ? `commands of our own (${set}), ${trio.join(' / ')}` : `${set}, ${trio.join(' / ')}`, accepted: accepted.length, wrong: accepted.filter((row) => !row.right).length };
  }));
}

function completeFeatures(features: Record<string, number>): Features {
  return { ...(Object.fromEntries(featureNames.map((name) => [name, 0])) as Features), ...features };
}

/** No label in here: whether a family's program stood. Each task once a trio. */
function priorOf(reports: SetReport[]): FamilyRecord {
  const start: FamilyRecord = { version: 1, note: 'counted without labels on the development set', families: {} };
  const rows = reports.flatMap((report) => report.rows).filter(({ stood }) => stood.length > 0);
  return rows.reduce((record, { authors, stood }) => recordAfter(record, { candidates: authors, stood: authors.filter(({ id }) => stood.includes(id)), kind: 'function' }), start);
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
