/** Takes fields of an entry's detail away for good, where the App's store is not in use. The log says who did it, when and why; its hashes, proofs and checkpoints stay as they are. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AssayError } from '../../core/errors.ts';
import { systemClock } from '../../edges/clock.ts';
import { openStore } from '../../edges/store/sqlite/open.ts';
import { dataFolder, readEnvironment } from '../settings.ts';

export const redactUsage = 'assay audit-log redact --entry N --field NAME… --reason TEXT [--data FOLDER]';

export async function redactEntry(args: string[]): Promise<number> {
  const { entry, fields, reason, data } = optionsOf(args);
  const path = join(data ?? dataFolder(readEnvironment(process.env)), 'assay.sqlite');
  if (!existsSync(path)) throw new AssayError('STORE_MISSING', `${path} is not there`, { remedy: 'Name the data folder of the App with --data or ASSAY_DATA.' });
  const store = await openStore({ path, clock: systemClock });
  try {
    const gone = await store.redactAudit({ index: entry, fields, actor: `uid:${process.getuid?.() ?? 'unknown'}`, reason });
    if (gone.length === 0) throw new AssayError('AUDIT_NOTHING_REDACTED', `entry ${entry} has none of the fields ${fields.join(', ')}`, { remedy: 'Entries of before fields could be redacted keep what they say; for others see "assay audit-log export".' });
    process.stdout.write(`entry ${entry}: ${gone.join(', ')} taken away. Backups and exports of before still hold it.\n`);
    return 0;
  } finally {
    await store.close();
  }
}

function optionsOf(args: string[]): { entry: number; fields: string[]; reason: string; data: string | undefined } {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({ args, options: { entry: text, field: { type: 'string', multiple: true }, reason: text, data: text } });
    if (values.entry === undefined || !/^\d{1,15}$/.test(values.entry)) throw new Error('--entry is the index of one entry');
    if (!values.field) throw new Error('name what to take away with --field');
    if (!values.reason?.trim()) throw new Error('say why with --reason');
    return { entry: Number(values.entry), fields: values.field, reason: values.reason, data: values.data };
  } catch (thrown) {
    throw new AssayError('USAGE', thrown instanceof Error ? thrown.message : String(thrown), { remedy: redactUsage });
  }
}
