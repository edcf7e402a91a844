/** Composes what signs, anchors and streams the audit log of a running App, and records by which policy and keys it works. */
import type { Clock } from '../core/ports/clock.ts';
import type { GitHubApp } from '../core/ports/github.ts';
import type { Log } from '../core/ports/log.ts';
import type { Signer } from '../core/ports/signer.ts';
import type { Store } from '../core/ports/store.ts';
import { parseVerifierKey } from '../core/transparency/note.ts';
import { openAuditSink } from '../edges/audit-stream.ts';
import { openNote, openNoteSigner } from '../edges/note.ts';
import { auditKey as keptAuditKey } from '../edges/signing-key.ts';
import { openWitness } from '../edges/witness.ts';
import { auditRecord, type AuditSource } from '../evidence/audit-record.ts';
import { keyWindows, refuseRetired } from '../evidence/key-list.ts';
import { createAuditStream } from '../reconcile/audit-stream.ts';
import { createSealer } from '../reconcile/seal.ts';
import type { Timer } from '../reconcile/timer.ts';
import type { SealPace } from '../subjects/audit-log/decide.ts';

/** How the audit log is sealed, anchored and streamed. */
export interface AuditSettings {
  /** The log's name in its checkpoints, without white space and plus signs. */
  origin: string;
  pace?: Partial<SealPace>;
  /** How often is looked; tests make it quick. */
  everyMs?: number;
  /** False: checkpoints stay in the store, and no ref of a repository is written. */
  anchor: boolean;
  witness: { url: string; key: string } | null;
  /** A file, or `-` for standard output; null: no stream. */
  stream: string | null;
  source: AuditSource;
}

export interface NotaryEdges {
  /** Where the log's key is kept. */
  dataDir: string;
  store: Store;
  signer: Signer;
  app: Pick<GitHubApp, 'installation'>;
  clock: Clock;
  log: Log;
}

/** What signs, anchors and streams the audit log, as far as it is wanted. */
export async function openNotary(audit: AuditSettings | undefined, { dataDir, store, signer, app, clock, log }: NotaryEdges): Promise<{ verifierKey: string | null; timers: Timer[] }> {
  if (!audit) return { verifierKey: null, timers: [] };
  const notary = openNoteSigner({ name: audit.origin, privateKeyPem: await keptAuditKey(dataDir) });
  const sealer = createSealer({
    store, signer, notary, openNote, clock, log, own: [parseVerifierKey(notary.verifierKey)], witness: audit.witness && { ...openWitness(audit.witness.url), key: parseVerifierKey(audit.witness.key) },
    gitHubOf: audit.anchor ? (repository) => app.installation(repository.installationId) : null, ...(audit.pace ? { pace: audit.pace } : {}), ...(audit.everyMs ? { everyMs: audit.everyMs } : {}),
  });
  const sink = audit.stream === null ? null : openAuditSink(audit.stream);
  const stream = sink && createAuditStream({ store, clock, log, from: sink.next(), write: (entry) => sink.write(auditRecord(entry, audit.source)) });
  return { verifierKey: notary.verifierKey, timers: [sealer, ...(stream ? [stream] : [])] };
}

/** By which rules and with which keys Assay works from here on: each one recorded when it first comes, so that a change of policy or key shows in the log. Throws CONFIG_KEY_RETIRED for an evidence key that another one came after. */
export async function introduce(store: Store, { policy, tools, evidenceKey, auditKey }: { policy: string; tools: string; evidenceKey: string; auditKey: string | null }): Promise<void> {
  refuseRetired(keyWindows(await store.auditEntriesOf('assay', 'signer.introduced')), evidenceKey);
  const tell = (action: string, detail: Record<string, string>) => {
    const once = `${action} ${Object.values(detail).join(' ')}`;
    return store.appendOnce(once, { actor: 'assay', action, subject: 'assay', detail: { ...detail, once } });
  };
  await tell('policy.introduced', { policy, tools });
  await tell('signer.introduced', { purpose: 'evidence', pem: evidenceKey });
  if (auditKey !== null) await tell('signer.introduced', { purpose: 'audit log', verifier: auditKey });
}
