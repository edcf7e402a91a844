import { describe, expect } from 'vitest';
import { textFile } from '../core/tree.ts';
import { runConsensus } from './consensus.ts';
import type { ConsensusRequest } from './request.ts';
import { candidate, functionSpec, testSandbox } from './test-kit.ts';
import { testWith } from '../../test/tools.ts';

const it = testWith(['python3'], 'consensus on Python and JavaScript');

const prices = [{ args: [50], expect: 50 }, { args: [200], expect: 180 }];
const python = {
  right: 'def price(total):\n    if total >= 100:\n        return total * 9 / 10\n    return total\n',
  alsoRight: 'def price(amount):\n    discount = amount / 10 if not amount < 100 else 0\n    return amount - discount\n',
  boundary: 'def price(t):\n    return t * 0.9 if t > 100 else t\n',
};

async function judge(request: Partial<ConsensusRequest> & Pick<ConsensusRequest, 'spec' | 'candidates'>) {
  return runConsensus({ base: {}, seed: 1, ...request }, { sandbox: await testSandbox() });
}

function clusterWith(result: { clusters: { members: string[] }[] }, id: string): string[] {
  return result.clusters.find((cluster) => cluster.members.includes(id))?.members ?? [];
}

describe('two agree and one is wrong at a boundary', () => {
  const right = 'export function price(n: number): number {\n  return n >= 100 ? n * 0.9 : n;\n}\n';
  const stories = [
    { language: 'python', a: python.right, b: python.alsoRight, c: python.boundary },
    { language: 'javascript', a: 'module.exports.price = (n) => (n >= 100 ? n * 0.9 : n);', b: 'export const price = (total) => { if (total < 100) return total; return total - total / 10; };', c: 'const price = (n) => n > 100 ? n * 0.9 : n;' },
    { language: 'typescript', a: right, b: 'type Euro = number;\nexport const price = (total: Euro): Euro => { if (total < 100) return total; return total - total / 10; };', c: 'export const price = (n: number) => n > 100 ? n * 0.9 : n;' },
  ] as const;
  it.each(stories)('passes in $language and shows the one input as the question', async ({ language, a, b, c }) => {
    const result = await judge({ spec: functionSpec(language, prices), candidates: [candidate('a', a, { language }), candidate('b', b, { language }), candidate('c', c, { language })] });
    expect(result).toMatchObject({ outcome: 'pass', quorum: { families: 2, required: 2 } });
    expect(result.clusters[0]).toEqual({ members: ['a', 'b'], families: ['anthropic', 'openai'], size: 2 });
    expect(['a', 'b']).toContain(result.winner);
    expect(result.mutationScore).toBeGreaterThanOrEqual(0.8);
    expect(result.inputsRun).toBeGreaterThanOrEqual(50);
    expect(result.confidence).toBeGreaterThan(0.85);
    expect(result.dissent[0]?.input).toEqual({ args: [100] });
    expect(result.dissent[0]?.outputs).toMatchObject({ c: 100 });
  });
});

// Two booleans have four inputs in all, which keeps stories about many candidates short.
const flags = [{ args: [true, true], expect: 80 }, { args: [false, true], expect: 100 }];
const rebate = {
  python: ['def price(member, bulk):\n    if member and bulk:\n        return 80\n    return 90 if member else 100\n', 'def price(m, b):\n    return 100 - (20 if b else 10) * m\n'],
  javascript: ['exports.price = (member, bulk) => member && bulk ? 80 : member ? 90 : 100;', 'exports.price = (m, b) => { if (!m) return 100; return b ? 80 : 90; };'],
} as const;

