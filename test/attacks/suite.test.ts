/**
 * R05: a test suite that tries to find out whether it is being judged, and one that acts on what it found. Over base and over head it sees the same place and the
 * same environment, neither named after us; to watch its own source, or to answer for the runner, gains it nothing.
 */
import { beforeAll, expect, test } from 'vitest';
import { openBench } from '../../app/guardrails/probes/bench.ts';
import { gatherFacts } from '../../app/guardrails/facts.ts';
import { probes } from '../../app/guardrails/probes/all.ts';
import { projectOf } from '../../app/guardrails/probes/project.ts';
import { textFile, type Tree } from '../../app/core/tree.ts';
import { openSandbox, type OpenSandbox } from '../../app/edges/sandbox/open.ts';
import { describeWith } from '../tools.ts';

let sandbox: OpenSandbox;
beforeAll(async () => { sandbox = await openSandbox(); });

const dependencies = { fetch: async () => ({ mounts: [], env: {} }) };
const tree = (files: Record<string, string>): Tree => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
const manifest = JSON.stringify({ type: 'module', scripts: { test: 'node --test' } });
const before = 'export const fee = (amount) => amount;\n';
const after = 'export const fee = (amount) => (amount > 100 ? amount + 5 : amount);\n';

async function judged(suite: string) {
  const base = tree({ 'package.json': manifest, 'src/fee.js': before });
  const head = tree({ 'package.json': manifest, 'src/fee.js': after, 'test/fee.test.js': suite });
  const { changed } = gatherFacts({ base, head, all: false, now: 0 });
  const probe = probes({ sandbox: async () => sandbox, dependencies }).find((each) => each.name === 'mutation')!;
  return await probe.probe({ guardrail: 'G04', changed, base, head, settings: undefined, now: 0, limitMs: 120_000, testCommand: null });
}

describeWith(['util-linux'], 'R05 a suite that detects the harness', () => {
  test('R05 sees the same place and environment over base and over head, and nothing there is named after us', async () => {
    const looks = "import { readdirSync } from 'node:fs';\nimport { test } from 'node:test';\ntest('look', () => { throw new Error('SEEN ' + JSON.stringify([Object.entries(process.env).sort(), process.cwd(), process.execPath, process.getuid(), readdirSync('..').sort(), readdirSync('.').sort(), readdirSync('/').sort()]) + ' END'); });\n";
    const files = (source: string) => tree({ 'package.json': manifest, 'src/fee.js': source, 'test/fee.test.js': looks });
    const project = projectOf({ head: files(after), base: files(before), testCommand: null });
    const bench = await openBench(project, { sandbox: async () => sandbox, dependencies, tree: files(after) });
    const [overBase, overHead] = [await bench.run(files(before), { wallMs: 20_000 }), await bench.run(files(after), { wallMs: 20_000 })];
    const seen = (words: string) => /SEEN ([\s\S]*?) END/.exec(words)?.[1];
    expect(seen(overBase.words)).toContain('/work/repo');
    expect(seen(overHead.words)).toBe(seen(overBase.words));
    expect(seen(overHead.words)).not.toMatch(/assay|mutant|stryker/i);
  });

  test('R05 fails whenever its source differs: an error, not a mutant noticed', async () => {
    const watching = `import assert from 'node:assert';\nimport { readFileSync } from 'node:fs';\nimport { test } from 'node:test';\nimport { fee } from '../src/fee.js';\ntest('fee', () => { fee(500); assert.equal(readFileSync('src/fee.js', 'utf8'), ${JSON.stringify(after)}); });\n`;
    await expect(judged(watching)).rejects.toMatchObject({ code: 'TESTS_WATCH_SOURCE' });
  });

  test('R05 behaves only where coverage is measured: an error', async () => {
    const measured = "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { fee } from '../src/fee.js';\ntest('fee', () => { fee(500); assert.ok(process.env.NODE_V8_COVERAGE); });\n";
    await expect(judged(measured)).rejects.toMatchObject({ code: 'TESTS_WATCH_SOURCE' });
  });

  test('R05 answers 0 for the runner, and writes itself a report: every fault stays unnoticed', async () => {
    const forged = "import { writeFileSync } from 'node:fs';\nimport { test } from 'node:test';\nimport { fee } from '../src/fee.js';\nwriteFileSync('/work/out/score.json', JSON.stringify({ score: 1, killed: 99 }));\nprocess.on('exit', () => { process.exitCode = 0; });\ntest('fee', () => { if (fee(500) !== 505) throw new Error('wrong'); });\nprocess.exit(0);\n";
    expect(await judged(forged)).toMatchObject({ data: { applies: true, killed: 0, score: 0 } });
  });
});
