import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { GuardReport } from '../core/finding.ts';
import { type Tree, textFile } from '../core/tree.ts';
import { toAnnotations } from './annotations.ts';
import { baselinePath, writeBaseline } from './baseline.ts';
import type { Descriptor } from './descriptor.ts';
import { fixtureNow as now, fixtureTools } from './facts.fixture.ts';
import { type GuardrailTools, type GuardrailsInput, runGuardrails } from './runner.ts';
import { toSarif } from './sarif.ts';
import { toText } from './words.ts';

const tools = fixtureTools();
const stub = "export function price(cart: string[]): number {\n  throw new Error('Not implemented yet');\n}\n";

function tree(files: Record<string, string>): Tree {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
}

function change(base: Record<string, string>, head: Record<string, string>, more: Partial<GuardrailsInput> = {}): GuardrailsInput {
  return { base: tree(base), head: tree(head), baseSha: 'b'.repeat(40), headSha: 'c'.repeat(40), pack: 'baseline', only: ['G01'], ...more };
}

describe('runGuardrails', () => {
  it('fails on a stub that the change adds, with place, remedy and fingerprint', async () => {
    const report = await runGuardrails(change({}, { 'src/price.ts': stub }), tools);
    expect(GuardReport.parse(report).outcome).toBe('fail');
    expect(report.guardrails[0]!.findings).toMatchObject([{ code: 'NOT_IMPLEMENTED', path: 'src/price.ts', startLine: 1, endLine: 3, severity: 'high' }]);
    expect(report.guardrails[0]!.findings[0]!.fingerprint).toMatch(/^[0-9a-f]{40}$/);
  });

  it('gives the same report twice, but for times', async () => {
    const timeless = async () => JSON.stringify(await runGuardrails(change({}, { 'src/price.ts': stub }), tools), (key, value: unknown) => (key === 'ms' || key === 'durationMs' ? 0 : value));
    expect(await timeless()).toBe(await timeless());
  });

  it('keeps the fingerprint when lines move', async () => {
    const print = async (text: string) => (await runGuardrails(change({}, { 'src/price.ts': text }), tools)).guardrails[0]!.findings[0]!.fingerprint;
    expect(await print(`\n\n// a price\n${stub}`)).toBe(await print(stub));
  });

  it('leaves alone what was there before', async () => {
    const report = await runGuardrails(change({ 'src/price.ts': stub }, { 'src/price.ts': `${stub}export const currency = 'EUR';\n` }), tools);
    expect(report.outcome).toBe('pass');
    expect(report.guardrails[0]!.findings).toEqual([]);
  });

  it('says so where nothing applies', async () => {
    const report = await runGuardrails(change({}, { 'notes.txt': 'hello\n' }), tools);
    expect(report.outcome).toBe('not_applicable');
    expect(report.guardrails[0]).toMatchObject({ outcome: 'not_applicable', findings: [{ code: 'NOTHING_APPLIES', severity: 'info' }] });
  });

  it('judges nothing but the pack or the names it was given', async () => {
    await expect(runGuardrails(change({}, {}, { only: ['G99'] }), tools)).rejects.toMatchObject({ code: 'USAGE_GUARDRAIL_UNKNOWN' });
    await expect(runGuardrails(change({}, {}, { pack: 'lenient' }), tools)).rejects.toMatchObject({ code: 'USAGE_PACK_UNKNOWN' });
  });

  it('answers error for a file that it cannot judge, and notes binaries', async () => {
    const input = change({}, { 'a.bin': 'a\0b' }, { only: ['G02'], unread: [{ path: 'huge.sql', kind: 'too_large', why: '50 MB' }] });
    const report = await runGuardrails(input, tools);
    expect(report.outcome).toBe('error');
    expect(report.guardrails[0]!.findings.map((finding) => [finding.code, finding.severity])).toEqual([['FILE_BINARY', 'info'], ['FILE_TOO_LARGE', 'critical']]);
  });

  it('does not let a NUL byte hide source code', async () => {
    const report = await runGuardrails(change({}, { 'src/price.ts': `${stub}//\0\n` }), tools);
    expect(report.outcome).toBe('fail');
  });

  it('blocks a symbolic link out of the repository and lets one inside pass', async () => {
    const link = (target: string): Tree => ({ 'docs/a': { mode: '120000', encoding: 'utf8', content: target } });
    const outside = await runGuardrails({ ...change({}, {}, { only: ['G02'] }), head: link('../../etc/passwd') }, tools);
    expect(outside.guardrails[0]!.findings.map((finding) => finding.code)).toEqual(['SYMLINK_OUTSIDE']);
    const inside = await runGuardrails({ ...change({}, {}, { only: ['G02'] }), head: { ...link('../README.md'), ...tree({ 'README.md': 'hi\n' }) } }, tools);
    expect(inside.outcome).toBe('pass');
  });
});

