import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeConformance } from '../../../../test/conformance/store.ts';
import { openStore } from './open.ts';

storeConformance('node:sqlite', async (clock) => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-store-'));
  const options = { path: join(folder, 'assay.db'), clock };
  let store = await openStore(options);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openStore(options);
      return store;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
