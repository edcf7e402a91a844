import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

const body = (name: string, parameter = 'list') => `export function ${name}(${parameter}: readonly number[]): number {
  let total = 0;
  for (const each of ${parameter}) if (each > 0 && Number.isFinite(each)) total += each * 2 - 1;
  return ${parameter}.length > 0 ? total / ${parameter}.length : total;
}
`;

function codes(head: Record<string, string>, base: Record<string, string> = {}, settings?: unknown): string[] {
  return inspect(factsOf(head, base, { settings })).map(({ code, path, startLine }) => `${code} ${path}:${startLine}`);
}

describe('reuse at the edges', () => {
  it('names a short function that is there already, under another name too', () => {
    const base = { 'src/a.ts': body('mean') };
    expect(codes({ ...base, 'src/b.ts': body('average', 'values') }, base)).toEqual(['HELPER_REPEATED src/b.ts:1']);
  });

  it('does not take a call of another function for a renamed one', () => {
    const base = { 'src/a.ts': body('mean') };
    expect(codes({ ...base, 'src/b.ts': body('mean').replace('Number.isFinite', 'Number.isInteger') }, base)).toEqual([]);
  });

  it('says nothing on a second run over the same tree, nor of a line changed inside an old pair', () => {
    const pair = { 'src/a.ts': body('mean').repeat(4), 'src/b.ts': body('mean').repeat(4) };
    expect(codes(pair, pair)).toEqual([]);
    expect(codes(pair, { ...pair, 'src/b.ts': pair['src/b.ts'].replace('let total = 0;', 'let total = 1;') })).toEqual([]);
  });

  it('blocks at the length that the settings ask for', () => {
    const long = body('mean') + body('other').replace('total / ', 'total % ');
    const base = { 'src/a.ts': long };
    expect(codes({ ...base, 'src/b.ts': long }, base, { exactTokens: 60 })).toContain('DUPLICATE_CODE src/b.ts:1');
    expect(codes({ ...base, 'src/b.ts': long }, base, { exactTokens: 60, ignore: ['src/b.ts'] })).toEqual([]);
  });

  it.each([
    ['a line of brackets', '('.repeat(5000)],
    ['a comment that never ends', `/*${'*'.repeat(5000)}`],
    ['an odd quote', `const a = "${'\\'.repeat(5000)}`],
    ['the same statement over and over', 'if (a) { return b; }\n'.repeat(20_000)],
  ])('reads %s in time', (_, text) => {
    const started = performance.now();
    codes({ 'src/a.ts': text, 'src/b.ts': text });
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('names the platform where the code writes it out by hand', () => {
    expect(codes({ 'src/a.js': 'export const copy = (it) => JSON.parse(JSON.stringify(it));\n' })).toEqual(['PLATFORM_HAS_IT src/a.js:1']);
  });

  it('judges only dependencies that the change adds', () => {
    const manifest = (names: string[]) => `{\n  "dependencies": {\n${names.map((name) => `    "${name}": "1.0.0"`).join(',\n')}\n  }\n}\n`;
    expect(codes({ 'package.json': manifest(['is-string', 'object-assign']) }, { 'package.json': manifest(['is-string']) })).toEqual(['NATIVE_REPLACEMENT package.json:4']);
    expect(codes({ 'package.json': manifest(['object-assign']) }, {}, { allowPackages: ['object-assign'] })).toEqual([]);
  });
});
