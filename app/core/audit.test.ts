import { describe, expect, it } from 'vitest';
import { auditGenesis, auditHash, nextAuditEntry } from './audit.ts';

const act = { at: 1000, actor: 'assay', action: 'check.posted', subject: 'change:1#7', detail: { name: 'assay', outcome: 'pass' } };

describe('the audit chain', () => {
  it('starts at the genesis hash and links each entry to the one before', () => {
    const first = nextAuditEntry(null, act);
    const second = nextAuditEntry(first, { ...act, at: 2000 });
    expect([first.index, first.previous]).toEqual([0, auditGenesis]);
    expect([second.index, second.previous]).toEqual([1, first.hash]);
    expect(second.hash).toBe(auditHash(second));
  });

  it('does not depend on the order of keys, and changes with every field', () => {
    const first = nextAuditEntry(null, act);
    expect(auditHash({ ...first, detail: { outcome: 'pass', name: 'assay' } })).toBe(first.hash);
    const altered = [{ index: 1 }, { at: 1001 }, { actor: 'x' }, { action: 'x' }, { subject: 'x' }, { detail: {} }, { previous: 'f'.repeat(64) }];
    for (const change of altered) expect(auditHash({ ...first, ...change })).not.toBe(first.hash);
  });
});
