/** The Saboteur's whole runs: a verdict with its controls, with and without a model, twice the same. */
import { expect } from 'vitest';
import { AssayError } from '../../core/errors.ts';
import { runSabotage } from './saboteur.ts';
import { price, requestOf, toolsWith } from './test-kit.ts';
import { testWith } from '../../../test/tools.ts';

const test = testWith(['python3'], 'the Saboteur in Python');

const slow = 120_000;
const off = price('python', '>= 10');

test('a boundary broken against base fails, with a program that shows it; the second run says the same', { timeout: slow }, async () => {
  const request = requestOf({ base: off, head: price('python', '> 10') });
  const output = await runSabotage(request, await toolsWith(['{"inputs": []}']));
  expect(output.outcome).toBe('fail');
  expect(output.controls.filter((control) => !control.ok)).toEqual([]);
  expect(output.controls.map((control) => control.name)).toEqual(['clean change', 'mutant of solution.py#price', 'seeded CHEAT', 'seeded DOS', 'seeded GAP', 'seeded INJ', 'seeded JB', 'seeded PERSIST', 'seeded SEC', 'seeded SUPPLY']);
  const [finding] = output.findings;
  expect(finding).toMatchObject({ class: 'GAP', oracle: 'O1', criterion: 'AC1', onHead: 5, onBase: 0, preExisting: false });
  expect(finding?.input).toMatchObject({ args: [expect.any(Number), 10] });
  expect(finding?.program).toContain('assert actual == expected');
  expect(await runSabotage(request, await toolsWith(['{"inputs": []}']))).toEqual(output);
});

test('a clean change passes; a model that answers nonsense takes nothing away and is named', { timeout: slow }, async () => {
  const tools = await toolsWith(['certainly! here are some inputs']);
  const output = await runSabotage(requestOf({ language: 'typescript', base: price('typescript', '>= 10'), head: price('typescript', '> 9') }), tools);
  expect(output).toMatchObject({ outcome: 'pass', findings: [] });
  expect(output.reason).toContain('without model ideas: MODEL_ANSWER_INVALID');
  expect(output.inputsRun).toBeGreaterThan(50);
  expect(tools.asked.length).toBe(2);
});

test('a verifier that sees nothing makes the verdict neutral, never green', { timeout: slow }, async () => {
  const tools = await toolsWith(['{"inputs": []}'], { verify: async (suspicions) => suspicions.map(() => ({ onHead: 0, onBase: 0, agreed: true })) });
  const output = await runSabotage(requestOf({ base: off, head: price('python', '> 10') }), tools);
  expect(output.outcome).toBe('neutral');
  expect(output.reason).toContain('controls missed');
  expect(output.controls.filter((control) => !control.ok).map((control) => control.name)).toContain('seeded GAP');
});

test('a verifier that sees everything on base as well would excuse everything, and is found out', { timeout: slow }, async () => {
  const tools = await toolsWith(['{"inputs": []}'], { verify: async (suspicions) => suspicions.map(() => ({ onHead: 5, onBase: 5, agreed: true })) });
  const output = await runSabotage(requestOf({ base: off, head: price('python', '> 10') }), tools);
  expect(output).toMatchObject({ outcome: 'neutral', reason: expect.stringContaining('controls missed: seeded CHEAT') });
});

test("a model's idea breaks a change where the examples' neighbourhood does not; the diff reaches it as marked data", { timeout: slow }, async () => {
  // 4242 stands nowhere as such: no literal leads there.
  const odd = off.replace('    return total\n', '    if unit * 3 == 42 * 303:\n        return 0\n    return total\n');
  const request = requestOf({ base: off, head: odd });
  const tools = await toolsWith([JSON.stringify({ inputs: [{ args: [4242, 2], why: 'the new condition' }, { args: ['x', -1], why: 'not of this task' }] })]);
  const output = await runSabotage(request, tools);
  expect(output.outcome).toBe('fail');
  expect(output.findings.map((finding) => finding.input)).toEqual([{ args: [4242, 2] }]);
  expect(tools.asked[0]).toMatch(/<<<DATA \w+ diff\n[\s\S]*\+ {4}if unit \* 3 == 42 \* 303/);
});

test('without a spec the diff alone is attacked, and no model is asked', { timeout: slow }, async () => {
  const tools = await toolsWith([]);
  const clean = await runSabotage(requestOf({ spec: null, base: off, head: price('python', '> 10') }), tools);
  expect(clean).toMatchObject({ outcome: 'pass', inputsRun: 0 });
  expect(clean.reason).toContain('no surface to run');
  const hooked = await runSabotage(requestOf({ spec: null, base: off, head: off, headFiles: { '.husky/post-checkout': 'node collect.js\n' } }), tools);
  expect(hooked).toMatchObject({ outcome: 'fail', findings: [{ class: 'PERSIST', onHead: 5, onBase: 0 }] });
  expect(tools.asked).toEqual([]);
});

test('where no family but the author\'s may attack, code attacks alone: silence is no pass and names cause and remedy, a break still fails', { timeout: slow }, async () => {
  const tools = await toolsWith([]);
  const silent = await runSabotage({ ...requestOf({ base: off, head: price('python', '> 9') }), family: null }, tools);
  expect(silent).toMatchObject({ outcome: 'neutral', findings: [], reason: expect.stringMatching(/^SABOTEUR_NO_FAMILY: .*Give another family a key/) });
  expect(silent.inputsRun).toBeGreaterThan(50);
  const broken = await runSabotage({ ...requestOf({ base: off, head: price('python', '> 10') }), family: null }, tools);
  expect(broken).toMatchObject({ outcome: 'fail', reason: expect.stringContaining('without model ideas: SABOTEUR_NO_FAMILY') });
  expect(tools.asked).toEqual([]);
});

test('a surface that is nowhere, a server among them, is not_comparable', { timeout: slow }, async () => {
  const nowhere = await runSabotage(requestOf({}), await toolsWith(['{"inputs": []}']));
  expect(nowhere).toMatchObject({ outcome: 'not_comparable', inputsRun: 0 });
  const http = await runSabotage(requestOf({ spec: { surface: { kind: 'http', start: ['node', 'server.js'], routes: [] } } }), await toolsWith([]));
  expect(http).toMatchObject({ outcome: 'not_comparable', inputsRun: 0, reason: expect.stringContaining('neither base nor head has the surface') });
});

test('a surface that cannot load without its packages is no finding and no pass', { timeout: slow }, async () => {
  const head = `import { round } from 'exact-cents';\n${price('javascript', '>= 10').replace('return total;', 'return round(total);')}`;
  const output = await runSabotage(requestOf({ language: 'javascript', head, headFiles: { 'package.json': '{"type":"module","dependencies":{"exact-cents":"1.0.0"}}' } }), await toolsWith(['{"inputs": []}']));
  expect(output).toMatchObject({ outcome: 'not_comparable', findings: [] });
  expect(output.reason).toContain('packages');
});

test('without a sandbox nothing runs', async () => {
  const tools = await toolsWith([]);
  const none = { grade: { name: 'none' as const, words: '', remedy: 'install bubblewrap' }, run: tools.sandbox.run };
  await expect(runSabotage(requestOf({}), { ...tools, sandbox: none })).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE', remedy: 'install bubblewrap' } satisfies Partial<AssayError>);
});
