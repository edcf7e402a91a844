/** `assay audit` on what it must not believe: bundles that are altered, of another candidate or no bundle, a base that is not there. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { assay } from '../../test/cli.ts';
import { testWith } from '../../test/tools.ts';

const test = testWith(['python3'], 'assay audit');
const folder = mkdtempSync(join(tmpdir(), 'assay-audit-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: string | object): string {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  return join(folder, path);
}

const spec = { version: 1, id: 'sum', title: 'sum', language: 'python', surface: { kind: 'function', module: 'solution.py', export: 'total' }, timeoutMs: 2000, criteria: [{ id: 'AC1', text: 'the sum of the numbers', tests: [{ args: [[1, 2, 3]], expect: 6 }, { args: [[5]], expect: 5 }, { args: [[]], expect: 0 }] }] };
const programs = { first: ['openai', 'def total(numbers):\n    return sum(numbers)\n'], second: ['google', 'def total(values):\n    result = 0\n    for value in values:\n        result = result + value\n    return result\n'], third: ['anthropic', 'def total(n):\n    return sum(set(n))\n'] } as const;

test('an altered bundle, another candidate, no bundle and no base each have a code, a sentence and an exit', { timeout: 400_000 }, async () => {
  const file = write('spec.json', spec);
  mkdirSync(join(folder, 'base'), { recursive: true });
  for (const [id, [family, code]] of Object.entries(programs)) { write(`${id}/assay-candidate.json`, { id, family, model: 'recorded' }); write(`${id}/solution.py`, code); }
  const candidates = Object.keys(programs).flatMap((id) => ['--candidate', join(folder, id)]);
  const made = await assay('consensus', '--spec', file, ...candidates, '--bundle', join(folder, 'bundle.json'), '--out', join(folder, 'result.json'));
  expect(made, made.stderr).toMatchObject({ code: 0 });
  const bundle = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
  const audit = (candidate: string, name: string, base = 'base') => assay('audit', '--spec', file, '--candidate', join(folder, candidate), '--base', join(folder, base), '--bundle', join(folder, name));

  write('altered.json', { ...bundle, seed: bundle.seed + 1 });
  expect(await audit(bundle.winner, 'altered.json')).toMatchObject({ code: 2, stderr: expect.stringMatching(/CONFIG_BUNDLE_ALTERED.*altered after it was written[\s\S]*remedy/) });
  // Without its digest the fingerprint is what speaks.
  const { sha256: _gone, ...bare } = bundle;
  write('forged.json', { ...bare, expected: '0'.repeat(64) });
  expect(await audit(bundle.winner, 'forged.json')).toMatchObject({ code: 1, stderr: expect.stringContaining('not_reproduced: not reproduced') });
  const other = bundle.winner === 'first' ? 'second' : 'first';
  expect(await audit(other, 'bundle.json')).toMatchObject({ code: 3, stderr: expect.stringContaining('BUNDLE_MISMATCH: The bundle is about another candidate') });
  write('none.json', { kind: 'something-else' });
  expect(await audit(bundle.winner, 'none.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_BUNDLE_INVALID') });
  expect(await audit(bundle.winner, 'bundle.json', 'nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_BASE_MISSING') });
  const whole = await audit(bundle.winner, 'bundle.json');
  expect(whole, whole.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(whole.stdout)).toMatchObject({ reproduced: true, audited: { winner: bundle.winner, toolchain: { digest: expect.stringMatching(/^[0-9a-f]{64}$/) }, subjects: { spec: expect.any(String) } } });
});
