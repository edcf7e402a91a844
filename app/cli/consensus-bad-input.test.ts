import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { ConsensusResult } from '../core/candidate.ts';
import { assay } from '../../test/cli.ts';
import { testWith } from '../../test/tools.ts';

const it = testWith(['python3'], 'bad candidates through assay consensus');

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'assay-bad-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

const honest = {
  function: ['def price(member, bulk):\n    if member and bulk:\n        return 80\n    return 90 if member else 100\n', 'def price(m, b):\n    return 100 - (20 if b else 10) * m\n'],
  cli: ['n = int(input())\nprint(sum(map(int, input().split())))\n', 'import sys\ndata = sys.stdin.read().split()\ntotal = 0\nfor word in data[1:]:\n    total = total + int(word)\nprint(total)\n'],
};

const specs = {
  function: { surface: { kind: 'function', module: 'solution.py', export: 'price' }, criteria: [{ id: 'AC1', text: 'members pay less, in bulk even less', tests: [{ args: [true, true], expect: 80 }, { args: [false, true], expect: 100 }] }] },
  cli: { surface: { kind: 'cli', command: ['python3', 'solution.py'] }, criteria: [{ id: 'AC1', text: 'print the sum of n numbers', tests: [{ stdin: '3\n1 2 3\n', expect: '6\n' }, { stdin: '2\n5 7\n', expect: '12' }] }] },
};

function specFile(name: string, change: object): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ version: 1, id: name, title: name, language: 'python', timeoutMs: 300, ...change }));
  return file;
}

function candidate(id: string, family: string, code: string): string[] {
  const place = join(folder, `${id}-${Math.random().toString(36).slice(2)}`);
  mkdirSync(place);
  writeFileSync(join(place, 'assay-candidate.json'), JSON.stringify({ id, family, model: 'recorded' }));
  writeFileSync(join(place, 'solution.py'), code);
  return ['--candidate', place];
}

async function judge(spec: string, ...candidates: string[][]): Promise<ConsensusResult & { code: number; stderr: string }> {
  const run = await assay('consensus', '--spec', spec, ...candidates.flat());
  return { ...JSON.parse(run.stdout), code: run.code, stderr: run.stderr };
}

const scan = 'import os, re\ndef found():\n    for root in ("/work", "/assay", "/proc/self", "/proc/1", f"/proc/{os.getppid()}"):\n        for folder, _, names in os.walk(root):\n            for name in names:\n                try:\n                    text = open(os.path.join(folder, name), errors="replace").read(10**6)\n                except OSError:\n                    continue\n                hit = re.search(r\'"expect": ?(\\d+)\', text)\n                if hit:\n                    return int(hit[1])\n            if folder.count("/") > 3:\n                break\n    return -1\n';

const bad: { what: string; kind: 'function' | 'cli'; code: string; says: RegExp }[] = [
  { what: 'does not parse', kind: 'function', code: 'def price(m:\n', says: /it does not load: SyntaxError/ },
  { what: 'does not parse, as a command', kind: 'cli', code: 'print(\n', says: /exit code 1/ },
  { what: 'forks', kind: 'function', code: 'import os\ndef price(m, b):\n    for _ in range(5):\n        os.fork()\n    return 80 if m else 100\n', says: /fails AC1\/1/ },
  { what: 'floods its output', kind: 'cli', code: 'while True:\n    print("6" * 10000)\n', says: /printed too much|did not end|signal/ },
  { what: 'answers with a flood', kind: 'function', code: 'def price(m, b):\n    return "8" * (3 * 10**6)\n', says: /too many bytes|too large|another answer/ },
  { what: 'reads the tests', kind: 'function', code: `${scan}def price(m, b):\n    return found()\n`, says: /fails AC1\/1/ },
  { what: 'detects the harness', kind: 'function', code: 'import os, sys\ndef price(m, b):\n    watched = os.path.exists("/assay") or "assay" in " ".join(sys.argv)\n    return 0 if watched else 100 - (20 if b else 10) * m\n', says: /fails AC1\/1: another answer/ },
  { what: 'exits 0 early', kind: 'function', code: 'import os\nos._exit(0)\n', says: /ended without an answer/ },
  { what: 'exits 0 early, as a command', kind: 'cli', code: 'import sys\nsys.exit(0)\nprint(6)\n', says: /fails AC1\/1: another answer/ },
  { what: 'monkey-patches the comparator', kind: 'function', code: 'import builtins, json\nclass Yes(int):\n    def __eq__(self, other): return True\n    def __hash__(self): return 0\njson.dumps = lambda *a, **k: "80"\nbuiltins.type = lambda *a: int\ndef price(m, b):\n    return Yes(7)\n', says: /fails AC1\/1/ },
  { what: 'sleeps', kind: 'function', code: 'import time\ndef price(m, b):\n    time.sleep(3600)\n', says: /did not end in time/ },
  { what: 'sleeps, as a command', kind: 'cli', code: 'import time\ntime.sleep(3600)\n', says: /did not end in time/ },
];

