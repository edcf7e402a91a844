import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditHash, auditGenesis, nextAuditEntry, withoutFields } from '../core/audit.ts';
import { digestOf } from '../core/digest.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { auditLogText, readCheckpoint, verifyAuditLog, type AuditCheckpoint } from './audit-log.ts';
import { auditCheckpointStatement } from './statements.ts';

let drawn = 0;
const salt = (): string => (drawn += 1).toString(16).padStart(32, '0');

function chain(length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let at = 0; at < length; at += 1) entries.push(nextAuditEntry(entries.at(-1) ?? null, { at, actor: 'assay', action: 'check.posted', subject: 'change:1#7', detail: { n: at, text: 'ü "quoted"' } }, salt));
  return entries;
}

const text = auditLogText;
const entries = chain(8);
const breaksOf = (log: string, ...checkpoints: AuditCheckpoint[]): string[] => verifyAuditLog(log, checkpoints).breaks.map(({ index, code }) => `${index} ${code}`);

describe('an exported audit log', () => {
  it('verifies as it was written', () => {
    expect(verifyAuditLog(text(entries))).toEqual({ verified: true, entries: 8, redacted: 0, head: { index: 7, hash: entries[7]!.hash, root: expect.stringMatching(/^[0-9a-f]{64}$/) }, breaks: [] });
  });

  it('names the entry that was altered, its hash left or made anew', () => {
    const forged = structuredClone(entries);
    forged[3]!.detail.n = 99;
    expect(breaksOf(text(forged))).toEqual(['3 AUDIT_ENTRY_ALTERED']);
    forged[3]!.hash = auditHash(forged[3]!);
    expect(breaksOf(text(forged))).toEqual(['4 AUDIT_CHAIN_BROKEN']);
  });

  it('names every break, not only the first', () => {
    const forged = structuredClone(entries);
    forged[1]!.actor = 'x';
    forged[5]!.at = 0;
    expect(breaksOf(text(forged))).toEqual(['1 AUDIT_ENTRY_ALTERED', '5 AUDIT_ENTRY_ALTERED']);
  });

  it('shows what is missing in the middle, moved, repeated or cut at the start', () => {
    expect(breaksOf(text(entries.filter((entry) => entry.index !== 4)))).toEqual(['4 AUDIT_CHAIN_BROKEN']);
    expect(breaksOf(text([entries[0]!, entries[2]!, entries[1]!, ...entries.slice(3)]))).toEqual(['1 AUDIT_CHAIN_BROKEN', '2 AUDIT_CHAIN_BROKEN', '3 AUDIT_CHAIN_BROKEN']);
    expect(breaksOf(text([entries[0]!, entries[0]!, ...entries.slice(1)]))).toEqual(['1 AUDIT_CHAIN_BROKEN']);
    expect(breaksOf(text(entries.slice(2)))).toEqual(['0 AUDIT_TRUNCATED']);
    expect(breaksOf(text([{ ...entries[0]!, previous: 'f'.repeat(64), hash: auditHash({ ...entries[0]!, previous: 'f'.repeat(64) }) }]))).toEqual(['0 AUDIT_CHAIN_BROKEN']);
  });

  it('is not whole when empty or with half a line', () => {
    expect(verifyAuditLog('')).toMatchObject({ verified: false, head: null, breaks: [{ code: 'AUDIT_TRUNCATED' }] });
    expect(breaksOf(text(entries).slice(0, -1))).toContain('7 AUDIT_TRUNCATED');
    expect(breaksOf(`${text(entries)}\n`)).toEqual(['8 AUDIT_ENTRY_ALTERED']);
  });

  it('refuses fields that no hash covers and keys named twice', () => {
    const line = auditLogText([entries[0]!]).trimEnd();
    expect(breaksOf(`${line.replace('{', '{"note":"x",')}\n`)).toEqual(['0 AUDIT_ENTRY_ALTERED']);
    expect(breaksOf(`${line.replace('{', '{"actor":"mallory",')}\n`)).toEqual(['0 AUDIT_ENTRY_ALTERED']);
  });

  it('does not verify after any change of any single character', () => {
    const whole = text(chain(4));
    fc.assert(fc.property(fc.nat(whole.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
      const changed = whole.slice(0, at) + letter + whole.slice(at + 1);
      fc.pre(changed !== whole);
      expect(verifyAuditLog(changed).verified).toBe(false);
    }), { numRuns: 400 });
  });
});

it('does not verify with any character more or fewer, in a log with redacted fields', () => {
  const whole = text(entries.slice(0, 4).map((entry) => withoutFields(entry, (field) => field === 'text' && entry.index % 2 === 0)));
  expect(verifyAuditLog(whole).verified).toBe(true);
  fc.assert(fc.property(fc.nat(whole.length - 1), fc.constantFrom('', ' ', '\n', '0', '"', ','), fc.boolean(), (at, letter, keeps) => {
    const changed = whole.slice(0, at) + letter + whole.slice(keeps ? at : at + 1);
    fc.pre(changed !== whole);
    expect(verifyAuditLog(changed).verified).toBe(false);
  }), { numRuns: 600 });
});

