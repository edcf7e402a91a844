/** An audit entry as one record of the audit stream, in the fields that log stores index: who did what to what, why, by which policy and with which outcome. */
import type { AuditEntry } from '../core/ports/store.ts';

export interface AuditSource { service: string; env: string; version: string }

export interface AuditRecord extends AuditSource {
  timestamp: string;
  index: number;
  actor: string;
  verb: string;
  target: string;
  action: string;
  resource: string;
  outcome: unknown;
  decision: unknown;
  policy: unknown;
  obligations: unknown;
  reason: unknown;
  before: unknown;
  after: unknown;
  trace_id: unknown;
  correlation_id: string;
  /** Null where the act came as a webhook: it is GitHub that knows the address. */
  ip: unknown;
  device: unknown;
  /** The entry's hash, by which a checkpoint's signature covers it. */
  signature: string;
  detail: Record<string, unknown>;
}

export function auditRecord({ index, at, actor, action, subject, detail, hash }: AuditEntry, source: AuditSource): AuditRecord {
  const told = (field: string): unknown => detail[field] ?? null;
  return {
    timestamp: new Date(at).toISOString(), ...source, index, actor, verb: action, target: subject, action, resource: subject, outcome: told('outcome'), decision: told('decision'), policy: told('policy'),
    obligations: told('obligations') ?? [], reason: told('reason'), before: told('before'), after: told('after'), trace_id: told('trace'), correlation_id: subject, ip: told('ip'), device: told('device'), signature: hash, detail,
  };
}
