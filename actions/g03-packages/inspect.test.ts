/** G03 from the runner to a registry on loopback: what each answer becomes, on which line, and what happens without one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Tree, textFile } from '../../app/core/tree.ts';
import { packageLookup } from '../../app/edges/packages.ts';
import { fixtureTools } from '../../app/guardrails/facts.fixture.ts';
import { runGuardrails } from '../../app/guardrails/runner.ts';
import { type RegistryWorld, startRegistry } from '../../test/world/registry.ts';
import { slips } from './similar.ts';

const now = Date.parse('2026-11-20T00:00:00Z');
const daysAgo = (days: number): string => new Date(now - days * 86_400_000).toISOString();

let registry: RegistryWorld;
beforeAll(async () => {
  registry = await startRegistry({
    npm: ['left-tree', 'preactt-tools', { name: 'fresh', createdAt: daysAgo(13) }, { name: 'ripe', createdAt: daysAgo(14) }, { name: 'expresss', createdAt: daysAgo(400) }, { name: 'reactt', createdAt: daysAgo(800) }, 'crossenv'],
    pypi: ['pyyaml', 'pandas'], go: ['github.com/spf13/cobra'],
  });
});
afterAll(() => registry.stop());

function tree(files: Record<string, string>): Tree {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
}

async function guard(files: Record<string, string>, more: { base?: Record<string, string>; registries?: Record<string, string> } = {}) {
  const registries = more.registries ?? { npm: registry.npmUrl, pypi: registry.pypiUrl, go: registry.goUrl };
  const report = await runGuardrails(
    { base: tree(more.base ?? {}), head: tree({ ...more.base, ...files }), baseSha: null, headSha: 'c'.repeat(40), pack: 'baseline', only: ['G03'] },
    fixtureTools({ packages: packageLookup({ registries, environment: {} }) }),
  );
  const result = report.guardrails[0]!;
  return { outcome: result.outcome, found: result.findings.map((each) => `${each.code} ${each.path}:${each.startLine}`), findings: result.findings };
}

const dependencies = (...names: string[]): string => `{\n  "dependencies": {\n${names.map((name) => `    "${name}": "^1.0.0"`).join(',\n')}\n  }\n}\n`;

describe('what the registry answers', () => {
  it('marks the line of an invented package in a manifest, an import and a command, in all three ecosystems', async () => {
    const { outcome, found } = await guard({
      'package.json': dependencies('left-tree', 'left-tree-helper'), 'src/a.js': "import 'left-tree';\nimport 'left-leaf';\n", 'README.md': '# x\n\n    pip install pandas pandas-magic\n',
      'app.py': 'import yaml\nimport yamlmagic\n', 'main.go': 'package main\n\nimport (\n\t"github.com/spf13/cobra/doc"\n\t"github.com/spf13/cobbler"\n)\n',
    });
    expect(outcome).toBe('fail');
    expect(found).toEqual(['PACKAGE_MISSING README.md:3', 'PACKAGE_MISSING app.py:2', 'PACKAGE_MISSING main.go:5', 'PACKAGE_MISSING package.json:4', 'PACKAGE_MISSING src/a.js:2']);
  });

  it('says the same the second time', async () => {
    const once = await guard({ 'package.json': dependencies('left-tree-helper') });
    expect(await guard({ 'package.json': dependencies('left-tree-helper') })).toEqual(once);
  });

  it('leaves alone what base had', async () => {
    const before = { 'package.json': dependencies('invented-before', 'left-tree') };
    expect(await guard({ 'package.json': dependencies('invented-before', 'left-tree').replace('"left-tree": "^1', '"left-tree": "^2') }, { base: before })).toMatchObject({ outcome: 'pass', found: [] });
  });

  it('asks for fourteen days', async () => {
    expect(await guard({ 'package.json': dependencies('fresh') })).toMatchObject({ outcome: 'fail', findings: [{ code: 'PACKAGE_TOO_YOUNG', severity: 'medium', startLine: 3 }] });
    expect((await guard({ 'package.json': dependencies('ripe') })).outcome).toBe('pass');
  });

  it('tells a recent lookalike from an old neighbour', async () => {
    expect(await guard({ 'package.json': dependencies('expresss') })).toMatchObject({ outcome: 'fail', found: ['PACKAGE_LOOKALIKE package.json:3'] });
    expect(await guard({ 'package.json': dependencies('reactt') })).toMatchObject({ outcome: 'pass', found: [] });
  });

  it('denies by name, however old', async () => {
    expect(await guard({ Dockerfile: 'FROM scratch\nRUN npm i -g crossenv\n' })).toMatchObject({ outcome: 'fail', found: ['PACKAGE_DENIED Dockerfile:2'] });
  });

  it('says where a missing name is at home', async () => {
    const { found } = await guard({ 'package.json': dependencies('pandas'), 'requirements.txt': 'pandas\n' });
    expect(found).toEqual(['PACKAGE_CROSS_ECOSYSTEM package.json:3', 'PACKAGE_MISSING package.json:3']);
  });

  it('lists a private scope and asks nobody for it', async () => {
    const { outcome, found } = await guard({ 'package.json': dependencies('@corp/secret') }, { base: { '.npmrc': '@corp:registry=https://npm.corp.invalid\n' } });
    expect({ outcome, found }).toEqual({ outcome: 'pass', found: ['PACKAGE_NOT_ASKED package.json:3'] });
    expect(registry.asked.filter(({ path }) => path.includes('corp'))).toEqual([]);
  });
});

describe('without an answer', () => {
  it('is an error, whatever else was found', async () => {
    const gone = await startRegistry({});
    await gone.stop();
    expect(await guard({ 'package.json': dependencies('left-tree') }, { registries: { npm: gone.npmUrl } })).toMatchObject({ outcome: 'error', found: ['REGISTRY_UNREACHABLE package.json:3'] });
  });

  it('is an error where a manifest cannot be read', async () => {
    expect(await guard({ 'package.json': '{"dependencies": {' })).toMatchObject({ outcome: 'error', found: ['MANIFEST_UNREADABLE package.json:0'] });
    expect(await guard({ 'pyproject.toml': '[project\n' })).toMatchObject({ outcome: 'error', found: ['MANIFEST_UNREADABLE pyproject.toml:0'] });
  });

  it('passes what names no package', async () => {
    expect(await guard({ 'src/a.ts': "import { test } from 'node:test';\n", 'README.md': 'Run `npm ci`.\n' })).toMatchObject({ outcome: 'pass', found: [] });
  });
});

describe('slips', () => {
  it.each([['react', 'react', 0], ['reatc', 'react', 1], ['reactt', 'react', 1], ['eact', 'react', 1], ['reaxt', 'react', 1], ['beautifulsup', 'beautifulsoup4', 2], ['vue', 'react', 3]])('%s, %s: %i', (a, b, count) => {
    expect(slips(a, b)).toBe(count);
    expect(slips(b, a)).toBe(count);
  });
});
