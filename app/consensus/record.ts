/**
 * The families' record: how often a family's candidate ended in the winning cluster on earlier tasks, without any label. It only chooses
 * inside a cluster that already won. The committed prior is even: no measurement stands behind a preference yet.
 */
import { z } from 'zod';
import { digestOf } from '../core/digest.ts';
import prior from './record.json' with { type: 'json' };

export const FamilyRecord = z.strictObject({ version: z.literal(1), families: z.record(z.string(), z.strictObject({ agreed: z.number().int().nonnegative(), tasks: z.number().int().nonnegative() })) });
export type FamilyRecord = z.infer<typeof FamilyRecord>;

export function priorRecord(): FamilyRecord {
  return FamilyRecord.parse(prior);
}

/** Between 0 and 1; one half for a family without a history. */
export function standing(record: FamilyRecord, family: string): number {
  const { agreed, tasks } = record.families[family] ?? { agreed: 0, tasks: 0 };
  return (agreed + 1) / (tasks + 2);
}

export function recordDigest(record: FamilyRecord): string {
  return digestOf(record);
}
