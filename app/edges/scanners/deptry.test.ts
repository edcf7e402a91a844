/** deptry itself over projects that declare their packages in several ways, and over one that would rather not be judged. */
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import { textFile } from '../../core/tree.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { deptry } from './deptry.ts';

async function rows(head: Record<string, string>): Promise<string[]> {
  const tree = Object.fromEntries(Object.entries(head).map(([path, text]) => [path, textFile(text)]));
  const { state, findings, why } = await deptry().scan({ guardrail: 'G03', changed: factsOf(head).changed, head: tree, base: {}, settings: undefined, now: fixtureNow, limitMs: 30_000 });
  return [why === null ? state : `${state}: ${why}`, ...findings.map(({ rule, path, startLine, message }) => `${rule} ${path}:${startLine} ${message}`)];
}
const project = (more = '') => `[project]\nname = "shop"\nversion = "0"\ndependencies = ["requests"]\n${more}`;

describeWith(['deptry'], 'deptry', () => {
  it('names what nothing declares, in tests too, whatever the change silences', async () => {
    const silencing = project('[tool.deptry]\nignore = ["DEP001"]\nextend_exclude = ["tests"]\n[tool.deptry.per_rule_ignores]\nDEP001 = ["leftpad"]\n');
    const files = { 'pyproject.toml': silencing, 'shop/a.py': 'import os\nimport requests\nimport leftpad  # deptry: ignore[DEP001]\n', 'tests/test_a.py': 'import leftpad\n' };
    expect(await rows(files)).toEqual(['findings', 'DEP001 shop/a.py:3 leftpad', 'DEP001 tests/test_a.py:1 leftpad']);
  }, 30_000);

  it('reads requirements files, and is clean where all is declared', async () => {
    expect(await rows({ 'deploy/requirements.txt': 'requests==2.31.0\n', 'a.py': 'import requests\n' })).toEqual(['clean']);
  }, 30_000);

  it('is not started where no Python changed or nobody declares anything, nor stopped by a manifest that cannot be read', async () => {
    expect(await rows({ 'a.py': 'import leftpad\n' })).toEqual(['clean']);
    expect(await rows({ 'a.js': 'x\n', 'pyproject.toml': project() })).toEqual(['clean']);
    expect(await rows({ 'a.py': 'import leftpad\n', 'pyproject.toml': '[project\n' })).toEqual(['clean']);
  }, 30_000);
});
