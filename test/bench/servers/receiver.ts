/** The receiver on a real store: each 202 is on disk. Prints its port; at SIGTERM the number of rows it stored. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openStore } from '../../../app/edges/store/sqlite/open.ts';
import { createReceiver } from '../../../app/ingest/receive.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const store = await openStore({ path: join(process.env.BENCH_FOLDER ?? '', 'assay.db'), clock: { now: () => Date.now(), sleep: (ms) => setTimeout(ms) } });
const receive = createReceiver({ store, secrets: [process.env.BENCH_SECRET ?? ''], log: quiet });
const server = createServer((req, res) => void receive(req, res));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.once('SIGTERM', async () => {
  process.stdout.write(`${(await store.stats()).deliveries}\n`, () => process.exit(0));
});
