/**
 * When a statement was there at the latest: the audit log names its digest at some time, or names something that names it. Who had the digest written down plays no part, since
 * nobody can name what does not exist yet. Pure; times are milliseconds since the epoch.
 */
import { sha256 } from '../core/digest.ts';
import type { AuditEntry } from '../core/ports/store.ts';

const digests = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/** `entries`: of a log that was verified. `payloads`: the signed bytes of the statements that may name one another. */
export function provenTimes(entries: readonly AuditEntry[], payloads: readonly Uint8Array[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { at, detail } of entries) for (const [digest] of JSON.stringify(detail).matchAll(digests)) times.set(digest, Math.min(at, times.get(digest) ?? Infinity));
  const named = new Map(payloads.map((payload) => [sha256(payload), [...Buffer.from(payload).toString('utf8').matchAll(digests)].map(([digest]) => digest)]));
  spread(times, named);
  return times;
}

/** What a timed payload names was there at that time too; once more for each that this times. */
function spread(times: Map<string, number>, named: ReadonlyMap<string, readonly string[]>): void {
  const waiting = [...named.keys()].filter((digest) => times.has(digest));
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    const at = times.get(digest) ?? Infinity;
    for (const other of named.get(digest) ?? []) {
      if (at >= (times.get(other) ?? Infinity)) continue;
      times.set(other, at);
      if (named.has(other)) waiting.push(other);
    }
  }
}
