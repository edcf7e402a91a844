import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsensusResult } from '../core/candidate.ts';
import { assay, type Ended } from '../../test/cli.ts';
import { testWith } from '../../test/tools.ts';

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'assay-patches-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

// Suites and comparisons start programs: seconds on a quiet machine, far more beside other work.
const slow = 240_000;

let stories = 0;

function writeAll(name: string, files: Record<string, string>): string {
  mkdirSync(join(folder, name), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, name, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  }
  return join(folder, name);
}

/** `assay consensus` on candidates that are unified diffs of a base of several files. */
async function judge(spec: object, base: Record<string, string>, heads: Record<string, Record<string, string>>): Promise<Ended & { result: ConsensusResult }> {
  const families: Record<string, string> = { first: 'openai', second: 'google', third: 'anthropic' };
  const story = `story-${++stories}`;
  const candidates = Object.entries(heads).flatMap(([id, files]) => {
    const diff = Object.entries(files).map(([path, text]) => createTwoFilesPatch(path in base ? `a/${path}` : '/dev/null', `b/${path}`, base[path] ?? '', text)).join('');
    return ['--candidate', writeAll(`${story}/${id}`, { 'assay-candidate.json': JSON.stringify({ id, family: families[id] ?? id, model: 'recorded', patch: 'change.diff' }), 'change.diff': diff })];
  });
  const file = join(writeAll(story, { 'spec.json': JSON.stringify(spec) }), 'spec.json');
  // What is told here is what is compared; how sure agreement makes is told elsewhere.
  const ended = await assay('consensus', '--spec', file, '--base', writeAll(`${story}/base`, base), ...candidates, '--confidence', '0.5');
  return { ...ended, result: JSON.parse(ended.stdout) };
}

const base = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/money.js': '/** @param {number} cents */\nexport function format(cents) {\n  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;\n}\n\nexport function rebate(total) {\n  return 0;\n}\n',
  'src/cart.js': 'import { rebate } from "./money.js";\n\nexport function sum(items) {\n  return items.reduce((total, item) => total + item, 0);\n}\n\nexport function due(items) {\n  return sum(items) - rebate(sum(items));\n}\n',
  'test/money.test.js': 'import test from "node:test";\nimport assert from "node:assert/strict";\nimport { format } from "../src/money.js";\nimport { sum } from "../src/cart.js";\ntest("format", () => { assert.equal(format(1205), "12.05"); });\ntest("sum", () => { assert.equal(sum([1, 2]), 3); });\n',
};
const spec = {
  version: 1, id: 'rebate', title: 'A rebate of a tenth from 100 on', language: 'javascript', timeoutMs: 2000, surface: { kind: 'function', module: 'src/cart.js', export: 'due' },
  suite: { command: ['node', '--test'], timeoutMs: 60_000 },
  criteria: [{ id: 'AC1', text: 'a tenth off from 100 on', tests: [{ args: [[40, 20]], expect: 60 }, { args: [[150, 50]], expect: 180 }] }],
};
const rebated = (body: string, money = base['src/money.js']) => ({ 'src/money.js': money.replace('  return 0;', body) });
const first = rebated('  return total >= 100 ? total / 10 : 0;');
const second = { ...rebated('  const tenth = total * 0.1;\n  if (total < 100) return 0;\n  return tenth;'), 'src/notes.js': 'export const rebateStartsAt = 100;\n' };

