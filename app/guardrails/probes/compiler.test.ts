/** The compiler over two small trees, in the real sandbox: what the change brings, what it may not choose, and what is no answer. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Dependencies } from '../../core/ports/dependencies.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { toolbox } from '../toolbox.ts';
import { probes } from './all.ts';
import { noPackages, packageSets, program, requestOf, unlocked } from './engines.fixture.ts';

let sandbox: OpenSandbox;
let runs = 0;
const made: { remove(): void }[] = [];
beforeAll(async () => { sandbox = await openSandbox(); });
afterEach(() => { for (const each of made.splice(0)) each.remove(); });

function asking(dependencies: Dependencies = noPackages) {
  const counted = { grade: sandbox.grade, run: (...args: Parameters<OpenSandbox['run']>) => { runs += 1; return sandbox.run(...args); } };
  return toolbox({ scanners: [], probes: probes({ sandbox: async () => counted, dependencies }) });
}

const project = JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', types: [] } });
const base = {
  'tsconfig.json': project, 'src/old.ts': "export const old: string = 5;\nexport const width = 1;\n",
  'src/user.ts': "import { width } from './old.js';\nexport const double = width * 2;\n", 'src/new.ts': 'export const made = { one: 1 };\n',
};
const places = (answer: { findings: { rule: string; path: string; startLine: number }[] }) => answer.findings.map(({ rule, path, startLine }) => `${path}:${startLine} ${rule}`);

describeWith(['util-linux'], 'tsc', () => {
  test('tells what the change brings, in its own files and in those that it breaks; what was wrong before is not its doing', async () => {
    const box = asking();
    const request = requestOf({ ...base, 'src/old.ts': '// moved down\nexport const old: string = 5;\n', 'src/new.ts': "import { gone } from './user.js';\nexport const made = { one: 1 };\nmade.two();\nfetchAll(made);\n" }, base);
    const sofar = runs;
    const answer = await box.ask('tsc', request);
    expect(answer).toMatchObject({ state: 'findings', version: '7.0.2', data: { applies: true, unjudged: [], lacking: null } });
    expect(places(answer)).toEqual(['src/new.ts:1 TS2305', 'src/new.ts:3 TS2339', 'src/new.ts:4 TS2304', 'src/user.ts:1 TS2305']);
    expect(answer.findings.every(({ level }) => level === 'error')).toBe(true);
    expect((await box.ask('tsc', request)).findings).toEqual(answer.findings);
    // Head and base once each, whoever asks, and nothing for the question what base said.
    expect(await box.ask('tsc', { ...request, head: request.base })).toMatchObject({ state: 'clean', data: { applies: false } });
    expect(runs - sofar).toBe(2);
  });

  test('a clean head is not compared with anything; a project that only refers to others stands for them', async () => {
    const sofar = runs;
    const split = { 'tsconfig.json': '{"files": [], "references": [{"path": "./tsconfig.app.json"}]}', 'tsconfig.app.json': '{"compilerOptions": {"strict": true, "types": []}, "include": ["src"]}', 'src/a.ts': 'export const a = 1;\n' };
    expect(await asking().ask('tsc', requestOf({ ...split, 'src/a.ts': 'export const a = 2;\n' }, split))).toMatchObject({ state: 'clean', findings: [], data: { applies: true } });
    expect(runs - sofar).toBe(1);
    expect(places(await asking().ask('tsc', requestOf({ ...split, 'src/a.ts': 'export const a: string = 2;\n' }, split)))).toEqual(['src/a.ts:1 TS2322']);
  });

  test('the change chooses neither the options nor the compiler', async () => {
    const blind = program('tsc', 'process.exit(0);');
    const strict = program('tsc', "console.log('src/new.ts(1,1): error TS2304: told by the compiler of base'); process.exit(2);", '5.0.0');
    const dependencies = packageSets({ before: { typescript: strict }, after: { typescript: blind } });
    made.push(dependencies);
    const answer = await asking(dependencies).ask('tsc', requestOf({ ...base, 'package.json': '{"name": "after"}', 'src/new.ts': 'export {};\n' }, { ...base, 'package.json': '{"name": "before"}', 'src/new.ts': 'export const a = 1;\n' }));
    expect(answer).toMatchObject({ version: '5.0.0', findings: [{ message: 'told by the compiler of base' }] });
    const loose = { ...base, 'tsconfig.json': '{"compilerOptions": {"noCheck": true}, "include": []}', 'src/new.ts': 'made();\n', 'src/tsconfig.json': '{"files": []}' };
    expect(places(await asking().ask('tsc', requestOf(loose, base)))).toEqual(['src/new.ts:1 TS2304']);
  });

  test('a package that is new with the change brings its own project; a compiler that only the change brings judges nothing', async () => {
    const fresh = { ...base, 'packages/kit/tsconfig.json': '{"compilerOptions": {"types": []}}', 'packages/kit/a.ts': 'nowhere();\n' };
    expect(places(await asking().ask('tsc', requestOf(fresh, base)))).toEqual(['packages/kit/a.ts:1 TS2304']);
    const dependencies = packageSets({ before: { other: { 'package.json': '{}' } }, after: { typescript: program('tsc', 'process.exit(0);') } });
    made.push(dependencies);
    const answer = await asking(dependencies).ask('tsc', requestOf({ ...base, 'package.json': '{"name": "after"}', 'src/new.ts': 'made();\n' }, { ...base, 'package.json': '{"name": "before"}' }));
    expect([answer.version, places(answer)]).toEqual(['7.0.2', ['src/new.ts:1 TS2304']]);
  });

  test('without a base every error counts; without a project, or where nothing compiled changed, it was not asked', async () => {
    expect(places(await asking().ask('tsc', requestOf(base, {}, { all: true })))).toEqual(['src/old.ts:1 TS2322']);
    expect(await asking().ask('tsc', requestOf({ 'a.ts': 'b();\n' }, {}))).toMatchObject({ state: 'missing', install: null, why: expect.stringContaining('tsconfig.json') });
    expect(await asking().ask('tsc', requestOf({ ...base, 'README.md': 'x' }, base))).toMatchObject({ state: 'missing', install: null, why: 'nothing of its kind changed' });
  });

  test('a project whose types the compiler did not look at is named, not taken for clean', async () => {
    const odd = { ...base, 'tsconfig.json': '{"compilerOptions": {"module": "nonesuch"}}' };
    const answer = await asking().ask('tsc', requestOf({ ...odd, 'src/new.ts': 'made();\n' }, odd));
    expect(answer.data).toMatchObject({ unjudged: [{ project: 'tsconfig.json', why: expect.stringContaining('TS6046') }] });
  });

  test('where packages cannot be fetched what it says is uncertain; a change that makes them so is an error', async () => {
    const request = requestOf({ ...base, 'src/new.ts': 'made();\n' }, base);
    expect(await asking(unlocked).ask('tsc', request)).toMatchObject({ findings: [{ rule: 'TS2304', level: 'uncertain' }], data: { lacking: expect.stringContaining('pnpm-lock.yaml') } });
    const dependencies = packageSets({ before: {} });
    made.push(dependencies);
    expect(await asking(dependencies).ask('tsc', requestOf({ ...base, 'package.json': '{"name": "none"}' , 'src/new.ts': '' }, { ...base, 'package.json': '{"name": "before"}' }))).toMatchObject({ state: 'crashed', why: expect.stringMatching(/^ENGINE_PACKAGES_GONE/) });
  });

  test.each([
    ['an exit code without a word', 'process.exit(1);', 'crashed', 'exit code 1'],
    ['errors and an exit code that says clean', "console.log('src/new.ts(1,1): error TS2304: x');", 'crashed', 'with 1 errors'],
    ['a flood', "const line = 'x'.repeat(1 << 20); for (let i = 0; i < 40; i += 1) require('fs').writeSync(1, line);", 'crashed', '16 MB'],
    ['no end', 'setInterval(() => {}, 1000);', 'timeout', '2 s'],
  ] as const)('%s is no answer', async (_, script, state, why) => {
    const dependencies = packageSets({ odd: { typescript: program('tsc', script) } });
    made.push(dependencies);
    const odd = { ...base, 'package.json': '{"name": "odd"}' };
    expect(await asking(dependencies).ask('tsc', requestOf({ ...odd, 'src/new.ts': 'made();\n' }, odd, { limitMs: state === 'timeout' ? 14_000 : 120_000 }))).toMatchObject({ state, why: expect.stringContaining(why) });
  });
});

test('where nothing contains code it is not asked, and what would change that is said', async () => {
  const closed = await openSandbox({ force: 'none' });
  const box = toolbox({ scanners: [], probes: probes({ sandbox: async () => closed, dependencies: noPackages }) });
  expect(await box.ask('tsc', requestOf({ ...base, 'src/new.ts': 'made();\n' }, base))).toMatchObject({ state: 'missing', why: expect.stringContaining('contains code'), install: closed.grade.remedy });
});
