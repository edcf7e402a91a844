/** The families' record as it is kept and travels: how often (`agreed`) a family's candidate stood on the tasks that it took part in, without any label. */
import { z } from 'zod';

const count = { agreed: z.number().int().nonnegative(), tasks: z.number().int().nonnegative() };
const Entry = z.strictObject({ ...count, kinds: z.record(z.string(), z.strictObject(count)).optional() });
export type FamilyEntry = z.infer<typeof Entry>;

/** An entry is a family or a `family/model`; `kinds` counts the same by kind of surface. */
export const FamilyRecord = z.strictObject({ version: z.literal(1), note: z.string().optional(), families: z.record(z.string(), Entry) });
export type FamilyRecord = z.infer<typeof FamilyRecord>;
