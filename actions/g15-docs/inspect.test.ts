import { describe, expect, it } from 'vitest';
import { factsOf } from '../../app/guardrails/facts.fixture.ts';
import { inspect } from './inspect.ts';

function told(head: Record<string, string>, base: Record<string, string> = {}, settings?: unknown): string[] {
  return inspect(factsOf(head, base, { settings })).map(({ code, path, startLine, severity }) => `${code} ${path}:${startLine}${severity ? ` ${severity}` : ''}`);
}
const manifest = '{ "scripts": { "build": "tsc" } }\n';

describe('documents', () => {
  it.each([
    ['a definition', '[a]\n\n[a]: gone.md\n', ['LINK_BROKEN README.md:3']],
    ['an image', '![a](img/gone.png)\n', ['LINK_BROKEN README.md:1']],
    ['front matter', '---\nlink: "[a](gone.md)"\n---\n\n[b](gone.md)\n', ['LINK_BROKEN README.md:5']],
    ['a heading that is not there', '# One\n\n# One\n\n[a](#one) [b](#one-1) [c](#two)\n', ['ANCHOR_BROKEN README.md:5 info']],
    ['an anchor by hand', '<a id=two></a>\n\n[c](#two)\n', []],
    ['an address that is no address', '[a](%zz.md)\n', ['LINK_BROKEN README.md:1']],
    ['a script with a prompt sign', '```console\n$ npm run gone\n```\n', ['SCRIPT_MISSING README.md:2']],
    ['a script in prose', 'First `npm run gone`, then `npm run build`.\n', ['SCRIPT_MISSING README.md:1 info']],
    ['a file that a command runs', '```sh\nnode scripts/gone.js\nnode app/gone.js\n```\n', ['COMMAND_FILE_MISSING README.md:2 info']],
  ])('%s', (_, text, expected) => {
    expect(told({ 'README.md': text, 'package.json': manifest, 'scripts/here.js': '' })).toEqual(expected);
  });

  it('blocks commands only in documents on this repository', () => {
    expect(told({ 'docs/guide.md': '`npm run gone`\n', 'package.json': manifest })).toEqual(['SCRIPT_MISSING docs/guide.md:1 info']);
    expect(told({ 'docs/guide.md': '`npm run gone`\n', 'package.json': manifest }, {}, { ignore: ['docs/**'] })).toEqual([]);
  });

  it('judges changed lines, and says nothing on a second run', () => {
    const files = { 'README.md': '[a](gone.md)\n', 'package.json': manifest };
    expect(told(files, files)).toEqual([]);
    expect(told({ ...files, 'README.md': '[a](gone.md)\n\nMore.\n' }, files)).toEqual([]);
  });

  it.each([
    ['brackets', '['.repeat(5000)],
    ['links', '[a](b.md) '.repeat(5000)],
    ['a command', `\`${'npm run '.repeat(2000)}\`\n`],
    ['a quote in a quote', '> '.repeat(3000)],
  ])('reads a page of %s in time', (_, text) => {
    const started = performance.now();
    told({ 'README.md': text, 'package.json': manifest });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('public names', () => {
  const package_ = '{ "name": "kit", "main": "lib/index.js" }\n';
  it('follows the entry, and leaves private packages alone', () => {
    const files = { 'src/index.ts': "export { one } from './one.js';\n", 'src/one.ts': 'export function one(): void {}\n', 'src/two.ts': 'export function two(): void {}\n' };
    expect(told({ ...files, 'package.json': package_ })).toEqual(['UNDOCUMENTED src/one.ts:1 info']);
    expect(told({ ...files, 'package.json': package_.replace('{', '{ "private": true,') })).toEqual([]);
    expect(told({ ...files, 'package.json': package_ }, {}, { public: ['src/two.ts'] })).toEqual(['UNDOCUMENTED src/two.ts:1 info']);
  });

  it('reads docstrings of functions, classes and methods', () => {
    const text = 'class A:\n    """A."""\n\n    def one(self):\n        return 1\n\n    @x.setter\n    def two(self, v):\n        pass\n\n    def _three(self):\n        pass\n\n\ndef four():\n    r"""Four."""\n';
    expect(told({ 'setup.py': '', 'kit/__init__.py': '', 'kit/a.py': text })).toEqual(['UNDOCUMENTED kit/a.py:4 info']);
  });

  it('takes a changeset for a changelog entry', () => {
    const base = { 'package.json': package_, 'CHANGELOG.md': '# Changes\n', 'src/index.ts': '/** A. */\nexport const a = () => 1;\n' };
    const head = { ...base, 'src/index.ts': '/** B. */\nexport const b = () => 1;\n' };
    expect(told(head, base)).toEqual(['CHANGELOG_SILENT src/index.ts:0 info']);
    expect(told({ ...head, '.changeset/brave-dogs.md': 'b for a\n' }, base)).toEqual([]);
  });
});
