/** Small git checkouts in the system's temp folder for tests of the command line, removed when the test file ends; and the CLI started on them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const bin = fileURLToPath(new URL('../bin.js', import.meta.url));
const made: string[] = [];
afterAll(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));

export function git(path: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@example.org', GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@example.org' };
  return execFileSync('git', ['-C', path, '-c', 'gc.auto=0', ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

export function write(path: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
}

export function folder(files: Record<string, string> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'assay-guard-'));
  made.push(path);
  write(path, files);
  return path;
}

/** A checkout on `main` with one commit. */
export function repository(files: Record<string, string>): string {
  const path = folder(files);
  git(path, 'init', '-q', '-b', 'main');
  commit(path, 'base');
  return path;
}

export function commit(path: string, message: string): void {
  git(path, 'add', '-A');
  git(path, 'commit', '-q', '--allow-empty', '-m', message);
}

export function guard(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'guard', ...args], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 1 << 28 });
  return { code: status, stdout, stderr };
}

/** The JSON report in short: `path CODE` of each finding. */
export function found(stdout: string): string[] {
  const report = JSON.parse(stdout) as { guardrails: { findings: { code: string; path: string }[] }[] };
  return report.guardrails.flatMap((each) => each.findings.map((finding) => `${finding.path} ${finding.code}`));
}
