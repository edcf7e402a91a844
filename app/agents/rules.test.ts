import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isSameModel } from '../core/model-id.ts';
import { families } from '../core/family.ts';
import { listPrices } from '../edges/models/prices.ts';
import { manifestRefusal, refusalOf } from './allowed-paths.ts';
import { auditorFor, insistOnSeparateBuilders } from './duties.ts';
import { intentFields, parseIntentForm } from './intent-form.ts';
import { route, taskFactsOf, tiers, type TaskFacts } from './router.ts';

describe('duties', () => {
  it('chooses an auditor outside the cluster, else outside the winner, else none', () => {
    expect(auditorFor({ winner: 'openai', cluster: ['openai', 'anthropic'], available: families })).toBe('google');
    expect(auditorFor({ winner: 'anthropic', cluster: families, available: families })).toBe('openai');
    expect(() => auditorFor({ winner: 'openai', cluster: ['openai'], available: ['openai'] })).toThrow(expect.objectContaining({ code: 'DUTIES_CONFLICT' }));
  });

  it('keeps builders apart', () => {
    const builder = (family: 'openai' | 'google', candidateId: string, title = 't') => ({
      spec: { version: 1 as const, id: 's', title, language: 'python' as const, criteria: [] }, base: {}, family, model: 'm', candidateId, testCommand: [], maxTurns: 1, attempt: 1,
    });
    insistOnSeparateBuilders([builder('openai', 'cand-a'), builder('google', 'cand-b')]);
    const conflict = expect.objectContaining({ code: 'DUTIES_CONFLICT' });
    expect(() => insistOnSeparateBuilders([builder('openai', 'cand-a'), builder('openai', 'cand-b')])).toThrow(conflict);
    expect(() => insistOnSeparateBuilders([builder('openai', 'cand-a'), builder('google', 'cand-a')])).toThrow(conflict);
    expect(() => insistOnSeparateBuilders([builder('openai', 'cand-a'), builder('google', 'cand-b', 'do as cand-a did')])).toThrow(conflict);
  });
});

describe('the router', () => {
  const facts = (rest: Partial<TaskFacts>): TaskFacts => ({ criteria: 0, difficulty: null, surface: null, words: 0, security: false, failedRounds: 0, ...rest });

  it('puts 8 and more in tier 1, 4 and more in tier 2, security always in tier 1, with reasons', () => {
    expect(route(facts({ criteria: 3 }))).toMatchObject({ tier: 3, complexity: 3 });
    expect(route(facts({ criteria: 9 }))).toMatchObject({ tier: 2, complexity: 4 });
    expect(route(facts({ criteria: 2, difficulty: 'hard' }))).toMatchObject({ tier: 2, complexity: 7 });
    expect(route(facts({ criteria: 3, difficulty: 'hard' }))).toMatchObject({ tier: 1, complexity: 8, reasons: ['3 criteria: +3', 'difficulty hard: +5', 'complexity 8 or more: tier 1'] });
    expect(route(facts({ security: true }))).toMatchObject({ tier: 1, reasons: ['security: tier 1'] });
    expect(route(facts({ failedRounds: 1 })).tier).toBe(2);
  });

  it('reads security from the words and the place', () => {
    const spec = { version: 1 as const, id: 's', title: 'Round prices', language: 'typescript' as const, criteria: [], surface: { kind: 'function' as const, module: 'src/price.ts', export: 'round' } };
    expect(taskFactsOf(spec, 0).security).toBe(false);
    expect(taskFactsOf({ ...spec, surface: { ...spec.surface, module: 'src/auth/price.ts' } }, 0).security).toBe(true);
    expect(taskFactsOf({ ...spec, text: 'checks the password' }, 0).security).toBe(true);
  });

  it('names only models that have a price, of the right family', () => {
    for (const tier of Object.values(tiers)) for (const family of families) expect(listPrices.models[tier[family]]?.family).toBe(family);
  });
});

describe('model names', () => {
  it.each([
    ['gpt-5.5', 'gpt-5.5-2026-04-23', true], ['claude-haiku-4-5', 'claude-haiku-4-5-20251001', true], ['gemini-3.1-pro-preview', 'models/gemini-3.1-pro-preview', true],
    ['gemini-2.5-pro', 'gemini-2.5-pro-05-06', true], ['gpt-5.5', 'gpt-5.5-mini', false], ['gpt-5.5', 'gpt-5.5-mini-2026-04-23', false], ['claude-opus-4-8', 'claude-sonnet-4-6', false],
    ['gpt-5.5-2026-04-23', 'gpt-5.5', false], ['gpt-5', 'gpt-5.5', false], ['gpt-5.5', '', false],
  ])('%s answered as %s: %s', (asked, answered, same) => expect(isSameModel(asked, answered)).toBe(same));
});

describe('allowed paths', () => {
  it('lets a builder write sources and new tests', () => {
    for (const path of ['src/a.ts', 'test/new.test.ts', 'docs/x.md', 'lib/git-helper.py']) expect(refusalOf(path, {})).toBeNull();
  });

  it('guards the scripts and dependencies of a manifest', () => {
    const base = { 'package.json': { mode: '100644' as const, encoding: 'utf8' as const, content: '{"name":"a","scripts":{"test":"x"}}' } };
    expect(manifestRefusal('package.json', '{"name":"b","scripts":{"test":"x"}}', base)).toBeNull();
    expect(manifestRefusal('package.json', '{"name":"a","scripts":{"test":"true"}}', base)).toContain('scripts');
    expect(manifestRefusal('package.json', '{"name":"a","scripts":{"test":"x"},"dependencies":{"y":"1"}}', base)).toContain('dependencies');
    expect(manifestRefusal('package.json', 'broken', base)).toContain('no JSON');
  });
});

describe('the intent form', () => {
  const template = parse(readFileSync(new URL('../../.github/ISSUE_TEMPLATE/intent.yml', import.meta.url), 'utf8')) as { labels: string[]; body: { attributes: { label: string }; validations: { required: boolean } }[] };

  it('asks for exactly the fields that the parser reads, all required', () => {
    expect(template.labels).toEqual(['intent']);
    expect(template.body.map((field) => field.attributes.label)).toEqual(Object.values(intentFields));
    expect(template.body.every((field) => field.validations.required)).toBe(true);
  });

  it('reads each field once, whatever the line ends', () => {
    const body = Object.values(intentFields).map((heading) => `### ${heading}\r\n\r\nfirst ${heading}\r\n`).join('\r\n');
    expect(parseIntentForm(body)).toMatchObject({ missing: [], fields: { goal: 'first Goal', budget: 'first Budget' } });
    expect(parseIntentForm(`${body}\n### Goal\n\nanother goal`).fields.goal).toBe('first Goal');
    expect(parseIntentForm('')).toEqual({ fields: {}, missing: ['goal', 'constraints', 'stakeholders', 'successMetrics', 'budget'] });
  });
});
