/** `assay sabotage` as a person runs it: a break with its program, and wrong use. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, vi } from 'vitest';
import { main } from './main.ts';
import { testWith } from '../../test/tools.ts';

const test = testWith(['python3'], 'assay sabotage');

const folder = mkdtempSync(join(tmpdir(), 'assay-sabotage-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): string {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
  return join(folder, path);
}

async function assay(...args: string[]): Promise<{ code: number; stderr: string }> {
  const said: string[] = [];
  const spies = [vi.spyOn(process.stderr, 'write').mockImplementation((text) => { said.push(String(text)); return true; }), vi.spyOn(process.stdout, 'write').mockImplementation(() => true)];
  try {
    return { code: await main(['sabotage', ...args]), stderr: said.join('') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const spec = { version: 1, id: 'x', title: 'ten percent off from 100 on', language: 'python', timeoutMs: 1000, surface: { kind: 'function', module: 'solution.py', export: 'price' }, criteria: [{ id: 'AC1', text: 'below 100 nothing', tests: [{ args: [50], expect: 50 }] }, { id: 'AC2', text: 'from 100 on 10 percent', tests: [{ args: [200], expect: 180 }] }] };
const code = (comparison: string) => `def price(n):\n    return n - n // 10 if n ${comparison} else n\n`;

test('a break is exit 1, JSON in the file, program and summary on stderr', { timeout: 120_000 }, async () => {
  const file = write('spec.json', JSON.stringify(spec));
  write('base/solution.py', code('>= 100'));
  write('head/solution.py', code('> 100'));
  write('head/assay-candidate.json', '{"id":"a","family":"openai","model":"m"}');
  const { code: exit, stderr } = await assay('--spec', file, '--candidate', join(folder, 'head'), '--base', join(folder, 'base'), '--out', join(folder, 'out.json'));
  expect(exit).toBe(1);
  const output: unknown = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'));
  expect(output).toMatchObject({ outcome: 'fail', findings: [{ input: { args: [100] }, expected: 90, actual: 100, onHead: 5, onBase: 0 }] });
  expect(stderr).toContain('without model ideas: MODEL_UNAVAILABLE');
  expect(stderr).toContain('actual = price(100)');
});

test('wrong use and a wrong spec are exit 2, a candidate that is not there 3', async () => {
  expect(await assay()).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE') });
  expect(await assay('--spec', write('bad.json', '{"version": 2}'), '--candidate', folder)).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_SPEC_INVALID') });
  expect(await assay('--spec', write('spec.json', JSON.stringify(spec)), '--candidate', join(folder, 'none'))).toMatchObject({ code: 3, stderr: expect.stringContaining('CANDIDATE_INVALID') });
  expect(await assay('--spec', 'x', '--candidate', 'y', '--seed', 'often')).toMatchObject({ code: 2 });
});

test('a spec without surface, a candidate that does not parse and a base that is not there each say so', { timeout: 400_000 }, async () => {
  const { surface: _none, ...bare } = spec;
  const [file, without] = [write('spec2.json', JSON.stringify(spec)), write('bare.json', JSON.stringify(bare))];
  write('broken/solution.py', 'def price(n:\n    return n\n');
  write('broken/assay-candidate.json', '{"id":"a","family":"openai","model":"m"}');
  write('base2/solution.py', code('>= 100'));
  const with2 = ['--candidate', join(folder, 'broken'), '--base', join(folder, 'base2')];
  expect(await assay('--spec', without, ...with2)).toMatchObject({ code: 1, stderr: expect.stringMatching(/not_comparable: no surface: the spec locks no interface/) });
  const broken = await assay('--spec', file, ...with2);
  expect(broken).toMatchObject({ code: 1, stderr: expect.stringMatching(/fail: [\s\S]*does not load/) });
  expect(await assay('--spec', file, '--candidate', join(folder, 'broken'), '--base', join(folder, 'nowhere'))).toMatchObject({ code: 2, stderr: expect.stringMatching(/CONFIG_BASE_MISSING: There is no folder/) });
});
