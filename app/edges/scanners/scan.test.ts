/** Scanners that behave and scanners that do not: programs of a lock of our own, each with the state that it must end in. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { fixtureNow } from '../../guardrails/facts.fixture.ts';
import { scanner, type ScannerSpec } from './scan.ts';
import { standIns } from './stand-in.fixture.ts';

const Report = z.object({ found: z.array(z.object({ rule: z.string(), path: z.string(), line: z.number() })) });
const stand = standIns();
/** Puts a program where the real ruff would be installed. */
const install = (body: string): void => stand.install('ruff', body);

const spec: ScannerSpec = {
  name: 'ruff', perGuardrail: false, exit: { clean: [0], findings: [1] },
  files: ({ changed }) => Object.fromEntries(changed.map((file) => [file.path, file.text])),
  args: ({ folder }) => [folder],
  parse: ({ stdout }) => Report.parse(JSON.parse(stdout)).found.map(({ rule, path, line }) => ({ rule, path, startLine: line, endLine: line, message: rule, level: 'high' })),
};

const request = (limitMs = 20_000): ToolRequest => ({
  guardrail: 'G16', changed: [{ path: 'src/a.py', text: 'x = 1\n', baseText: null, changedLines: new Set([1]) }], head: {}, base: {}, settings: undefined, now: fixtureNow, limitMs,
});
const ask = (limitMs?: number) => scanner(spec).scan(request(limitMs));

describe('a scanner', () => {
  it('that is not installed is missing, with the command that installs it', async () => {
    expect(await ask()).toMatchObject({ state: 'missing', install: 'npx assay tools install ruff' });
  });

  it('is shown the files in a folder of its own and an empty environment', async () => {
    install('test "$(cat "$1/src/a.py")" = "x = 1" || exit 9; test -z "$ASSAY_TOOLS" || exit 8; echo \'{"found":[]}\'');
    expect(await ask()).toMatchObject({ state: 'clean', findings: [] });
  });

  it('that finds something says so, twice the same', async () => {
    install('echo \'{"found":[{"rule":"R1","path":"src/a.py","line":1}]}\'; exit 1');
    const first = await ask();
    expect(first).toMatchObject({ state: 'findings', findings: [{ rule: 'R1', path: 'src/a.py', startLine: 1 }] });
    expect(await ask()).toEqual(first);
  });

  it.each([
    ['prints nothing and exits 0', 'exit 0', /cannot be read/],
    ['exits 0 with findings', 'echo \'{"found":[{"rule":"R1","path":"src/a.py","line":1}]}\'', /says clean/],
    ['exits 1 without any', 'echo \'{"found":[]}\'; exit 1', /says findings/],
    ['exits with a code that its table does not know', 'echo broken >&2; exit 2', /exit code 2: broken/],
    ['kills itself', 'kill -9 $$', /SIGKILL/],
    ['answers another shape', 'echo \'{"found":[{"rule":1}]}\'', /cannot be read/],
    ['prints without end', 'yes assay', /more than 64 MB/],
  ])('that %s has crashed', async (_, body, why) => {
    install(body);
    const answer = await ask();
    expect(answer.state).toBe('crashed');
    expect(answer.why).toMatch(why);
  });

  it('that hangs is stopped with its children at the limit', async () => {
    install('sleep 300 & wait');
    expect(await ask(300)).toMatchObject({ state: 'timeout' });
  });

  it('leaves nothing behind', async () => {
    const mine = () => readdirSync(tmpdir()).filter((name) => name.startsWith('assay-scan-ruff-'));
    const already = mine();
    install('echo \'{"found":[]}\'');
    await ask();
    expect(mine()).toEqual(already);
  });
});
