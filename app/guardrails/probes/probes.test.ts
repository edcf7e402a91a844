/** The three probes over small projects, in the real sandbox. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { AnswerCache, Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import type { ToolAnswer } from '../../core/tool-answer.ts';
import { textFile, type Tree } from '../../core/tree.ts';
import { dependencies } from '../../edges/dependencies/fetch.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { integrity, npmPackage } from '../../../test/world/published.ts';
import { startRegistry } from '../../../test/world/registry.ts';
import { gatherFacts } from '../facts.ts';
import { toolbox } from '../toolbox.ts';
import { probes } from './all.ts';

let sandbox: OpenSandbox;
let runs = 0;
beforeAll(async () => { sandbox = await openSandbox(); });

function all(cache?: AnswerCache): Record<string, Probe> {
  const counted = { grade: sandbox.grade, run: (...args: Parameters<OpenSandbox['run']>) => { runs += 1; return sandbox.run(...args); } };
  return Object.fromEntries(probes({ sandbox: async () => counted, dependencies: { fetch: async () => ({ mounts: [], env: {} }) }, cache }).map((each) => [each.name, each]));
}

function requestOf(head: Record<string, string>, base: Record<string, string>, more: Partial<ToolRequest> = {}): ToolRequest {
  const tree = (files: Record<string, string>): Tree => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
  const { changed } = gatherFacts({ base: tree(base), head: tree(head), all: false, now: 0 });
  return { guardrail: 'G04', changed, head: tree(head), base: tree(base), settings: undefined, now: 0, limitMs: 300_000, testCommand: null, ...more };
}

const manifest = JSON.stringify({ name: 'fee', type: 'module', scripts: { test: 'node --test' } });
const before = 'export function fee(amount) {\n  return amount;\n}\n';
const after = 'export function fee(amount) {\n  if (amount > 100) {\n    return amount + 5;\n  }\n  return amount;\n}\n';
const suite = (lines: string) => `import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { fee } from '../src/fee.js';\n${lines}\n`;
const whole = suite("test('fee', () => {\n  assert.equal(fee(100), 100);\n  assert.equal(fee(101), 106);\n  assert.equal(fee(1), 1);\n});");
const idle = suite("test('fee', () => {\n  fee(100);\n  fee(101);\n  assert.ok(true);\n});");
const base = { 'package.json': manifest, 'src/fee.js': before };
const with_ = (test: string) => ({ 'package.json': manifest, 'src/fee.js': after, 'test/fee.test.js': test });
const data = (answer: ToolAnswer) => answer.data as Record<string, never>;

describeWith(['util-linux'], 'JavaScript', () => {
  test('tests that assert notice every mutant, fail on base and cover what was touched; the second run reads its verdicts', async () => {
    const kept = new Map<string, unknown>();
    const cache: AnswerCache = { get: (key) => kept.get(key), put: (key, answer) => { kept.set(key, answer); } };
    const request = requestOf(with_(whole), base);
    const { mutation, counterfactual, coverage } = all(cache);
    const first = await mutation!.probe(request);
    expect(first).toMatchObject({ state: 'clean', data: { applies: true, score: 1, survived: [], notRun: 0, coverage: 'known' } });
    expect(data(first).killed).toBeGreaterThanOrEqual(2);
    expect(await counterfactual!.probe(request)).toMatchObject({ data: { applies: true, passesOnBase: [], failsOnBase: ['test/fee.test.js'], notRun: [], olderFail: false } });
    expect(await coverage!.probe(request)).toMatchObject({ data: { applies: true, files: [{ path: 'src/fee.js', missed: [] }], overall: { all: 3, covered: 3 } } });
    const sofar = runs;
    expect((await all(cache).mutation!.probe(request)).data).toEqual(first.data);
    // The run over head and the control; no mutant.
    expect(runs - sofar).toBe(2);
  });

  test('tests that assert nothing leave survivors with their line, and pass on base', async () => {
    const request = requestOf(with_(idle), base);
    const { mutation, counterfactual } = all();
    const answer = await mutation!.probe(request);
    expect(answer).toMatchObject({ state: 'clean', data: { applies: true, score: 0, killed: 0 } });
    expect(data(answer).survived).toContainEqual(expect.objectContaining({ path: 'src/fee.js', line: 2 }));
    expect(await counterfactual!.probe(request)).toMatchObject({ data: { passesOnBase: ['test/fee.test.js'], failsOnBase: [] } });
  });

  test('lines that no test reaches are named; where none is reached nothing is run for them', async () => {
    const request = requestOf(with_(suite("test('other', () => assert.equal(typeof fee, 'function'));")), base);
    const { mutation, coverage } = all();
    expect(await mutation!.probe(request)).toMatchObject({ data: { score: 0, killed: 0, uncovered: expect.any(Number) } });
    expect(await coverage!.probe(request)).toMatchObject({ data: { files: [{ path: 'src/fee.js', all: 2, missed: [2, 3] }], overall: { covered: 0 } } });
  });

  test("the repository's own coverage command and report, where base names them", async () => {
    const command = 'mkdir coverage && node --test --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=coverage/lcov.info';
    const { coverage } = all();
    const partly = with_(suite("test('fee', () => { assert.equal(fee(1), 1); });"));
    expect(await coverage!.probe(requestOf(partly, base, { settings: { command, report: 'coverage/lcov.info' } }))).toMatchObject({ data: { files: [{ path: 'src/fee.js', all: 2, missed: [3] }] } });
    await expect(coverage!.probe(requestOf({ ...partly, 'README.md': 'other' }, base, { settings: { command: 'true', report: 'coverage/lcov.info' } }))).rejects.toMatchObject({ code: 'COVERAGE_NO_REPORT' });
    await expect(coverage!.probe(requestOf({ ...partly, 'README.md': 'third' }, base, { settings: { command: 'false' } }))).rejects.toMatchObject({ code: 'COVERAGE_COMMAND_FAILED' });
  });

  test('a suite that looks at the source instead of what it does is an error, not a full score', async () => {
    const watching = `import assert from 'node:assert';\nimport { readFileSync } from 'node:fs';\nimport { createHash } from 'node:crypto';\nimport { test } from 'node:test';\nimport '../src/fee.js';\nimport { fee } from '../src/fee.js';\nfee(500);\ntest('same', () => assert.equal(readFileSync('src/fee.js', 'utf8').length, ${after.length}));\n`;
    await expect(all().mutation!.probe(requestOf(with_(watching), base))).rejects.toMatchObject({ code: 'TESTS_WATCH_SOURCE' });
  });

  test('failing tests, no test command, a time box too short: errors with the reason, never a score', async () => {
    await expect(all().mutation!.probe(requestOf(with_(whole.replace('106', '107')), base))).rejects.toMatchObject({ code: 'TESTS_FAIL_ON_HEAD', remedy: expect.any(String) });
    expect(await all().mutation!.probe(requestOf(with_(whole), base, { settings: { seconds: 1 } }))).toMatchObject({ state: 'timeout', why: expect.stringContaining('1 s') });
    await expect(all().mutation!.probe(requestOf({ 'src/fee.js': after }, { 'src/fee.js': before }))).rejects.toMatchObject({ code: 'TESTS_NO_COMMAND' });
  });

  test('nothing is run for files whose tests run outside, as base says', async () => {
    const sofar = runs;
    const request = requestOf(with_(whole), base, { settings: { outside: ['src/**'] } });
    for (const name of ['mutation', 'coverage']) expect((await all()[name]!.probe(request)).data).toMatchObject({ applies: false });
    expect(runs).toBe(sofar);
    expect((await all().coverage!.probe(requestOf(with_(whole), base, { settings: { outside: ['lib/**'] } }))).data).toMatchObject({ applies: true });
  });

  test('a change that weakens its own test command is judged by the old one', async () => {
    const toothless = { ...with_(whole.replace('106', '107')), 'package.json': manifest.replace('node --test', 'true') };
    await expect(all().mutation!.probe(requestOf(toothless, base))).rejects.toMatchObject({ code: 'TESTS_FAIL_ON_HEAD' });
  });

  test('a test file that only looks different claims nothing of the change', async () => {
    const sofar = runs;
    const { counterfactual } = all();
    expect(await counterfactual!.probe(requestOf(with_(`${whole}\n// the fee\n`), { ...base, 'test/fee.test.js': whole }))).toMatchObject({ data: { applies: false } });
    expect(runs).toBe(sofar);
  });

  test('nothing is run where only tests or documents changed, or where there is no base', async () => {
    const sofar = runs;
    const docs = requestOf({ ...with_(whole), 'README.md': 'new' }, with_(whole));
    const mine = ['mutation', 'counterfactual', 'coverage'].map((name) => all()[name]!);
    for (const probe of mine) expect((await probe.probe(docs)).data).toMatchObject({ applies: false });
    for (const probe of mine) expect((await probe.probe(requestOf(with_(whole), {}, { all: true }))).data).toMatchObject({ applies: false });
    expect(runs).toBe(sofar);
  });
});

const likeVite = `import assert from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
test('a configuration finds the packages', async () => {
  mkdirSync('node_modules/.vite-temp', { recursive: true });
  writeFileSync('node_modules/.vite-temp/config.mjs', "export { sum } from 'tiny-sum';");
  assert.equal((await import('../node_modules/.vite-temp/config.mjs')).sum(1, 2), 3);
  assert.throws(() => writeFileSync('node_modules/tiny-sum/index.js', ''));
});
`;

describeWith(['util-linux', 'npm'], 'a project with a locked dependency', () => {
  test('runs with it, offline, after the fetch phase brought it; vite may write its configuration beside the packages, and nothing else is written there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-probes-test-'));
    const tarball = npmPackage({ name: 'tiny-sum', version: '1.2.3', main: 'index.js' }, { 'index.js': 'exports.sum = (a, b) => a + b;\n' });
    const registry = await startRegistry({ npmFiles: [tarball] });
    const edge = dependencies({ home: join(folder, 'kept'), environment: { ...process.env, npm_config_registry: `${registry.npmUrl}/`, npm_config_cache: join(folder, 'cache'), npm_config_userconfig: '/dev/null' } });
    const wanted = { name: 'fee', version: '1.0.0', dependencies: { 'tiny-sum': '1.2.3' } };
    const lock = JSON.stringify({ name: 'fee', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': wanted, 'node_modules/tiny-sum': { version: '1.2.3', integrity: integrity(tarball.bytes) } } });
    const files = { 'package.json': JSON.stringify({ ...wanted, type: 'module', scripts: { test: 'node --test' } }), 'package-lock.json': lock, 'test/vite.test.js': likeVite, 'test/fee.test.js': whole };
    const head = { ...files, 'src/fee.js': "import { sum } from 'tiny-sum';\n".concat(after.replace('amount + 5', 'sum(amount, 5)')) };
    const mutation = probes({ sandbox: async () => sandbox, dependencies: edge }).find((each) => each.name === 'mutation')!;
    try {
      expect(await mutation.probe(requestOf(head, { ...base, 'package.json': files['package.json'] }))).toMatchObject({ data: { applies: true, score: 1 } });
      const { 'package-lock.json': _, ...lockless } = head;
      await expect(mutation.probe(requestOf(lockless, base))).rejects.toMatchObject({ code: 'DEPENDENCIES_NO_LOCK' });
    } finally {
      await registry.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describeWith(['util-linux', 'python3'], 'Python', () => {
  const python = 'def fee(amount):\n    if amount > 100:\n        return amount + 5\n    return amount\n';
  const tests = (line: string) => `import unittest\n\nfrom fee import fee\n\n\nclass FeeTest(unittest.TestCase):\n    def test_fee(self):\n        ${line}\n`;

  test('unittest without coverage: all changed lines are tried, and the tests notice', async () => {
    const strict = requestOf({ 'fee.py': python, 'test_fee.py': tests('self.assertEqual([fee(100), fee(101)], [100, 106])') }, { 'fee.py': 'def fee(amount):\n    return amount\n' }, { testCommand: ['python3', '-m', 'unittest', '-q'] });
    const { mutation, counterfactual } = all();
    expect(await mutation!.probe(strict)).toMatchObject({ state: 'clean', data: { applies: true, score: 1 } });
    expect(await counterfactual!.probe(strict)).toMatchObject({ data: { failsOnBase: ['test_fee.py'] } });
  });

  test('tests without an assertion notice nothing', async () => {
    const lax = requestOf({ 'fee.py': python, 'test_fee.py': tests('fee(101)') }, { 'fee.py': 'def fee(amount):\n    return amount\n' });
    expect(await all().mutation!.probe(lax)).toMatchObject({ data: { applies: true, killed: 0, score: 0 } });
  });
});

test('where nothing contains code, and where packages cannot be fetched, each probe is an error that names the remedy', async () => {
  const closed = await openSandbox({ force: 'none' });
  const request = requestOf(with_(whole), base);
  const none = { mounts: [], env: {} };
  const without = toolbox({ scanners: [], probes: probes({ sandbox: async () => closed, dependencies: { fetch: async () => none } }) });
  const lockless = toolbox({ scanners: [], probes: probes({ sandbox: async () => closed, dependencies: dependencies() }) });
  const needy = requestOf({ ...with_(whole), 'package.json': JSON.stringify({ dependencies: { 'tiny-sum': '1.2.3' }, scripts: { test: 'node --test' } }) }, base);
  for (const name of ['mutation', 'counterfactual', 'coverage']) {
    expect(await without.ask(name, request)).toMatchObject({ state: 'crashed', why: expect.stringMatching(/^SANDBOX_UNAVAILABLE: /), remedy: expect.stringMatching(/\S/) });
    expect(await lockless.ask(name, needy)).toMatchObject({ state: 'crashed', why: expect.stringMatching(/^DEPENDENCIES_NO_LOCK: /), remedy: expect.stringMatching(/package-lock-only/) });
  }
});
