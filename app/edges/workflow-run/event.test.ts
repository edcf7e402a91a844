import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { eventFacts } from './event.ts';
import { inputsOf } from '../../../actions/_runner/inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-event-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [base, head] = ['b'.repeat(40), 'c'.repeat(40)];
function facts(payload: unknown, name = 'pull_request') {
  const path = join(folder, 'event.json');
  writeFileSync(path, typeof payload === 'string' ? payload : JSON.stringify(payload));
  return eventFacts({ GITHUB_EVENT_PATH: path, GITHUB_EVENT_NAME: name });
}

describe('the event', () => {
  it('of a pull request names base, head and words', () => {
    const pull_request = { number: 7, title: 'Add', body: null, labels: [{ name: 'x' }], base: { sha: base }, head: { sha: head } };
    expect(facts({ pull_request })).toEqual({ base, head, number: 7, pull: { title: 'Add', body: '', labels: ['x'] } });
  });

  it('of a queue names its base; of a push, what was there before, unless nothing was', () => {
    expect(facts({ merge_group: { base_sha: base, head_sha: head } }, 'merge_group')).toMatchObject({ base, head, pull: null });
    expect(facts({ before: base }, 'push').base).toBe(base);
    expect(facts({ before: '0'.repeat(40) }, 'push').base).toBeNull();
    expect(facts({ inputs: {} }, 'workflow_dispatch').base).toBeNull();
  });

  it('that cannot be read is no event without facts', () => {
    expect(() => facts('{')).toThrow();
    expect(() => facts({ pull_request: { number: 7, title: 'x', base: { sha: '--help' }, head: { sha: head } } })).toThrow();
    expect(eventFacts({})).toEqual({ base: null, head: null, number: null, pull: null });
  });
});

describe('the inputs', () => {
  it('are trimmed, and empty ones are none', () => {
    expect(inputsOf({ GITHUB_WORKSPACE: '/w', ASSAY_ONLY: ' G01, G02 ,', ASSAY_BASE: '', ASSAY_PACK: 'strict', ASSAY_PHASE: 'scan', ASSAY_PATH: 'change' })).toEqual({ folder: '/w/change', base: null, pack: 'strict', only: ['G01', 'G02'], phase: 'scan' });
    expect(inputsOf({ GITHUB_WORKSPACE: '/w' })).toEqual({ folder: '/w', base: null, pack: null, only: undefined, phase: undefined });
  });

  it('do not leave the workspace and name no other phase', () => {
    expect(() => inputsOf({ GITHUB_WORKSPACE: '/w', ASSAY_PATH: '../x' })).toThrow(expect.objectContaining({ code: 'USAGE_ACTION_INPUT' }));
    expect(() => inputsOf({ GITHUB_WORKSPACE: '/w', ASSAY_PHASE: 'all' })).toThrow(expect.objectContaining({ code: 'USAGE_ACTION_INPUT' }));
  });
});
