/** oxlint as it is installed: what it finds, what a marker of the change is worth, and what is no answer. */
import { expect, test } from 'vitest';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { oxlint } from './oxlint.ts';

const request = (files: Record<string, string>): ToolRequest => ({
  guardrail: 'G16', changed: Object.entries(files).map(([path, text]) => ({ path, text, baseText: null, changedLines: new Set([1]) })), head: {}, base: {}, settings: undefined, now: 0, limitMs: 30_000,
});

test('code that is outright wrong is found, with its line, whatever a marker says; unused names are not its business', async () => {
  const answer = await oxlint().scan(request({ 'src/a.ts': 'const unused = 1;\n// oxlint-disable-next-line\nif (typeof x === "strnig") run();\n/* eslint-disable */\nexport const same = x == NaN;\n', 'b.py': 'x == x\n' }));
  expect(answer.findings.map(({ rule, path, startLine }) => `${path}:${startLine} ${rule}`)).toEqual(['src/a.ts:3 eslint(valid-typeof)', 'src/a.ts:5 eslint(use-isnan)']);
  expect(answer).toMatchObject({ state: 'findings', version: '1.94.0' });
});

test('a configuration and an ignore file of the change are not there to have an effect', async () => {
  const answer = await oxlint().scan(request({ '.oxlintrc.json': '{"rules": {"use-isnan": "off"}, "ignorePatterns": ["**"]}', '.eslintignore': '**', 'a.js': 'export const same = x == NaN;\n' }));
  expect(answer.findings.map(({ rule }) => rule)).toEqual(['eslint(use-isnan)']);
});

test('sound code is clean, also a second time; nothing of its languages is clean without a start; a text that cannot be parsed is told', async () => {
  for (let turn = 0; turn < 2; turn += 1) expect(await oxlint().scan(request({ 'a.tsx': 'export const A = () => <b>{1 + 1}</b>;\n' }))).toMatchObject({ state: 'clean', findings: [] });
  expect(await oxlint().scan(request({ 'a.go': 'package a\n' }))).toMatchObject({ state: 'clean' });
  expect(await oxlint().scan(request({ 'a.js': 'const = ;\n' }))).toMatchObject({ state: 'findings', findings: [{ path: 'a.js', rule: 'syntax' }] });
});

test('a time limit that is too short is told as that', async () => {
  expect(await oxlint().scan({ ...request({ 'a.js': 'a();\n' }), limitMs: 1 })).toMatchObject({ state: 'timeout' });
});
