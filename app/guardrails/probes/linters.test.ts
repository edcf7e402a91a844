/** Linters as base configures them, in the real sandbox: oxlint itself, and programs that answer as ESLint and dependency-cruiser do, well and badly. */
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Dependencies } from '../../core/ports/dependencies.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { toolbox } from '../toolbox.ts';
import { probes } from './all.ts';
import { noPackages, packageSets, program, requestOf, unlocked } from './engines.fixture.ts';

let sandbox: OpenSandbox;
const made: { remove(): void }[] = [];
beforeAll(async () => { sandbox = await openSandbox(); });
afterEach(() => { for (const each of made.splice(0)) each.remove(); });

function asking(dependencies: Dependencies = noPackages) {
  return toolbox({ scanners: [], probes: probes({ sandbox: async () => sandbox, dependencies }) });
}
function withProgram(name: string, bin: string, script: string): Dependencies {
  const files = { ...program(name, script), 'package.json': JSON.stringify({ name, version: '9.9.9', bin: { [bin]: 'run.js' } }) };
  const dependencies = packageSets({ '': { [name]: files } });
  made.push(dependencies);
  return dependencies;
}
const places = (answer: { findings: { rule: string; path: string; startLine: number; level: string }[] }) => answer.findings.map(({ rule, path, startLine, level }) => `${path}:${startLine} ${rule} ${level}`);

/** Answers as ESLint does: a fault for each line with the word of the rule that the configuration names, a suppressed one where the line says so. */
const eslintLike = `
const { readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const word = /word: '(\\w+)'/.exec(readFileSync('eslint.config.js', 'utf8') + readFileSync('rules/own.js', 'utf8'))[1];
const files = args.slice(args.indexOf('--') + 1).map((path) => {
  const at = readFileSync(path, 'utf8').split('\\n').flatMap((line, i) => (line.includes(word) ? [{ ruleId: 'no-' + word, severity: 2, message: 'no ' + word, line: i + 1, off: line.includes('disable') }] : []));
  return { filePath: process.cwd() + path.slice(1), messages: at.filter((m) => !m.off), suppressedMessages: at.filter((m) => m.off) };
});
writeFileSync(args[args.indexOf('--output-file') + 1], JSON.stringify(files));
console.log('a plugin that talks');
process.exit(files.some((file) => file.messages.length > 0) ? 1 : 0);
`;
const configured = { 'eslint.config.js': "import './rules/own.js';\n", 'rules/own.js': "export const rule = { word: 'bad' };\n" };

describeWith(['util-linux'], 'the linters of a repository', () => {
  test('tell what the change brings by the rules of base, also where those stand in a file that the configuration imports', async () => {
    const base = { ...configured, 'a.js': 'old bad\n', 'b.js': 'fine\n' };
    const head = { 'eslint.config.js': "const word = { word: 'nothing' };\n", 'rules/own.js': '\n', 'a.js': 'first\nold bad\nnew bad\nbad // disable\n', 'b.js': 'bad\n', 'c.md': 'bad\n' };
    const box = asking(withProgram('eslint', 'eslint', eslintLike));
    for (let turn = 0; turn < 2; turn += 1) expect(places(await box.ask('eslint', requestOf(head, base)))).toEqual(['a.js:3 no-bad error', 'a.js:4 no-bad suppressed', 'b.js:1 no-bad error']);
    expect(await box.ask('eslint', requestOf({ ...base, 'b.js': 'still fine\n' }, base))).toMatchObject({ state: 'clean', version: '9.9.9' });
  });

  test('oxlint by the configuration of base', async () => {
    const dependencies = { fetch: async () => ({ mounts: [{ host: join(import.meta.dirname, '../../../node_modules'), inside: 'node_modules' }], env: {} }) };
    const base = { '.oxlintrc.json': '{"categories": {"correctness": "off"}, "rules": {"use-isnan": "error"}}', 'a.ts': 'export const a = 1;\n' };
    const answer = await asking(dependencies).ask('oxlint-configured', requestOf({ '.oxlintrc.json': '{"rules": {"use-isnan": "off"}}', 'a.ts': 'export const a = 1;\nexport const b = a == NaN;\ndebugger;\n' }, base));
    expect(answer).toMatchObject({ version: '1.94.0', findings: [{ path: 'a.ts', startLine: 2, level: 'error' }] });
  });

  test('dependency-cruiser: the import that breaks a rule, and doubt where only the change declares the package', async () => {
    const cruise = `const fs = require('node:fs');
const violations = fs.readFileSync('src/a.js', 'utf8').includes('db') ? [{ from: 'src/a.js', to: 'src/db.js', rule: { name: 'no-db', severity: 'error' } }, { from: 'src/a.js', to: 'fresh', rule: { name: 'not-to-unresolvable', severity: 'error' } }] : [];
console.log(JSON.stringify({ args: process.argv, modules: [{ source: 'src/a.js', dependencies: [{ module: './db.js', resolved: 'src/db.js' }] }], summary: { violations } }));`;
    const base = { 'package.json': '{"name": ""}', '.dependency-cruiser.cjs': 'module.exports = {};', 'src/a.js': '1;\n' };
    const head = { ...base, 'package.json': '{"name": "", "dependencies": {"fresh": "1.0.0"}}', 'src/a.js': "import 'fresh';\nimport './db.js';\n" };
    expect(places(await asking(withProgram('dependency-cruiser', 'depcruise', cruise)).ask('dependency-cruiser', requestOf(head, base)))).toEqual(['src/a.js:2 no-db error', 'src/a.js:0 not-to-unresolvable uncertain']);
  });

  test('a repository that configures none is left alone; one that does not lock it is told; what cannot be fetched is said', async () => {
    const request = requestOf({ ...configured, 'a.js': 'bad\n' }, configured);
    expect(await asking().ask('eslint', requestOf({ 'eslint.config.js': 'export default [];', 'a.js': 'bad\n' }, { 'b.js': '' }))).toMatchObject({ state: 'missing', install: null, why: 'the repository does not configure it' });
    expect(await asking().ask('eslint', request)).toMatchObject({ state: 'missing', install: 'npm install --save-dev --save-exact eslint' });
    expect(await asking(unlocked).ask('eslint', request)).toMatchObject({ state: 'missing', why: expect.stringContaining('pnpm-lock.yaml') });
  });

  test.each([
    ['silence', '', 'crashed', 'exit code 0'],
    ['errors with an exit code that says clean', "fs.writeFileSync('/work/said.json', JSON.stringify([{ filePath: 'a.js', messages: [{ ruleId: 'x', severity: 2, message: 'm', line: 1 }] }]));", 'crashed', '1 errors'],
    ['an exit code for a broken configuration', "fs.writeFileSync('/work/said.json', '[]'); process.exit(2);", 'crashed', 'exit code 2'],
    ['no end', 'setInterval(() => {}, 1000);', 'timeout', '2 s'],
  ] as const)('%s is no answer', async (_, script, state, why) => {
    const box = asking(withProgram('eslint', 'eslint', `const fs = require('node:fs'); ${script}`));
    expect(await box.ask('eslint', requestOf({ ...configured, 'a.js': 'bad\n' }, configured, { limitMs: state === 'timeout' ? 14_000 : 120_000 }))).toMatchObject({ state, why: expect.stringContaining(why) });
  });
});
