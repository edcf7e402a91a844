/** A SQLite store in a folder of its own, gone after the test, and the log that a test can read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Log } from '../../app/core/ports/log.ts';
import type { Store } from '../../app/core/ports/store.ts';
import { openStore } from '../../app/edges/store/sqlite/open.ts';
import type { TestClock } from './clock.ts';

export interface StoreOnDisk {
  store: Store;
  /** As after a crash: whatever held leases is gone. */
  reopen(): Promise<Store>;
}

export async function storeOnDisk(clock: TestClock): Promise<StoreOnDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-test-'));
  const options = { path: join(folder, 'assay.db'), clock };
  const disk: StoreOnDisk = {
    store: await openStore(options),
    async reopen() {
      await disk.store.close();
      disk.store = await openStore(options);
      return disk.store;
    },
  };
  onTestFinished(async () => {
    await disk.store.close();
    rmSync(folder, { recursive: true });
  });
  return disk;
}

export interface TestLog extends Log {
  lines: { level: string; message: string; fields: Record<string, unknown> }[];
}

export function testLog(): TestLog {
  const lines: TestLog['lines'] = [];
  const line = (level: string) => (fields: object, message: string) => void lines.push({ level, message, fields: { ...fields } });
  return { lines, debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
