/** The audit stream: one record per entry, in order, across a restart and after half a line; nothing that no entry had. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testClock } from '../../test/conformance/clock.ts';
import { storeOnDisk, testLog } from '../../test/conformance/store-on-disk.ts';
import { auditRecord } from '../evidence/audit-record.ts';
import { createAuditStream } from '../reconcile/audit-stream.ts';
import { openAuditSink } from './audit-stream.ts';

const source = { service: 'assay', env: 'test', version: '1.2.3' };

it('writes each entry once with the fields that are looked for, and goes on where it stopped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-stream-'));
  const path = join(folder, 'deep/audit.jsonl');
  const clock = testClock();
  const { store } = await storeOnDisk(clock);
  const records = () => readFileSync(path, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
  const run = async (count: number) => {
    const sink = openAuditSink(path);
    const stream = createAuditStream({ store, clock, log: testLog(), from: sink.next(), write: (entry) => sink.write(auditRecord(entry, source)) });
    stream.start();
    await expect.poll(() => records().length).toBe(count);
    await stream.stop();
  };
  await store.append({ actor: '7', action: 'change.approved', subject: 'change:1#7', detail: { policy: 'p', decision: 'allow', outcome: 'pass', reason: 'r', before: 'a', after: 'b', trace: 't', login: 'ada' } });
  await run(1);
  expect(records()[0]).toMatchObject({
    ...source, timestamp: '2026-01-01T00:00:00.000Z', actor: '7', verb: 'change.approved', target: 'change:1#7', action: 'change.approved', resource: 'change:1#7', outcome: 'pass', decision: 'allow',
    policy: 'p', obligations: [], reason: 'r', before: 'a', after: 'b', trace_id: 't', correlation_id: 'change:1#7', ip: null, device: null, signature: (await store.auditEntries(0, 1))[0]!.hash,
  });
  expect(Object.keys(records()[0]!)).not.toContain('level');
  for (let n = 0; n < 3; n += 1) await store.append({ actor: '7', action: 'b', subject: 's', detail: { n } });
  await run(4);
  appendFileSync(path, '{"index":4,"half');
  await store.append({ actor: '7', action: 'c', subject: 's', detail: {} });
  await run(5);
  expect(records().map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  expect(statSync(path).mode & 0o077).toBe(0);
  rmSync(folder, { recursive: true });
});

it('begins with what is still to come where nobody remembers', async () => {
  const { store } = await storeOnDisk(testClock());
  const clock = testClock();
  const seen: number[] = [];
  await store.append({ actor: '7', action: 'before', subject: 's', detail: {} });
  const stream = createAuditStream({ store, clock, log: testLog(), from: null, write: ({ index }) => seen.push(index) });
  stream.start();
  await expect.poll(() => clock.sleepers()).toBe(1);
  await store.append({ actor: '7', action: 'after', subject: 's', detail: {} });
  clock.advance(1_000);
  await expect.poll(() => seen).toEqual([1]);
  await stream.stop();
});
