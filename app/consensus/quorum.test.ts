import { expect, it } from 'vitest';
import { isEvidence, timingDecides } from './cluster.ts';
import { decide, type Standing } from './quorum.ts';

const good: Standing = {
  candidates: 3, contenders: 3, difficulty: undefined, leader: { members: ['a', 'b'], families: ['x', 'y'], size: 2 }, independent: 2,
  mutationScore: 0.8, mutants: { killed: 8, survived: 2, equivalent: 1 }, discriminates: true, timingDecides: false, suspectTest: null, multiAnswer: false, speed: null, needsLarge: false, outvoted: null, confidence: 0.9, requiredConfidence: 0.85,
};

it.each<[Partial<Standing>, string, string]>([
  [{}, 'pass', 'quorum'], [{ mutationScore: 0.79 }, 'neutral', 'weak pool'], [{ mutationScore: null }, 'pass', 'quorum'], [{ discriminates: false }, 'neutral', 'no discrimination'],
  [{ timingDecides: true }, 'neutral', 'timing'], [{ independent: 1 }, 'neutral', 'dependent'], [{ difficulty: 'hard' }, 'neutral', 'hard'], [{ leader: null }, 'neutral', 'no agreement'],
  [{ difficulty: 'hard', candidates: 2 }, 'neutral', 'hard'], [{ contenders: 1 }, 'neutral', 'lone'], [{ contenders: 0 }, 'fail', 'criteria'], [{ suspectTest: 'AC1/1' }, 'spec_gap', 'suspect'],
  [{ difficulty: 'hard', leader: { members: ['a', 'b', 'c'], families: ['x', 'y', 'z'], size: 3 }, independent: 3 }, 'pass', 'quorum'],
  [{ outvoted: 'c' }, 'neutral', 'strong dissent'], [{ confidence: 0.849 }, 'neutral', 'low confidence'], [{ multiAnswer: true }, 'neutral', 'several answers'], [{ needsLarge: true }, 'neutral', 'no large input'],
  [{ speed: { inputs: 3, families: 2, size: 2, timing: false, differ: 0 } }, 'pass', 'quorum'], [{ speed: { inputs: 3, families: 1, size: 1, timing: false, differ: 0 } }, 'neutral', 'too slow: only one'],
  [{ speed: { inputs: 3, families: 0, size: 0, timing: true, differ: 0 } }, 'neutral', 'timing'], [{ speed: { inputs: 3, families: 1, size: 1, timing: false, differ: 1 } }, 'neutral', 'no agreement on large'],
  [{ canary: 'a passes it', leader: null }, 'fail', 'canary'], [{ canary: 'a passes it', difficulty: 'hard' }, 'fail', 'canary'], [{ canary: 'a passes it', independent: 1 }, 'fail', 'canary'], [{ canary: 'a passes it', confidence: 0.5 }, 'fail', 'canary'], [{ canary: 'c passes it' }, 'pass', 'disqualified: c passes it'], [{ suite: 'it fails' }, 'spec_gap', 'suite'],
])('decides %j as %s', (change, outcome, word) => {
  expect(decide({ ...good, ...change })).toEqual({ outcome, reason: expect.stringContaining(word) });
});

it('an input near the time limit is no evidence, and abstains where it may have told the members apart', () => {
  const value = { s: 'value', value: 1 } as const;
  const unclear = { s: 'unclear' } as const;
  const coordinate = { trial: { args: [1] }, tests: [], doubtful: false };
  expect(isEvidence(coordinate, [value, unclear])).toBe(false);
  expect(isEvidence(coordinate, [value, { s: 'crash', why: 'x' }])).toBe(true);
  expect(isEvidence({ ...coordinate, doubtful: true }, [value, { s: 'crash', why: 'x' }])).toBe(false);
  expect(timingDecides([value, unclear], 'exact')).toBe(false);
  expect(timingDecides([value, unclear, { s: 'value', value: 2 }], 'exact')).toBe(true);
  expect(timingDecides([unclear, { s: 'timeout' }], 'exact')).toBe(true);
});
