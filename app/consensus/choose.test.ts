import { describe, expect, it } from 'vitest';
import type { FamilyRecord } from '../core/family-record.ts';
import { chooseWinner, outvoted } from './choose.ts';
import type { Sighting } from './observe.ts';
import { priorRecord, recordAfter, standingOf, stoodIn } from './record.ts';
import { candidate } from './test-kit.ts';

const record: FamilyRecord = { version: 1, families: { strong: { agreed: 95, tasks: 100, kinds: { cli: { agreed: 30, tasks: 60 } } }, weak: { agreed: 60, tasks: 100 }, 'weak/new': { agreed: 49, tasks: 50 } } };

function sighting(id: string, family: string, more: { code?: string; answers?: number; model?: string; contender?: boolean } = {}): Sighting {
  const value = { s: 'value', value: 1 } as const;
  const behaviours = [value, value, value].map((one, at) => (at < (more.answers ?? 3) ? one : { s: 'crash', why: 'x' } as const));
  return { candidate: { ...candidate(id, more.code ?? 'def price(t): return 1', { family }), model: more.model ?? 'recorded' }, behaviours, contender: more.contender ?? true };
}

const choose = (members: Sighting[], ms: Record<string, number> = {}, kind = 'function') => chooseWinner({ members, record, kind, ms })?.candidate.id;

describe('whom to ship', () => {
  it('is the better record, then who answered more, then who is much faster, then the shorter text, in any order', () => {
    const [weak, strong] = [sighting('a', 'weak'), sighting('b', 'strong')];
    expect([choose([weak, strong]), choose([strong, weak])]).toEqual(['b', 'b']);
    expect(choose([sighting('a', 'new', { answers: 2 }), sighting('b', 'other')])).toBe('b');
    expect(choose([sighting('a', 'new'), sighting('b', 'other', { code: 'def price(total): return 1' })], { a: 2000, b: 100 })).toBe('b');
    expect(choose([sighting('a', 'new', { code: 'def price(total): return 1' }), sighting('b', 'other')], { a: 200, b: 100 })).toBe('b');
    expect(choose([])).toBeUndefined();
  });

  it('asks the record of this model and this kind of surface first, where there is enough of it', () => {
    expect(standingOf(record, { family: 'weak', model: 'new' }, 'function').mean).toBeGreaterThan(0.9);
    expect(standingOf(record, { family: 'strong', model: 'x' }, 'cli').mean).toBeLessThan(0.6);
    expect(choose([sighting('a', 'weak'), sighting('b', 'strong')], {}, 'cli')).toBe('a');
    // A family without a history is taken to be like the others.
    expect(standingOf(record, { family: 'unseen', model: 'x' }, 'function')).toEqual({ mean: (0.95 + 0.6) / 2, tasks: 0 });
    expect(standingOf({ version: 1, families: {} }, { family: 'unseen', model: 'x' }, 'function').mean).toBe(0.5);
  });
});

describe('two weak ones', () => {
  const pair = [sighting('a', 'weak'), sighting('b', 'weaker')];
  it('do not outvote a strong one unseen', () => {
    expect(outvoted(pair, [sighting('c', 'strong')], { record, kind: 'function' })).toBe('c');
  });
  it('do outvote one that fails the criteria, has no record, or is no better', () => {
    expect(outvoted(pair, [sighting('c', 'strong', { contender: false })], { record, kind: 'function' })).toBeNull();
    expect(outvoted(pair, [sighting('c', 'unseen')], { record, kind: 'function' })).toBeNull();
    expect(outvoted([sighting('a', 'strong'), sighting('b', 'weak')], [sighting('c', 'weak', { model: 'new' })], { record, kind: 'function' })).toBeNull();
  });
});

it('says who stood: the cluster of the winner, or who met the criteria where nobody won', () => {
  const clusters = [{ members: ['a', 'b'], families: ['x', 'y'], size: 2 }, { members: ['c'], families: ['z'], size: 1 }];
  expect(stoodIn({ winner: 'b', clusters, outside: { c: 'differs on 1 of 9 tests and inputs' } })).toEqual(['a', 'b']);
  expect(stoodIn({ winner: null, clusters, outside: { a: 'fails AC1/1: SyntaxError', b: 'too slow on max', c: 'agrees with no other family' } })).toEqual(['b', 'c']);
});

it('counts a task for everybody who took part, by family and model and kind', () => {
  const [a, b] = [{ family: 'x', model: '1' }, { family: 'y', model: '2' }];
  const after = recordAfter(recordAfter({ version: 1, families: {} }, { candidates: [a, b], stood: [a], kind: 'cli' }), { candidates: [a], stood: [a], kind: 'http' });
  expect(after.families).toEqual({
    x: { agreed: 2, tasks: 2, kinds: { cli: { agreed: 1, tasks: 1 }, http: { agreed: 1, tasks: 1 } } }, 'x/1': { agreed: 2, tasks: 2, kinds: { cli: { agreed: 1, tasks: 1 }, http: { agreed: 1, tasks: 1 } } },
    y: { agreed: 0, tasks: 1, kinds: { cli: { agreed: 0, tasks: 1 } } }, 'y/2': { agreed: 0, tasks: 1, kinds: { cli: { agreed: 0, tasks: 1 } } },
  });
  expect(priorRecord().version).toBe(1);
});
