/** Commands of a README, replayed: what runs, what is left and why, whose fault a failure is, and what a program inside cannot pretend. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Dependencies } from '../../core/ports/dependencies.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { toolbox } from '../toolbox.ts';
import { probes } from './all.ts';
import { noPackages, packageSets, requestOf, unlocked } from './engines.fixture.ts';
import { blocksOf, type Offer } from './readme-commands.ts';

const offer: Offer = { has: (path) => ['tool.js', 'run.py', 'data.json'].includes(path), scripts: new Set(['test', 'build', 'start', 'dev', 'deploy:prod']), bins: { kit: 'tool.js' }, locked: new Set(['tsc']) };
const block = (...lines: string[]) => `# Kit\n\n\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n`;
const kindOf = (command: string) => blocksOf(block(command), offer)[0]!.commands[0];

describe('what may be done with a command', () => {
  test.each([
    'npm test', 'npm run build', 'yarn build', 'node tool.js', 'node tool.js --fast', 'python3 run.py data.json', 'kit --help', 'npx kit --version', 'npm ci && npm test', 'FAST=1 node tool.js', '$ npm test',
  ])('%s is replayed, and has to work', (command) => { expect(kindOf(command)).toMatchObject({ kind: 'replay', plain: true, why: null }); });

  test.each(['node tool.js name', 'kit make', 'npx tsc --noEmit', 'npm run build -- --fast'])('%s is replayed; where it fails that is said', (command) => { expect(kindOf(command)).toMatchObject({ kind: 'replay', plain: false }); });

  test.each(['npm ci', 'npm install', 'pip install -r requirements.txt', 'yarn'])('%s is done: the locked packages are there', (command) => { expect(kindOf(command)).toMatchObject({ kind: 'done', run: null }); });

  test.each([
    ['curl localhost', 'no kind'], ['npm install kit', 'no kind'], ['docker compose up', 'no kind'], ['npm start', 'does not end'], ['npm run dev', 'does not end'], ['npm run deploy:prod', 'outward'], ['npm run none', 'no such script'],
    ['node other.js', 'not in the repository'], ['kit my.json', 'my.json is not in the repository'], ['npx stranger', 'no kind'], ['node tool.js > out', 'more than a command'], ['node tool.js; rm -rf x', 'more than a command'],
    ['npm test && curl x', 'no kind'], ['node tool.js $(whoami)', 'more than a command'], ['node tool.js YOUR_KEY', 'fill in'], ['kit ...', 'fill in'], ['sudo node tool.js', 'no kind'],
  ])('%s is left', (command, why) => { expect(kindOf(command)).toMatchObject({ kind: 'left', run: null, why: expect.stringContaining(why) }); });

  test('a block that goes elsewhere is left whole; other languages, output and comments are no commands', () => {
    expect(blocksOf(block('git clone x', 'npm test'), offer)[0]!.commands.map(({ kind }) => kind)).toEqual(['left', 'left']);
    expect(blocksOf('```js\nnpm test\n```\n\n    npm test\n', offer)).toEqual([]);
    expect(blocksOf('```console\n$ npm test\nall fine\n# done\n$ node tool.js \\\n  --fast\n```\n', offer)[0]!.commands.map(({ line, text }) => [line, text])).toEqual([[2, 'npm test'], [5, 'node tool.js  --fast']]);
  });
});

let sandbox: OpenSandbox;
const made: { remove(): void }[] = [];
beforeAll(async () => { sandbox = await openSandbox(); });
afterEach(() => { for (const each of made.splice(0)) each.remove(); });
const asking = (dependencies: Dependencies = noPackages) => toolbox({ scanners: [], probes: probes({ sandbox: async () => sandbox, dependencies }) });
const scripts = (all: Record<string, string>) => JSON.stringify({ name: '', bin: { kit: './tool.js' }, scripts: all });
const told = (answer: { findings: { rule: string; startLine: number; level: string; message: string }[] }) => answer.findings.map(({ rule, startLine, level, message }) => `${startLine} ${rule} ${level}: ${message}`);

describeWith(['util-linux', 'npm'], 'the README of a change', () => {
  test('commands that work say nothing, in order and with what the earlier ones made; the second time too', async () => {
    const files = { 'package.json': scripts({ build: 'node tool.js make', check: 'test -f made.txt' }), 'tool.js': "if (process.argv[2] === 'make') require('fs').writeFileSync('made.txt', 'x');\n" };
    const request = requestOf({ ...files, 'README.md': block('npm ci', 'npm run build', 'npm run check', 'kit --help') }, files);
    for (let turn = 0; turn < 2; turn += 1) expect(await asking().ask('readme', request)).toMatchObject({ state: 'clean', findings: [], data: { replayed: 3 } });
  });

  test('a command that fails is told with its line and its words; one that stood there and failed on base is not the fault of the change', async () => {
    const base = { 'package.json': scripts({ old: 'exit 3', fresh: 'echo the words; exit 4', good: 'true' }), 'tool.js': 'process.exit(5);\n', 'README.md': block('npm run old') };
    const longer = { ...base, 'README.md': `${block('npm run old')}${block('npm run old', 'npm run fresh', 'kit make', 'npm run good')}` };
    expect(told(await asking().ask('readme', requestOf(longer, base)))).toEqual(['9 left note: npm run old – it failed on base, too', '10 failed error: npm run fresh – exit code 4: the words', '11 failed note: kit make – exit code 5: ']);
    const worked = { ...base, 'package.json': scripts({ old: 'true', fresh: 'true', good: 'true' }) };
    expect(told(await asking().ask('readme', requestOf(longer, worked)))[0]).toBe('9 failed error: npm run old – exit code 3: ');
  });

  test('what wants the network, or is of no listed kind, is told as not replayed', async () => {
    const base = { 'package.json': scripts({ ask: "node -e \"fetch('http://192.0.2.1/').catch((e) => { console.error(e.cause); process.exit(1); })\"" }), 'README.md': '# Kit\n' };
    expect(told(await asking().ask('readme', requestOf({ ...base, 'README.md': block('npm run ask', 'docker compose up') }, base)))).toEqual([
      expect.stringMatching(/^5 left note: docker compose up – it is of no kind/), expect.stringMatching(/^4 left note: npm run ask – it asks for the network/),
    ]);
  });

  test('nothing is run that the change did not write into the document, nor where settings say so; packages that cannot be fetched are said', async () => {
    const base = { 'package.json': scripts({ bad: 'exit 1', good: 'true' }), 'README.md': block('npm run bad') };
    expect(await asking().ask('readme', requestOf({ ...base, 'README.md': `${base['README.md']}\nmore words\n` }, base))).toMatchObject({ state: 'clean', data: { replayed: 0 } });
    const written = requestOf({ ...base, 'README.md': block('npm run good') }, base);
    expect(await asking().ask('readme', { ...written, settings: { replay: 'off' } })).toMatchObject({ state: 'missing', install: null });
    expect(told(await asking(unlocked).ask('readme', written))).toEqual([expect.stringMatching(/^4 left note: npm run good – DEPENDENCIES_LOCK_UNSUPPORTED/)]);
    const locked = packageSets({ '': { other: { 'package.json': '{}' } } });
    made.push(locked);
    expect(await asking(locked).ask('readme', written)).toMatchObject({ state: 'clean', data: { replayed: 1 } });
  });

  test('a program that prints what we would print, or ends the shell around it, gains nothing', async () => {
    const liar = "const { readFileSync } = require('fs');\nconst marker = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(readFileSync(`/proc/${process.ppid}/cmdline`, 'utf8') + readFileSync(`/proc/1/cmdline`, 'utf8'))?.[0];\nconsole.log(`\\n${marker} 0 \\n`);\nprocess.exit(6);\n";
    const base = { 'package.json': scripts({}), 'tool.js': liar, 'README.md': '# Kit\n' };
    expect(told(await asking().ask('readme', requestOf({ ...base, 'README.md': block('node tool.js') }, base)))[0]).toMatch(/^4 failed error: node tool.js – exit code 6/);
    const killer = { ...base, 'tool.js': "for (let pid = 2; pid < 40; pid += 1) if (pid !== process.pid) try { process.kill(pid, 'SIGKILL'); } catch {}\n" };
    expect(await asking().ask('readme', requestOf({ ...killer, 'README.md': block('node tool.js') }, killer))).not.toMatchObject({ state: 'clean' });
  });
});
