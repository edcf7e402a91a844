import { describe, expect, it } from 'vitest';
import { figuresOf, intervalOf, quantile } from './figures.ts';
import { binsOf, brierOf, calibrationErrorOf, plotOf, tableOf } from './reliability.ts';
import type { Row } from './run.ts';
import { sampled, type Task } from './tasks.ts';

function row(id: string, more: Partial<Row>): Row {
  return { id, difficulty: 'easy', outcome: 'pass', reason: '', winner: 'a', confidence: 0.9, features: null, right: true, clusterRight: true, possible: true, labels: { a: true }, clusters: [['a', 'b']], authors: [], stood: [], seconds: 1, result: null, ...more };
}

const rows = [
  row('1', {}), row('2', { confidence: 0.8 }), row('3', { right: false, clusterRight: true }), row('4', { right: false, clusterRight: false, possible: false }),
  row('5', { outcome: 'neutral', winner: null, right: null, clusterRight: null }), row('6', { outcome: 'fail', winner: null, right: null, clusterRight: null, possible: false }),
];

describe('figures of the bench', () => {
  it('count coverage, precision, whole clusters that are wrong, and what was lost, at a threshold', () => {
    expect(figuresOf(rows, 0)).toEqual({ tasks: 6, accepted: 4, coverage: 4 / 6, precision: 0.5, wholeClusterWrong: 1, lost: 1 });
    expect(figuresOf(rows, 0.85)).toEqual({ tasks: 6, accepted: 3, coverage: 0.5, precision: 1 / 3, wholeClusterWrong: 1, lost: 2 });
    expect(figuresOf(rows, 1).precision).toBeNaN();
  });

  it('have an interval around them, the same for the same seed', () => {
    const interval = intervalOf(rows, 0, { rounds: 200, seed: 7 });
    expect(interval).toEqual(intervalOf(rows, 0, { rounds: 200, seed: 7 }));
    expect(interval.coverage[0]).toBeLessThanOrEqual(4 / 6);
    expect(interval.coverage[1]).toBeGreaterThanOrEqual(4 / 6);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(3);
  });

  it('of reliability: Brier, bins, calibration error, table and plot', () => {
    const forecasts = [{ stated: 0.6, right: false }, { stated: 0.7, right: true }, { stated: 0.9, right: true }, { stated: 0.95, right: true }];
    expect(brierOf(forecasts)).toBeCloseTo((0.36 + 0.09 + 0.01 + 0.0025) / 4, 10);
    const bins = binsOf(forecasts, 2);
    expect(bins).toMatchObject([{ count: 2, right: 0.5 }, { count: 2, right: 1 }]);
    expect(calibrationErrorOf(bins)).toBeCloseTo((0.15 + 0.075) / 2, 10);
    expect(tableOf(bins).split('\n')).toHaveLength(3);
    expect(plotOf(bins, 'a <title>').match(/<circle/g)).toHaveLength(2);
  });

  it('are of a sample that a seed alone decides', () => {
    const tasks = Array.from({ length: 30 }, (_, at): Task => ({ id: String(at), spec: { version: 1, id: String(at), title: '', language: 'python', criteria: [] }, candidates: [], labels: {}, line: '' }));
    const ids = (seed: number) => sampled(tasks, { count: 10, seed }).map(({ id }) => id);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
    expect(new Set(ids(1)).size).toBe(10);
  });
});