describe('hostile and broken candidates', () => {
  it('stay alone in Python and take nothing from the two that agree', async () => {
    const hostile = {
      crash: 'def price(m, b):\n    return [][1]\n',
      loop: 'def price(m, b):\n    while True: pass\n',
      flood: 'def price(member, bulk):\n    print("x" * 10**7)\n    return {(True, True): 80, (True, False): 90}.get((member, bulk), 100)\n',
      hugeAnswer: 'def price(m, b):\n    return "x" * (3 * 10**6) + str(m)\n',
      forge: 'import os\nfor fd in range(0, 20):\n    try: os.write(fd, b\'{"s": "value", "value": 80}\\n\')\n    except OSError: pass\ndef price(m, b):\n    os._exit(0)\n',
      exits: 'import sys\ndef price(m, b):\n    sys.exit(0)\n',
      equalsAll: 'class Yes(int):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\nimport json\njson.dumps = lambda *a, **k: "80"\ndef price(m, b):\n    return Yes(7)\n',
      syntax: 'def price(m:\n',
      killsParent: 'import os, signal\ndef price(m, b):\n    os.kill(os.getppid(), signal.SIGKILL)\n    return 80\n',
    };
    const bad = Object.entries(hostile).map(([id, code]) => candidate(id, code, { family: id }));
    const result = await judge({ spec: functionSpec('python', flags, { timeoutMs: 200 }), candidates: [candidate('a', rebate.python[0]), candidate('b', rebate.python[1]), ...bad] });
    expect(result.outcome).toBe('pass');
    // Printing is no part of a function's behaviour: the flood goes nowhere and the answers count.
    expect(result.clusters[0]?.members).toEqual(['a', 'b', 'flood']);
    for (const id of Object.keys(hostile).filter((name) => name !== 'flood')) expect(clusterWith(result, id)).toEqual([id]);
  });

  it('stay alone in JavaScript', async () => {
    const hostile = {
      crash: 'exports.price = () => null.x;',
      loop: 'exports.price = () => { for (;;); };',
      forge: 'const fs = require("fs"); for (let fd = 0; fd < 12; fd++) { try { fs.writeSync(fd, JSON.stringify({ s: "value", value: 80 }) + "\\n"); } catch {} } exports.price = () => process.exit(0);',
      exits: 'process.exit(0);',
      patches: 'Array.isArray = () => true; JSON.stringify = () => "80"; Object.is = () => true; exports.price = () => ({ valueOf: () => 80, toJSON: () => 80 });',
      proxy: 'exports.price = () => new Proxy({}, { get: () => 80 });',
      syntax: 'exports.price = (',
    };
    const language = 'javascript';
    const bad = Object.entries(hostile).map(([id, code]) => candidate(id, code, { family: id, language }));
    const result = await judge({ spec: functionSpec(language, flags, { timeoutMs: 200 }), candidates: [candidate('a', rebate.javascript[0], { language }), candidate('b', rebate.javascript[1], { language }), ...bad] });
    expect(result).toMatchObject({ outcome: 'pass' });
    expect(result.clusters[0]?.members).toEqual(['a', 'b']);
    for (const id of Object.keys(hostile)) expect(clusterWith(result, id)).toEqual([id]);
  });

  it('refuses a path that leaves the folder', async () => {
    const escaping = { ...candidate('a', python.right), patch: { '../solution.py': textFile('') } };
    await expect(judge({ spec: functionSpec('python', prices), candidates: [escaping, candidate('b', python.right)] })).rejects.toMatchObject({ code: 'CANDIDATE_INVALID' });
  });
});

describe('a method on a base with other modules', () => {
  it('is compared in TypeScript: the base’s modules are there, and only what changed is mutated', async () => {
    const base = { 'src/round.ts': textFile('export function cents(n: number): number { return Math.round(n * 100) / 100; }\n'), 'src/cart.ts': textFile('export class Cart { total(): number { return 0; } }\n'), 'package.json': textFile('{"type":"module"}') };
    const cart = (body: string) => `import { cents } from './round.ts';\nexport class Cart {\n  total(items: number[]): number {\n${body}\n  }\n}\n`;
    const more = { module: 'src/cart.ts' };
    const candidates = [
      candidate('a', cart('    const sum = items.reduce((a, b) => a + b, 0);\n    return cents(items.length >= 3 ? sum * 0.9 : sum);'), more),
      candidate('b', cart('    let sum = 0;\n    for (const item of items) sum += item;\n    if (items.length < 3) return cents(sum);\n    return cents(sum - sum / 10);'), more),
      candidate('c', cart('    let total = 0;\n    items.forEach((item) => { total += item; });\n    return cents(items.length > 3 ? total * 0.9 : total);'), more),
    ];
    const spec = functionSpec('typescript', [{ args: [[10, 20]], expect: 30 }, { args: [[10, 20, 30, 40]], expect: 90 }], { surface: { kind: 'function', module: 'src/cart.ts', export: 'Cart.total' } });
    const result = await judge({ spec, base, candidates });
    expect(result).toMatchObject({ outcome: 'pass', clusters: [{ members: ['a', 'b'] }, { members: ['c'] }] });
    const [question] = result.dissent;
    expect(question?.input).toMatchObject({ args: [{ length: 3 }] });
  });

  it('is compared in Python, with a package beside it and a static method', async () => {
    const base = { 'pkg/__init__.py': textFile(''), 'pkg/help.py': textFile('def add(xs):\n    return sum(xs)\n') };
    const more = { module: 'pkg/cart.py' };
    const candidates = [
      candidate('a', 'from pkg.help import add\nclass Cart:\n    def total(self, xs):\n        return add(xs) * 9 / 10 if len(xs) >= 3 else add(xs)\n', more),
      candidate('b', 'from pkg import help\nclass Cart:\n    @staticmethod\n    def total(items):\n        s = help.add(items)\n        if len(items) < 3:\n            return s\n        return s - s / 10\n', more),
    ];
    const spec = functionSpec('python', [{ args: [[10, 20]], expect: 30 }, { args: [[10, 20, 30, 40]], expect: 90 }, { assert: 'assert isinstance(Cart().total([1]), int)' }], { surface: { kind: 'function', module: 'pkg/cart.py', export: 'Cart.total' } });
    expect(await judge({ spec, base, candidates })).toMatchObject({ outcome: 'pass', testsPooled: 3 });
  });
});

