import { describe, expect } from 'vitest';
import { runAudit } from './audit.ts';
import { textFile } from '../core/tree.ts';
import { unsteadyAnswer } from './steadiness.ts';
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
    expect(audit).toEqual({ outcome: 'pass', reason: expect.stringContaining('attempt 1'), reproduced: true, fingerprints: [result.fingerprint], prose: null, audited: expect.objectContaining({ winner: result.winner, auditor: family, expected: result.fingerprint }) });
    expect(audit.audited?.subjects.candidates.map(({ id, family: by, model }) => [id, by, model])).toEqual(trio.map((one) => [one.id, one.family, one.model]));
    expect(audit.audited?.toolchain).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), node: process.version, python: expect.stringMatching(/^3\.\d+/) });
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

  it.each([
    ['the clock', 'import time\n', 'int(time.time())'], ['the process', 'import os\n', 'os.getpid()'], ['the host', 'import socket\n', 'len(socket.gethostname()) * 1000'],
    ['the order of a folder', 'import os\n', 'ord(os.listdir("data")[0][0])'], ['the hash seed', '', 'hash("seed")'],
  ])('catches what depends on %s, behind tests that it meets', async (_what, head, depends) => {
    const winner = candidate('a', `${head}def price(m, b):\n    return 80 if m and b else 100 if not m else ${depends}\n`);
    const base = { 'data/x': textFile(''), 'data/y': textFile(''), 'data/z': textFile('') };
    expect(await unsteadyAnswer(winner, { spec, base, seed: 7 }, await testSandbox())).toContain('on where and when it is asked');
    expect(await unsteadyAnswer(trio[0]!, { spec, base, seed: 7 }, await testSandbox())).toBeNull();
  });

  it('may not be of the winner’s family, and must know the winner', async () => {
    const tools = { sandbox: await testSandbox() };
    await expect(runAudit({ ...request, winner: 'a', expected: '', family: 'anthropic' }, tools)).rejects.toMatchObject({ code: 'AUDIT_SAME_FAMILY' });
    await expect(runAudit({ ...request, winner: 'z', expected: '', family: 'google' }, tools)).rejects.toMatchObject({ code: 'AUDIT_UNKNOWN_WINNER' });
  });
});
