import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { CriterionTest } from '../core/spec.ts';
import { textFile } from '../core/tree.ts';
import { judgeAcceptance } from './accept.ts';
import { functionSpec, modules, testSandbox } from './test-kit.ts';
import { testWith } from '../../test/tools.ts';

const it = testWith(['python3'], 'acceptance on Python and JavaScript');

const frozen = [{ args: [50], expect: 50 }];
const code = {
  python: { right: 'def price(t):\n    return t * 9 / 10 if t >= 100 else t\n', wrong: 'def price(t):\n    return t * 9 / 10 if t > 100 else t\n' },
  javascript: { right: 'exports.price = (t) => t >= 100 ? t * 0.9 : t;', wrong: 'exports.price = (t) => t > 100 ? t * 0.9 : t;' },
};
const shared: { family: string; tests: CriterionTest[] }[] = [
  { family: 'anthropic', tests: [{ args: [100], expect: 90 }, { args: [200], expect: 180 }] },
  { family: 'openai', tests: [{ args: [100], expect: { $float: '90.0' } }, { args: [7], expect: 8 }] },
  { family: 'google', tests: [{ args: [7], expect: 7 }] },
];

async function accept(language: 'python' | 'javascript', source: string, tests = shared) {
  const spec = functionSpec(language, frozen);
  return judgeAcceptance({ spec, base: {}, head: { [modules[language]]: textFile(source) }, tests, seed: 1 }, { sandbox: await testSandbox() });
}

describe('acceptance of a change that Assay did not build', () => {
  it.each(['python', 'javascript'] as const)('fails where it lacks what two families expect, with a program that shows it (%s)', async (language) => {
    const verdict = await accept(language, code[language].wrong);
    expect(verdict).toMatchObject({ outcome: 'fail', inputsRun: 2, missing: [{ input: { args: [100] }, expected: 90, families: ['anthropic', 'openai'], actual: 100 }] });
    expect(exitOf(verdict.missing[0]?.program ?? '', language, code[language].wrong)).toBe(1);
    expect(exitOf(verdict.missing[0]?.program ?? '', language, code[language].right)).toBe(0);
  });

  it.each([
    { language: 'python', raises: 'ValueError', right: 'def price(t):\n    if t < 0:\n        raise ValueError("negative")\n    return t\n', other: 'def price(t):\n    if t < 0:\n        raise KeyError("negative")\n    return t\n', none: 'def price(t):\n    return t\n' },
    { language: 'javascript', raises: 'RangeError', right: 'exports.price = (t) => { if (t < 0) throw new RangeError("negative"); return t; };', other: 'exports.price = (t) => { if (t < 0) throw new TypeError("negative"); return t; };', none: 'exports.price = (t) => t;' },
  ] as const)('shows an expected exception that does not come, or is another one ($language)', async ({ language, raises, right, other, none }) => {
    const expected = ['anthropic', 'openai'].map((family) => ({ family, tests: [{ args: [-1], expect: { $raises: raises } }] }));
    const verdict = await accept(language, none, expected);
    expect(verdict).toMatchObject({ outcome: 'fail', missing: [{ expected: { $raises: raises }, actual: -1 }] });
    expect([none, other, right].map((source) => exitOf(verdict.missing[0]?.program ?? '', language, source))).toEqual([1, 1, 0]);
    expect(await accept(language, right, expected)).toMatchObject({ outcome: 'pass' });
  });

  it('passes where everything shared is there; what one family alone expects is left aside', async () => {
    expect(await accept('python', code.python.right)).toMatchObject({ outcome: 'pass', missing: [], tests: [{ family: 'anthropic', count: 2 }, { family: 'openai', count: 2 }, { family: 'google', count: 1 }] });
  });

  it('fails on a frozen criterion test, and on a head that does not parse', async () => {
    expect(await accept('python', 'def price(t):\n    return 90\n')).toMatchObject({ outcome: 'fail', reason: expect.stringContaining('AC1/1') });
    expect((await accept('python', 'def price(')).outcome).toBe('fail');
  });

  it('is neutral with fewer than two voices, and takes no family twice', async () => {
    expect((await accept('python', code.python.right, shared.slice(0, 1))).outcome).toBe('neutral');
    const [first] = shared;
    await expect(accept('python', code.python.right, first ? [first, first] : [])).rejects.toMatchObject({ code: 'ACCEPT_FAMILY_TWICE' });
  });
});

function exitOf(program: string, language: 'python' | 'javascript', source: string): number | null {
  const folder = mkdtempSync(join(tmpdir(), 'assay-reproducer-'));
  const file = language === 'python' ? 'show.py' : 'show.mjs';
  writeFileSync(join(folder, modules[language]), source);
  writeFileSync(join(folder, file), program);
  const { status } = spawnSync(language === 'python' ? 'python3' : process.execPath, [file], { cwd: folder });
  rmSync(folder, { recursive: true });
  return status;
}
