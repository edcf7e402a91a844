import { expect, it } from 'vitest';
import { ruleAnchor, sealIsDue } from './decide.ts';

it('the log is sealed once enough entries or enough time have passed since the last checkpoint, and never over nothing', () => {
  const facts = { sealedAt: 1000, firstAt: 1500, enough: false, now: 2000 };
  const pace = { entries: 3, ms: 1000 };
  expect(sealIsDue(facts, pace)).toBe(false);
  expect(sealIsDue({ ...facts, now: 2500 }, pace)).toBe(true);
  expect(sealIsDue({ ...facts, enough: true }, pace)).toBe(true);
  expect(sealIsDue({ ...facts, firstAt: null, enough: true, now: 9999 }, pace)).toBe(false);
  expect(sealIsDue({ ...facts, sealedAt: 1800, now: 2500 }, pace)).toBe(false);
});

it('a checkpoint is anchored once; a ref that somebody moved is told of and goes on from both ends', () => {
  const last = { size: 5, commit: 'old' };
  expect(ruleAnchor({ size: 5, last, tip: { sha: 'old', size: 5 } })).toEqual({ act: 'nothing' });
  expect(ruleAnchor({ size: 8, last, tip: { sha: 'new', size: 8 } })).toEqual({ act: 'note', commit: 'new' });
  expect(ruleAnchor({ size: 8, last: null, tip: null })).toEqual({ act: 'extend', isNew: true, parents: [], moved: null });
  expect(ruleAnchor({ size: 8, last, tip: { sha: 'old', size: 5 } })).toEqual({ act: 'extend', isNew: false, parents: ['old'], moved: null });
  expect(ruleAnchor({ size: 8, last, tip: { sha: 'theirs', size: null } })).toEqual({ act: 'extend', isNew: false, parents: ['theirs', 'old'], moved: { expected: 'old', found: 'theirs', size: 5 } });
  expect(ruleAnchor({ size: 8, last, tip: null })).toEqual({ act: 'extend', isNew: true, parents: ['old'], moved: { expected: 'old', found: null, size: 5 } });
});