describe('rules that the change brings', () => {
  it('reports suppressions and configuration and honours neither', async () => {
    const token = ['gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
    const input = change({}, { 'a.js': `login('${token}'); // gitleaks:allow\n`, '.gitleaksignore': 'a.js\n' }, { only: ['G02'] });
    const report = await runGuardrails(input, tools);
    expect(report.outcome).toBe('fail');
    expect(report.guardrails[0]!.findings.map((finding) => finding.code)).toEqual(['CONFIG_FROM_CHANGE', 'PROVIDER_TOKEN', 'SUPPRESSION_ADDED']);
    expect(JSON.stringify(report)).not.toContain(token);
  });

  it('reads the baseline from base only, lets it shrink and not grow', async () => {
    const found = await runGuardrails(change({}, { 'src/price.ts': stub }), tools);
    const baseline = JSON.stringify(writeBaseline(found, { owner: 'a@example.org', now, days: 30 }));
    const head = { 'src/price.ts': stub };
    expect((await runGuardrails(change({ [baselinePath]: baseline }, { ...head, [baselinePath]: baseline }), tools)).outcome).toBe('pass');
    expect((await runGuardrails(change({}, { ...head, [baselinePath]: baseline }), tools)).outcome).toBe('fail');
    const empty = JSON.stringify({ version: 1, entries: [] });
    const grown = await runGuardrails(change({ [baselinePath]: empty }, { ...head, [baselinePath]: baseline }), tools);
    expect(grown.guardrails[0]!.findings.map((finding) => finding.code)).toContain('BASELINE_GROWN');
    expect((await runGuardrails(change({ [baselinePath]: baseline }, { 'src/x.ts': 'export {};\n', [baselinePath]: empty }), tools)).outcome).toBe('pass');
  });

  it('lets a baseline expire and refuses a broken one', async () => {
    const found = await runGuardrails(change({}, { 'src/price.ts': stub }), tools);
    const old = JSON.stringify(writeBaseline(found, { owner: 'a@example.org', now: now - 90 * 86_400_000, days: 30 }));
    expect((await runGuardrails(change({ [baselinePath]: old }, { 'src/price.ts': stub, [baselinePath]: old }), tools)).outcome).toBe('fail');
    await expect(runGuardrails(change({ [baselinePath]: '{' }, { 'src/price.ts': stub }), tools)).rejects.toMatchObject({ code: 'CONFIG_BASELINE_INVALID' });
  });
});

describe('guardrails that misbehave', () => {
  let folder = '';
  const modules: Record<string, string> = {
    G90: 'export function inspect() { for (;;) {} }\n',
    G91: "export function inspect() { throw new Error('boom \\u001b[31m ::error::x'); }\n",
    G92: 'export function inspect() { process.exit(0); }\n',
    G93: "export function asks() { return [{ ecosystem: 'npm', name: 'left-pad' }]; }\nexport function inspect(facts) { return [{ code: 'SAID', path: facts.packages[0].name, startLine: 0, endLine: 0, values: { what: facts.packages[0].state } }]; }\n",
    G95: "export function inspect(facts) { return (facts.tools.odd?.findings ?? []).map(({ path, startLine, endLine, rule }) => ({ code: 'SAID', path, startLine, endLine, values: { what: rule } })); }\n",
    G94: "export function inspect(facts) { return Array.from({ length: 600 }, (_, i) => ({ code: 'SAID', path: 'a.js', startLine: 1, endLine: 1 + i, values: {} })); }\n",
  };
  const descriptor = (id: string): Descriptor => ({
    id, slug: 'odd', title: 'An odd guardrail', subject: 'change', severity: 'high', mode: 'enforce', packs: ['baseline'], phase: 'scan', needs: ['changed'], tools: [], limitMs: 120_000, engine: { name: 'own', version: '1.0.0' },
    languages: ['any'], finds: { SAID: 'the registry said {what}' }, remedy: 'Repair the guardrail.', standards: [], since: '0.1.0',
  });
  const odd = (id: string, mode: Descriptor['mode'] = 'enforce'): GuardrailTools => ({
    ...tools, limitMs: 1500,
    catalogue: { descriptors: [{ ...descriptor(id), mode }], packs: [{ name: 'baseline', title: 'base', for: 'tests', modes: {}, members: [id] }], modules: { [id]: pathToFileURL(join(folder, `${id}.mjs`)).href } },
  });
  const run = (id: string, mode?: Descriptor['mode']) => runGuardrails(change({}, { 'a.js': '1;\n' }, { only: undefined }), odd(id, mode));

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-odd-'));
    for (const [id, text] of Object.entries(modules)) writeFileSync(join(folder, `${id}.mjs`), text);
  });

  it.each([['G90', 'GUARDRAIL_TIMEOUT'], ['G91', 'GUARDRAIL_CRASHED'], ['G92', 'GUARDRAIL_CRASHED']])('%s ends in error %s', async (id, code) => {
    const report = await run(id);
    expect(report.outcome).toBe('error');
    expect(report.guardrails[0]!.findings).toMatchObject([{ code }]);
    expect(JSON.stringify(report)).not.toContain('\\u001b');
  });

  it('hands the answers of the registry to the guardrail', async () => {
    expect((await run('G93')).guardrails[0]!.findings).toMatchObject([{ path: 'left-pad', message: 'the registry said unknown' }]);
  });

  it('asks a tool about base where it points at an untouched line, and keeps only what this change caused there', async () => {
    const asked: string[] = [];
    const told: string[] = [];
    const point = (text: string) => ['old', ...(text.includes('caused') ? ['new'] : [])].map((rule, index) => ({ rule, path: 'a.js', startLine: index + 1, endLine: index + 1, message: rule, level: 'high' }));
    const toolbox: GuardrailTools['toolbox'] = {
      ask: async (tool, { changed }) => {
        if (tool === 'silent') {
          told.push(changed[0]!.text);
          return { tool, version: '1', state: 'clean', findings: [], data: null, why: null, install: null, remedy: null, ms: 0 };
        }
        asked.push(changed[0]!.text);
        return { tool, version: '1', state: 'findings', findings: point(changed[0]!.text), data: null, why: null, install: null, remedy: null, ms: 0 };
      },
    };
    const given = odd('G95');
    const descriptors = given.catalogue!.descriptors.map((each) => ({ ...each, tools: ['odd', 'silent'].map((name) => ({ name, role: 'required' as const })) }));
    const report = await runGuardrails(change({ 'a.js': 'one\ntwo\nthree\n' }, { 'a.js': 'one\ntwo\ncaused\n' }, { only: undefined }), { ...given, toolbox, catalogue: { ...given.catalogue!, descriptors } });
    expect(report.guardrails[0]!.findings).toMatchObject([{ startLine: 2, message: 'the registry said new (on an unchanged line, caused elsewhere by this diff)' }]);
    expect(asked).toEqual(['one\ntwo\ncaused\n', 'one\ntwo\nthree\n']);
    // One that pointed at nothing there has nothing to add about base.
    expect(told).toEqual(['one\ntwo\ncaused\n']);
  });

  it('caps what it lists and says how many more there are', async () => {
    const { findings } = (await run('G94')).guardrails[0]!;
    expect(findings).toHaveLength(501);
    expect(findings.at(-1)).toMatchObject({ code: 'FINDINGS_CAPPED', message: '100 more findings are not listed' });
  });

  it.each(['warn', 'observe'] as const)('never blocks in mode %s', async (mode) => {
    expect((await run('G93', mode)).outcome).toBe('pass');
    expect((await run('G91', mode)).outcome).toBe('pass');
  });
});

