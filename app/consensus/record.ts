/**
 * The families' record: how often a family's candidate ended in the winning cluster on earlier tasks, without any label. It chooses inside
 * a cluster that already won, and it stops a win over a dissenter whose record is clearly better than that of everybody in the cluster.
 * An entry is a family or a `family/model`; `kinds` counts the same by kind of surface. Never a vote: a record cannot make a quorum.
 */
import { z } from 'zod';
import type { Candidate } from '../core/candidate.ts';
import { digestOf } from '../core/digest.ts';
import prior from './record.json' with { type: 'json' };

const count = { agreed: z.number().int().nonnegative(), tasks: z.number().int().nonnegative() };
const Entry = z.strictObject({ ...count, kinds: z.record(z.string(), z.strictObject(count)).optional() });
export const FamilyRecord = z.strictObject({ version: z.literal(1), note: z.string().optional(), families: z.record(z.string(), Entry) });
export type FamilyRecord = z.infer<typeof FamilyRecord>;

export function priorRecord(): FamilyRecord {
  return FamilyRecord.parse(prior);
}

export interface Standing {
  /** Expected share of tasks in the winning cluster; one half without a history. */
  mean: number;
  /** Bounds that leave out about one case in twenty on each side; 0 and 1 without a history. */
  low: number;
  high: number;
}

const enough = 20;

type Author = Pick<Candidate, 'family' | 'model'>;

/** The most particular entry with enough tasks behind it speaks: this model, then this family; this kind of surface, then all. */
export function standingOf(record: FamilyRecord, { family, model }: Author, kind: string): Standing {
  const entries = [record.families[`${family}/${model}`], record.families[family]].flatMap((entry) => (entry ? [entry.kinds?.[kind], entry] : []));
  const known = entries.find((entry) => entry !== undefined && entry.tasks >= enough) ?? entries.findLast((entry) => entry !== undefined);
  return known ? bounds(known) : { mean: 0.5, low: 0, high: 1 };
}

/** Beta posterior of an even prior; its bounds by the normal approximation. */
function bounds({ agreed, tasks }: { agreed: number; tasks: number }): Standing {
  const mean = (agreed + 1) / (tasks + 2);
  const spread = 1.64 * Math.sqrt((mean * (1 - mean)) / (tasks + 3));
  return { mean, low: Math.max(0, mean - spread), high: Math.min(1, mean + spread) };
}

/** The record after one more task: everybody who took part, and whether they ended with the winner. Nothing is counted without a winner. */
export function recordAfter(record: FamilyRecord, task: { candidates: Author[]; winners: Author[]; kind: string }): FamilyRecord {
  const families = { ...record.families };
  for (const author of task.candidates) {
    const won = task.winners.includes(author);
    for (const name of [author.family, `${author.family}/${author.model}`]) families[name] = counted(families[name] ?? { agreed: 0, tasks: 0 }, won, task.kind);
  }
  return { ...record, families };
}

function counted(entry: z.infer<typeof Entry>, won: boolean, kind: string): z.infer<typeof Entry> {
  const add = (one: { agreed: number; tasks: number } = { agreed: 0, tasks: 0 }) => ({ agreed: one.agreed + Number(won), tasks: one.tasks + 1 });
  return { ...add(entry), kinds: { ...entry.kinds, [kind]: add(entry.kinds?.[kind]) } };
}

export function recordDigest(record: FamilyRecord): string {
  return digestOf(record);
}
