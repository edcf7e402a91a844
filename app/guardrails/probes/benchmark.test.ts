/** The benchmark probe over small programs in the real sandbox, and the comparison over made-up numbers. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import type { ToolAnswer } from '../../core/tool-answer.ts';
import { textFile, type Tree } from '../../core/tree.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { gatherFacts } from '../facts.ts';
import { probes } from './all.ts';
import { compare } from './compare.ts';

let sandbox: OpenSandbox;
beforeAll(async () => { sandbox = await openSandbox(); });

async function ask(head: Record<string, string>, base: Record<string, string>, more: Partial<ToolRequest> = {}): Promise<ToolAnswer> {
  const tree = (files: Record<string, string>): Tree => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
  const { changed } = gatherFacts({ base: tree(base), head: tree(head), all: false, now: 0 });
  const probe = probes({ sandbox: async () => sandbox, dependencies: { fetch: async () => ({ mounts: [], env: {} }) } }).find(({ name }) => name === 'benchmark')!;
  return await probe.probe({ guardrail: 'performance', changed, head: tree(head), base: tree(base), settings: { command: ['node', 'bench/main.mjs'], rounds: 5 }, now: 0, limitMs: 300_000, testCommand: null, ...more });
}

// A count of work done, so that the outcome of a test does not hang on how busy the machine is.
const bench = "import { work } from '../src/work.mjs';\nconsole.log(`{\"steps\": ${work()}}`);\n";
const work = (steps: number) => `export const work = () => ${steps};\n`;
const counted = { settings: { command: ['node', 'bench/main.mjs'], metric: { name: 'steps', better: 'lower' }, rounds: 5 } };
const files = (steps: number, main = bench) => ({ 'package.json': '{"name":"w"}', 'bench/main.mjs': main, 'src/work.mjs': work(steps) });

describeWith(['util-linux'], 'head against base', () => {
  test('a number that the bench of base prints, whatever head makes of its bench; the second run says the same', async () => {
    const head = files(200, "console.log('steps: 1');\n");
    const first = await ask(head, files(100), counted);
    expect(first).toMatchObject({ state: 'clean', data: { applies: true, ratio: 2, low: 2, high: 2, base: 100, head: 200, rounds: 5, better: 'lower' } });
    expect((await ask(head, files(100), counted)).data).toEqual(first.data);
  });

  test('the bench of a package runs in its folder, and comes from base all the same', async () => {
    const inPackage = (steps: number, main = bench) => Object.fromEntries(Object.entries(files(steps, main)).map(([path, text]) => [`packages/w/${path}`, text]));
    const settings = { ...counted.settings, folder: 'packages/w' };
    expect(await ask(inPackage(200, "console.log('steps: 1');\n"), inPackage(100), { settings })).toMatchObject({ data: { applies: true, ratio: 2, base: 100, head: 200 } });
  });

  test('time, taken from outside', async () => {
    const slow = (ms: number) => ({ ...files(1), 'src/work.mjs': `export const work = () => { const end = performance.now() + ${ms}; while (performance.now() < end); return 1; };\n` });
    const { data } = await ask(slow(400), slow(50));
    expect(data).toMatchObject({ applies: true, better: 'lower' });
    expect((data as { low: number }).low).toBeGreaterThan(1.05);
  });

  test('says why where it does not judge, and fails closed where the bench does', async () => {
    expect((await ask(files(2), files(1), { settings: undefined })).data).toEqual({ applies: false, why: 'no-command' });
    expect((await ask({ ...files(1), 'README.md': 'new' }, files(1), counted)).data).toEqual({ applies: false, why: 'no-code' });
    expect((await ask(files(2), {}, { ...counted, all: true })).data).toEqual({ applies: false, why: 'no-base' });
    await expect(ask({ ...files(1), 'src/work.mjs': 'throw new Error("torn");\n' }, files(1), counted)).rejects.toMatchObject({ code: 'BENCHMARK_FAILED', message: expect.stringContaining('on head') });
    await expect(ask(files(2), files(1), { settings: { ...counted.settings, metric: { name: 'speed', better: 'lower' } } })).rejects.toMatchObject({ code: 'BENCHMARK_NO_NUMBER' });
    const idle = (note: string) => ({ ...files(1), 'src/work.mjs': `setTimeout(() => {}, 60_000); // ${note}\nexport const work = () => 1;\n` });
    await expect(ask(idle('b'), idle('a'), { settings: { ...counted.settings, seconds: 5 } })).rejects.toMatchObject({ code: 'BENCHMARK_TOO_FEW' });
  });
});

describe('the comparison', () => {
  const noisy = (level: number, seed: number) => Array.from({ length: 15 }, (_, index) => level * (1 + 0.06 * Math.sin((index + 1) * seed)));
  test('calls twice the work worse, and the same work with noise not', () => {
    expect(compare(noisy(100, 12.9), noisy(112, 78.2), 'lower').low).toBeGreaterThan(1);
    const same = compare(noisy(100, 12.9), noisy(100, 78.2), 'lower');
    expect(same.low).toBeLessThan(1);
    expect(same.high).toBeGreaterThan(1);
    expect(compare(noisy(100, 12.9), noisy(112, 78.2), 'higher').high).toBeLessThan(1);
  });
});
