import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { schemaFile, schemaText } from './config-schema.ts';
import { configSchema, defaultConfig, effectiveConfig, parseConfig } from './config.ts';
import { problemOf } from './errors.ts';

const full = `version: 1
merge: human
pack: strict
approval:
  presence: passkey
  maxAge: 1h
  barePublished: 90s
  classes: [independent]
  quorum: { agent: 2 }
  coolDown: { high: 30m }
budget: { projectUsd: 50, grantUsd: 5.5, weekTargetUsd: 100, weekCeilingUsd: 200, optimisationPlan: 'cheaper models for small tasks' }
families: { anthropic: some-model }
builders: [{ family: google, via: cli }, { family: openai, via: cli }, { family: openai, via: sdk }]
testCommand: [npm, test]
paths: { protected: ["policies/**"] }
packages: [{ path: packages/shop, pack: baseline }]
fixtures: ["test/corpora/**"]
guardrails: { G15: { documented: 90 } }
agents: { revoked: [saboteur], maxCalls: 40, maxTokens: 9000 }
residency: { home: eu, class: pii }
hours: 2
evidence: { maxAge: 3d, traces: required }
`;

function refusal(text: string): string {
  try {
    return JSON.stringify(parseConfig(text));
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    return `${code} ${message}`;
  }
}