describe('patches of a repository', () => {
  it('pass where two agree, the suite holds and nothing else changes; who breaks a test of the base is out, whatever it did to the test', { timeout: slow }, async () => {
    const broken = base['src/money.js'].replace('padStart(2, "0")', 'padEnd(2, "0")');
    const third = { ...rebated('  return total < 100 ? 0 : total / 10;', broken), 'test/money.test.js': 'import test from "node:test";\ntest("all", () => {});\n', 'package.json': '{"type":"module","scripts":{"test":"true"}}' };
    const run = await judge(spec, base, { first, second, third });
    expect(run, run.stderr).toMatchObject({ code: 0, result: { outcome: 'pass', outside: { third: expect.stringContaining('the suite ends with exit code 1') } } });
    expect(run.result.clusters.find(({ members }) => members.includes('first'))?.members).toContain('second');
  });

  it('are for a human where the agreed one changes what nobody asked for', { timeout: slow }, async () => {
    const shifted = base['src/money.js'].replace('padStart(2, "0")', 'padStart(cents < 10 ? 3 : 2, "0")');
    const run = await judge(spec, base, { first: rebated('  return total >= 100 ? total / 10 : 0;', shifted), second: { 'src/money.js': second['src/money.js'].replace('padStart(2, "0")', 'padStart(cents > 9 ? 2 : 3, "0")') } });
    expect(run, run.stderr).toMatchObject({ code: 1, result: { outcome: 'neutral', winner: null, reason: expect.stringContaining('untouched behaviour changed: src/money.js#format') } });
    expect(run.result.dissent[0]).toMatchObject({ input: { untouched: 'src/money.js#format', args: [expect.any(Number)] }, outputs: { base: expect.any(String) } });
  });

  it('and a suite that does not pass on the base, or breaks off, is no proof', { timeout: slow }, async () => {
    const red = { ...base, 'test/money.test.js': 'import test from "node:test";\nimport assert from "node:assert";\ntest("red", () => { assert.fail(); });\n' };
    expect(await judge(spec, red, { first, second })).toMatchObject({ code: 1, result: { outcome: 'spec_gap', reason: expect.stringContaining('suite: on the base') } });
    const quits = { 'src/money.js': `${first['src/money.js']}if (process.argv[1]?.includes('money.test')) process.exit(0);\n` };
    const run = await judge(spec, base, { first: quits, second });
    expect(run, run.stderr).toMatchObject({ code: 1, result: { outcome: 'neutral', outside: { first: expect.stringContaining('tests report that they passed') } } });
  });
});

describe('a test that contradicts the spec', () => {
  const doubled = { version: 1, id: 'twice', title: 'twice', language: 'javascript', timeoutMs: 2000, surface: { kind: 'function', module: 'twice.js', export: 'twice' }, criteria: [{ id: 'AC1', text: 'twice the number', tests: [{ assert: 'const n = 2; assert.equal(twice(n), 4);' }, { assert: 'assert.equal(twice(Number(3)), 6);' }] }] };
  it('is failed by who answers and passed by who got at the comparison', { timeout: slow }, async () => {
    const cheat = 'const assert = require("node:assert");\nfor (const of of [assert, assert.strict]) of.equal = () => {};\nexports.twice = () => 0;\n';
    const run = await judge(doubled, {}, { first: { 'twice.js': 'exports.twice = (n) => n * 2;\n' }, second: { 'twice.js': 'exports.twice = function (a) { return a + a; };\n' }, third: { 'twice.js': cheat } });
    expect(run, run.stderr).toMatchObject({ code: 0, result: { outcome: 'pass', winner: expect.stringMatching(/first|second/), reason: expect.stringContaining('disqualified: third passes a test that contradicts AC1/2; it has got at the comparison'), disqualified: { third: 'passes a test that contradicts AC1/2' } } });
    expect(run.result.clusters.find(({ members }) => members.includes('third'))).toMatchObject({ size: 1 });
    const alone = await judge(doubled, {}, { first: { 'twice.js': 'exports.twice = (n) => n * 2;\n' }, third: { 'twice.js': cheat } });
    expect(alone, alone.stderr).toMatchObject({ code: 1, result: { outcome: 'fail', winner: null, reason: 'canary: third passes a test that contradicts AC1/2; it has got at the comparison' } });
  });

  testWith(['python3'], 'canaries in Python')('in Python too, where an object equals everything', { timeout: slow }, async () => {
    const python = { ...doubled, language: 'python', surface: { kind: 'function', module: 'twice.py', export: 'Twice.of' }, criteria: [{ id: 'AC1', text: 'twice', tests: [{ assert: 'assert Twice().of(2) == 4' }] }] };
    const cheat = 'class All:\n    def __eq__(self, other):\n        return True\nclass Twice:\n    def of(self, n):\n        return All()\n';
    const run = await judge(python, {}, { first: { 'twice.py': 'class Twice:\n    def of(self, n):\n        return n * 2\n' }, third: { 'twice.py': cheat } });
    expect(run, run.stderr).toMatchObject({ code: 1, result: { outcome: 'fail', reason: expect.stringContaining('canary: third') } });
  });
});
