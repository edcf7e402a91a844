/** The properties probe over small projects, in the real sandbox with the real fast-check. */
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import type { ToolAnswer } from '../../core/tool-answer.ts';
import { textFile, type Tree } from '../../core/tree.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { gatherFacts } from '../facts.ts';
import { probes } from './all.ts';

let sandbox: OpenSandbox;
beforeAll(async () => { sandbox = await openSandbox(); });

const packages = { mounts: ['fast-check', 'pure-rand'].map((name) => ({ host: resolve('node_modules', name), inside: `node_modules/${name}` })), env: {} };

async function ask(head: Record<string, string>, base: Record<string, string>, more: Partial<ToolRequest> = {}): Promise<ToolAnswer> {
  const tree = (files: Record<string, string>): Tree => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
  const { changed } = gatherFacts({ base: tree(base), head: tree(head), all: false, now: 0 });
  const probe = probes({ sandbox: async () => sandbox, dependencies: { fetch: async () => packages } }).find(({ name }) => name === 'properties')!;
  return await probe.probe({ guardrail: 'G05', changed, head: tree(head), base: tree(base), settings: undefined, now: 0, limitMs: 300_000, testCommand: null, ...more });
}

const manifest = JSON.stringify({ name: 'slug', type: 'module', scripts: { test: 'node --test' } });
const slug = 'export function half(n) {\n  return n < 100000 ? n / 2 : 7;\n}\n';
const property = (line: string) => `import fc from 'fast-check';\nimport { test } from 'node:test';\nimport { half } from '../src/half.js';\n${line}\n`;
const holds = property("test('finite', () => fc.assert(fc.property(fc.integer(), (n) => Number.isFinite(half(n)))));");
const fails = property("test('inverse', () => fc.assert(fc.property(fc.integer(), (n) => half(n) * 2 === n)));");
const files = (tests: Record<string, string>) => ({ 'package.json': manifest, 'src/half.js': slug, ...tests });

describeWith(['util-linux'], 'property tests of a change', () => {
  test('a property that does not hold is handed out with its counterexample, the same on a second run', async () => {
    const head = files({ 'test/inverse.test.js': fails, 'test/finite.test.js': holds });
    const first = await ask(head, { 'package.json': manifest });
    expect(first).toMatchObject({ state: 'clean', data: { falsified: [{ path: 'test/inverse.test.js', counterexample: '[100000] seed: 20261' }], failed: [], notRun: [] } });
    expect((await ask(head, { 'package.json': manifest })).data).toEqual(first.data);
  });

  test('an old property test runs where the module that it imports changed, and not where another did', async () => {
    const base = files({ 'test/finite.test.js': holds });
    expect((await ask({ ...base, 'src/half.js': slug.replace(': 7', ': Infinity') }, base)).data).toMatchObject({ falsified: [{ path: 'test/finite.test.js', counterexample: expect.stringContaining('[100000]') }] });
    expect((await ask(base, {}, { all: true })).data).toBeNull();
    expect((await ask({ ...base, 'src/other.js': 'export const one = 1;\n' }, base)).data).toBeNull();
  });

  test('a failure without a counterexample, and a time box that ended, are told apart', async () => {
    const broken = files({ 'test/finite.test.js': `${holds}throw new Error('torn');\n` });
    expect((await ask(broken, { 'package.json': manifest })).data).toMatchObject({ falsified: [], failed: [{ path: 'test/finite.test.js' }] });
    const slow = files({ 'test/slow.test.js': holds.replace('Number.isFinite(half(n))', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000) !== half(n)') });
    expect((await ask(slow, { 'package.json': manifest }, { settings: { seconds: 2 } })).data).toMatchObject({ falsified: [], failed: [], notRun: ['test/slow.test.js'] });
  });

  test("reads Hypothesis' words, whether pytest or unittest prints them", async () => {
    // The library is not here: its words were recorded under both runners, and a module of its name prints them.
    const said = ['E       Failing test case: test_p(\nE           n=500,\nE       )\n', "Failing test case: test_p(\n    self=<t.T testMethod=test_p>,\n    n=500,\n)\n", 'Falsifying example: test_p(n=500)\n'];
    for (const words of said) {
      const library = `import sys\ndef given(*_):\n    sys.stderr.write(${JSON.stringify(words)})\n    raise AssertionError()\n`;
      const head = { 'hypothesis.py': library, 'half.py': 'def half(n):\n    return n\n', 'test_half.py': 'import unittest\nfrom hypothesis import given\nfrom half import half\n\n@given(1)\ndef test_p(n):\n    assert half(n)\n' };
      const answer = await ask(head, {}, { testCommand: ['python3', '-m', 'unittest', 'test_half'] });
      expect(answer.data).toMatchObject({ falsified: [{ path: 'test_half.py', counterexample: expect.stringMatching(/^test_p\(.*n=500,? ?\)$/) }] });
    }
  });
});