describe('no quorum', () => {
  it('is neutral where all differ', async () => {
    const result = await judge({ spec: functionSpec('python', prices), candidates: [candidate('a', python.right), candidate('b', python.boundary), candidate('c', python.right.replace('100', '120'))] });
    expect(result).toMatchObject({ outcome: 'neutral', winner: null, confidence: 0 });
    expect(result.dissent.length).toBeGreaterThan(0);
  });

  it('is neutral for a lone candidate, and fail where nobody meets the criteria', async () => {
    expect(await judge({ spec: functionSpec('python', prices), candidates: [candidate('a', python.right)] })).toMatchObject({ outcome: 'neutral', winner: null });
    const wrong = (id: string, by: number) => candidate(id, `def price(t):\n    return t + ${by}\n`);
    expect(await judge({ spec: functionSpec('python', prices), candidates: [wrong('a', 1), wrong('b', 2)] })).toMatchObject({ outcome: 'fail' });
  });

  it('suspects the test where everybody agrees against it', async () => {
    const result = await judge({ spec: functionSpec('python', [{ args: [50], expect: 51 }]), candidates: [candidate('a', python.right), candidate('b', python.alsoRight)] });
    expect(result).toMatchObject({ outcome: 'spec_gap' });
    expect(result.reason).toContain('AC1/1');
  });

  it('does not count one family twice', async () => {
    const result = await judge({ spec: functionSpec('python', prices), candidates: [candidate('a', python.right), candidate('x', python.alsoRight, { family: 'anthropic' }), candidate('c', python.boundary)] });
    expect(result).toMatchObject({ outcome: 'neutral' });
  });

  it('counts a copied text once', async () => {
    const copied = `# the quarterly rebate table of Marlow and Finch\n${python.right}`;
    const result = await judge({ spec: functionSpec('python', prices), candidates: [candidate('a', copied), candidate('b', copied)] });
    expect(result).toMatchObject({ outcome: 'neutral', quorum: { families: 1 } });
    expect(result.reason).toContain('dependent');
  });

  it('wants all three for a hard task', async () => {
    const result = await judge({ spec: functionSpec('python', prices, { difficulty: 'hard' }), candidates: [candidate('a', python.right), candidate('b', python.alsoRight), candidate('c', python.boundary)] });
    expect(result).toMatchObject({ outcome: 'neutral', winner: null });
  });

  it('does not take what differs from run to run for agreement', async () => {
    const random = 'import random, os\ndef price(t):\n    return t * 0.9 if t >= 100 else t + (0 if t == 50 else int.from_bytes(os.urandom(8)))\n';
    const result = await judge({ spec: functionSpec('python', prices), candidates: [candidate('a', random), candidate('b', random.replace('t *', 'T *').replace('(t)', '(T)').replaceAll(' t ', ' T ').replace(' t\n', ' T\n'))] });
    expect(result.outcome).not.toBe('pass');
  });
});

describe('verdicts without a run', () => {
  it('says not_comparable without a surface and spec_gap without tests', async () => {
    const { surface: _, ...bare } = functionSpec('python', prices);
    expect(await judge({ spec: bare, candidates: [candidate('a', python.right)] })).toMatchObject({ outcome: 'not_comparable', winner: null });
    const gap = functionSpec('python', []);
    expect(await judge({ spec: gap, candidates: [candidate('a', python.right)] })).toMatchObject({ outcome: 'spec_gap', inputsRun: 0 });
  });

  it('refuses two candidates with one id', async () => {
    await expect(judge({ spec: functionSpec('python', prices), candidates: [candidate('a', python.right), candidate('a', python.right)] })).rejects.toMatchObject({ code: 'CANDIDATE_INVALID' });
  });
});

describe('builders’ tests', () => {
  it('are pooled, and dropped with a reason where they fail on their own candidate', async () => {
    const own = [{ args: [100], expect: 90 }, { args: [100], expect: 91 }, { stdin: '1', expect: '1' }];
    const result = await judge({ spec: functionSpec('python', prices), candidates: [candidate('a', python.right, { tests: own }), candidate('b', python.alsoRight)] });
    expect(result.outcome).toBe('pass');
    expect(result.testsPooled).toBe(3);
    expect(result.testsDropped.map((test) => test.id).sort()).toEqual(['a/tests/2', 'a/tests/3']);
  });
});

it('gives one answer in twenty runs, whatever the order of the candidates', async () => {
  const wrong = 'def price(member, bulk):\n    return 100 if not member else 80\n';
  const trio = [candidate('a', rebate.python[0]), candidate('b', rebate.python[1]), candidate('c', wrong)];
  const orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1], [2, 0, 1]].map((order) => order.flatMap((at) => trio[at] ?? []));
  const answers = new Set<string>();
  for (let run = 0; run < 20; run++) {
    const result = await judge({ spec: functionSpec('python', flags), candidates: orders[run % orders.length] ?? trio });
    answers.add(JSON.stringify({ ...result, durationMs: 0, phases: result.phases?.map(({ name }) => name) }));
  }
  expect([...answers]).toHaveLength(1);
  expect(JSON.parse([...answers][0] ?? '{}')).toMatchObject({ outcome: 'pass', dissent: [{ input: { args: [true, false] }, outputs: { a: 90, b: 90, c: 80 } }] });
}, 240_000);
