/** Who judges what: packs, packages of a monorepo, fixtures, phases, settings – always from base. */
import { describe, expect, it } from 'vitest';
import { textFile, type Tree } from '../core/tree.ts';
import { fixtureNow, fixtureTools } from './facts.fixture.ts';
import { descriptors, packs } from './catalogue.generated.ts';
import { type GuardrailsInput, planFrom, wanted } from './plan.ts';
import { runGuardrails } from './runner.ts';

const stub = "export function price(cart: string[]): number {\n  throw new Error('Not implemented yet');\n}\n";
const catalogue = { descriptors, packs, now: fixtureNow };
const tree = (files: Record<string, string>): Tree => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));

function change(head: Record<string, string>, config: string | null, more: Partial<GuardrailsInput> = {}): GuardrailsInput {
  const kept: Record<string, string> = config === null ? {} : { '.github/assay.yml': config };
  return { base: tree(kept), head: tree({ ...kept, ...head }), baseSha: 'b'.repeat(40), headSha: 'c'.repeat(40), pack: null, ...more };
}

describe('the configuration on base', () => {
  it('names the pack, unless the caller does', () => {
    const input = change({ 'a.ts': '1;\n' }, 'version: 1\npack: strict\n');
    const members = (name: string) => packs.find((pack) => pack.name === name)!.members;
    expect(planFrom(input, catalogue).map((each) => each.descriptor.id)).toEqual(members('strict'));
    expect(planFrom({ ...input, pack: 'baseline' }, catalogue).map((each) => each.descriptor.id)).toEqual(members('baseline'));
  });

  it('is not taken from the change', () => {
    const input = { ...change({ 'a.ts': '1;\n' }, null), head: tree({ 'a.ts': '1;\n', '.github/assay.yml': 'version: 1\npack: strict\n' }) };
    expect(planFrom(input, catalogue).some((each) => each.descriptor.id === 'G20')).toBe(false);
  });

  it('is refused where it is broken', () => {
    expect(() => planFrom(change({ 'a.ts': '1;\n' }, 'version: 1\npakc: strict\n'), catalogue)).toThrow(/"pack"/);
    expect(() => planFrom(change({ 'a.ts': '1;\n' }, 'version: 1\npack: lenient\n'), catalogue)).toThrow(/no pack "lenient"/);
  });

  it('hands each guardrail its own settings and no other', () => {
    const plan = planFrom(change({ 'a.ts': '1;\n' }, 'version: 1\nguardrails: {G01: {words: [later]}}\n'), catalogue);
    expect(plan.filter((each) => each.settings !== undefined).map((each) => [each.descriptor.id, each.settings])).toEqual([['G01', { words: ['later'] }]]);
  });
});

describe('packages of a monorepo', () => {
  const config = 'version: 1\npackages:\n  - {path: apps/shop, pack: strict}\n  - {path: apps/shop/vendor/, pack: baseline}\n';
  const judged = (id: string, path: string) => planFrom(change({ [path]: 'x\n' }, config), catalogue).find((each) => each.descriptor.id === id)?.facts.changed.map((file) => file.path) ?? [];
  const strictOnly = descriptors.find((each) => !each.packs.includes('baseline') && each.needs.includes('changed') && each.languages.includes('any'))!;

  it('are judged by their own pack, the longest path first', () => {
    expect(judged('G02', 'lib/a.txt')).toEqual(['lib/a.txt']);
    expect(judged(strictOnly.id, 'apps/shop/a.txt')).toEqual(['apps/shop/a.txt']);
    expect(judged(strictOnly.id, 'apps/shop/vendor/a.txt')).toEqual([]);
    expect(judged(strictOnly.id, 'apps/shopping/a.txt')).toEqual([]);
  });

  it('say how their tests are run, on base alone', () => {
    const places = (text: string | null) => planFrom(change({ 'apps/shop/a.ts': '1;\n', '.github/assay.yml': 'version: 1\npackages: [{path: apps/mine, pack: strict, testCommand: ["true"]}]\n' }, text), catalogue)[0]!.packages;
    expect(places('version: 1\npackages:\n  - {path: ./apps/shop/, pack: strict, testCommand: [npm, run, check]}\n  - {path: ., pack: strict}\n  - {path: lib, pack: strict}\n')).toEqual([{ path: 'apps/shop', testCommand: ['npm', 'run', 'check'] }, { path: 'lib', testCommand: null }]);
    expect(places(null)).toEqual([]);
  });
});

describe('fixtures', () => {
  it('are counted and do not block, and only where base says that they are fixtures', async () => {
    const config = 'version: 1\nfixtures: ["corpus/**"]\n';
    const counted = await runGuardrails(change({ 'corpus/price.ts': stub }, config, { only: ['G01'] }), fixtureTools());
    expect(counted.guardrails[0]).toMatchObject({ outcome: 'pass', inFixtures: 1, findings: [] });
    const judged = await runGuardrails(change({ 'corpus/price.ts': stub }, null, { only: ['G01'] }), fixtureTools());
    expect(judged.guardrails[0]).toMatchObject({ outcome: 'fail', inFixtures: 0 });
  });
});

describe('phases', () => {
  it('leave no guardrail out, and judge twice only those with an engine that takes the sandbox', () => {
    const ids = (phase?: 'scan' | 'exec') => planFrom(change({ 'a.ts': '1;\n' }, null, { pack: 'strict', phase }), catalogue).map((each) => each.descriptor.id);
    const twice = catalogue.descriptors.filter((each) => each.phase === 'scan' && each.tools.some((tool) => tool.phase === 'exec')).map(({ id }) => id);
    expect([...ids('scan'), ...ids('exec')].toSorted()).toEqual([...ids(), ...twice].toSorted());
  });

  it('a guardrail with an engine that takes the sandbox reads without it first, and is judged whole where code may run', () => {
    const [plain] = catalogue.descriptors.filter(({ id }) => id === 'G12');
    const tools = [{ name: 'ruff', role: 'fuller' as const }, { name: 'compiler', role: 'fuller' as const, phase: 'exec' as const }];
    const one = { ...catalogue, descriptors: [{ ...plain!, tools }] };
    const asked = (phase?: 'scan' | 'exec') => planFrom(change({ 'a.ts': '1;\n' }, null, { only: ['G12'], phase }), one).map(({ descriptor }) => descriptor.tools.map(({ name }) => name));
    expect([asked('scan'), asked('exec'), asked()]).toEqual([[['ruff']], [['ruff', 'compiler']], [['ruff', 'compiler']]]);
    expect(() => planFrom(change({ 'a.ts': '1;\n' }, null, { only: ['G12'], phase: 'exec' }), { ...catalogue, descriptors: [{ ...plain!, tools: [] }] })).toThrow(expect.objectContaining({ code: 'USAGE_NOTHING_SELECTED' }));
  });

  it('gather no more than the chosen ones need', () => {
    const scan = wanted(change({ 'a.ts': '1;\n' }, null, { only: ['g01'] }), catalogue);
    expect([...scan]).toEqual(['changed']);
  });
});
