import { describe, expect, it } from 'vitest';
import { testWith } from '../../test/tools.ts';
import type { Spec } from '../core/spec.ts';
import { notRun, type Behaviour, type Observed } from './behaviour.ts';
import { runConsensus } from './consensus.ts';
import { judgeSpeed } from './speed.ts';
import { candidate, testSandbox } from './test-kit.ts';

const text = `You are given an integer sequence A of length N. Print the number of pairs (i, j) with i < j and A_i = A_j.

Constraints
- 2 <= N <= 200000
- 1 <= A_i <= 10^9
- All values in input are integers.

Input
The input is given from Standard Input in the following format:
N
A_1 A_2 … A_N

Output
Print the answer.`;

const spec = (more: Partial<Spec> = {}): Spec => ({
  version: 1, id: 'pairs', title: 'Equal pairs', language: 'python', difficulty: 'medium', surface: { kind: 'cli', command: ['python3', 'solution.py'] }, timeoutMs: 2000,
  criteria: [{ id: 'AC1', text, tests: [{ stdin: '4\n1 2 1 1\n', expect: '3\n' }, { stdin: '3\n5 6 7\n', expect: '0\n' }] }], ...more,
});

const programs = {
  counted: 'from collections import Counter\nn = int(input())\nprint(sum(c * (c - 1) // 2 for c in Counter(input().split()).values()))\n',
  sorted: 'import sys\ndata = sys.stdin.read().split()\nitems = sorted(data[1:])\ntotal = run = 0\nfor a, b in zip(items, items[1:]):\n    run = run + 1 if a == b else 0\n    total += run\nprint(total)\n',
  slow: 'n = int(input())\na = input().split()\ncount = 0\nfor i in range(n):\n    for j in range(i):\n        if a[i] == a[j]:\n            count += 1\nprint(count)\n',
  alsoSlow: 'input()\nrow = list(map(int, input().split()))\nprint(sum(row[i:].count(x) - 1 + sum(0 for _ in row) for i, x in enumerate(row)))\n',
  deep: 'import sys\nn = int(input())\na = sorted(input().split())\nseen = {}\ndef walk(i):\n    if i == n:\n        return 0\n    seen[a[i]] = seen.get(a[i], 0) + 1\n    return seen[a[i]] - 1 + walk(i + 1)\nprint(walk(0))\n',
  boundary: 'from collections import Counter\nn = int(input())\nprint(sum(c * (c - 1) // 2 if c < 4 else c * c // 2 for c in Counter(input().split()).values()))\n',
};

async function judge(ids: (keyof typeof programs)[], more: Partial<Spec> = {}) {
  const families = ['anthropic', 'openai', 'google'];
  const candidates = ids.map((id, at) => candidate(id, programs[id], { family: families[at] ?? 'meta' }));
  return runConsensus({ spec: spec(more), base: {}, candidates, seed: 1 }, { sandbox: await testSandbox() });
}

describe('a command with a stated input format', () => {
  const story = testWith(['python3'], 'two votes on Python commands');

  story('ships a fast one; a slow witness of the same logic stands apart, with its reason', async () => {
    const result = await judge(['counted', 'slow', 'sorted']);
    expect(result, result.reason).toMatchObject({ outcome: 'pass', inputs: { source: 'grammar' }, clusters: [{ members: ['counted', 'sorted'] }, { members: ['slow'] }] });
    expect(result.speed?.survivors).toEqual(['counted', 'sorted']);
    expect(result.outside?.slow).toMatch(/^(too slow|near the time limit) on /);
    expect(result.inputsRun).toBeGreaterThan(20);
    expect(result.phases?.map(({ name }) => name)).toEqual(['inputs', 'tests', 'hurdles', 'logic', 'speed', 'mutants', 'untouched', 'dissent']);
  }, 120_000);

  story('abstains where all agree and only one is fast enough, and where the agreeing ones crash on what is large', async () => {
    expect(await judge(['counted', 'slow', 'alsoSlow'])).toMatchObject({ outcome: 'neutral', winner: null, reason: expect.stringMatching(/^(too slow|timing decides)/) });
    const deep = await judge(['counted', 'deep']);
    expect(deep).toMatchObject({ outcome: 'neutral', reason: expect.stringContaining('only one family') });
    expect(deep.outside?.deep).toContain('exit code 1');
  }, 120_000);

  story('tells logic apart by generated inputs, and says where several answers are right', async () => {
    expect(await judge(['counted', 'sorted', 'boundary'])).toMatchObject({ clusters: [{ members: ['counted', 'sorted'] }, { members: ['boundary'] }] });
    const several = spec().criteria.map((criterion) => ({ ...criterion, text: text.replace('Print the answer.', 'If there are multiple solutions, print any of them.') }));
    expect(await judge(['counted', 'sorted'], { criteria: several })).toMatchObject({ outcome: 'neutral', reason: expect.stringContaining('several answers are right') });
  }, 120_000);

  story('accepts no task of stated difficulty above easy without large inputs', async () => {
    const bare = spec().criteria.map((criterion) => ({ ...criterion, text: 'Count equal pairs.' }));
    expect(await judge(['counted', 'sorted'], { criteria: bare })).toMatchObject({ outcome: 'neutral', reason: expect.stringContaining('no large input') });
  }, 120_000);
});

