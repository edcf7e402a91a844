/**
 * E32: whoever holds the audit log's store cuts its end, reorders it, forks it, writes it anew or signs it anew. Each is shown by the command line to somebody who kept one older
 * checkpoint, or fetched the anchored one, and has the log's public key; and the App itself does not seal or anchor over it.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextAuditEntry } from '../../app/core/audit.ts';
import type { AuditEntry } from '../../app/core/ports/store.ts';
import { checkpointText } from '../../app/core/transparency/checkpoint.ts';
import { parseVerifierKey } from '../../app/core/transparency/note.ts';
import { openNote, openNoteSigner } from '../../app/edges/note.ts';
import { openSigner } from '../../app/edges/sigstore/signer.ts';
import { auditExport } from '../../app/evidence/audit-export.ts';
import { auditLogText, verifyAuditLog } from '../../app/evidence/audit-log.ts';
import { anchorAudit, sealAudit } from '../../app/reconcile/seal.ts';
import { assay } from '../cli.ts';
import { testClock } from '../conformance/clock.ts';
import { storeOnDisk, testLog } from '../conformance/store-on-disk.ts';

const keyOf = () => openNoteSigner({ name: 'log.example/audit', privateKeyPem: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
const notary = keyOf();
let drawn = 0;
const salt = (): string => (drawn += 1).toString(16).padStart(32, '0');
const folder = mkdtempSync(join(tmpdir(), 'assay-e32-'));
afterAll(() => rmSync(folder, { recursive: true }));

function chain(length: number, start: AuditEntry[] = [], actor = '7'): AuditEntry[] {
  const log = [...start];
  while (log.length < length) log.push(nextAuditEntry(log.at(-1) ?? null, { at: log.length, actor, action: 'change.approved', subject: `change:1#${log.length}`, detail: { n: log.length } }, salt));
  return log;
}

const log = chain(9);
const rootOf = (entries: AuditEntry[]): string => verifyAuditLog(auditLogText(entries)).head!.root;
const noteOf = (entries: AuditEntry[], by = notary): string => by.sign(checkpointText({ origin: 'log.example/audit', size: entries.length, root: Buffer.from(rootOf(entries), 'hex') }));

function put(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

let key: string;
let kept: string;
beforeAll(() => {
  key = put('key', `${notary.verifierKey}\n`);
  kept = put('kept.note', noteOf(log.slice(0, 6)));
});

/** What the command line says to somebody who kept the checkpoint of six entries. */
async function told(entries: AuditEntry[], shown: string | null = null): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await assay('verify', '--log', put('log.jsonl', auditLogText(entries)), '--against', kept, '--key', key, ...(shown === null ? [] : ['--checkpoint', put('shown.note', shown)]));
  return { code, said: `${stdout}${stderr}` };
}

describe('E32 T21 a log that was changed after the fact', () => {
  it('is accepted as it grew, and only then', async () => {
    expect(await told(log, noteOf(log))).toMatchObject({ code: 0, said: expect.stringContaining('9 entries verified') });
    expect((await told(log.slice(0, 6))).code).toBe(0);
  });

  it('cut at its end', async () => {
    expect(await told(log.slice(0, 5))).toMatchObject({ code: 1, said: expect.stringContaining('AUDIT_TRUNCATED at entry 5') });
  });

  it('cut, and told to be whole by a new checkpoint of the right key', async () => {
    expect(await told(log.slice(0, 4), noteOf(log.slice(0, 4)))).toMatchObject({ code: 1, said: expect.stringContaining('AUDIT_TRUNCATED') });
  });

  it('reordered, as it is and with all hashes made anew', async () => {
    const swapped = [...log.slice(0, 2), log[3]!, log[2]!, ...log.slice(4)];
    expect(await told(swapped)).toMatchObject({ code: 1, said: expect.stringContaining('AUDIT_CHAIN_BROKEN at entry 2') });
    const anew: AuditEntry[] = [];
    for (const entry of swapped) anew.push(nextAuditEntry(anew.at(-1) ?? null, entry, salt));
    expect(verifyAuditLog(auditLogText(anew)).verified).toBe(true);
    expect(await told(anew, noteOf(anew))).toMatchObject({ code: 1, said: expect.stringContaining('AUDIT_FORKED') });
  });

  it('forked before the checkpoint, with a checkpoint of the right key over the fork', async () => {
    const fork = chain(9, log.slice(0, 5), '666');
    expect(verifyAuditLog(auditLogText(fork)).verified).toBe(true);
    expect(await told(fork, noteOf(fork))).toMatchObject({ code: 1, said: expect.stringContaining('AUDIT_FORKED at entry 5') });
    expect((await told(chain(9, log.slice(0, 6), '666'))).code).toBe(0);
  });

  it('signed anew with another key under the same name', async () => {
    expect(await told(log, noteOf(log, keyOf()))).toMatchObject({ code: 3, said: expect.stringContaining('NOTE_KEY_UNKNOWN') });
  });

  it('as an exported part: of a fork, without a proof to the checkpoint that was kept, or with the proof of another', async () => {
    const verify = async (text: string) => { const { code, stdout } = await assay('verify', '--log', put('part.json', text), '--against', kept, '--key', key); return `${code} ${stdout.split(/[ :]/)[0]}`; };
    const part = (entries: AuditEntry[], earlier: AuditEntry[][]) => auditExport({ log: entries, chosen: [7], checkpoint: { note: noteOf(entries), size: entries.length }, earlier: earlier.map((each) => ({ note: noteOf(each), size: each.length })), redact: [] });
    const fork = chain(9, log.slice(0, 4), '666');
    expect(await verify(part(log, [log.slice(0, 6)]))).toBe('0 1');
    expect(await verify(part(fork, [fork.slice(0, 6)]))).toBe('1 AUDIT_FORKED');
    expect(await verify(part(fork, [log.slice(0, 6)]))).toBe('1 AUDIT_NOT_CONSISTENT');
    expect(await verify(part(log, []))).toBe('1 AUDIT_NOT_CONSISTENT');
  });

  it('by any single character of a checkpoint that is shown', () => {
    const note = noteOf(log);
    const trusted = [parseVerifierKey(notary.verifierKey)];
    fc.assert(fc.property(fc.nat(note.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
      const changed = note.slice(0, at) + letter + note.slice(at + 1);
      fc.pre(changed !== note);
      expect(() => openNote(changed, trusted)).toThrow();
    }), { numRuns: 300 });
  });
});

describe('E32 the App itself', () => {
  const signer = openSigner({ privateKeyPem: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
  const repository = { id: 1, owner: 'ada', name: 'shop', installationId: 1 };

  it('writes nothing over an anchor that it signed and does not know: its store was rolled back', async () => {
    const clock = testClock();
    const { store } = await storeOnDisk(clock);
    for (let at = 0; at < 3; at += 1) await store.append({ actor: '7', action: 'a', subject: 'change:1#1', detail: { at } });
    await sealAudit({ store, signer, notary, openNote, witness: null, clock, log: testLog() }, { entries: 1, ms: 1 });
    const later = `Audit checkpoint of 9 entries\n\n${noteOf(log)}`;
    const github = { readRef: async () => ({ sha: 'tip', message: later }), extendRef: () => Promise.reject(new Error('written')) };
    await expect(anchorAudit((await store.lastCheckpoint())!, { store, github, repository, openNote, own: [parseVerifierKey(notary.verifierKey)], clock })).rejects.toMatchObject({ code: 'AUDIT_ROLLED_BACK' });
    expect(await store.anchor(1)).toBeNull();
  });
});
