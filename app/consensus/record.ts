/**
 * The families' record: how often a family's candidate stood on earlier tasks, without any label: it ended in the winning cluster, or,
 * where nobody won, met all criteria (two weak families that agree must not look stronger than one whom nobody matches). It chooses inside
 * a cluster that already won, and it stops a win over a dissenter whose record is clearly better than that of everybody in the cluster.
 * An entry is a family or a `family/model`; `kinds` counts the same by kind of surface. Never a vote: a record cannot make a quorum.
 */
import type { Candidate, ConsensusResult } from '../core/candidate.ts';
import { digestOf } from '../core/digest.ts';
import { FamilyRecord, type FamilyEntry } from '../core/family-record.ts';
import prior from './record.json' with { type: 'json' };

export function priorRecord(): FamilyRecord {
  return FamilyRecord.parse(prior);
}

export interface Standing {
  /** Expected share of tasks on which it stands. */
  mean: number;
  /** Tasks behind it; 0 for a family without a history, which is taken to be like the families that have one. */
  tasks: number;
}

const enough = 20;

type Author = Pick<Candidate, 'family' | 'model'>;

/** The most particular entry with enough tasks behind it speaks: this model, then this family; this kind of surface, then all. */
export function standingOf(record: FamilyRecord, { family, model }: Author, kind: string): Standing {
  const entries = [record.families[`${family}/${model}`], record.families[family]].flatMap((entry) => (entry ? [entry.kinds?.[kind], entry] : []));
  const known = entries.find((entry) => entry !== undefined && entry.tasks >= enough) ?? entries.findLast((entry) => entry !== undefined);
  const prior = pooled(record);
  const { agreed, tasks } = known ?? { agreed: 0, tasks: 0 };
  return { mean: (agreed + 2 * prior) / (tasks + 2), tasks };
}

/** Mean over families, each counting once; one half where there is none. */
function pooled(record: FamilyRecord): number {
  const rates = Object.entries(record.families).filter(([name, { tasks }]) => !name.includes('/') && tasks > 0).map(([, { agreed, tasks }]) => agreed / tasks);
  return rates.length === 0 ? 0.5 : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

/** Ids that stood in a finished comparison: the winner's cluster, or, where nobody won, whoever met all criteria. */
export function stoodIn({ winner, clusters, outside }: Pick<ConsensusResult, 'winner' | 'clusters' | 'outside'>): string[] {
  const members = clusters.flatMap((cluster) => cluster.members);
  if (winner !== null) return clusters.find((cluster) => cluster.members.includes(winner))?.members ?? [];
  return members.filter((id) => !(outside?.[id] ?? '').startsWith('fails '));
}

/** The record after one more task: everybody who took part, and whether they stood. */
export function recordAfter(record: FamilyRecord, task: { candidates: Author[]; stood: Author[]; kind: string }): FamilyRecord {
  const families = { ...record.families };
  for (const author of task.candidates) {
    const stood = task.stood.includes(author);
    for (const name of [author.family, `${author.family}/${author.model}`]) families[name] = counted(families[name] ?? { agreed: 0, tasks: 0 }, stood, task.kind);
  }
  return { ...record, families };
}

function counted(entry: FamilyEntry, won: boolean, kind: string): FamilyEntry {
  const add = (one: { agreed: number; tasks: number } = { agreed: 0, tasks: 0 }) => ({ agreed: one.agreed + Number(won), tasks: one.tasks + 1 });
  return { ...add(entry), kinds: { ...entry.kinds, [kind]: add(entry.kinds?.[kind]) } };
}

export function recordDigest(record: FamilyRecord): string {
  return digestOf(record);
}
