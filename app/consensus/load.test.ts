import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textFile } from '../core/tree.ts';
import { loadCandidate, loadSpec } from './load.ts';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'assay-load-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

function write(path: string, content: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const manifest = JSON.stringify({ id: 'a', family: 'openai', model: 'm' });

describe('a spec file', () => {
  it('keeps the form of its numbers', () => {
    const spec = loadSpec(write('spec.json', '{"version":1,"id":"x","title":"","language":"python","criteria":[{"id":"AC1","text":"","tests":[{"args":[1.0, 2, 12345678901234567890, 0.5],"expect":1e3}]}]}'));
    expect(spec.criteria[0]?.tests[0]).toEqual({ args: [{ $float: '1.0' }, 2, { $int: '12345678901234567890' }, 0.5], expect: { $float: '1e3' } });
  });

  it('says where it is wrong', () => {
    expect(() => loadSpec(write('spec.json', '{"version":1,"id":"x","title":"","language":"cobol","criteria":[]}'))).toThrowError(expect.objectContaining({ code: 'CONFIG_SPEC_INVALID', message: expect.stringContaining('language') }));
    expect(() => loadSpec(write('spec.json', '{'))).toThrowError(expect.objectContaining({ code: 'CONFIG_SPEC_INVALID' }));
    expect(() => loadSpec(join(folder, 'absent.json'))).toThrowError(expect.objectContaining({ code: 'CONFIG_SPEC_INVALID' }));
  });
});

describe('a candidate folder', () => {
  it('gives files, and tests apart from data files', () => {
    write('c/assay-candidate.json', manifest);
    write('c/solution.py', 'x = 1\n');
    write('c/tests/own.json', '[{"args": [1.0], "expect": 2}]');
    write('c/tests/data.json', '{"rows": []}');
    expect(loadCandidate(join(folder, 'c'), {})).toEqual({
      id: 'a', family: 'openai', model: 'm', tests: [{ args: [{ $float: '1.0' }], expect: 2 }],
      patch: { 'solution.py': textFile('x = 1\n'), 'tests/data.json': textFile('{"rows": []}') },
    });
  });

  it('applies its patch to the base, or says that it does not apply', () => {
    write('c/assay-candidate.json', JSON.stringify({ id: 'a', family: 'openai', model: 'm', patch: 'change.diff' }));
    write('c/change.diff', '--- a/solution.py\n+++ b/solution.py\n@@ -1,2 +1,2 @@\n x = 1\n-y = 2\n+y = 3\n');
    expect(loadCandidate(join(folder, 'c'), { 'solution.py': textFile('x = 1\ny = 2\n') }).patch).toEqual({ 'solution.py': textFile('x = 1\ny = 3\n') });
    expect(() => loadCandidate(join(folder, 'c'), { 'solution.py': textFile('other\n') })).toThrowError(expect.objectContaining({ code: 'CANDIDATE_INVALID', message: expect.stringContaining('does not apply') }));
    expect(() => loadCandidate(join(folder, 'c'), {})).toThrowError(expect.objectContaining({ code: 'CANDIDATE_INVALID' }));
  });

  it('is refused without a manifest, with a wrong one, or where it is not there', () => {
    write('c/solution.py', '');
    expect(() => loadCandidate(join(folder, 'c'), {})).toThrowError(expect.objectContaining({ code: 'CANDIDATE_INVALID' }));
    write('c/assay-candidate.json', '{"id": "a"}');
    expect(() => loadCandidate(join(folder, 'c'), {})).toThrowError(expect.objectContaining({ code: 'CANDIDATE_INVALID', message: expect.stringContaining('family') }));
    expect(() => loadCandidate(join(folder, 'absent'), {})).toThrowError(expect.objectContaining({ code: 'CANDIDATE_INVALID' }));
  });
});
