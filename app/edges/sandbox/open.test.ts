import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { defaultLimits } from '../../core/ports/sandbox.ts';
import { describeWith } from '../../../test/tools.ts';
import { openSandbox, type OpenSandbox } from './open.ts';

let sandbox: OpenSandbox;
let folder = '';
let workdir = '';
beforeAll(async () => { sandbox = await openSandbox(); });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-open-test-'));
  workdir = mkdtempSync(join(folder, 'hidden-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('without any containment untrusted code does not run, and the reason names a remedy', async () => {
  const closed = await openSandbox({ force: 'none' });
  expect(closed.grade.name).toBe('none');
  await expect(closed.run({ argv: ['true'], workdir, limits: defaultLimits })).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  expect(() => closed.session({ argv: ['true'], workdir, limits: defaultLimits })).toThrow(/does not run/);
});

describeWith(['util-linux'], 'sandbox', () => {
  test('node is the pinned one and TypeScript runs as it is; stdin, env, exit code and both streams pass', async () => {
    writeFileSync(join(workdir, 'main.ts'), 'import { readFileSync } from "node:fs"; const text: string = ({ readFileSync }).readFileSync(0, "utf8"); console.log(text + process.env.GIVEN); console.error(process.version); process.exit(3);');
    const result = await sandbox.run({ argv: ['node', 'main.ts'], workdir, stdin: 'in ', env: { GIVEN: "it's" }, limits: defaultLimits });
    expect(result).toMatchObject({ exit: 3, signal: null, timedOut: false, truncated: false, outOfMemory: false });
    expect(result.stdout.toString()).toBe("in it's\n");
    expect(result.stderr.toString()).toBe('v24.21.0\n');
  });

  test('what the program leaves is ours to read and remove, also from a folder it closed; the second run works on', async () => {
    const leave = { argv: ['/bin/sh', '-c', 'mkdir -p a/b; echo $(($(cat a/n 2>/dev/null || echo 0) + 1)) > a/n; chmod 000 a/b; chmod 600 a/n'], workdir, limits: defaultLimits };
    await sandbox.run(leave);
    expect((await sandbox.run(leave)).exit).toBe(0);
    expect(readFileSync(join(workdir, 'a/n'), 'utf8')).toBe('2\n');
    rmSync(workdir, { recursive: true });
  });

  test('output is cut at its bound and the program killed', async () => {
    const result = await sandbox.run({ argv: ['yes'], workdir, limits: { ...defaultLimits, outputBytes: 1000 } });
    expect(result).toMatchObject({ truncated: true, exit: null, signal: 'SIGKILL', timedOut: false });
    expect(result.stdout).toHaveLength(1000);
  });

  test('read-only mounts and one unix socket reach the program, also where only their owner may look', async () => {
    chmodSync(workdir, 0o700);
    const path = join(folder, 'gateway.sock');
    const server = createServer((socket) => socket.end('from the host'));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    chmodSync(path, 0o777);
    writeFileSync(join(folder, 'given.txt'), 'given');
    const source = 'const fs = require("node:fs"); let code; try { fs.writeFileSync("/given.txt", "") } catch (error) { code = error.code } require("node:net").connect("/run/gateway.sock").on("data", (data) => console.log(fs.readFileSync("/given.txt", "utf8"), code, String(data)));';
    const result = await sandbox.run({ argv: ['node', '-e', source], workdir, readOnly: [{ host: join(folder, 'given.txt'), inside: '/given.txt' }], sockets: [{ host: path, inside: '/run/gateway.sock' }], limits: defaultLimits });
    server.close();
    expect(result.stdout.toString()).toBe('given EROFS from the host\n');
  });

  test('a missing mount is named; a missing program is an exit code, not a failure of the sandbox', async () => {
    await expect(sandbox.run({ argv: ['true'], workdir, readOnly: [{ host: join(folder, 'absent'), inside: '/x' }], limits: defaultLimits })).rejects.toMatchObject({ code: 'SANDBOX_MOUNT_MISSING' });
    expect(await sandbox.run({ argv: ['no-such-program'], workdir, limits: defaultLimits })).toMatchObject({ exit: 127 });
  });

  test('CPU time is accounted, processes of a run that ended included', async () => {
    const busy = 'const until = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < until);';
    const result = await sandbox.run({ argv: ['/bin/sh', '-c', `node -e '${busy}'; true`], workdir, limits: defaultLimits });
    expect(result.cpuMs).toBeGreaterThan(280);
    expect(result.cpuMs).toBeLessThan(2000);
  });

  test('a session answers line by line and ends with the same account', async () => {
    const session = sandbox.session({ argv: ['node', '-e', 'require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => console.log(line.length))'], workdir, limits: defaultLimits });
    session.write('four');
    const lines: string[] = [];
    for await (const line of session.lines) {
      lines.push(line);
      if (lines.length === 1) session.write('seven77');
      else session.end();
    }
    expect(lines).toEqual(['4', '7']);
    expect(await session.done).toMatchObject({ exit: 0, signal: null });
  });

  test('a killed session says so', async () => {
    const session = sandbox.session({ argv: ['sleep', '100'], workdir, limits: defaultLimits });
    setTimeout(session.kill, 200);
    expect(await session.done).toMatchObject({ exit: null, signal: 'SIGKILL', timedOut: false });
  });
});
