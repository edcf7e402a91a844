/** Formatters of a repository in the real sandbox: prettier itself by a configuration in code, gofmt where there is Go, and a program that answers as Biome does, well and badly. */
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Dependencies } from '../../core/ports/dependencies.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { toolbox } from '../toolbox.ts';
import { probes } from './all.ts';
import { noPackages, packageSets, requestOf } from './engines.fixture.ts';

let sandbox: OpenSandbox;
const made: { remove(): void }[] = [];
beforeAll(async () => { sandbox = await openSandbox(); });
afterEach(() => { for (const each of made.splice(0)) each.remove(); });

const asking = (dependencies: Dependencies) => toolbox({ scanners: [], probes: probes({ sandbox: async () => sandbox, dependencies }) });
const ours: Dependencies = { fetch: async () => ({ mounts: [{ host: join(import.meta.dirname, '../../../node_modules'), inside: 'node_modules' }], env: {} }) };
function asBiome(script: string): Dependencies {
  const dependencies = packageSets({ '': { '@biomejs/biome': { 'package.json': '{"name": "@biomejs/biome", "version": "2.9.9", "bin": {"biome": "run.js"}}', 'run.js': script } } });
  made.push(dependencies);
  return dependencies;
}

describeWith(['util-linux'], 'the formatter of a repository', () => {
  test('prettier by a configuration in code, as base has it, with what that imports; a file that never kept to it is told apart', async () => {
    const base = { 'prettier.config.js': "module.exports = { ...require('./style.js'), tabWidth: 4 };\n", 'style.js': 'module.exports = { semi: false };\n', 'kept.js': 'export const a = 1\n', 'loose.js': 'export const a=1;\n', 'n1.js': 'export const n = 1\n', 'n2.js': 'export const n = 2\n' };
    const head = { ...base, 'prettier.config.js': 'module.exports = {};\n', 'style.js': 'module.exports = { semi: true };\n', 'kept.js': 'export const a = 1\nexport const b=2;\n', 'loose.js': 'export const a=1;\nb();\n', 'new.js': 'export const c =  3\n', 'sound.js': 'd()\n', 'broken.js': 'const = ;\n' };
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await asking(ours).ask('prettier-configured', requestOf(head, base));
      expect(answer).toMatchObject({ state: 'clean', version: '3.10.1', data: { formatted: { 'kept.js': 'export const a = 1\nexport const b = 2\n', 'new.js': 'export const c = 3\n', 'loose.js': 'export const a = 1\nb()\n' } } });
      expect((answer.data as { kept: string[] }).kept.toSorted()).toEqual(['kept.js', 'new.js']);
    }
  });

  test('a configuration that is data, or none, starts nothing', async () => {
    for (const base of [{ '.prettierrc': 'semi: false\n', 'a.js': '' }, { 'package.json': '{"devDependencies": {"prettier": "3.0.0"}}', 'a.js': '' }]) {
      expect(await asking(ours).ask('prettier-configured', requestOf({ ...base, 'a.js': 'b( )\n' }, base))).toMatchObject({ state: 'missing', install: null });
    }
    const base = { 'biome.json': '{}', 'a.js': '' };
    expect(await asking(noPackages).ask('biome', requestOf({ ...base, 'a.js': 'b( )\n' }, base))).toMatchObject({ state: 'missing', install: 'npm install --save-dev --save-exact @biomejs/biome' });
  });

  const base = { 'biome.json': '{}', 'src/a.js': 'a();\n' };
  const rewriting = "const fs = require('fs'); for (const path of process.argv.slice(2).filter((each) => each.startsWith('./'))) fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replaceAll(' )', ')')); console.log('Formatted 1 file in 1ms.');";

  test('Biome: what it writes; that a text cannot be parsed is for others to tell', async () => {
    const request = requestOf({ ...base, 'src/a.js': 'a();\nb( );\n' }, base);
    for (const script of [rewriting, `${rewriting} process.exit(1);`]) expect(await asking(asBiome(script)).ask('biome', request)).toMatchObject({ state: 'clean', version: '2.9.9', data: { formatted: { 'src/a.js': 'a();\nb();\n' }, kept: ['src/a.js'] } });
  });

  test.each([
    ['a broken configuration', "console.log('Checked 1 file.'); console.error('Biome exited because the configuration resulted in errors.'); process.exit(1);", 'crashed', 'exit code 1'],
    ['a crash', 'throw new Error("no");', 'crashed', 'exit code 1'],
    ['no end', 'setInterval(() => {}, 1000);', 'timeout', '2 s'],
  ] as const)('%s is no answer', async (_, script, state, why) => {
    expect(await asking(asBiome(script)).ask('biome', requestOf({ ...base, 'src/a.js': 'b( );\n' }, base, { limitMs: state === 'timeout' ? 14_000 : 120_000 }))).toMatchObject({ state, why: expect.stringContaining(why) });
  });

  test('what it puts in the place of a file is read only where it is a plain file of that folder', async () => {
    const linking = "const fs = require('fs'); fs.renameSync('src', 'other'); fs.symlinkSync('other', 'src'); fs.writeFileSync('other/a.js', 'elsewhere'); console.log('Formatted 1 file.');";
    expect(await asking(asBiome(linking)).ask('biome', requestOf({ ...base, 'src/a.js': 'b( );\n' }, base))).toMatchObject({ data: { formatted: {} } });
    expect(await asking(asBiome(linking.replace("fs.symlinkSync('other', 'src');", "fs.renameSync('other', 'src');").replace('other/a.js', 'src/a.js'))).ask('biome', requestOf({ ...base, 'src/a.js': 'b( );\n' }, base))).toMatchObject({ data: { formatted: { 'src/a.js': 'elsewhere' } } });
  });
});

describeWith(['util-linux', 'go'], 'gofmt', () => {
  test('in a Go module, by the files beside a new one', async () => {
    const base = { 'go.mod': 'module x\n', 'a.go': 'package x\n', 'b.go': 'package x\n' };
    expect(await asking(noPackages).ask('gofmt', requestOf({ ...base, 'c.go': 'package x\n\nfunc  f( ) {}\n', 'd.go': 'packge\n' }, base))).toMatchObject({ state: 'clean', data: { formatted: { 'c.go': 'package x\n\nfunc f() {}\n' }, kept: ['c.go'] } });
    expect(await asking(noPackages).ask('gofmt', requestOf({ 'c.go': 'package  x\n' }, {}))).toMatchObject({ state: 'missing' });
  });
});
