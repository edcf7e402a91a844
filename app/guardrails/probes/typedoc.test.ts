/** What TypeDoc prints, as findings: a program that prints the same stands for it, in the real sandbox. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { openSandbox, type OpenSandbox } from '../../edges/sandbox/open.ts';
import { describeWith } from '../../../test/tools.ts';
import { toolbox } from '../toolbox.ts';
import { probes } from './all.ts';
import { packageSets, program, requestOf } from './engines.fixture.ts';

let sandbox: OpenSandbox;
const made: { remove(): void }[] = [];
beforeAll(async () => { sandbox = await openSandbox(); });
afterEach(() => { for (const each of made.splice(0)) each.remove(); });

/** Prints the answer that the file `said` of the tree holds, and ends with the code in its first line. */
function asking(script: string) {
  const dependencies = packageSets({ kit: { typedoc: program('typedoc', script) } });
  made.push(dependencies);
  return toolbox({ scanners: [], probes: probes({ sandbox: async () => sandbox, dependencies }) });
}
const echo = "const [exit, ...lines] = require('fs').readFileSync('said', 'utf8').split('\\n'); console.error(lines.join('\\n')); process.exit(Number(exit));";
const base = { 'package.json': '{"name": "kit"}', 'typedoc.json': '{}', 'src/a.ts': '/** {@link old} */\nexport const a = 1;\nexport class Kit {\n  size = 1;\n}\n', said: '0\n[debug] Full run took 1ms\n[warning] a (Variable), defined in kit/src/a.ts, does not have any documentation\n[warning] Failed to resolve link to "old" in comment for a' };
const places = (answer: { findings: { rule: string; path: string; startLine: number; level: string }[] }) => answer.findings.map(({ rule, path, startLine, level }) => `${path}:${startLine} ${rule} ${level}`);

describeWith(['util-linux'], 'TypeDoc', () => {
  test('what the change brings, with its place; what base said already is not repeated', async () => {
    const head = { ...base, 'src/a.ts': `${base['src/a.ts']}/** {@link Gone} */\nexport function b() {}\n`, said: `${base.said}\n\u{1b}[93m[warning]\u{1b}[0m Kit.size (Property), defined in kit/src/a.ts, does not have any documentation\n[warning] Failed to resolve link to "Gone" in comment for b\n[warning] Found 0 errors and 4 warnings` };
    for (let turn = 0; turn < 2; turn += 1) expect(places(await asking(echo).ask('typedoc', requestOf(head, base)))).toEqual(['src/a.ts:4 undocumented warning', 'src/a.ts:6 link error']);
  });

  test('a build that fails on head alone', async () => {
    const head = { ...base, 'src/a.ts': 'x\n', said: "3\nsrc/a.ts:1:1 - error TS2304: Cannot find name 'x'.\n[error] Found 1 errors and 0 warnings" };
    expect(places(await asking(echo).ask('typedoc', requestOf(head, base)))).toEqual(['src/a.ts:1 build error']);
    expect(await asking(echo).ask('typedoc', requestOf(head, { ...base, said: head.said, 'src/a.ts': 'x\ny\n' }))).toMatchObject({ state: 'clean' });
  });

  test.each([
    ['silence', '0\n'], ['an exit code without an error', '4\n[debug] Full run took 1ms'], ['errors with an exit code that says clean', '0\n[error] broken\n[error] Found 1 errors and 0 warnings'],
  ])('%s is no answer', async (_, said) => {
    expect(await asking(echo).ask('typedoc', requestOf({ ...base, 'src/a.ts': 'y\n', said }, base))).toMatchObject({ state: 'crashed' });
  });

  test('a repository that does not configure it is left alone', async () => {
    expect(await asking(echo).ask('typedoc', requestOf({ 'a.ts': 'x', 'typedoc.json': '{}' }, { 'b.ts': '' }))).toMatchObject({ state: 'missing', install: null });
  });
});
