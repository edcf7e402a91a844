import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readFixtures } from '../../policies/cases.ts';
import { assay } from '../../test/cli.ts';
import { need } from '../../test/tools.ts';

let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'assay-cli-policy-')); });
afterEach(() => { vi.unstubAllEnvs(); });
afterAll(async () => { await rm(folder, { recursive: true }); });

describe('assay policy', () => {
  it('prints the decision on an input', async () => {
    const [fixture] = await readFixtures();
    const file = join(folder, 'input.json');
    await writeFile(file, JSON.stringify(fixture!.input));
    const ended = await assay('policy', 'eval', '--package', fixture!.package, '--input', file);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject(fixture!.expect);
  });

  it('runs the fixtures through the wasm and says that opa is missing', async () => {
    vi.stubEnv('PATH', folder);
    vi.stubEnv('ASSAY_TOOLS', folder);
    const ended = await assay('policy', 'test');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('opa is not installed');
    expect(ended.stdout).toMatch(/(\d+) of \1 fixtures agree/);
  });

  it('runs the Rego tests where opa is', async (context) => {
    const opa = need('opa');
    if (!opa.available && !opa.required) return context.skip(`opa is not installed: ${opa.install}`);
    const ended = await assay('policy', 'test');
    expect(ended.stdout).toMatch(/^opa test: PASS: (\d+)\/\1\n/);
    expect(ended.code).toBe(0);
  });

  it('exits 2 with the usage on wrong use', async () => {
    const notJson = join(folder, 'not.json');
    await writeFile(notJson, '{');
    const uses = [['policy'], ['policy', 'eval'], ['policy', 'eval', '--package', 'assay.none', '--input', notJson], ['policy', 'eval', '--package', 'ci.change', '--input', join(folder, 'absent')], ['policy', 'eval', '--package', 'ci.change', '--input', notJson], ['policy', 'eval', '--frob']];
    for (const args of uses) {
      const ended = await assay(...args);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toMatch(/^assay: USAGE: .+\n {2}remedy: .+/);
    }
  });
});
