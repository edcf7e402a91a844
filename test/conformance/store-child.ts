/**
 * A process of its own for the crash tests: opens the SQLite store and writes with eight hands until it is killed. It prints an id only
 * after the store acknowledged it, so that whatever was printed must be there afterwards. Usage: store-child.ts <path> inbox|ledger|hold <run>
 */
import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { openStore } from '../../app/edges/store/sqlite/open.ts';
import type { Store } from '../../app/core/ports/store.ts';
import { changeKey } from '../../app/core/subject.ts';
import { delivery, effects } from './store-facts.ts';
import { childCap, reservation } from './store-ledger-facts.ts';

const [path = '', mode = '', run = ''] = process.argv.slice(2);

async function writeInbox(store: Store, id: string): Promise<boolean> {
  return (await store.putDelivery(delivery({ guid: id, body: 'x'.repeat(5_000) }), effects({ marks: [changeKey(1, 1 + (id.length % 3))] }))) === 'stored';
}

async function writeLedger(store: Store, id: string): Promise<boolean> {
  const entry = await store.reserve(reservation(id, 3), childCap);
  if (entry && id.endsWith('7')) await store.settle(id, 1, { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 });
  return entry !== null;
}

async function hand(store: Store, number: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const id = `${run}-${number}-${n}`;
    const done = mode === 'inbox' ? await writeInbox(store, id) : await writeLedger(store, id);
    writeSync(1, done ? `${id}\n` : 'refused\n');
  }
}

if (mode) {
  const store = await openStore({ path, clock: { now: () => Date.now(), sleep: (ms) => setTimeout(ms) } });
  writeSync(1, 'open\n');
  if (mode === 'hold') await setTimeout(60_000);
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((number) => hand(store, number)));
}
