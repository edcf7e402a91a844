/** Imports go one way (DESIGN.md §2). Each law names who may import what; a breach is listed as `from → to`. */
import { expect, test } from 'vitest';
import { importsOf, trackedFiles, type Import } from './sources.ts';

const isTest = (path: string) => /(\.(test|fixture|play)|\/test-kit)\.ts$/.test(path) || path.startsWith('test/');
const files = trackedFiles().filter((path) => /^(app|actions|test)\/.*\.ts$/.test(path) && !/^actions\/[^/]+\/(cases|dist)\//.test(path));
const all = files.flatMap((path) => importsOf(path));
const shipped = all.filter((each) => !isTest(each.from));

function breaches(imports: Import[], allowed: (each: Import) => boolean): string[] {
  return [...new Set(imports.filter((each) => !allowed(each)).map(({ from, to }) => `${from} → ${to}`))];
}

const inside = (folder: string) => (each: Import) => each.from.startsWith(folder);
const into = (each: Import, ...folders: string[]) => folders.some((folder) => each.to.startsWith(folder));
const own = (each: Import) => /^(app|actions|test|policies|rulepacks|deps)\//.test(each.to);
const builtin = (each: Import) => each.to.startsWith('node:');

test('the parser sees imports at all, static, dynamic and re-exported', () => {
  expect(all).toContainEqual({ from: 'app/cli/main.ts', to: 'app/core/errors.ts', typeOnly: false });
  expect(all).toContainEqual({ from: 'app/cli/main.ts', to: 'app/cli/job.ts', typeOnly: false });
  expect(all.length).toBeGreaterThan(200);
});

/** Files of core that do more than words, each for a stated reason. A reason that no longer holds fails the next test. */
const exceptions: Record<string, { to: string[]; why: string }> = {
  'app/core/digest.ts': { to: ['node:crypto'], why: 'SHA-256 is pure' },
  'app/core/config-schema.ts': { to: ['node:fs/promises', 'node:path'], why: 'a script beside its schema; nothing that ships imports it' },
};
const excepted = (each: Import) => exceptions[each.from]?.to.includes(each.to) ?? false;

test('core imports core and libraries without I/O', () => {
  expect(breaches(shipped.filter(inside('app/core/')), (each) => (own(each) ? into(each, 'app/core/') : !builtin(each) || excepted(each)))).toEqual([]);
});

test('each exception is still needed, and the script among them is imported by nothing that ships', () => {
  const needed = new Set(shipped.filter(excepted).map(({ from, to }) => `${from} → ${to}`));
  expect([...needed].sort()).toEqual(Object.entries(exceptions).flatMap(([from, { to }]) => to.map((each) => `${from} → ${each}`)).sort());
  expect(breaches(shipped.filter((each) => each.to === 'app/core/config-schema.ts'), () => false)).toEqual([]);
});

test('decide, words and inspect are pure: no I/O, no edge, no step', () => {
  expect(breaches(shipped.filter((each) => /\/(decide|words|inspect)\.ts$/.test(each.from)), (each) => !builtin(each) && !into(each, 'app/edges/', 'app/steps/', 'app/cli/', 'app/index'))).toEqual([]);
});

test('edges import core and edges', () => {
  expect(breaches(shipped.filter(inside('app/edges/')), (each) => !own(each) || into(each, 'app/core/', 'app/edges/', 'policies/', 'deps/'))).toEqual([]);
});

const guardrails = trackedFiles().filter((path) => /^actions\/[^/]+\/guardrail\.yml$/.test(path)).map((path) => path.replace('guardrail.yml', ''));
const isGuardrail = (path: string) => guardrails.some((folder) => path.startsWith(folder));

test('a guardrail imports app/core, itself and the rule packs, which are data', () => {
  expect(breaches(shipped.filter((each) => isGuardrail(each.from)), (each) => !own(each) || into(each, 'app/core/', `${each.from.split('/').slice(0, 2).join('/')}/`) || /^rulepacks\/.*\.json$/.test(each.to))).toEqual([]);
});

test('only the generated list imports guardrails', () => {
  expect(guardrails.length).toBeGreaterThan(4);
  expect(breaches(shipped.filter((each) => isGuardrail(each.to)), (each) => each.from === 'app/guardrails/inspectors.generated.ts' || each.from.startsWith('actions/'))).toEqual([]);
});

test('only index, cli, web and the bundled runner know concrete edges; others may name their types', () => {
  expect(breaches(shipped.filter((each) => into(each, 'app/edges/') && !each.typeOnly), (each) => /^app\/(index\.ts|cli\/|edges\/)|^actions\/_runner\//.test(each.from))).toEqual([]);
});

/** From the outside to the inside; a layer imports its own and what stands after it. */
const layers = [['app/index.ts', 'app/cli/'], ['app/ingest/', 'app/reconcile/'], ['app/subjects/', 'app/steps/'], ['app/agents/', 'app/consensus/', 'app/guardrails/', 'app/evidence/'], ['app/core/']];

test('layers import inwards; a type may be named from anywhere', () => {
  const depth = (path: string) => layers.findIndex((layer) => layer.some((folder) => path.startsWith(folder)));
  expect(breaches(shipped, (each) => each.typeOnly || depth(each.from) < 0 || depth(each.to) < 0 || depth(each.to) >= depth(each.from))).toEqual([]);
});

test('the stand-in world is for the demo and tests alone', () => {
  expect(breaches(shipped.filter((each) => into(each, 'test/')), (each) => /^app\/cli\/demo/.test(each.from) && into(each, 'test/world/'))).toEqual([]);
});
