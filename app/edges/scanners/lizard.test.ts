/** lizard itself, over languages that it alone reads here. */
import { expect } from 'vitest';
import { describeWith, testWith } from '../../../test/tools.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { lizard } from './lizard.ts';

const branches = (count: number) => Array.from({ length: count }, (_, index) => `    if (n > ${index} && n < 9) return ${index};`).join('\n');
const java = (count: number, mark = '') => `class Price {\n  int of(int n) {${mark}\n${branches(count)}\n    return 0;\n  }\n}\n`;

function request(files: Record<string, [string, string | null]>): ToolRequest {
  const changed = Object.entries(files).map(([path, [text, baseText]]) => ({ path, text, baseText, changedLines: new Set([1]) }));
  return { guardrail: 'G05', changed, head: {}, base: {}, settings: undefined, now: 0, limitMs: 60_000 };
}

describeWith(['lizard'], 'lizard', () => {
  const it = testWith(['lizard'], 'lizard');
  it('measures head and base, whatever marks the change brings', async () => {
    const answer = await lizard().scan(request({ 'src/Price.java': [java(6, ' // #lizard forgives'), java(4)], 'lib/a.rb': ['# GENERATED CODE\ndef f(n)\n  return 1 if n > 1\nend\n', null] }));
    expect(answer.state, answer.why ?? '').toBe('findings');
    expect(answer.findings.map(({ rule, path, level, startLine, endLine }) => ({ rule, path, level, startLine, endLine })).toSorted((a, b) => (a.level < b.level ? -1 : 1))).toEqual([
      { rule: 'ccn:9', path: 'src/Price.java', level: 'base', startLine: 2, endLine: 8 },
      { rule: 'ccn:13', path: 'src/Price.java', level: 'head', startLine: 2, endLine: 10 },
    ]);
  });

  it('is clean over simple functions and over a text that is no code, and is not started for languages of ours', async () => {
    expect(await lizard().scan(request({ 'src/Price.java': [java(0), null], 'src/b.c': ['((((\n', null] }))).toMatchObject({ state: 'clean', findings: [] });
    expect(await lizard().scan(request({ 'src/a.ts': ['export const a = 1;\n', null] }))).toMatchObject({ state: 'clean' });
  });
});
