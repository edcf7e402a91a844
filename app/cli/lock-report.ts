/**
 * `assay lock containers --report`: asks the registries what became of each locked digest, and which are due to be changed: older than the limit while the tag has a newer one,
 * gone, or the manifest of one platform where the tag has an index. Writes nothing. Exit codes: 0 none is due, 1 one is; a registry that cannot be asked is an error.
 */
import type { ContainersLock } from '../core/images/lock.ts';
import { rotationOf, type Rotation } from '../core/images/rotation.ts';
import { visible } from '../core/visible.ts';
import { standingOf } from '../edges/images/standing.ts';

export interface ReportOptions { maxAgeDays: number; format: 'text' | 'json'; now: number }

export async function reportRotation({ images }: ContainersLock, { maxAgeDays, format, now }: ReportOptions): Promise<number> {
  const rows: Rotation[] = [];
  // One after the other: registries count what one address asks at once.
  for (const each of images) rows.push(rotationOf(each, { standing: await standingOf(each), now, maxAgeDays }));
  process.stdout.write(format === 'json' ? `${JSON.stringify({ version: 1, maxAgeDays, images: rows }, null, 2)}\n` : textOf(rows));
  return rows.some(({ due }) => due) ? 1 : 0;
}

function textOf(rows: readonly Rotation[]): string {
  const lines = rows.map(({ image, digest, newest, code, due, why }) => `${due ? 'DUE ' : 'ok  '} ${code} ${visible(image)}@${digest}: ${why}${newest !== null && newest !== digest ? `; newest ${newest}` : ''}\n`);
  return `${lines.join('')}${rows.length} images, ${rows.filter(({ due }) => due).length} due\n`;
}
