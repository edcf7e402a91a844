/** A monorepo: each touched package by its own tests, in its own folder, with its own lock or the one above it; what goes wrong in one leaves the others their answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Dependencies } from '../../core/ports/dependencies.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textFile, type Tree } from '../../core/tree.ts';
import { dependencies } from '../../edges/dependencies/fetch.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { integrity, npmPackage } from '../../../test/world/published.ts';
import { startRegistry } from '../../../test/world/registry.ts';
import { gatherFacts } from '../facts.ts';
import { probes } from './all.ts';

let sandbox: OpenSandbox;
let runs = 0;
beforeAll(async () => { sandbox = await openSandbox(); });

const manifest = (name: string, more: object = {}) => JSON.stringify({ name, version: '1.0.0', type: 'module', scripts: { test: 'node --test' }, ...more });
const before = 'export const fee = (amount) => amount;\n';
const after = 'export function fee(amount) {\n  if (amount > 100) {\n    return amount + 5;\n  }\n  return amount;\n}\n';
const strict = "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { fee } from '../src/fee.js';\ntest('fee', () => { assert.equal(fee(100), 100); assert.equal(fee(101), 106); });\n";
const python = (limit: string) => `def rate(amount):\n    if amount > ${limit}:\n        return 2\n    return 1\n`;
const lax = 'import unittest\n\nfrom rate import rate\n\n\nclass RateTest(unittest.TestCase):\n    def test_rate(self):\n        rate(101)\n';
const base = {
  'package.json': JSON.stringify({ name: 'root', private: true }), 'packages/fee/package.json': manifest('fee'), 'packages/fee/src/fee.js': before, 'packages/idle/package.json': manifest('idle', { scripts: { test: 'exit 1' } }),
  'packages/idle/index.js': 'export const idle = 1;\n', 'tools/rate/rate.py': python('5'), 'tools/rate/test_rate.py': lax,
};
const head = { ...base, 'packages/fee/src/fee.js': after, 'packages/fee/test/fee.test.js': strict, 'tools/rate/rate.py': python('100') };
const packages = [{ path: 'packages/fee', testCommand: null }, { path: 'packages/idle', testCommand: null }, { path: 'tools/rate', testCommand: ['python3', '-m', 'unittest', '-q'] }];
const none: Dependencies = { fetch: async () => ({ mounts: [], env: {} }) };

function asking(files: { head: Record<string, string>; base: Record<string, string> }, fetching = none, more: Partial<ToolRequest> = {}) {
  const tree = (side: Record<string, string>): Tree => Object.fromEntries(Object.entries(side).map(([path, text]) => [path, textFile(text)]));
  const sides = { head: tree(files.head), base: tree(files.base) };
  const { changed } = gatherFacts({ ...sides, all: false, now: 0 });
  const counted = { grade: sandbox.grade, run: (...args: Parameters<OpenSandbox['run']>) => { runs += 1; return sandbox.run(...args); } };
  const all = probes({ sandbox: async () => counted, dependencies: fetching });
  return (name: string) => all.find((each) => each.name === name)!.probe({ guardrail: 'G04', changed, ...sides, settings: undefined, now: 0, limitMs: 300_000, testCommand: null, packages, ...more });
}

describeWith(['util-linux', 'python3'], 'the packages of a monorepo', () => {
  test('each touched one is judged by its own tests, with the paths that its files have in the repository; the others do not run', async () => {
    const asked = asking({ head, base });
    expect((await asked('mutation')).data).toMatchObject({ packages: [{ folder: 'packages/fee', why: null, data: { score: 1, survived: [] } }, { folder: 'tools/rate', why: null, data: { score: 0, killed: 0, survived: expect.arrayContaining([expect.objectContaining({ path: 'tools/rate/rate.py', line: 2 })]) } }] });
    expect((await asked('coverage')).data).toMatchObject({ packages: [{ folder: 'packages/fee', data: { files: [{ path: 'packages/fee/src/fee.js', missed: [] }], overall: { all: 3, covered: 3 } } }, { folder: 'tools/rate' }] });
    expect((await asked('counterfactual')).data).toMatchObject({ packages: [{ folder: 'packages/fee', data: { failsOnBase: ['packages/fee/test/fee.test.js'] } }, { folder: 'tools/rate', data: { applies: false } }] });
  });

  test('tests that fail in one package leave the others their answer; what lies in no package is the repository\'s own', async () => {
    const broken = { ...head, 'packages/fee/test/fee.test.js': strict.replace('106', '107'), 'src/own.js': after };
    const answer = await asking({ head: broken, base })('mutation');
    expect(answer.data).toMatchObject({ packages: [{ folder: 'packages/fee', data: null, why: expect.stringMatching(/^TESTS_FAIL_ON_HEAD: .*\(.+\)$/s) }, { folder: 'tools/rate', why: null }, { folder: '', why: null, data: { applies: true } }] });
  });

  test('all of them together have the time of one', async () => {
    const sofar = runs;
    expect((await asking({ head, base }, none, { settings: { seconds: 1 } })('mutation')).data).toMatchObject({ packages: [{ folder: 'packages/fee', why: expect.stringContaining('time that all packages share') }, { folder: 'tools/rate', why: expect.stringContaining('time') }] });
    expect(runs).toBe(sofar);
  });
});

describeWith(['util-linux', 'npm'], 'a workspace with one lock at its root', () => {
  test('the package runs in its folder with what that lock chose', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-packages-test-'));
    const tarball = npmPackage({ name: 'tiny-sum', version: '1.2.3', main: 'index.js' }, { 'index.js': 'exports.sum = (a, b) => a + b;\n' });
    const registry = await startRegistry({ npmFiles: [tarball] });
    const fetching = dependencies({ home: join(folder, 'kept'), environment: { ...process.env, npm_config_registry: `${registry.npmUrl}/`, npm_config_cache: join(folder, 'cache'), npm_config_userconfig: '/dev/null' } });
    const root = { name: 'root', private: true, workspaces: ['packages/*'] };
    const member = { name: 'fee', version: '1.0.0', dependencies: { 'tiny-sum': '1.2.3' } };
    const lock = { name: 'root', lockfileVersion: 3, requires: true, packages: { '': root, 'node_modules/fee': { resolved: 'packages/fee', link: true }, 'packages/fee': member, 'node_modules/tiny-sum': { version: '1.2.3', integrity: integrity(tarball.bytes) } } };
    const shared = { 'package.json': JSON.stringify(root), 'package-lock.json': JSON.stringify(lock), 'packages/fee/package.json': manifest('fee', member) };
    const changed = { ...shared, 'packages/fee/src/fee.js': `import { sum } from 'tiny-sum';\n${after.replace('amount + 5', 'sum(amount, 5)')}`, 'packages/fee/test/fee.test.js': strict };
    try {
      expect((await asking({ head: changed, base: { ...shared, 'packages/fee/src/fee.js': before } }, fetching)('mutation')).data).toMatchObject({ packages: [{ folder: 'packages/fee', why: null, data: { applies: true, score: 1 } }] });
    } finally {
      await registry.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
