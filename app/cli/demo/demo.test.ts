/** What the demo plants is what it says: two right programs and a wrong one for every variant, and five faults on known lines. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { families, type Family } from '../../core/family.ts';
import type { PackageLookup } from '../../core/guardrail.ts';
import { textFile, type Tree } from '../../core/tree.ts';
import { systemClock } from '../../edges/clock.ts';
import { fixtureTools } from '../../guardrails/facts.fixture.ts';
import { runGuardrails } from '../../guardrails/runner.ts';
import { hostileChange, mendedChange } from './attack.ts';
import { ownTests, repositoryFiles, solution, specOf } from './sample.ts';
import { expectedTotal, variantOf, type Variant } from './variant.ts';

type Program = (unit: number, quantity: number) => number;

async function load(source: string): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-demo-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'volume.ts');
  writeFileSync(file, source);
  return (await import(pathToFileURL(file).href) as { volumeTotal: Program }).volumeTotal;
}

function wrongInputs(program: Program, variant: Variant): number[] {
  return Array.from({ length: 300 }, (_, quantity) => quantity).filter((quantity) => program(199, quantity) !== expectedTotal(variant, 199, quantity));
}

describe('the candidates of a variant', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('are two right ones and one that is wrong at one boundary (seed %i)', async (seed) => {
    const variant = variantOf(seed);
    for (const family of families) {
      const wrong = wrongInputs(await load(solution(variant, family)), variant);
      expect(wrong).toEqual(family === variant.wrongFamily ? [variant.thresholds[variant.wrongAt]] : []);
    }
  });

  it.each(families)('pass their own tests and the frozen ones (%s)', async (family: Family) => {
    const variant = variantOf(11);
    const program = await load(solution(variant, family));
    const tests = [...ownTests(variant, family), ...specOf(variant).criteria.flatMap((criterion) => criterion.tests)];
    for (const test of tests) if ('args' in test) expect(program(...test.args as [number, number])).toBe(test.expect);
  });
});

const tree = (files: Record<string, string>): Tree => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
const registry: PackageLookup = { lookup: async (questions) => questions.map((question) => ({ ...question, state: 'missing' as const, createdAt: null, why: null })) };

async function guard(head: Record<string, string>) {
  const base = { ...repositoryFiles };
  return runGuardrails({ base: tree(base), head: tree({ ...base, ...head }), baseSha: 'a'.repeat(40), headSha: 'b'.repeat(40), pack: 'baseline' }, fixtureTools({ packages: registry, clock: systemClock }));
}

describe('the hostile change', () => {
  it.each([0, 1, 2])('carries faults that guardrails mark on their lines (%i)', async (index) => {
    const drawn = variantOf(index);
    const kinds = { stub: (['throw', 'comment', 'constant'] as const)[index]!, secret: (['aws', 'github', 'slack'] as const)[index]!, hidden: (['tags', 'zero-width', 'bidi'] as const)[index]! };
    const hostile = hostileChange({ ...drawn, attack: { ...drawn.attack, ...kinds } }, repositoryFiles);
    const report = await guard(hostile.files);
    for (const { guardrail, path, line } of hostile.planted) {
      const at = hostile.files[path]!.split('\n').findIndex((text) => text.includes(line)) + 1;
      const findings = report.guardrails.find((one) => one.id === guardrail)?.findings ?? [];
      expect(findings.some((finding) => finding.path === path && finding.startLine <= at && at <= finding.endLine), `${guardrail} ${path}:${at}`).toBe(true);
    }
    expect(report.outcome).toBe('fail');
  });

  it('passes once it is mended', async () => {
    const report = await guard({ 'src/volume.ts': solution(variantOf(1), 'openai'), ...mendedChange() });
    expect(report.guardrails.filter((one) => one.outcome !== 'pass' && one.outcome !== 'not_applicable')).toEqual([]);
  });
});
