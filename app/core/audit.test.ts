import { describe, expect, it } from 'vitest';
import { auditGenesis, auditHash, nextAuditEntry } from './audit.ts';

const act = { at: 1000, actor: 'assay', action: 'check.posted', subject: 'change:1#7', detail: { name: 'assay', outcome: 'pass' } };

let drawn = 0;
const salt = (): string => (drawn += 1).toString(16).padStart(32, '0');

describe('the audit chain', () => {
  it('starts at the genesis hash and links each entry to the one before', () => {
    const first = nextAuditEntry(null, act, salt);
    const second = nextAuditEntry(first, { ...act, at: 2000 }, salt);
    expect([first.index, first.previous]).toEqual([0, auditGenesis]);
    expect([second.index, second.previous]).toEqual([1, first.hash]);
    expect(second.hash).toBe(auditHash(second));
  });

  it('does not depend on the order of keys, and changes with every field', () => {
    const first = nextAuditEntry(null, act, salt);
    expect(auditHash({ ...first, detail: { outcome: 'pass', name: 'assay' } })).toBe(first.hash);
    const altered = [{ index: 1 }, { at: 1001 }, { actor: 'x' }, { action: 'x' }, { subject: 'x' }, { detail: {} }, { previous: 'f'.repeat(64) }];
    for (const change of altered) expect(auditHash({ ...first, ...change })).not.toBe(first.hash);
  });

  it('keeps what looks like a secret out of an entry, whoever writes it', () => {
    const token = ['gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
    const entry = nextAuditEntry(null, { ...act, actor: `x ${token}`, subject: token, detail: { said: `use ${token}`, deep: { password: 'q8Xw2-Rt5z' } } }, salt);
    expect(JSON.stringify(entry)).not.toMatch(/gh[p]_|q8Xw2/);
    expect(entry.detail).toMatchObject({ said: 'use [redacted GitHub token]', deep: { password: '[redacted]' } });
  });
});
