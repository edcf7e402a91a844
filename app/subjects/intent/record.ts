/**
 * The families' record of a repository, kept in the store: after each comparison, who took part and who stood. No
 * label, and never a vote. It is read when a comparison begins and travels with it, so that the Auditor recomputes with the same one.
 * Two intents that finish at the same moment may lose one count; it is a statistic and decides nothing alone.
 */
import { z } from 'zod';
import { FamilyRecord } from '../../core/family-record.ts';
import type { Step } from '../../core/step.ts';
import { intentKey, parseSubjectKey, type SubjectKey } from '../../core/subject.ts';
import { priorRecord, recordAfter, stoodIn } from '../../consensus/record.ts';
import type { IntentFacts } from './facts.ts';
import type { Progress } from './progress.ts';

/** `counted`: keys of the comparisons that are in it already. */
export const RecordNote = z.object({ record: FamilyRecord, counted: z.array(z.string()) });
export type RecordNote = z.infer<typeof RecordNote>;

export const recordNote = 'family record';
const remembered = 500;

/** No issue has the number 0: under it stands what a repository's intents share. */
export function recordHome(key: SubjectKey): SubjectKey {
  return intentKey(parseSubjectKey(key).repositoryId, 0);
}

/** What the next comparison is given; empty before there is a record of one's own: then the committed prior counts. */
export function recordGiven(facts: Pick<IntentFacts, 'record'>): { record?: FamilyRecord } {
  return facts.record ? { record: facts.record.record } : {};
}

/** The record that the comparison of this round was given: the Auditor's, too, whatever has been counted since. */
export function recordUsed(facts: Pick<IntentFacts, 'jobs'>, fingerprint: string): { record?: FamilyRecord } {
  const used = facts.jobs.find(({ answer }) => answer?.ok === true && answer.kind === 'consensus' && 'fingerprint' in answer.output && answer.output.fingerprint === fingerprint);
  return used?.input.kind === 'consensus' && used.input.input.record ? { record: used.input.input.record } : {};
}

export function countRound(facts: Pick<IntentFacts, 'key' | 'record'>, { spec, round }: Pick<Progress, 'spec' | 'round'>): Step[] {
  if (!spec || round?.consensus.state !== 'done' || facts.record?.counted.includes(roundKey(facts, round.consensus.key))) return [];
  const ids = stoodIn(round.consensus.output);
  if (ids.length === 0) return [];
  const stood = round.candidates.filter(({ id }) => ids.includes(id));
  const record = recordAfter(facts.record?.record ?? priorRecord(), { candidates: round.candidates, stood, kind: spec.spec.surface?.kind ?? '' });
  const counted = [...(facts.record?.counted ?? []), roundKey(facts, round.consensus.key)].slice(-remembered);
  return [{ step: 'put-note', name: recordNote, about: recordHome(facts.key), value: { record, counted } satisfies RecordNote }];
}

function roundKey({ key }: Pick<IntentFacts, 'key'>, round: string): string {
  return `${key} ${round}`;
}