describe('what readers get', () => {
  it('is a table first in text, and SARIF with stable fingerprints', async () => {
    const report = await runGuardrails(change({}, { 'src/price.ts': stub }), tools);
    expect(toText(report).split('\n')[0]).toMatch(/^id\s+guardrail\s+outcome/);
    expect(toText(report)).toContain('src/price.ts:1');
    const sarif = JSON.parse(JSON.stringify(toSarif(report)));
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'NOT_IMPLEMENTED', level: 'error', partialFingerprints: { 'assay/v1': report.guardrails[0]!.findings[0]!.fingerprint } }] }] });
    expect(JSON.stringify(sarif)).not.toContain('durationMs');
  });

  it('is readable in annotations, no command to the runner, and capped', async () => {
    const evil = "// TODO: ::error::x <b>@team</b> `rm` \u001b[31m\n";
    const report = await runGuardrails(change({}, { 'src/a.js': evil.repeat(300) }), tools);
    const annotations = toAnnotations(report);
    expect(annotations).toHaveLength(200);
    expect(annotations[0]).toMatchObject({ path: 'src/a.js', level: 'failure', title: 'G01 TODO_COMMENT' });
    expect(annotations[0]!.message).not.toMatch(/::|##\[|\u001b/);
    // GitHub shows it as text: what was written can be read.
    expect(annotations[0]!.message).toContain('<b>@team</b> `rm`');
  });
});