describe('redaction', () => {
  const redacted = entries.map((entry) => (entry.index === 3 ? withoutFields(entry, (field) => field === 'text') : entry));

  it('leaves a log that verifies, without the value and without what would let one guess it', () => {
    expect(verifyAuditLog(text(redacted))).toMatchObject({ verified: true, entries: 8, redacted: 1 });
    expect(verifyAuditLog(text(redacted)).head).toEqual(verifyAuditLog(text(entries)).head);
    expect(Object.keys(redacted[3]!.salts!)).toEqual(['n']);
    expect(withoutFields(redacted[3]!, (field) => field === 'n').redacted).toMatchObject({ n: expect.any(String), text: expect.any(String) });
    expect(withoutFields(redacted[3]!, (field) => field === 'text')).toEqual(redacted[3]);
  });

  it('cannot be undone with another value, nor hide that something was there', () => {
    const put = (change: Partial<AuditEntry>) => breaksOf(text(redacted.map((entry) => (entry.index === 3 ? { ...entry, ...change } : entry))));
    expect(put({ detail: { n: 3, text: 'other' }, salts: { ...redacted[3]!.salts, text: '0'.repeat(32) } })).toEqual(['3 AUDIT_ENTRY_ALTERED']);
    expect(put({ redacted: {} })).toEqual(['3 AUDIT_ENTRY_ALTERED']);
    expect(put({ redacted: { other: redacted[3]!.redacted!.text! } })).toEqual(['3 AUDIT_ENTRY_ALTERED']);
    expect(put({ detail: { n: 3, text: 'both' }, salts: { ...redacted[3]!.salts, text: '0'.repeat(32) }, redacted: redacted[3]!.redacted! })).toEqual(['3 AUDIT_ENTRY_ALTERED']);
  });
});

it('reads on where an older version ended, and does not take an entry of one version for one of the other', () => {
  const old = { index: 0, at: 1, actor: 'assay', action: 'a', subject: 's', detail: { n: 0 }, previous: auditGenesis };
  const first: AuditEntry = { ...old, hash: digestOf(old) };
  const second = nextAuditEntry(first, { at: 2, actor: 'assay', action: 'b', subject: 's', detail: { n: 1 } }, salt);
  expect(verifyAuditLog(text([first, second])).verified).toBe(true);
  expect(withoutFields(first, () => true)).toBe(first);
  expect(breaksOf(text([{ ...first, version: 2, salts: { n: '0'.repeat(32) } }, second]))).toEqual(['0 AUDIT_ENTRY_ALTERED']);
});

describe('a checkpoint', () => {
  const at = (size: number): AuditCheckpoint => ({ size, root: verifyAuditLog(text(entries.slice(0, size))).head!.root });
  const checkpoint = at(6);

  it('holds for the log it was taken of, also after that log grew, beside others', () => {
    expect(verifyAuditLog(text(entries), [checkpoint, at(1), at(8)]).verified).toBe(true);
    expect(verifyAuditLog(text(entries.slice(0, 6)), [checkpoint]).verified).toBe(true);
  });

  it('shows a log that was cut at its end, and one written anew', () => {
    expect(verifyAuditLog(text(entries.slice(0, 5))).verified).toBe(true);
    expect(breaksOf(text(entries.slice(0, 5)), checkpoint)).toEqual(['5 AUDIT_TRUNCATED']);
    const anew: AuditEntry[] = [];
    for (const entry of entries) anew.push(nextAuditEntry(anew.at(-1) ?? null, { ...entry, actor: 'mallory' }, salt));
    expect(verifyAuditLog(text(anew)).verified).toBe(true);
    expect(breaksOf(text(anew), checkpoint)).toEqual(['5 AUDIT_FORKED']);
    expect(breaksOf(text([...entries.slice(0, 5), ...anew.slice(5)]), checkpoint)).toContain('5 AUDIT_FORKED');
  });

  it('is read from its own statement only', () => {
    const statement = auditCheckpointStatement({ ...checkpoint, origin: 'log.example', head: entries[5]!.hash, at: 0 });
    expect(readCheckpoint(statement)).toEqual(checkpoint);
    expect(() => readCheckpoint({ ...statement, predicateType: 'https://example.test/x' })).toThrow(expect.objectContaining({ code: 'EVIDENCE_CHECKPOINT' }));
    expect(() => readCheckpoint({ ...statement, predicate: { size: '5' } })).toThrow(expect.objectContaining({ code: 'EVIDENCE_CHECKPOINT' }));
  });
});
