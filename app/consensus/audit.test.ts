import { describe, expect } from 'vitest';
import { runAudit } from './audit.ts';
import { runConsensus } from './consensus.ts';
import { candidate, functionSpec, testSandbox } from './test-kit.ts';
import { testWith } from '../../test/tools.ts';

const it = testWith(['python3'], 'the Auditor');

const spec = functionSpec('python', [{ args: [true, true], expect: 80 }, { args: [false, true], expect: 100 }]);
const trio = [
  candidate('a', 'def price(member, bulk):\n    if member and bulk:\n        return 80\n    return 90 if member else 100\n'),
  candidate('b', 'def price(m, b):\n    return 100 - (20 if b else 10) * m\n'),
  candidate('c', 'def price(m, b):\n    return 80 if m else 100\n'),
];
const request = { spec, base: {}, candidates: trio, seed: 7 };

describe('the auditor', () => {
  it('reproduces a consensus from a clean start, in any order', async () => {
    const tools = { sandbox: await testSandbox() };
    const result = await runConsensus(request, tools);
    expect(result.outcome).toBe('pass');
    const family = result.winner === 'a' ? 'openai' : 'anthropic';
    const audit = await runAudit({ ...request, candidates: [...trio].reverse(), winner: result.winner ?? '', expected: result.fingerprint, family }, tools);
    expect(audit).toEqual({ outcome: 'pass', reason: expect.stringContaining('attempt 1'), reproduced: true, fingerprints: [result.fingerprint], prose: null });
  });

  it('says not_reproduced after three runs where the fingerprint is another one', async () => {
    const audit = await runAudit({ ...request, winner: 'a', expected: '0'.repeat(64), family: 'google' }, { sandbox: await testSandbox() });
    expect(audit).toMatchObject({ outcome: 'not_reproduced', reproduced: false });
    expect(audit.fingerprints).toHaveLength(3);
    expect(new Set(audit.fingerprints).size).toBe(1);
  });

  it('says not_reproduced for candidates that answer by chance', async () => {
    const chance = (name: string) => `import random, os\ndef price(${name}, bulk):\n    return (80 if bulk else int.from_bytes(os.urandom(6))) if ${name} else 100\n`;
    const candidates = [candidate('a', chance('m')), candidate('b', chance('member'))];
    const audit = await runAudit({ ...request, candidates, winner: 'a', expected: '0'.repeat(64), family: 'google' }, { sandbox: await testSandbox() });
    expect(audit).toMatchObject({ outcome: 'not_reproduced', reproduced: false });
  });

  it('may not be of the winner’s family, and must know the winner', async () => {
    const tools = { sandbox: await testSandbox() };
    await expect(runAudit({ ...request, winner: 'a', expected: '', family: 'anthropic' }, tools)).rejects.toMatchObject({ code: 'AUDIT_SAME_FAMILY' });
    await expect(runAudit({ ...request, winner: 'z', expected: '', family: 'google' }, tools)).rejects.toMatchObject({ code: 'AUDIT_UNKNOWN_WINNER' });
  });
});
