/** Go: mutants, the counterfactual and coverage by `go test` in the sandbox. */
import { beforeAll, expect, test } from 'vitest';
import { textFile, type Tree } from '../../core/tree.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { gatherFacts } from '../facts.ts';
import { probes } from './all.ts';
import { readCoverage } from './coverage-read.ts';
import { mutantsOf } from './mutants-of.ts';

const tree = (files: Record<string, string>): Tree => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
const module = 'module example.test/fee\n\ngo 1.21\n';
const before = 'package fee\n\nfunc Fee(amount int, name string) int {\n\treturn amount\n}\n';
const after = 'package fee\n\nimport "log"\n\nfunc Fee(amount int, name string) int {\n\tlog.Println("fee of " + name)\n\tif amount > 100 {\n\t\treturn amount + 5\n\t}\n\tlabel := "to " + name\n\tif len(label) < 4 {\n\t\treturn -1\n\t}\n\treturn amount\n}\n';
const suite = (body: string) => `package fee\n\nimport "testing"\n\nfunc TestFee(t *testing.T) {\n${body}\n}\n`;
const strict = suite('\tif Fee(101, "ada") != 106 || Fee(100, "ada") != 100 || Fee(1, "") != -1 || Fee(1, "a") != 1 {\n\t\tt.Fatal("wrong")\n\t}');

function asking(test: string, sandbox: OpenSandbox) {
  const base = tree({ 'go.mod': module, 'fee.go': before });
  const head = tree({ 'go.mod': module, 'fee.go': after, 'fee_test.go': test });
  const { changed } = gatherFacts({ base, head, all: false, now: 0 });
  const all = probes({ sandbox: async () => sandbox, dependencies: { fetch: async () => ({ mounts: [], env: {} }) } });
  return (name: string) => all.find((each) => each.name === name)!.probe({ guardrail: 'G04', changed, head, base, settings: undefined, now: 0, limitMs: 300_000, testCommand: null });
}

test('one small edit per changed line; logging, imports and text are left alone', async () => {
  const { changed } = gatherFacts({ base: {}, head: tree({ 'fee.go': after }), all: false, now: 0 });
  const mutants = await mutantsOf(changed[0]!);
  expect(mutants.map(({ line, was, became }) => [line, was, became])).toEqual([[7, '>', '>='], [8, '+', '-'], [10, '+', '-'], [11, '<', '<='], [12, '-', '+']].map((each) => expect.arrayContaining([each[0]])));
  expect(mutants.map(({ line }) => line)).not.toContain(6);
  expect(await mutantsOf(changed[0]!)).toEqual(mutants);
});

test('a profile of Go tells lines by the module that it names; rows that are none tell nothing', async () => {
  const profile = 'mode: set\nexample.test/fee/fee.go:5.40,7.18 2 1\nexample.test/fee/fee.go:7.18,9.3 1 0\nother.test/x.go:1.1,2.2 1 1\nexample.test/fee/../../etc:1.1\n';
  const covered = await readCoverage({ 'go.info': profile }, tree({ 'services/fee/go.mod': module, 'services/fee/fee.go': after }), 'services/fee');
  expect([...covered!.keys()]).toEqual(['services/fee/fee.go']);
  expect([6, 7, 8].map((line) => covered!.get('services/fee/fee.go')!.get(line))).toEqual([true, true, false]);
});

describeWith(['go', 'util-linux'], 'by go test', () => {
  let sandbox: OpenSandbox;
  beforeAll(async () => { sandbox = await openSandbox(); });

  test('tests that assert notice every fault that compiles; one that does not compile does not count', { timeout: 300_000 }, async () => {
    const asked = asking(strict, sandbox);
    const answer = await asked('mutation');
    expect(answer).toMatchObject({ state: 'clean', data: { applies: true, score: 1, survived: [], notRun: 0, coverage: 'known' } });
    // Line 10 becomes a subtraction of texts.
    expect((answer.data as { killed: number }).killed).toBe(4);
    expect(await asked('counterfactual')).toMatchObject({ data: { passesOnBase: [], failsOnBase: ['fee_test.go'] } });
    expect(await asked('coverage')).toMatchObject({ data: { applies: true, files: [{ path: 'fee.go', missed: [] }] } });
  });

  test('tests that assert nothing leave survivors with their line', { timeout: 300_000 }, async () => {
    const asked = asking(suite('\tFee(101, "ada")'), sandbox);
    const answer = await asked('mutation');
    expect(await asked('coverage')).toMatchObject({ data: { applies: true, files: [{ path: 'fee.go', missed: [10, 11, 12] }] } });
    expect(answer).toMatchObject({ data: { killed: 0, score: 0, survived: expect.arrayContaining([expect.objectContaining({ path: 'fee.go', line: 8 })]) } });
  });
});
