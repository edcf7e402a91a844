import { expect, it } from 'vitest';
import type { ConsensusResult } from '../../core/candidate.ts';
import type { JobRow } from '../../core/ports/store.ts';
import type { Spec } from '../../core/spec.ts';
import { priorRecord } from '../../consensus/record.ts';
import type { Progress } from './progress.ts';
import { countRound, recordGiven, RecordNote, recordUsed } from './record.ts';

const key = 'intent:1#5';
const spec: Spec = { version: 1, id: 's', title: 'Double', language: 'typescript', surface: { kind: 'function', module: 'a.ts', export: 'double' }, criteria: [] };
const result: ConsensusResult = {
  outcome: 'pass', reason: '', winner: 'a', confidence: 0.9, clusters: [{ members: ['a', 'b'], families: ['anthropic', 'openai'], size: 2 }, { members: ['c'], families: ['google'], size: 1 }],
  quorum: { families: 2, required: 2 }, fingerprint: 'f', inputsRun: 9, testsPooled: 1, testsDropped: [], mutationScore: 1, agreement: {}, dissent: [], record: { sha256: 'r' }, seed: 1, durationMs: 1,
};
const candidates = [['a', 'anthropic'], ['b', 'openai'], ['c', 'google']].map(([id = '', family = '']) => ({ id, family, model: 'm', patch: {}, tests: [] }));

function progress(output: ConsensusResult): Pick<Progress, 'spec' | 'round'> {
  return { spec: { spec, digest: 'd' }, round: { number: 0, builds: [], candidates, consensus: { state: 'done', key: 'd', finishedAt: 1, output }, audit: { state: 'absent', key: 'd' }, auditor: null } };
}

function written(steps: ReturnType<typeof countRound>): RecordNote {
  const [step] = steps;
  return RecordNote.parse(step?.step === 'put-note' ? step.value : null);
}

it('counts a comparison once, for the whole repository, on top of the committed prior', () => {
  const steps = countRound({ key, record: null }, progress(result));
  expect(steps).toMatchObject([{ step: 'put-note', name: 'family record', about: 'intent:1#0' }]);
  const note = written(steps);
  const before = priorRecord().families.google ?? { agreed: 0, tasks: 0 };
  expect(note.record.families.google).toMatchObject({ agreed: before.agreed, tasks: before.tasks + 1 });
  expect(note.record.families['anthropic/m']).toEqual({ agreed: 1, tasks: 1, kinds: { function: { agreed: 1, tasks: 1 } } });
  expect(countRound({ key, record: note }, progress(result))).toEqual([]);
  expect(written(countRound({ key: 'intent:1#6', record: note }, progress(result))).record.families['anthropic/m']?.tasks).toBe(2);
});

it('counts without a winner who met the criteria, and nothing where nobody did or nothing was run', () => {
  const open = { ...result, outcome: 'neutral' as const, winner: null, outside: { a: 'fails AC1/1: SyntaxError', b: 'agrees with no other family', c: 'fails AC1/1: another answer than expected' } };
  const { families } = written(countRound({ key, record: null }, progress(open))).record;
  expect([families['anthropic/m'], families['openai/m'], families['google/m']]).toMatchObject([{ agreed: 0, tasks: 1 }, { agreed: 1, tasks: 1 }, { agreed: 0, tasks: 1 }]);
  expect(countRound({ key, record: null }, progress({ ...result, outcome: 'spec_gap', winner: null, clusters: [] }))).toEqual([]);
});

it('gives the next comparison the record, and the Auditor the one that this comparison was given', () => {
  const record = { version: 1 as const, families: { openai: { agreed: 3, tasks: 4 } } };
  expect(recordGiven({ record: { record, counted: [] } })).toEqual({ record });
  expect(recordGiven({})).toEqual({});
  const job: JobRow = {
    id: 'j', subject: key, kind: 'consensus', state: 'done', ticket: null, attempts: 1, createdAt: 1, startedAt: 2, finishedAt: 3,
    input: { kind: 'consensus', input: { spec, base: {}, candidates, seed: 1, record } }, answer: { ok: true, kind: 'consensus', output: result, sandbox: 'none', ms: 1 },
  };
  expect(recordUsed({ jobs: [job] }, 'f')).toEqual({ record });
  expect(recordUsed({ jobs: [job] }, 'another')).toEqual({});
});