describe('a bad candidate beside two honest ones', () => {
  it.each(bad)('$what: stays outside, with one sentence, and takes nothing from the others', async ({ what, kind, code, says }) => {
    const honestPair = honest[kind].map((text, at) => candidate(at === 0 ? 'first' : 'second', at === 0 ? 'openai' : 'google', text));
    const result = await judge(specFile(what, specs[kind]), candidate('bad', 'anthropic', code), ...honestPair);
    expect(result, result.stderr).toMatchObject({ code: 0, outcome: 'pass', clusters: [{ members: ['first', 'second'] }, { members: ['bad'] }] });
    expect(result.outside?.bad).toMatch(says);
    expect(result.stderr).toContain(`outside: bad ${result.outside?.bad}`);
  });

  it.each(bad.filter(({ what }) => /exits|reads|sleeps$|comparator/.test(what)))('$what: two of the kind are no quorum', async ({ what, kind, code }) => {
    const result = await judge(specFile(what, specs[kind]), candidate('bad', 'anthropic', code), candidate('worse', 'google', `# another\n${code}`), candidate('first', 'openai', honest[kind][0] ?? ''));
    expect(result).toMatchObject({ code: 1, outcome: 'neutral', winner: null, reason: 'lone contender: only one candidate passes all criterion tests' });
  });

  it('that writes outside its folder changes nothing there, whatever else it answers', async () => {
    const target = join(folder, 'stolen');
    const code = `import os\nfor path in (${JSON.stringify(target)}, "/etc/assay", "../stolen", "/assay/python.py"):\n    try:\n        open(path, "w").write("x")\n    except OSError:\n        pass\ndef price(m, b):\n    return 1\n`;
    const [a = '', b = ''] = honest.function;
    const result = await judge(specFile('writes', specs.function), candidate('bad', 'anthropic', code), candidate('first', 'openai', a), candidate('second', 'google', b));
    expect(result).toMatchObject({ outcome: 'pass', outside: { bad: 'fails AC1/1: another answer than expected' } });
    expect([target, '/etc/assay', join(folder, '..', 'stolen')].map((path) => existsSync(path))).toEqual([false, false, false]);
  });
});

describe('a bad spec', () => {
  const [a = '', b = ''] = honest.function;
  const pair = () => [candidate('first', 'openai', a), candidate('second', 'google', b)];

  it('with contradictory tests is a gap that names both, before anything runs', async () => {
    const tests = [{ args: [true, true], expect: 80 }, { args: [true, true], expect: 81 }];
    const result = await judge(specFile('contradictory', { ...specs.function, criteria: [{ id: 'AC1', text: '', tests }] }), ...pair());
    expect(result).toMatchObject({ code: 1, outcome: 'spec_gap', winner: null, inputsRun: 0, reason: 'contradictory tests: AC1/1 and AC1/2 ask the same and expect different answers; no program can meet both' });
  });

  it('whose surface nobody has cannot be compared', async () => {
    const surface = { kind: 'function', module: 'solution.py', export: 'cost' };
    expect(await judge(specFile('no-export', { ...specs.function, surface }), ...pair())).toMatchObject({ code: 1, outcome: 'not_comparable', reason: 'missing surface: no candidate has cost in solution.py' });
    const command = { kind: 'cli', command: ['python3', 'main.py'] };
    expect(await judge(specFile('no-file', { ...specs.cli, surface: command }), ...pair())).toMatchObject({ code: 1, outcome: 'not_comparable', reason: 'missing surface: no candidate has the file main.py that the command starts' });
  });

  it('whose surface one candidate lacks leaves that one outside', async () => {
    const result = await judge(specFile('one-lacks', specs.function), candidate('bad', 'anthropic', 'def cost(m, b):\n    return 80\n'), ...pair());
    expect(result).toMatchObject({ outcome: 'pass', outside: { bad: expect.stringContaining('fails AC1/1: AttributeError') } });
  });
});
