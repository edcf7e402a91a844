/** What the Saboteur sends stays within what the examples show to belong together. */
import { expect, it } from 'vitest';
import type { Spec } from '../../core/spec.ts';
import { textFile } from '../../core/tree.ts';
import { inputsFor } from './boundaries.ts';

function argumentsFor(name: string, tests: { args: unknown[]; expect: unknown }[]): unknown[][] {
  const spec: Spec = { version: 1, id: 's', title: name, language: 'python', surface: { kind: 'function', module: 'm.py', export: name }, criteria: [{ id: 'AC1', text: name, tests }] };
  const tree = { 'm.py': textFile(`def ${name}(*given):\n    return len(given) + 7\n`) };
  return inputsFor({ spec, base: tree, head: tree }, 3).flatMap(({ trial, payload }) => ('args' in trial && payload === undefined ? [trial.args] : []));
}

it('lists that are of one length in every example stay so, and others do not', () => {
  const lengths = (tests: { args: unknown[]; expect: unknown }[]) => argumentsFor('compare', tests).map(([a, b]) => [Array.isArray(a) ? a.length : -1, Array.isArray(b) ? b.length : -1]);
  const paired = lengths([{ args: [[1, 2, 3], [1, 2, 4]], expect: 1 }, { args: [[5, 6], [5, 0]], expect: 1 }]);
  expect(paired.length).toBeGreaterThan(20);
  expect(paired.every(([a, b]) => a === b)).toBe(true);
  expect(lengths([{ args: [[1, 2, 3], [1]], expect: 1 }, { args: [[5, 6], [5, 0]], expect: 1 }]).some(([a, b]) => a !== b)).toBe(true);
});

it('a text that is a form with numbers is filled in and never broken', () => {
  const sent = argumentsFor('left', [{ args: ['5 apples and 6 oranges', 19], expect: 8 }, { args: ['0 apples and 1 oranges', 3], expect: 2 }]).map(([text]) => String(text));
  expect(sent.length).toBeGreaterThan(5);
  expect(sent.every((text) => /^-?\d+ apples and -?\d+ oranges$/.test(text))).toBe(true);
});
