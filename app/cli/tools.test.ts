/** `assay tools` as a person types it: the table, the words of a failure, wrong use. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const home = mkdtempSync(join(tmpdir(), 'assay-tools-cli-'));
afterAll(() => rmSync(home, { recursive: true }));

function assay(args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  const entry = fileURLToPath(new URL('../bin.js', import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [entry, 'tools', ...args], { env: { ...process.env, ASSAY_TOOLS: home, ...env } }, (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }));
  });
}

it('lists every tool with version, source, licence, whether it is required and here, and what for', async () => {
  const { code, out } = await assay(['list']);
  const lines = out.split('\n');
  expect(lines[0]?.split(/ {2,}/)).toEqual(['tool', 'version', 'source', 'licence', 'required', 'installed', 'needed by']);
  expect(lines.find((line) => line.startsWith('semgrep '))).toMatch(/^semgrep +\d[\d.]+ +pypi +LGPL-2\.1-or-later +yes +no +G06/);
  expect(code).toBe(0);
});

it('goes on after a failure, tells each with its remedy and ends with 3', async () => {
  const { code, out } = await assay(['install', 'opa', 'actionlint'], { PATH: home });
  expect(out).toContain('[1/2] opa v');
  expect(out).toMatch(/\[2\/2\] actionlint v[\d.]+ \(go\) … failed\nTOOL_CLIENT_MISSING: "go" is needed to install this and is not here\.\n {2}remedy: Install go and try again\./);
  expect(out).toContain('Not installed: opa, actionlint\n');
  expect(code).toBe(3);
});

it.each([[['install', 'nonesuch'], 'USAGE_TOOL_UNKNOWN'], [['install', '--latest'], 'USAGE'], [['list', 'opa'], 'USAGE'], [[], 'USAGE']])('refuses %j', async (args, expected) => {
  const { code, err } = await assay(args);
  expect(err).toContain(expected);
  expect(code).not.toBe(0);
});
