/** The audit log's own work: entries appended per second (each durable before it is told), sealed, exported and verified, whole and in part. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../app/edges/clock.ts';
import { parseCheckpoint } from '../../app/core/transparency/checkpoint.ts';
import { parseVerifierKey } from '../../app/core/transparency/note.ts';
import { openNote, openNoteSigner } from '../../app/edges/note.ts';
import { openSigner } from '../../app/edges/sigstore/signer.ts';
import { openStore } from '../../app/edges/store/sqlite/open.ts';
import { auditExport, verifyAuditExport } from '../../app/evidence/audit-export.ts';
import { auditLogText, verifyAuditLog } from '../../app/evidence/audit-log.ts';
import { sealAudit } from '../../app/reconcile/seal.ts';
import type { BenchResult } from './main.ts';

const entries = 20_000;
const atOnce = 64;
const pem = (key: ReturnType<typeof generateKeyPairSync>['privateKey']) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

export async function bench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-audit-'));
  const store = await openStore({ path: join(folder, 'assay.sqlite'), clock: systemClock });
  try {
    const figures: Record<string, number | string> = {};
    const timed = async <T>(name: string, count: number, work: () => T | Promise<T>): Promise<T> => {
      const start = performance.now();
      const value = await work();
      figures[name] = Math.round((count / (performance.now() - start)) * 1000);
      return value;
    };
    const append = (n: number) => store.append({ actor: '7', action: 'verdict.reached', subject: `change:1#${n}`, detail: { headSha: 'a'.repeat(40), slot: 'guardrails', outcome: 'pass', policy: 'b'.repeat(64), login: `person ${n}` } });
    await timed('appended/s, one after the other', 200, async () => { for (let n = 0; n < 200; n += 1) await append(n); });
    await timed(`appended/s, ${atOnce} at once`, entries, async () => { for (let n = 0; n < entries; n += atOnce) await Promise.all(Array.from({ length: atOnce }, (_, one) => append(n + one))); });
    const notary = openNoteSigner({ name: 'log.example/audit', privateKeyPem: pem(generateKeyPairSync('ed25519').privateKey) });
    const context = { store, notary, openNote, witness: null, clock: systemClock, signer: openSigner({ privateKeyPem: pem(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey) }), log: { debug() {}, info() {}, warn() {}, error() {} } };
    await timed('sealed entries/s', entries, () => sealAudit(context, { entries: 1, ms: 1 }));
    const checkpoint = (await store.lastCheckpoint())!;
    const log = await store.auditEntries(0, entries * 2);
    const text = auditLogText(log);
    const whole = await timed('verified entries/s, the whole log', log.length, () => verifyAuditLog(text, [checkpoint]));
    const part = auditExport({ log, chosen: log.slice(0, checkpoint.size).filter(({ index }) => index % 10 === 0).map(({ index }) => index), checkpoint, earlier: [], redact: ['login'] });
    const key = parseVerifierKey(notary.verifierKey);
    const open = (note: string) => { const { size, root } = parseCheckpoint(openNote(note, [key]).text); return { size, root: Buffer.from(root).toString('hex') }; };
    const partly = await timed('verified entries/s, a redacted tenth', log.length / 10, () => verifyAuditExport(part, open));
    figures['bytes per entry, log / export'] = `${Math.round(text.length / log.length)} / ${Math.round((part.length / log.length) * 10)}`;
    return { name: `audit log, ${log.length} entries`, figures, ok: whole.verified && partly.verified };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}
