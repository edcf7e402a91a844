import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { waiverText } from '../core/waiver.ts';
import { folder, git, guard, repository, write } from './checkout.fixture.ts';

const stub = 'def total(items):\n    pass\n';

describe('assay guard', () => {
  it('judges uncommitted work against a base, and only that', () => {
    const repo = repository({ 'src/old.py': 'def parse(text):\n    pass\n' });
    git(repo, 'checkout', '-q', '-b', 'change');
    write(repo, { 'src/new.py': stub });
    const { code, stdout } = guard(repo, '--only', 'G01', '--base', 'main', '--format', 'json');
    const report = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(report).toMatchObject({ version: 1, outcome: 'fail', base: git(repo, 'rev-parse', 'main') });
    expect(report.head).toMatch(/-dirty$/);
    expect(report.guardrails[0].findings.map((finding: { path: string }) => finding.path)).toEqual(['src/new.py']);
  });

  it('takes the merge base with the remote\'s default branch by itself, and answers quickly where nothing changed', () => {
    const origin = repository({ 'a.txt': 'a\n' });
    const clone = folder();
    git(clone, 'clone', '-q', origin, '.');
    const { code, stdout } = guard(clone, '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'not_applicable', base: git(origin, 'rev-parse', 'HEAD') });
    expect(JSON.parse(stdout).durationMs).toBeLessThan(1000);
  });

  it('judges a folder without git with --all, and prints the table first', () => {
    const { code, stdout } = guard(folder({ 'src/new.py': stub }), '--only', 'G01', '--all');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^id\s+guardrail\s+outcome/);
    expect(stdout).toContain('src/new.py:1');
  });

  it('adopts an old repository: the baseline counts from the default branch', () => {
    const origin = repository({ 'src/old.py': stub });
    expect(guard(origin, '--only', 'G01', '--all', '--baseline', 'write').code).toBe(0);
    expect(JSON.parse(readFileSync(join(origin, '.github/assay-baseline.json'), 'utf8')).entries).toHaveLength(1);
    git(origin, 'add', '-A');
    git(origin, 'commit', '-q', '-m', 'adopt');
    const clone = folder();
    git(clone, 'clone', '-q', origin, '.');
    expect(guard(clone, '--only', 'G01', '--all').code).toBe(0);
  });

  it('counts what a waiver of the base covers, to its day, and refuses one that cannot be read', () => {
    const repo = repository({ 'README.md': '# Shop\n' });
    git(repo, 'checkout', '-q', '-b', 'change');
    write(repo, { 'src/new.py': stub });
    const judged = () => guard(repo, '--only', 'G01', '--base', 'main', '--format', 'json');
    const fingerprints = JSON.parse(judged().stdout).guardrails[0].findings.map((finding: { fingerprint: string }) => finding.fingerprint);
    const waive = (text: string) => {
      git(repo, 'checkout', '-q', 'main');
      write(repo, { '.github/assay/waivers/one.yml': text });
      git(repo, 'add', '.github');
      git(repo, 'commit', '-q', '-m', 'waive');
      git(repo, 'checkout', '-q', '--detach');
    };
    const waiver = { guardrail: 'G01', about: 'EMPTY_BODY', fingerprints, reason: 'comes next', ticket: 'T-1', owner: 'ada' };
    waive(waiverText({ ...waiver, until: '9999-12-31' }));
    expect([judged().code, JSON.parse(judged().stdout).guardrails[0]]).toEqual([0, expect.objectContaining({ outcome: 'pass', waived: 1, findings: [] })]);
    waive(waiverText({ ...waiver, until: '2020-01-01' }));
    expect(judged().code).toBe(1);
    waive('guardrail: G01\n');
    expect(judged()).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_WAIVER_INVALID') });
  });

  it('writes to a file with --out', () => {
    const path = folder({ 'src/new.py': stub });
    const out = join(folder(), 'deep/report.sarif');
    expect(guard(path, '--only', 'G01', '--all', '--format', 'sarif', '--out', out)).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(readFileSync(out, 'utf8')).version).toBe('2.1.0');
  });
});

describe('assay guard refuses', () => {
  const plain = folder({ 'a.txt': 'a\n' });
  it.each([
    ['no checkout', [plain], 'CONFIG_NOT_A_REPOSITORY'],
    ['no such folder', [join(plain, 'none')], 'USAGE_PATH'],
    ['an unknown option', [plain, '--fast'], 'USAGE_GUARD'],
    ['an unknown format', [plain, '--all', '--format', 'xml'], 'USAGE_GUARD'],
    ['--all with --base', [plain, '--all', '--base', 'main'], 'USAGE_GUARD'],
    ['an unknown guardrail', [plain, '--all', '--only', 'G77'], 'USAGE_GUARDRAIL_UNKNOWN'],
    ['an empty --only', [plain, '--all', '--only', ','], 'USAGE_GUARD'],
    ['an unknown pack', [plain, '--all', '--pack', 'soft'], 'USAGE_PACK_UNKNOWN'],
  ])('%s', (_, args, code) => {
    const answer = guard(...args);
    expect(answer.stderr).toContain(code);
    expect(answer.stderr).toContain('remedy:');
    expect(answer.code).toBe(2);
  });

  it('a repository without commits, without a remote, with an unknown base', () => {
    const empty = folder();
    git(empty, 'init', '-q');
    expect(guard(empty)).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_NO_COMMITS') });
    const lone = repository({ 'a.txt': 'a\n' });
    expect(guard(lone)).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_NO_BASE') });
    expect(guard(lone, '--base', 'nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_BASE_UNKNOWN') });
    expect(guard(lone, '--base', '--output=x')).toMatchObject({ code: 2 });
  });

  it('a shallow clone without merge base, and says that it is one', () => {
    const origin = repository({ 'a.txt': 'a\n' });
    git(origin, 'checkout', '-q', '-b', 'change');
    write(origin, { 'b.txt': 'b\n' });
    git(origin, 'add', '-A');
    git(origin, 'commit', '-q', '-m', 'b');
    const clone = folder();
    git(clone, 'clone', '-q', '--depth', '1', '--no-single-branch', `file://${origin}`, '.');
    expect(guard(clone, '--base', 'origin/main')).toMatchObject({ code: 2, stderr: expect.stringMatching(/CONFIG_NO_MERGE_BASE[^]*shallow/) });
  });
});

describe('files that cannot be judged', () => {
  it('end in a clear result, never in a silent pass', () => {
    const repo = repository({ 'a.txt': 'a\n' });
    write(repo, { 'big.js': `x = "${'a'.repeat(6 * 1024 * 1024)}"\n` });
    symlinkSync('/etc/hostname', join(repo, 'host'));
    const { code, stdout } = guard(repo, '--only', 'G02', '--base', 'main', '--format', 'json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout).guardrails[0].findings.map((finding: { code: string; path: string }) => `${finding.path} ${finding.code}`)).toEqual(['big.js FILE_TOO_LARGE', 'host SYMLINK_OUTSIDE']);
  });
});
