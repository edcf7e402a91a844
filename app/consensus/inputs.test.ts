import { describe, expect, it } from 'vitest';
import type { CriterionTest } from '../core/spec.ts';
import { generateInputs } from './inputs.ts';
import { minedLiterals } from './literals.ts';
import { listOf } from './shape.ts';
import { candidate, functionSpec } from './test-kit.ts';

function calls(examples: CriterionTest[], more: { seed?: number; codes?: string[] } = {}): unknown[][] {
  const spec = functionSpec('python', examples);
  const patches = (more.codes ?? []).map((code) => candidate('a', code).patch);
  return generateInputs({ spec, examples, literals: minedLiterals(spec, patches), seed: more.seed ?? 1, count: 64 }).flatMap(({ trial }) => ('args' in trial ? [trial.args] : []));
}

describe('generated calls', () => {
  it('are at least fifty, each once, and the same for the same seed', () => {
    const examples = [{ args: [[3, 1, 2], 2], expect: 0 }];
    expect(calls(examples).length).toBeGreaterThanOrEqual(50);
    expect(new Set(calls(examples).map((args) => JSON.stringify(args))).size).toBe(calls(examples).length);
    expect(calls(examples)).toEqual(calls(examples));
    expect(calls(examples, { seed: 2 })).not.toEqual(calls(examples));
  });

  it('are never negative where no example is', () => {
    expect(calls([{ args: [5], expect: 0 }]).flat().every((n) => typeof n === 'number' && n >= 1)).toBe(true);
    expect(calls([{ args: [0], expect: 0 }, { args: [9], expect: 0 }]).flat().every((n) => Number(n) >= 0)).toBe(true);
    expect(calls([{ args: [-3], expect: 0 }, { args: [9], expect: 0 }]).flat().some((n) => Number(n) < 0)).toBe(true);
  });

  it('meet the boundaries that stand in the code, whatever the order of the candidates', () => {
    const codes = ['def price(t):\n    return t > 37\n', 'def price(t):\n    return t > 41\n'];
    const found = calls([{ args: [50], expect: 0 }], { codes }).flat();
    expect(found).toEqual(expect.arrayContaining([36, 37, 38, 40, 41, 42]));
    expect(calls([{ args: [50], expect: 0 }], { codes: [...codes].reverse() }).flat()).toEqual(found);
  });

  it('keep what relates the arguments: a length, a sorted list, lists of one length', () => {
    for (const args of calls([{ args: [[1, 4, 9], 3], expect: 0 }, { args: [[2, 5, 6, 8], 4], expect: 0 }])) {
      const items = listOf(args[0])?.items ?? [];
      expect(args[1]).toBe(items.length);
      expect(items).toEqual([...items].sort((a, b) => Number(a) - Number(b)));
    }
    for (const args of calls([{ args: [['a', 'b'], [1, 2]], expect: 0 }])) expect(listOf(args[0])?.items.length).toBe(listOf(args[1])?.items.length);
  });

  it('use the letters of the examples', () => {
    expect(calls([{ args: ['0101'], expect: 0 }]).flat().every((text) => /^[01]+$/.test(String(text)))).toBe(true);
  });

  it('of a command change values and leave counts alone', () => {
    const spec = { ...functionSpec('python', []), surface: { kind: 'cli' as const, command: ['python3', 'solution.py'] } };
    const inputs = generateInputs({ spec, examples: [{ stdin: '3\n5 9 2\n', expect: '' }], literals: { integers: [], texts: [] }, seed: 1, count: 30 });
    expect(inputs.length).toBeGreaterThan(10);
    for (const { trial } of inputs) expect('stdin' in trial && trial.stdin).toMatch(/^3\n\d+ \d+ \d+\n$/);
  });
});
