import { expect, it } from 'vitest';
import { dependentPairs, independentFamilies } from './dependence.ts';
import { candidate, functionSpec } from './test-kit.ts';

const ground = { spec: functionSpec('python', []), base: {} };
const pairs = (a: string, b: string) => dependentPairs([candidate('a', a), candidate('b', b)], ground);
const short = 'def price(t):\n    return [x for x in enumerate(t) if isinstance(x, tuple)]\n';
const long = Array.from({ length: 12 }, (_, n) => `    if t == ${n}:\n        return ${n + 1}\n`).join('');

it('short natural code may coincide', () => {
  expect(pairs(short, short)).toEqual([]);
});

it.each([
  ['a long text', `def price(t):\n${long}`],
  ['a comment', `# ask Miranda about the rounding\n${short}`],
  ['a name', short.replaceAll('x', 'rabattstufe')],
  ['a literal', short.replace('tuple', 'type("zweiundvierzig")')],
])('shared %s makes nearly equal texts one vote', (_what, code) => {
  expect(pairs(code, code)).toEqual([['a', 'b']]);
});

it('long texts that differ are two votes, and so is a name that the spec gave', () => {
  expect(pairs(`def price(t):\n${long}`, short)).toEqual([]);
  const named = short.replaceAll('x', 'quantity');
  expect(dependentPairs([candidate('a', named), candidate('b', named)], { ...ground, spec: { ...ground.spec, text: 'per quantity' } })).toEqual([]);
});

it('counts families, one for each independent group', () => {
  const of = (id: string, family: string) => candidate(id, '', { family });
  const all = [of('a', 'x'), of('b', 'x'), of('c', 'y'), of('d', 'z')];
  expect(independentFamilies(all, [])).toBe(3);
  expect(independentFamilies(all, [['c', 'd']])).toBe(2);
  expect(independentFamilies(all, [['a', 'c'], ['c', 'd']])).toBe(2);
  expect(independentFamilies(all, [['a', 'b'], ['b', 'c'], ['c', 'd']])).toBe(1);
});
