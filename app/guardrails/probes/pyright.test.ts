/** pyright over small trees in the real sandbox, and programs in its place that give no proper answer. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Dependencies } from '../../core/ports/dependencies.ts';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { folderOf, readLock, toolNamed, toolsHome } from '../../edges/tools/lock.ts';
import { describeWith } from '../../../test/tools.ts';
import { toolbox } from '../toolbox.ts';
import { probes } from './all.ts';
import { noPackages, requestOf, unlocked } from './engines.fixture.ts';

let sandbox: OpenSandbox;
let runs = 0;
const made: string[] = [];
beforeAll(async () => { sandbox = await openSandbox(); });
afterEach(() => { for (const each of made.splice(0)) rmSync(each, { recursive: true }); });

const locked = () => folderOf(toolNamed('pyright', readLock()), toolsHome());
function standIn(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-pyright-'));
  made.push(folder);
  mkdirSync(join(folder, 'package'), { mode: 0o755 });
  writeFileSync(join(folder, 'package', 'index.js'), script, { mode: 0o755 });
  return folder;
}
function asking(folder: string, dependencies: Dependencies = noPackages) {
  const counted = { grade: sandbox.grade, run: (...args: Parameters<OpenSandbox['run']>) => { runs += 1; return sandbox.run(...args); } };
  return toolbox({ scanners: [], probes: probes({ sandbox: async () => counted, dependencies, tool: () => ({ version: '1.1.414', folder }) }) });
}
const places = (answer: { findings: { rule: string; path: string; startLine: number; level: string }[] }) => answer.findings.map(({ rule, path, startLine, level }) => `${path}:${startLine} ${rule} ${level}`);

const base = { 'pyrightconfig.json': '{}', 'kit.py': 'class Kit:\n    def run(self, speed: int) -> int:\n        return speed\n\n\nold: int = "x"\n', 'use.py': 'from kit import Kit\n\nprint(Kit().run(1))\n' };
const change = { ...base, 'kit.py': `# moved down\n${base['kit.py'].replace('run(', 'go(')}`, 'new.py': 'from kit import Kit, Gone\n\nKit().stop()\nKit().go(1, 2)\nnowhere()\n' };

describeWith(['util-linux', 'python3', 'pyright'], 'pyright', () => {
  test('tells what the change brings, also in the file that it breaks, and not what was wrong before; once for all who ask', async () => {
    const box = asking(locked());
    const request = requestOf(change, base);
    const sofar = runs;
    const answer = await box.ask('pyright', request);
    expect(places(answer)).toEqual(['new.py:1 reportAttributeAccessIssue error', 'new.py:3 reportAttributeAccessIssue error', 'new.py:4 reportCallIssue error', 'new.py:5 reportUndefinedVariable error', 'use.py:3 reportAttributeAccessIssue error']);
    expect(answer).toMatchObject({ version: '1.1.414', data: { applies: true, keeps: true, lacking: null } });
    expect((await box.ask('pyright', request)).findings).toHaveLength(5);
    expect(runs - sofar).toBe(2);
  });

  test('the change does not choose its rules; without the rules of the repository, or without its packages, it is uncertain', async () => {
    const off = { ...change, 'pyrightconfig.json': '{"typeCheckingMode": "off", "exclude": ["**"], "reportUndefinedVariable": false}' };
    expect(places(await asking(locked()).ask('pyright', requestOf(off, base)))).toContain('new.py:5 reportUndefinedVariable error');
    const { 'pyrightconfig.json': _, ...plain } = base;
    expect(places(await asking(locked()).ask('pyright', requestOf({ ...plain, 'new.py': 'nowhere()\n' }, plain)))).toEqual(['new.py:1 reportUndefinedVariable uncertain']);
    expect(await asking(locked(), unlocked).ask('pyright', requestOf({ ...base, 'new.py': 'nowhere()\n' }, base))).toMatchObject({ findings: [{ level: 'uncertain' }], data: { lacking: expect.stringContaining('pnpm-lock.yaml') } });
  });

  test('sound code is clean; where nothing of Python changed it is not asked', async () => {
    expect(await asking(locked()).ask('pyright', requestOf({ 'a.py': 'print(1)\n' }, { 'b.txt': '' }))).toMatchObject({ state: 'clean', findings: [], data: { applies: true } });
    const sofar = runs;
    expect(await asking(locked()).ask('pyright', requestOf({ ...base, 'README.md': 'x' }, base))).toMatchObject({ state: 'missing', install: null, why: 'nothing of its kind changed' });
    expect(runs).toBe(sofar);
  });
});

describeWith(['util-linux'], 'in the place of pyright', () => {
  const report = (count: number) => `console.log(JSON.stringify({ generalDiagnostics: Array(${count}).fill({ file: '/work/repo/new.py', severity: 'error', message: 'm', rule: 'r', range: { start: { line: 0 } } }), summary: { filesAnalyzed: 1 } }));`;
  test.each([
    ['silence', '', 'crashed', 'exit code 0'], ['errors with an exit code that says clean', report(1), 'crashed', '1 errors'], ['an exit code without errors', `${report(0)} process.exitCode = 1;`, 'crashed', '0 errors'],
    ['a broken configuration', 'process.exit(3);', 'crashed', 'exit code 3'], ['no end', 'setInterval(() => {}, 1000);', 'timeout', '2 s'],
  ] as const)('%s is no answer', async (_, script, state, why) => {
    expect(await asking(standIn(script)).ask('pyright', requestOf(change, base, { limitMs: state === 'timeout' ? 14_000 : 120_000 }))).toMatchObject({ state, why: expect.stringContaining(why) });
  });
});

test('where it is not installed, the command that brings it is said', async () => {
  const box = toolbox({ scanners: [], probes: probes({ sandbox: async () => sandbox, dependencies: noPackages }) });
  expect(await box.ask('pyright', requestOf(change, base))).toMatchObject({ state: 'missing', install: 'npx assay tools install pyright' });
});