describe('the configuration', () => {
  it('has defaults for everything but its version', () => {
    expect(parseConfig('version: 1\n')).toEqual(defaultConfig());
    expect(defaultConfig()).toMatchObject({
      merge: 'auto', pack: 'baseline', approval: { presence: 'account', barePublishedMs: 60_000, quorum: { human: 1, agent: 1, assay: 1 }, coolDownMs: { normal: 0, high: 0 } }, testCommand: null, maxMs: 28_800_000,
      budget: { project: 150_000_000, grant: 10_000_000, weekTarget: 300_000_000, weekCeiling: 500_000_000 },
    });
  });

  it('reads every key, in milliseconds and micro-dollars', () => {
    expect(parseConfig(full)).toEqual({
      merge: 'human', pack: 'strict', approval: { presence: 'passkey', maxAgeMs: 3_600_000, barePublishedMs: 90_000, classes: ['independent'], quorum: { human: 1, agent: 2, assay: 1 }, coolDownMs: { normal: 0, high: 1_800_000 }, movedBase: 'touching', rebase: 'equal' },
      forks: { reading: 'recomputed', executing: 'dispatched' }, evidence: { maxAgeMs: 259_200_000, traces: 'required' },
      budget: { project: 50_000_000, grant: 5_500_000, weekTarget: 100_000_000, weekCeiling: 200_000_000, optimisationPlan: 'cheaper models for small tasks' },
      families: { anthropic: 'some-model' }, cliBuilders: ['google'], testCommand: ['npm', 'test'], paths: { protected: ['policies/**'] }, maxMs: 7_200_000, residency: { home: 'eu', class: 'pii' }, packages: [{ path: 'packages/shop', pack: 'baseline' }], fixtures: ['test/corpora/**'], guardrails: { G15: { documented: 90 } }, agents: { revoked: ['saboteur'], maxCalls: 40, maxTokens: 9_000 },
    });
  });

  it('names the line of an unknown key and the nearest known one', () => {
    expect(refusal('version: 1\n\napproval:\n  # comment\n  maxage: 3h\n')).toMatch(/^CONFIG_UNKNOWN_KEY line 5: "approval\.maxage" .*"approval\.maxAge"$/);
    expect(refusal('version: 1\nmerg: auto\n')).toMatch(/^CONFIG_UNKNOWN_KEY line 2: .*"merge"$/);
    expect(refusal('version: 1\nsomethingElseEntirely: auto\n')).toMatch(/^CONFIG_UNKNOWN_KEY line 2: "somethingElseEntirely" is no key of this file$/);
    for (const key of ['__proto__', 'constructor', '<<']) expect(refusal(`version: 1\n${key}: {merge: human}\n`)).toMatch(/^CONFIG_UNKNOWN_KEY line 2/);
  });

  it.each([
    ['', /^CONFIG_INVALID line 1/], ['[1]', /^CONFIG_INVALID/], ['merge: auto\n', /^CONFIG_INVALID line 1: version/], ['version: 2\n', /^CONFIG_INVALID line 1: version/],
    ['version: 1\nmerge: maybe\n', /^CONFIG_INVALID line 2: merge/], ['version: 1\nbudget:\n  grantUsd: "5"\n', /^CONFIG_INVALID line 3: budget\.grantUsd/],
    ['version: 1\nbudget: {projectUsd: .inf}\n', /^CONFIG_INVALID/], ['version: 1\nbudget: {projectUsd: -1}\n', /^CONFIG_INVALID/],
    ['version: 1\napproval: {maxAge: 0s}\n', /^CONFIG_INVALID/], ['version: 1\napproval: {classes: [agent]}\n', /^CONFIG_INVALID/],
    ['version: 1\napproval: {classes: []}\n', /^CONFIG_INVALID/], ['version: 1\napproval:\n', /^CONFIG_INVALID line 2: approval/],
    ['version: 1\nversion: 1\n', /^CONFIG_YAML line 2/], ['version: 1\nmerge: !!js/function x\n', /^CONFIG_YAML line 2/], ['version: 1\nmerge: !foo auto\n', /^CONFIG_YAML line 2/],
    ['version: 1\ntestCommand: &a [a]\npaths:\n  protected: *a\n', /^CONFIG_YAML anchors and aliases/], ['version: 1\n---\nversion: 1\n', /^CONFIG_YAML/],
    ['version: 1\n\tx: 1\n', /^CONFIG_YAML line 2/], ['#'.repeat(70_000), /^CONFIG_YAML .*larger/], [`version: ${'['.repeat(30_000)}`, /^CONFIG_YAML/],
  ])('refuses %.40j', (text, expected) => expect(refusal(text)).toMatch(expected));

  it('refuses an alias bomb at once', () => {
    const levels = Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`);
    const started = performance.now();
    expect(refusal(`version: 1\na0: &a0 x\n${levels.join('\n')}\n`)).toMatch(/^CONFIG_YAML/);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('has a committed JSON Schema that is current and that judges alike', async () => {
    expect(await readFile(schemaFile, 'utf8'), 'run node app/core/config-schema.ts').toBe(schemaText());
    const validate = new Ajv2020({ strict: false }).compile(configSchema());
    expect(validate({ version: 1, approval: { maxAge: '1h' } })).toBe(true);
    for (const wrong of [{}, { version: 2 }, { version: 1, merg: 'auto' }, { version: 1, approval: { maxAge: '1 hour' } }]) expect(validate(wrong)).toBe(false);
  });
});

describe('the configuration in effect', () => {
  const good = { sha: 'a'.repeat(40), text: full };
  const bad = { sha: 'b'.repeat(40), text: 'version: 1\nmerg: human\n' };

  it('is the file, or the defaults where there is none', () => {
    expect(effectiveConfig(good, null)).toEqual({ config: parseConfig(full), problem: null, source: 'file' });
    expect(effectiveConfig(null, null)).toEqual({ config: defaultConfig(), problem: null, source: 'defaults' });
    expect(effectiveConfig(null, good).source).toBe('defaults');
  });

  it('is the last good one where the file is broken, and the problem blocks', () => {
    const effective = effectiveConfig(bad, good);
    expect(effective).toMatchObject({ config: parseConfig(full), source: 'last-known-good', problem: { code: 'CONFIG_INVALID' } });
    expect(effective.problem?.message).toContain('bbbbbbbbbbbb: CONFIG_UNKNOWN_KEY: line 2');
    expect(effectiveConfig(bad, null)).toMatchObject({ config: defaultConfig(), source: 'defaults', problem: { code: 'CONFIG_INVALID' } });
    expect(effectiveConfig(bad, bad)).toMatchObject({ source: 'defaults', problem: { code: 'CONFIG_INVALID' } });
  });
});
