/** ruff itself, asked each of the three questions. */
import { expect, it } from 'vitest';
import { describeWith } from '../../../test/tools.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { textFile } from '../../core/tree.ts';
import { factsOf, fixtureNow } from '../../guardrails/facts.fixture.ts';
import { formatsByRuff, ruff } from './ruff.ts';

function request(guardrail: string, head: Record<string, string>, base: Record<string, string> = {}): ToolRequest {
  const tree = (files: Record<string, string>) => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)]));
  return { guardrail, changed: factsOf(head, base).changed, head: tree(head), base: tree(base), settings: undefined, now: fixtureNow, limitMs: 20_000 };
}
const rows = async (asked: ToolRequest) => {
  const answer = await ruff().scan(asked);
  return [answer.state, ...answer.findings.map(({ rule, path, startLine, level }) => `${rule} ${path}:${startLine} ${level}`)];
};
const configured = { 'pyproject.toml': '[tool.ruff.format]\nquote-style = "single"\n' };

describeWith(['ruff'], 'ruff', () => {
  it('names public functions without a docstring, whatever the change silences', async () => {
    expect(await rows(request('G15', { 'a.py': '"""A."""\n\n\ndef f(a):  # noqa\n    return a\n' }))).toEqual(['findings', 'D103 a.py:4 warning']);
  });

  it('names swallowed and bare exceptions', async () => {
    expect(await rows(request('G16', { 'a.py': 'try:\n    f()\nexcept:\n    raise ValueError(1)\n' }))).toEqual(['findings', 'E722 a.py:3 warning', 'B904 a.py:4 warning']);
    expect((await rows(request('G16', { 'a.py': 'def f(:\n' }))).slice(0, 2)).toEqual(['findings', 'invalid-syntax a.py:1 warning']);
  });

  it('formats with the configuration of base, and tells what was kept otherwise before', async () => {
    const head = { 'a.py': "x = 'a'\ny = \"b\"\n", 'pyproject.toml': '[tool.ruff.format]\nquote-style = "double"\n' };
    expect(await rows(request('G17', head, { ...configured, 'a.py': "x = 'a'\n" }))).toEqual(['findings', 'unformatted a.py:2 warning']);
    expect(await rows(request('G17', head, { ...configured, 'a.py': 'x = "a"\n' }))).toEqual(['findings', 'unformatted a.py:2 kept-otherwise', 'unformatted a.py.assay-base.py:1 kept-otherwise']);
    expect(await rows(request('G17', { 'a.py': 'def f(:\n' }, { ...configured, 'a.py': 'x = 1\n' }))).toEqual(['findings', 'invalid-syntax a.py:1 warning']);
  });

  it('is not asked where the repository does not format by ruff', async () => {
    expect(await rows(request('G17', { 'a.py': "x = 'a'\n" }, { 'pyproject.toml': '[tool.ruff]\nline-length = 100\n' }))).toEqual(['clean']);
    expect(formatsByRuff({ base: { '.pre-commit-config.yaml': textFile('repos:\n  - hooks:\n      - id: ruff-format\n') } })).toBe(true);
  });
});
