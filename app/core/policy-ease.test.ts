import { describe, expect, it } from 'vitest';
import { easier } from './policy-ease.ts';

describe('a decision', () => {
  it.each([
    ['allows', { allow: false }, { allow: true }, ['allow']],
    ['merges', { merge: 'wait' }, { merge: 'now' }, ['merge']],
    ['leaves a slot out', { slots: { consensus: { need: 'required', code: 'SLOT_FAIL' } } }, { slots: { consensus: { need: 'not_applicable', code: 'DOCS_ONLY' } } }, ['slot consensus']],
    ['counts an approval', { approvals: [{ code: 'APPROVAL_PUSHER' }] }, { approvals: [{ code: 'APPROVAL_OK' }] }, ['approval 0']],
    ['lets a rule hold', { rules: { 4: { outcome: 'fail' } } }, { rules: { 4: { outcome: 'not_applicable' } } }, ['rule 4']],
    ['drops an obligation', { allow: true, obligations: ['log_event'] }, { allow: true, obligations: [] }, ['without log_event']],
    ['is of another shape', { allow: true }, { allow: 'yes' }, ['its shape']],
  ])('that %s where the other does not is easier', (_what, before, after, names) => {
    expect(easier(before, after)).toEqual(names);
  });

  it('that lets less through, or the same for other reasons, is not', () => {
    expect(easier({ allow: true, obligations: ['log_event'] }, { allow: false, obligations: [] })).toEqual([]);
    expect(easier({ allow: false, codes: ['A'] }, { allow: false, codes: ['B'] })).toEqual([]);
  });
});
