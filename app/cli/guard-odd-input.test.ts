/** `assay guard` on checkouts that no one wishes for: each ends in the right verdict or in a clear error, never in a pass that looked at nothing. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commit, found, git, guard, repository, write } from './checkout.fixture.ts';

function judged(path: string, ...args: string[]): { code: number | null; found: string[] } {
  const { code, stdout } = guard(path, '--base', 'HEAD', '--format', 'json', ...args);
  return { code, found: found(stdout) };
}

describe('assay guard', () => {
  it('answers error for a line of 50 MB, and for a file that is neither file nor link', () => {
    const folder = repository({ 'a.txt': 'a\n' });
    const file = openSync(join(folder, 'long.js'), 'w');
    for (let chunk = 0; chunk < 50; chunk += 1) writeSync(file, 'x'.repeat(1024 * 1024));
    closeSync(file);
    expect(judged(folder, '--only', 'G02')).toEqual({ code: 3, found: ['long.js FILE_TOO_LARGE'] });
    rmSync(join(folder, 'long.js'));
    git(folder, 'add', '-A');
    write(folder, { 'pipe.js': '' });
    git(folder, 'add', '-A');
    rmSync(join(folder, 'pipe.js'));
    spawnSync('mkfifo', [join(folder, 'pipe.js')]);
    expect(judged(folder, '--only', 'G02')).toEqual({ code: 3, found: ['pipe.js FILE_UNREADABLE'] });
  });

  it('judges one long line under the limit in time', () => {
    const folder = repository({ 'a.txt': 'a\n' });
    write(folder, { 'src/long.js': `const a = "${'ab '.repeat(1_200_000)}";\n`, 'src/long.py': `a = [${'1, '.repeat(100_000)}]\n` });
    const started = performance.now();
    expect(judged(folder, '--pack', 'baseline').code).toBe(0);
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('notes a binary and blocks a link that leaves the repository', () => {
    const folder = repository({ 'a.txt': 'a\n' });
    write(folder, { 'logo.bin': 'PNG\0\0' });
    symlinkSync('../../../etc/passwd', join(folder, 'link'));
    expect(judged(folder, '--only', 'G02')).toEqual({ code: 1, found: ['link SYMLINK_OUTSIDE', 'logo.bin FILE_BINARY'] });
  });

  it('looks at one change among 100 000 files', () => {
    const folder = repository({ 'a.txt': 'a\n' });
    for (let each = 0; each < 100; each += 1) write(folder, Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`d${each}/f${index}.txt`, `${each} ${index}\n`])));
    commit(folder, 'many');
    write(folder, { 'd7/f7.txt': 'changed\n' });
    expect(judged(folder, '--only', 'G02,G10')).toEqual({ code: 0, found: [] });
  });

  it('refuses a configuration on base that it cannot read, and ignores one that the change brings', () => {
    const broken = repository({ 'a.txt': 'a\n', '.github/assay.yml': 'version: 1\npakc: strict\n' });
    write(broken, { 'a.txt': 'b\n' });
    expect(guard(broken, '--base', 'HEAD')).toMatchObject({ code: 2, stderr: expect.stringMatching(/CONFIG_UNKNOWN_KEY[^]*remedy:/) });
    const sound = repository({ 'a.txt': 'a\n' });
    write(sound, { 'a.txt': 'b\n', '.github/assay.yml': 'version: 1\npakc: strict\n' });
    expect(judged(sound, '--only', 'G02')).toEqual({ code: 0, found: ['.github/assay.yml CONFIG_FROM_CHANGE'] });
  });

  it('refuses a broken baseline on base', () => {
    const folder = repository({ 'a.txt': 'a\n', '.github/assay-baseline.json': '{"version": 1' });
    write(folder, { 'a.txt': 'b\n' });
    expect(guard(folder, '--base', 'HEAD')).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_BASELINE_INVALID') });
  });
});
