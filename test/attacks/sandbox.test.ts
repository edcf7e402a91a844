/**
 * S01–S11: a hostile program in every grade of the sandbox that this machine gives, started by us and, where we are root, also by an
 * ordinary uid. Each case asserts the refusal and the reason that the kernel gave; a case whose program said nothing fails.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { workerCommand } from '../../app/edges/executor/worker.ts';
import { findCgroupHome } from '../../app/edges/sandbox/cgroup.ts';
import type { SandboxGrade } from '../../app/core/ports/sandbox.ts';
import { describeWith, need } from '../tools.ts';
import { controls } from './controls.ts';
import { weakened } from './weaken.ts';

const canRaiseLoopback = ['ip', 'ifconfig'].some((program) => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) => existsSync(join(folder, program))));

const clone = fileURLToPath(new URL('../../', import.meta.url));
const entry = 'test/attacks/sandbox.play.ts';

const Result = z.looseObject({ exit: z.number().nullable(), signal: z.string().nullable(), timedOut: z.boolean(), outOfMemory: z.boolean(), wallMs: z.number(), stdout: z.string(), stderr: z.string() });
const facts = z.record(z.string(), z.unknown());
const Played = z.strictObject({
  grade: z.looseObject({ name: z.string(), words: z.string() }),
  S01: facts, S02: facts, S03: facts, S04: facts, S05: facts, S05bomb: Result, S06: Result, S06python: Result, S06lie: Result, S06shared: Result, S07: Result.extend({ size: z.number() }),
  S08: Result, S08many: Result, S08asleep: Result, S09: Result, S10: z.strictObject({ names: z.array(z.string()), own: z.array(z.string()), files: z.array(z.string()) }), S11: facts,
});
type Played = z.infer<typeof Played>;

const secret = `planted-${randomUUID()}`;

async function play(grade: string, starter: 'us' | 'ordinary uid'): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-attack-'));
  const command = starter === 'us' ? { argv: [process.execPath, join(clone, entry), grade, secret], remove: async () => undefined } : workerCommand({ clone, folder, entry, args: [grade, secret] });
  try {
    chmodSync(folder, 0o755);
    const [program = '', ...args] = command.argv;
    // S10: a host file on a descriptor far above the usual ones, as a careless parent leaves it.
    const stray = openSync(join(clone, 'package.json'), 'r');
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit', ...Array.from({ length: 37 }, () => 'ignore' as const), stray] });
    closeSync(stray);
    if (!child.stdout) throw new Error('no pipe');
    return Played.parse(JSON.parse(await text(child.stdout)));
  } finally {
    await command.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function gradesHere(starter: 'us' | 'ordinary uid'): SandboxGrade['name'][] {
  const home = findCgroupHome();
  const own = starter === 'us' || process.getuid?.() === 0 ? home : null;
  const strong: SandboxGrade['name'][] = own ? [`bubblewrap+cgroup${own.version}`] : [];
  return need('bubblewrap').available ? [...strong, 'bubblewrap', 'unshare+prlimit'] : ['unshare+prlimit'];
}

describeWith(['bubblewrap'], 'the strongest launcher is here', () => {
  test('bubblewrap is installed, so its grades are played below', () => expect(need('bubblewrap').path).toMatch(/bwrap$/));
});

test('every attack of the series has a control, its function exists, and it can be made permissive', () => {
  const ids = Array.from({ length: 11 }, (_, index) => `S${String(index + 1).padStart(2, '0')}`);
  expect(Object.keys(controls)).toEqual(expect.arrayContaining(ids));
  for (const { behind = [], ...first } of Object.values(controls)) {
    for (const each of [first, ...behind]) {
      const text = readFileSync(join(clone, each.file), 'utf8');
      expect(weakened(text, each), `${each.file} ${each.function}`).not.toBe(text);
    }
  }
});

const starters = process.getuid?.() === 0 ? (['us', 'ordinary uid'] as const) : (['us'] as const);
// One after the other for each starter, the starters side by side: two processors, and the cases measure CPU time.
const plays = starters.flatMap((starter) => {
  let before: Promise<unknown> = Promise.resolve();
  return gradesHere(starter).map((grade) => {
    const played = before.then(() => play(grade, starter));
    before = played.catch((error: unknown) => error);
    return { starter, grade, played };
  });
});

describe.each(plays)('$grade started by $starter', ({ grade, played }) => {
  let seen: Played;
  beforeAll(async () => { seen = await played; });

  test('the grade that was asked for was played', () => expect(seen.grade.name).toBe(grade));
  test('S01 network: unreachable', () => expect(seen.S01).toEqual({ tcp: 'ENETUNREACH', udp: 'ENETUNREACH' }));
  test('S02 host loopback: refused, by address and by abstract socket, though it answers outside', () => {
    // Its own loopback, where nobody listens; in the weakest grade only where a program can bring that up.
    expect(seen.S02).toEqual({ tcp: grade === 'unshare+prlimit' && !canRaiseLoopback ? 'ENETUNREACH' : 'ECONNREFUSED', abstract: 'ECONNREFUSED', control: 'CONNECTED' });
  });
  test('S03 file escape: outside is absent, also by link, the rest is read-only, its own folder works', () => {
    expect(seen.S03).toEqual({ outside: 'ENOENT', link: 'ENOENT', usr: 'EROFS', root: 'EROFS', passwd: 'ENOENT', up: 'ENOENT', own: 'undefined' });
  });
  test('S04 /proc: the planted secret is nowhere, foreign processes are absent, kernel settings are closed', () => {
    expect(seen.S04).toMatchObject({ leaks: [], mem: 'ENOENT', sysctl: expect.stringMatching(/^(EACCES|EROFS|EPERM)$/), control: true });
    expect(seen.S04.processes).toBeLessThan(6);
  });
  test('S05 fork bomb: EAGAIN at the limit of 40, and a bomb burns out', () => {
    expect(seen.S05.code).toBe('EAGAIN');
    expect(seen.S05.started).toBeGreaterThan(10);
    expect(seen.S05.started).toBeLessThanOrEqual(40);
    expect(seen.S05bomb.stderr).toContain('Resource temporarily unavailable');
    expect(seen.S05bomb.wallMs).toBeLessThan(9000);
  });
  test('S06 memory bomb: killed and told apart as out of memory; shared and temporary files are bounded', () => {
    expect(seen.S06).toMatchObject({ outOfMemory: true, timedOut: false });
    // Without a control group the limit of the data segment may refuse the memory before the watcher sees it grow: then the program ends by itself.
    if (grade.includes('cgroup')) expect(seen.S06).toMatchObject({ exit: null, signal: 'SIGKILL' });
    else expect(seen.S06.exit).not.toBe(0);
    expect(seen.S06python).toMatchObject({ outOfMemory: true, timedOut: false });
    // Words alone are no evidence.
    expect(seen.S06lie).toMatchObject({ exit: 1, outOfMemory: false });
    expect(seen.S06shared.stdout.trim().split('\n').map(Number)).toEqual([20 * 1024 * 1024, 20 * 1024 * 1024]);
  });
  test('S07 file size: cut at the limit by SIGXFSZ', () => expect(seen.S07).toMatchObject({ size: 1024 * 1024, signal: 'SIGXFSZ' }));
  test('S08 spin: CPU time counts over all processes, sleep counts by the wall, deaf programs end too', () => {
    for (const each of [seen.S08, seen.S08many, seen.S08asleep]) expect(each).toMatchObject({ timedOut: true, signal: 'SIGKILL', exit: null });
    expect(seen.S08.cpuMs).toBeGreaterThanOrEqual(400);
    for (const each of [seen.S08, seen.S08many, seen.S08asleep]) expect(each.wallMs).toBeLessThan(8000);
  });
  test('S09 nested namespaces: refused, as are mount and chroot', () => {
    expect(seen.S09.exit).not.toBe(0);
    expect(seen.S09.stderr.match(/unshare failed: (No space left on device|Operation not permitted)/g)).toHaveLength(2);
    expect(seen.S09.stderr).toMatch(/must be superuser to use mount/);
  });
  test('S10 launcher environment: PID 1 shows only what was meant, no inherited descriptor leads to a file', () => {
    const meant = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];
    expect(meant).toEqual(expect.arrayContaining(seen.S10.names));
    expect([...meant, 'PWD', 'SHLVL', '_']).toEqual(expect.arrayContaining(seen.S10.own));
    expect(seen.S10.files).toEqual([]);
  });
  test('S11 a suite that overwrites the runner, $GITHUB_OUTPUT and $RUNNER_TEMP: read-only, unset and absent', () => {
    expect(seen.S11).toEqual({ runner: 'EROFS', replace: expect.stringMatching(/^(EROFS|EBUSY|EXDEV)$/), env: [null, null], output: 'ENOENT', temp: 'ENOENT', after: ['honest', 'honest'] });
  });
});
