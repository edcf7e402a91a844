import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));

function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-action-'));
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'base');
  return folder;
}

function run(folder: string, env: Record<string, string>): { code: number | null; stdout: string; output: string; summary: string } {
  const files = mkdtempSync(join(tmpdir(), 'assay-action-out-'));
  const [output, summary] = [join(files, 'output'), join(files, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  const { status, stdout } = spawnSync(process.execPath, [entry], { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: files, GITHUB_WORKSPACE: folder, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, ...env } });
  return { code: status, stdout, output: readFileSync(output, 'utf8'), summary: readFileSync(summary, 'utf8') };
}

describe('the step that every composite runs', () => {
  it('annotates the line, writes the summary and fails', () => {
    const folder = checkout();
    writeFileSync(join(folder, 'total.py'), 'def total(items):\n    pass\n');
    const { code, stdout, output, summary } = run(folder, { ASSAY_ONLY: 'G01', ASSAY_BASE: 'main' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error title=G01 EMPTY\S*,file=total\.py,line=1/m);
    expect(output).toContain('fail');
    expect(summary).toContain('Assay: fail');
  });

  it('says what is wrong with its use, and never passes on it', () => {
    const { code, stdout, output } = run(checkout(), { ASSAY_ONLY: 'G01', ASSAY_BASE: 'nowhere' });
    expect(code).toBe(2);
    expect(stdout).toContain('CONFIG_BASE_UNKNOWN');
    expect(output).toContain('error');
  });
});
