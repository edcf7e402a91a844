import { describe, expect, it } from 'vitest';
import type { ChangedFile } from '../../core/ports/github.ts';
import { intentNumber, kindOfChange } from './kind.ts';

const files = (...paths: string[]): ChangedFile[] => paths.map((path) => ({ path, previousPath: null, status: 'modified' }));

describe('the kind of a change', () => {
  it.each([
    ['docs', ['README.md', 'docs/a.rst', 'img/logo.svg', 'notes.txt']],
    ['code', ['README.md', 'src/a.ts']],
    ['code', []],
    ['config', ['.github/assay.yml']],
    ['code', ['.github/assay.yml', 'README.md']],
    ['waiver', ['.github/assay/waivers/g02.yml']],
    ['code', ['.github/assay/waivers/g02.yml', '.github/assay.yml']],
    ['code', ['.github/assay/waivers/deep/g02.yml']],
  ] as const)('%s: %j', (kind, paths) => {
    expect(kindOfChange(files(...paths))).toBe(kind);
  });

  it.each(['AGENTS.md', 'docs/CLAUDE.md', 'skills/x/SKILL.md', '.github/copilot-instructions.md', '.github/PULL_REQUEST_TEMPLATE.md', '.cursor/rules.md', '.claude/commands/a.md', 'requirements.txt', 'requirements-dev.txt', 'CMakeLists.txt', 'public/robots.txt', 'agents.md'])(
    'what machines read is code, whatever its ending: %s', (path) => {
      expect(kindOfChange(files(path))).toBe('code');
    });

  it('a rename counts on both sides: code that becomes prose was code', () => {
    expect(kindOfChange([{ path: 'docs/a.md', previousPath: 'src/a.ts', status: 'renamed' }])).toBe('code');
  });
});

describe('the intent that a pull request names', () => {
  it.each([['Closes #12', 12], ['fixes: #3 and more', 3], ['Intent: #7', 7], ['intent #8', 8], ['resolved #1, closes #2', 1]])('%s', (body, number) => {
    expect(intentNumber(body)).toBe(number);
  });

  it.each(['', 'see #12', '<!-- Closes #12 -->', 'encloses #12', 'Closes o/r#12', 'Closes #12345678901'])('none in %j', (body) => {
    expect(intentNumber(body)).toBeNull();
  });
});