describe('the vote on speed', () => {
  const said = (out: string, ms = 100): Observed => ({ behaviour: { s: 'exit', code: 0, out }, ms });
  const other = (behaviour: Behaviour): Observed => ({ behaviour, ms: 0 });
  const rows = (...all: Observed[][]) => all.map((row, at) => ({ id: 'abc'[at] ?? 'z', family: 'xyz'[at] ?? 'w', row }));
  const asked = (doubtful = false, floats = false) => [{ kind: 'max', doubtful, floats }, { kind: 'star', doubtful, floats }];

  it('asks a survivor to answer everything, and the survivors to answer alike', () => {
    expect(judgeSpeed(rows([said('1'), said('2')], [said('1'), said('2')], [said('1'), said('3')]), asked(), spec())).toMatchObject({ inputs: 2, survivors: ['a', 'b'], differ: 1, failed: { c: 'it answers a large input unlike the others' } });
  });

  it('counts no input that everybody crashes on, and holds a lone crash against its program', () => {
    const crash = other({ s: 'crash', why: 'signal 9' });
    expect(judgeSpeed(rows([crash, crash], [crash, crash]), asked(), spec())).toMatchObject({ inputs: 0, survivors: [] });
    expect(judgeSpeed(rows([said('1'), crash], [said('1'), said('2')]), asked(), spec())).toMatchObject({ inputs: 2, survivors: ['b'], failed: { a: 'signal 9 on star' } });
    expect(judgeSpeed(rows([said('1'), crash], [said('1'), said('2')]), asked(true), spec())).toMatchObject({ inputs: 1, survivors: ['a', 'b'] });
  });

  it('takes what comes near the limit neither for survival nor for failure', () => {
    expect(judgeSpeed(rows([other({ s: 'unclear' }), other(notRun)], [said('1'), said('2')]), asked(), spec())).toMatchObject({ timing: true, survivors: ['b'], failed: { a: 'near the time limit on max' } });
  });

  it('lets nobody survive where all are too slow for an input that the spec vouches for', () => {
    const late = other({ s: 'timeout' });
    const all = rows([late, other(notRun)], [late, other(notRun)]);
    expect(judgeSpeed(all, asked(), spec())).toMatchObject({ inputs: 1, survivors: [], failed: { a: 'too slow on max', b: 'too slow on max' } });
    expect(judgeSpeed(all, asked(true), spec())).toMatchObject({ inputs: 0, survivors: [] });
  });

  it('does not compare fractions by a digest', () => {
    const digest = (letter: string) => said(`sha256:${letter.repeat(64)} of 9 tokens`);
    expect(judgeSpeed(rows([digest('a'), said('2')], [digest('b'), said('2')]), asked(false, true), spec())).toMatchObject({ survivors: ['a', 'b'], differ: 0 });
    expect(judgeSpeed(rows([digest('a'), said('2')], [digest('b'), said('2')]), asked(), spec())).toMatchObject({ survivors: ['a'], differ: 1 });
  });
});
