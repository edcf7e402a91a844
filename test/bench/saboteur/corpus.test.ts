/** The corpus of seeded defects holds what its figures say it holds: enough of each kind, told apart by program, every edit in its place. Nothing is run. */
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../app/core/digest.ts';
import { corpus, halves } from './corpus.ts';
import { interval, table } from './table.ts';

const all = halves.flatMap(corpus);
const programOf = (id: string): string => id.split('/')[0] ?? id;

test('two hundred defects and a hundred right variants over forty programs, in three languages', () => {
  expect(all.filter((one) => one.expected === 'defect').length).toBeGreaterThanOrEqual(200);
  expect(all.filter((one) => one.expected === 'right').length).toBeGreaterThanOrEqual(100);
  expect(new Set(all.map((one) => programOf(one.id))).size).toBeGreaterThanOrEqual(40);
  expect([...new Set(all.map((one) => one.language))].sort()).toEqual(['javascript', 'python', 'typescript']);
  expect([...new Set(all.filter((one) => one.expected === 'defect').map((one) => one.class))].sort()).toEqual(['CHEAT', 'DOS', 'GAP', 'INJ', 'JB', 'PERSIST', 'SEC', 'SUPPLY']);
});

test('no program is in both halves, no id twice, and every change changes something', () => {
  const [mine, theirs] = halves.map((half) => new Set(corpus(half).map((one) => programOf(one.id))));
  expect([...(mine ?? [])].filter((program) => theirs?.has(program))).toEqual([]);
  expect(new Set(all.map((one) => one.id)).size).toBe(all.length);
  expect(all.filter((one) => canonicalJson(one.base) === canonicalJson(one.head)).map((one) => one.id)).toEqual([]);
});

test('the table says where an aim is missed, and how sure a share is', () => {
  const [one] = all;
  if (!one) throw new Error('the corpus is empty');
  const result = { one: { ...one, expected: 'defect' as const }, found: false, sameClass: false, disputed: false, seconds: 1 };
  expect(table('seeded', [result]).ok).toBe(false);
  expect(table('seeded', [{ ...result, found: true }]).ok).toBe(true);
  expect(table('seeded', [{ ...result, found: true }, { ...result, one: { ...one, expected: 'right' }, found: true }])).toMatchObject({ ok: false, text: expect.stringContaining('false blocks') });
  expect(interval(0, 200)[1]).toBeCloseTo(0.0188, 3);
});
