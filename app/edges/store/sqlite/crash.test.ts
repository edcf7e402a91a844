import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testClock } from '../../../../test/conformance/clock.ts';
import { change7, delivery, effects, shop } from '../../../../test/conformance/store-facts.ts';
import { budgeted, childCap } from '../../../../test/conformance/store-ledger-facts.ts';
import { digestOf } from '../../../core/digest.ts';
import { auditLogText, verifyAuditLog } from '../../../evidence/audit-log.ts';
import { openStore } from './open.ts';

const script = fileURLToPath(new URL('../../../../test/conformance/store-child.ts', import.meta.url));
let folder: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-crash-'));
  path = join(folder, 'assay.db');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const open = () => openStore({ path, clock: testClock() });

/** Starts a child and kills it without warning once it has printed that many lines; answers all it had acknowledged by then. */
async function killedAfter(lines: number, args: string[]): Promise<string[]> {
  const child = spawn(process.execPath, [script, path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.split('\n').length > lines) child.kill('SIGKILL');
  }
  return printed.split('\n').slice(0, -1).filter((line) => line !== 'open' && line !== 'refused');
}

describe('kill -9', () => {
  it('loses no delivery that was acknowledged, and the file stays sound', async () => {
    const acked: string[] = [];
    for (const [run, lines] of [3, 40, 150].entries()) acked.push(...(await killedAfter(lines, ['inbox', `run${run}`])));
    const store = await open();
    expect(acked.length).toBeGreaterThan(180);
    expect(acked.filter((id) => id.startsWith('run2'))).not.toEqual([]);
    const known = await store.knownDeliveries(acked);
    expect(acked.filter((id) => !known.has(id))).toEqual([]);
    // Each delivery is one mark in the same commit: as many generations as rows, whatever was cut off.
    const marks = (await store.subjects({})).reduce((sum, subject) => sum + subject.generation, 0);
    expect(marks).toBe((await store.stats()).deliveries);
    await store.close();
    expect(new DatabaseSync(path).prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  });

  it('at any point never lets the ledger pass its cap, and loses no reservation', async () => {
    const acked: string[] = [];
    for (const [run, lines] of [1, 7, 23, 60, 200].entries()) {
      acked.push(...(await killedAfter(lines, ['ledger', `run${run}`])));
      const store = await open();
      const entries = await store.entries({ project: budgeted });
      expect((await store.spent(budgeted)).committed).toBeLessThanOrEqual(childCap);
      const ids = new Set(entries.map((entry) => entry.id));
      expect(acked.filter((id) => !ids.has(id))).toEqual([]);
      await store.close();
    }
    expect(acked.length).toBeGreaterThan(50);
  });
});

describe('two processes', () => {
  it('the second is refused with the pid and the remedy; after a kill -9 the guard is free', async () => {
    const child = spawn(process.execPath, [script, path, 'hold', 'x'], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    for await (const chunk of child.stdout) if (String(chunk).includes('open')) break;
    await expect(open()).rejects.toMatchObject({ code: 'STORE_LOCKED', message: expect.stringContaining(`process ${child.pid}`), remedy: expect.stringContaining(`kill ${child.pid}`) });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exit;
    expect(readFileSync(`${path}.pid`, 'utf8')).toBe(`${child.pid}\n`); // stale, and harmless
    await (await open()).close();
  });

  it('the same process cannot open it twice either, and close leaves no guard', async () => {
    const store = await open();
    await expect(open()).rejects.toMatchObject({ code: 'STORE_LOCKED', message: expect.stringContaining(`process ${process.pid}`) });
    await store.close();
    expect(existsSync(`${path}.pid`)).toBe(false);
    await (await open()).close();
    await expect(store.mark(change7, shop)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('a foreign writer is waited for, not failed on', async () => {
    const store = await open();
    const foreign = new DatabaseSync(path);
    foreign.exec('BEGIN IMMEDIATE');
    const put = store.putDelivery(delivery(), effects());
    setTimeout(() => foreign.exec('COMMIT'), 60);
    expect(await put).toBe('stored');
    foreign.close();
    await store.close();
  });
});

describe('a bad disk or file', () => {
  it('full: the write is refused with STORE_FULL, what was stored stays, and smaller ones go on', async () => {
    const store = await openStore({ path, clock: testClock(), maxBytes: 600_000 });
    await store.putDelivery(delivery({ guid: 'before' }), effects({ marks: [change7] }));
    const large = store.putDelivery(delivery({ guid: 'large', body: 'x'.repeat(2_000_000) }), effects({ marks: [change7] }));
    await expect(large).rejects.toMatchObject({ code: 'STORE_FULL', remedy: expect.stringContaining('disk') });
    expect(await store.putDelivery(delivery({ guid: 'after' }), effects({ marks: [change7] }))).toBe('stored');
    expect(await store.knownDeliveries(['before', 'large', 'after'])).toEqual(new Set(['before', 'after']));
    expect((await store.subject(change7))?.generation).toBe(2);
    await store.close();
  });

  it('not a database, or cut in half: STORE_CORRUPT with what to do', async () => {
    writeFileSync(path, 'this is a letter to my mother, not a database. '.repeat(200));
    await expect(open()).rejects.toMatchObject({ code: 'STORE_CORRUPT', remedy: expect.stringContaining('backup') });
    rmSync(path);
    const store = await open();
    for (let n = 0; n < 50; n += 1) await store.mark(`change:1#${n + 1}`, shop);
    await store.close();
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0x5a)]));
    await expect(open()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('written by a newer Assay: STORE_TOO_NEW', async () => {
    await (await open()).close();
    const file = new DatabaseSync(path);
    file.exec('PRAGMA user_version = 99');
    file.close();
    await expect(open()).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  });
});

describe('the file itself', () => {
  it('refuses to alter or drop an audit entry, whoever asks', async () => {
    const store = await open();
    await store.append({ actor: 'assay', action: 'a', subject: 's', detail: {} });
    await store.append({ actor: 'assay', action: 'b', subject: 's', detail: {} });
    await store.close();
    const file = new DatabaseSync(path);
    const attacks = [
      `UPDATE audit SET actor = 'mallory'`, 'DELETE FROM audit', 'DELETE FROM audit WHERE idx = 1',
      `INSERT OR REPLACE INTO audit SELECT 1, at, 'mallory', action, subject, detail, previous, hash FROM audit WHERE idx = 1`,
      `INSERT INTO audit SELECT 5, at, actor, action, subject, detail, previous, hash FROM audit WHERE idx = 1`,
    ];
    for (const attack of attacks) expect(() => file.exec(attack)).toThrow('append-only');
    expect(file.prepare('SELECT group_concat(actor) AS actors FROM audit').get()).toEqual({ actors: 'assay,assay' });
    file.close();
  });

  it('refuses to alter what an entry said or to drop a checkpoint; an erased value is gone from the file', async () => {
    const store = await open();
    await store.append({ actor: '1', action: 'a', subject: 's', detail: { login: 'a-name-to-be-forgotten' } });
    await store.append({ actor: '1', action: 'b', subject: 's', detail: { n: 1 } });
    await store.putCheckpoint({ size: 1, root: 'r', head: 'h', at: 0, note: 'n', bundle: {}, frontier: [], witnessed: false });
    await store.redactAudit({ index: 0, fields: ['login'], actor: '1', reason: 'asked for' });
    await store.close();
    const file = new DatabaseSync(path);
    const attacks = [
      `UPDATE audit_values SET value = '2'`, `INSERT INTO audit_values VALUES (0, 'login', 'x', '"mallory"')`, `INSERT OR REPLACE INTO audit_values SELECT idx, field, salt, '2' FROM audit_values WHERE idx = 1`,
      `UPDATE checkpoints SET root = 'x'`, 'DELETE FROM checkpoints', `INSERT OR REPLACE INTO checkpoints SELECT size, 'x', head, at, note, bundle, frontier, witnessed FROM checkpoints`,
    ];
    for (const attack of attacks) expect(() => file.exec(attack), attack).toThrow('append-only');
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    file.close();
    expect(readFileSync(path).includes('a-name-to-be-forgotten')).toBe(false);
  });

  it('of an older Assay goes on with its log: entries of both versions are one chain', async () => {
    await (await open()).close();
    const file = new DatabaseSync(path);
    file.exec('DROP TABLE audit_values; DROP TABLE checkpoints; DROP TABLE anchors; DROP TABLE passkeys; DROP TABLE pushes; DROP TABLE replays; DROP TABLE progress; DROP TABLE once; DROP INDEX audit_subject; PRAGMA user_version = 2');
    const old = { index: 0, at: 1, actor: 'assay', action: 'a', subject: 's', detail: { n: 0 }, previous: '0'.repeat(64) };
    file.prepare('INSERT INTO audit VALUES (0, 1, ?, ?, ?, ?, ?, ?)').run('assay', 'a', 's', '{"n":0}', old.previous, digestOf(old));
    file.close();
    const store = await open();
    await store.append({ actor: 'assay', action: 'b', subject: 's', detail: { n: 1 } });
    const entries = await store.auditEntries(0, 10);
    expect(entries.map(({ version, detail }) => [version, detail])).toEqual([[undefined, { n: 0 }], [2, { n: 1 }]]);
    expect(verifyAuditLog(auditLogText(entries)).verified).toBe(true);
    expect(await store.redactAudit({ index: 0, fields: ['n'], actor: '1', reason: 'asked for' })).toEqual([]);
    await store.close();
  });

  it('keeps a write-ahead log, and drops the leases of the dead when it is opened', async () => {
    const store = await open();
    await store.mark(change7, shop);
    const claim = await store.claim('gone', 3_600_000);
    await store.close();
    expect(new DatabaseSync(path).prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    const again = await open();
    expect(await again.renew(claim!, 1000)).toBe(false);
    expect(await again.claim('w', 1000)).toMatchObject({ key: change7, attempts: 1 });
    await again.close();
  });
});
