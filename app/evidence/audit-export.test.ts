/** A part of the log as a file that stands for itself: what it proves, and that nothing in it can be changed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextAuditEntry } from '../core/audit.ts';
import { AssayError } from '../core/errors.ts';
import { growTree } from '../core/merkle/tree.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { checkpointText, parseCheckpoint } from '../core/transparency/checkpoint.ts';
import { leafOf } from './audit-entry.ts';
import { auditExport, verifyAuditExport } from './audit-export.ts';

let drawn = 0;
const salt = (): string => (drawn += 1).toString(16).padStart(32, '0');
const log: AuditEntry[] = [];
for (let at = 0; at < 11; at += 1) log.push(nextAuditEntry(log.at(-1) ?? null, { at, actor: '7', action: 'a', subject: `change:1#${at}`, detail: { n: at, who: `person ${at}` } }, salt));
const tree = growTree();
log.forEach((entry) => tree.append(leafOf(entry)));

// A signature that is as strict as a real one: the whole text, or nothing.
const noteOf = (size: number): string => checkpointText({ origin: 'log.example', size, root: tree.root(size) });
const signed = new Set(Array.from({ length: 12 }, (_, size) => noteOf(size)));
const open = (note: string) => {
  if (!signed.has(note)) throw new AssayError('NOTE_SIGNATURE', 'it does not hold', { remedy: 'None.' });
  const { size, root } = parseCheckpoint(note);
  return { size, root: Buffer.from(root).toString('hex') };
};
const exported = (chosen: number[], redact: string[] = []) => auditExport({ log, chosen, checkpoint: { note: noteOf(11), size: 11 }, earlier: [{ note: noteOf(4), size: 4 }, { note: noteOf(8), size: 8 }], redact });
const codes = (text: string) => verifyAuditExport(text, open).breaks.map(({ code }) => code);

it('verifies, whatever was chosen and redacted, and says whether entries lie between', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(10), { minLength: 1 }), fc.subarray(['n', 'who']), (chosen, redact) => {
    const ordered = chosen.toSorted((a, b) => a - b);
    const report = verifyAuditExport(exported(ordered, redact), open);
    expect(report).toMatchObject({ verified: true, breaks: [], earlier: [{ size: 4 }, { size: 8 }], contiguous: ordered.at(-1)! - ordered[0]! === ordered.length - 1 });
    for (const { detail } of report.entries) for (const field of redact) expect(detail).not.toHaveProperty(field);
  }), { numRuns: 60 });
  expect(exported([2], ['who'])).not.toContain('person');
});

it('does not verify after any change of any single character', () => {
  const text = exported([3, 4, 9], ['who']);
  fc.assert(fc.property(fc.nat(text.length - 1), fc.string({ minLength: 0, maxLength: 1 }), (at, letter) => {
    const changed = text.slice(0, at) + letter + text.slice(at + 1);
    fc.pre(changed !== text);
    expect(verifyAuditExport(changed, open).verified).toBe(false);
  }), { numRuns: 1500 });
});

it('refuses entries and proofs of elsewhere, each by its code', () => {
  const file = JSON.parse(exported([3, 4])) as { earlier: { proof: string[] }[]; entries: { entry: AuditEntry; proof: string[] }[] };
  const put = (change: (it: typeof file) => void): string => { const copy = structuredClone(file); change(copy); return `${JSON.stringify(copy)}\n`; };
  expect(codes(put(() => undefined))).toEqual([]);
  expect(codes(put(({ entries }) => { entries[0]!.proof = entries[1]!.proof; }))).toEqual(['AUDIT_NOT_INCLUDED']);
  expect(codes(put(({ entries }) => { entries[0]!.entry.actor = '8'; }))).toEqual(['AUDIT_ENTRY_ALTERED']);
  expect(codes(put(({ entries }) => { entries.reverse(); }))).toEqual(['AUDIT_EXPORT_ALTERED']);
  expect(codes(put(({ earlier }) => { earlier[0]!.proof = earlier[1]!.proof; }))).toEqual(['AUDIT_NOT_CONSISTENT']);
  expect(codes(`${exported([3]).trimEnd()} \n`)).toEqual(['AUDIT_EXPORT_ALTERED']);
});
