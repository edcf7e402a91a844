import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';
import { prettierFor } from './prettier-config.ts';

const manifest = '{ "devDependencies": { "prettier": "3.6.2" } }\n';
const unformatted = 'export const a = {b:1};\n';

async function codes(head: Record<string, string>, base: Record<string, string>): Promise<string[]> {
  return (await inspect(factsOf({ ...base, ...head }, base))).map(({ code, path, startLine }) => `${code} ${path}:${startLine}`);
}

describe('the repository\'s own formatter', () => {
  it('judges each language that prettier writes', async () => {
    const base = { 'package.json': manifest, 'a.ts': 'const a: number = 1;\n', 'a.yml': 'a: 1\n', 'a.css': 'a {\n  color: red;\n}\n', 'a.md': '# A\n' };
    const head = { 'a.ts': 'const a: number = 1;\nlet b:string\n', 'a.yml': 'a: 1\nb:    2\n', 'a.css': 'a {\n  color: red;\n}\nb { color: red }\n', 'a.md': '# A\n\n* one\n* two\n' };
    expect(await codes(head, base)).toEqual(['FORMAT a.css:4', 'FORMAT a.md:3', 'FORMAT a.ts:2', 'FORMAT a.yml:2']);
    expect(await codes(base, base)).toEqual([]);
  });

  it('leaves another major version, ignored files and broken syntax alone', async () => {
    const base = { 'a.js': 'const a = 1;\n' };
    expect(await codes({ 'a.js': unformatted }, { ...base, 'package.json': manifest.replace('3.6.2', '^2.8.0') })).toEqual([]);
    expect(await codes({ 'a.js': unformatted }, { ...base, 'package.json': manifest, '.prettierignore': '*.js\n' })).toEqual([]);
    expect(await codes({ 'a.js': 'const const;\n' }, { ...base, 'package.json': manifest })).toEqual([]);
  });

  it('keeps to Windows line ends where a file has them', async () => {
    expect(await codes({ 'a.js': 'const a = 1;\r\nconst b = 2;\r\n' }, { 'package.json': manifest, 'a.js': 'const a = 1;\r\n' })).toEqual([]);
  });

  it.each([
    ['a shared package', { '.prettierrc': '"@acme/prettier"\n' }, 'a scan does not load'],
    ['plugins', { '.prettierrc.json': '{ "plugins": ["prettier-plugin-x"] }\n' }, 'plugins (prettier-plugin-x)'],
    ['code', { 'src/prettier.config.mjs': 'export default {}\n' }, 'src/prettier.config.mjs is code'],
    ['nonsense', { '.prettierrc': '{ "a": [\n' }, 'unreadable'],
  ])('refuses %s with its reason', (_, files, why) => {
    expect(prettierFor('src/a.js', factsOf({ 'package.json': manifest, ...files }, {}, { all: true }))).toEqual({ refused: expect.stringContaining(why) });
  });

  it('takes the nearest configuration, overrides and .editorconfig as data', () => {
    const facts = factsOf({
      'package.json': manifest, '.prettierrc': 'semi: false\n', 'web/.prettierrc.toml': 'singleQuote = true\n[[overrides]]\nfiles = "*.test.js"\n[overrides.options]\nprintWidth = 120\n',
      '.editorconfig': '[*]\nindent_style = tab\nmax_line_length = 90\n',
    }, {}, { all: true });
    expect(prettierFor('web/a.test.js', facts)).toEqual({ options: { useTabs: true, printWidth: 120, singleQuote: true, endOfLine: 'auto' } });
    expect(prettierFor('a.js', facts)).toEqual({ options: { useTabs: true, printWidth: 90, semi: false, endOfLine: 'auto' } });
  });

  it('reads a line of 5000 characters and a text of 5 MB in time', async () => {
    const started = performance.now();
    const base = { '.editorconfig': '[*]\ntrim_trailing_whitespace = true\nindent_style = tab\n', 'a.txt': 'a\n', 'package.json': manifest, 'a.js': 'a;\n' };
    await codes({ 'a.txt': `${' '.repeat(5000)}a\n`.repeat(1000), 'a.js': `a(${'"x",'.repeat(1200)});\n` }, base);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
