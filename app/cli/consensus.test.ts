import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assay } from '../../test/cli.ts';
import { testWith } from '../../test/tools.ts';

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'assay-cli-')); mkdirSync(join(folder, 'base')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

function write(path: string, content: string | object): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function candidate(id: string, family: string, files: Record<string, string>): string[] {
  write(`${id}/assay-candidate.json`, { id, family, model: 'recorded' });
  for (const [path, content] of Object.entries(files)) write(`${id}/${path}`, content);
  return ['--candidate', join(folder, id)];
}

const sums = { id: 'sum', title: 'sum', criteria: [{ id: 'AC1', text: 'print the sum of n numbers', tests: [{ stdin: '3\n1 2 3\n', expect: '6\n' }, { stdin: '2\n5 7\n', expect: '12' }] }] };

describe('assay consensus on a command', () => {
  testWith(['python3'], 'assay consensus and audit in Python')('and assay audit of its winner, in Python', async () => {
    const spec = write('python.json', { version: 1, ...sums, language: 'python', surface: { kind: 'cli', command: ['python3', 'solution.py'] }, timeoutMs: 2000 });
    const winner = candidate('first', 'openai', { 'solution.py': 'n = int(input())\nprint(sum(map(int, input().split())))\n' });
    const others = [...candidate('second', 'google', { 'solution.py': 'import sys\ndata = sys.stdin.buffer.read().split()\ntotal = 0\nfor word in data[1:]:\n    total = total + int(word)\nsys.stdout.write(str(total) + "  \\n")\n' }), ...candidate('third', 'anthropic', { 'solution.py': 'input()\nprint(sum(set(map(int, input().split()))))\n' })];
    const run = await assay('consensus', '--spec', spec, ...others, ...winner, '--out', join(folder, 'result.json'), '--bundle', join(folder, 'bundle.json'));
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toContain('pass: quorum');
    const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'));
    expect(result).toMatchObject({ outcome: 'pass', winner: 'first', clusters: [{ members: ['first', 'second'] }, { members: ['third'] }] });
    expect(result.dissent[0].outputs.third).not.toEqual(result.dissent[0].outputs.first);

    const audit = await assay('audit', '--spec', spec, ...winner, '--base', join(folder, 'base'), '--bundle', join(folder, 'bundle.json'));
    expect(audit, audit.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(audit.stdout)).toMatchObject({ outcome: 'pass', reproduced: true, fingerprints: [result.fingerprint] });
    const same = await assay('audit', '--spec', spec, ...winner, '--base', join(folder, 'base'), '--bundle', join(folder, 'bundle.json'), '--family', 'openai');
    expect(same).toMatchObject({ code: 3, stderr: expect.stringContaining('AUDIT_SAME_FAMILY') });
    const other = await assay('audit', '--spec', spec, '--candidate', join(folder, 'second'), '--base', join(folder, 'base'), '--bundle', join(folder, 'bundle.json'));
    expect(other).toMatchObject({ code: 3, stderr: expect.stringContaining('BUNDLE_MISMATCH') });
  });

  it('in JavaScript, where a lone candidate is no consensus', async () => {
    const spec = write('javascript.json', { version: 1, ...sums, language: 'javascript', surface: { kind: 'cli', command: ['node', 'solution.js'] }, timeoutMs: 2000 });
    const lone = candidate('lone', 'openai', { 'solution.js': 'const [, ...words] = require("fs").readFileSync(0, "utf8").split(/\\s+/).filter(Boolean); console.log(words.reduce((sum, word) => sum + Number(word), 0));' });
    const run = await assay('consensus', '--spec', spec, ...lone, '--bundle', join(folder, 'none.json'));
    expect(run, run.stderr).toMatchObject({ code: 1 });
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'neutral', winner: null });
    expect(existsSync(join(folder, 'none.json'))).toBe(false);
  });
});

describe('wrong use', () => {
  it('exits 2 with a code and a remedy, and still writes a readable result', async () => {
    const broken = write('broken.json', '{"version": 2}');
    const lone = candidate('only', 'openai', { 'solution.py': '' });
    const run = await assay('consensus', '--spec', broken, ...lone);
    expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/CONFIG_SPEC_INVALID[\s\S]*remedy/) });
    expect(JSON.parse(run.stdout)).toMatchObject({ outcome: 'error', reason: expect.stringContaining('CONFIG_SPEC_INVALID') });
    expect(await assay('consensus')).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE') });
    expect(await assay('consensus', '--nonsense')).toMatchObject({ code: 2 });
    expect(await assay('audit', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--bundle') });
  });

  it('exits 3 where a candidate is not there', async () => {
    const spec = write('python2.json', { version: 1, ...sums, language: 'python', surface: { kind: 'cli', command: ['python3', 'solution.py'] } });
    expect(await assay('consensus', '--spec', spec, '--candidate', join(folder, 'nowhere'))).toMatchObject({ code: 3, stderr: expect.stringContaining('CANDIDATE_INVALID') });
  });
});

testWith(['python3'], 'assay consensus goes on after a crash')('goes on from finished observations with --resume, to the same fingerprint', async () => {
  const spec = write('resume.json', { version: 1, ...sums, language: 'python', surface: { kind: 'cli', command: ['python3', 'solution.py'] }, timeoutMs: 2000 });
  const pair = [...candidate('one', 'openai', { 'solution.py': 'import sys\ntotal = 0\nfor word in sys.stdin.read().split()[1:]:\n    total = total + int(word)\nprint(total)\n' }), ...candidate('two', 'google', { 'solution.py': 'n = int(input())\ntotal = 0\nfor word in input().split():\n    total += int(word)\nprint(total)\n' })];
  const kept = join(folder, 'kept.jsonl');
  const first = await assay('consensus', '--spec', spec, ...pair, '--resume', kept);
  expect(first, first.stderr).toMatchObject({ code: 0 });
  const lines = readFileSync(kept, 'utf8').trimEnd().split('\n');
  // Cut off in the middle of a line, as a crash would: half of what was observed, and half a line.
  const half = lines.slice(0, Math.floor(lines.length / 2));
  writeFileSync(kept, `${half.join('\n')}\n${lines.at(-1)?.slice(0, 40)}`);
  const second = await assay('consensus', '--spec', spec, ...pair, '--resume', kept);
  expect(JSON.parse(second.stdout).fingerprint).toBe(JSON.parse(first.stdout).fingerprint);
  const keys = (text: string) => new Set(text.split('\n').flatMap((line) => /^\{"key":"([0-9a-f]{64})".*\}$/.exec(line)?.[1] ?? []));
  expect(keys(readFileSync(kept, 'utf8'))).toEqual(keys(lines.join('\n')));
  expect(await assay('consensus', '--spec', spec, ...pair, '--resume', folder)).toMatchObject({ code: 3, stderr: expect.stringContaining('RESUME_UNREADABLE') });
  expect(await assay('consensus', '--spec', spec, ...pair, '--confidence', '2')).toMatchObject({ code: 2, stderr: expect.stringContaining('no probability') });
  const strict = await assay('consensus', '--spec', spec, ...pair, '--resume', kept, '--confidence', '1');
  expect(JSON.parse(strict.stdout)).toMatchObject({ outcome: 'neutral', reason: expect.stringContaining('low confidence') });
});
