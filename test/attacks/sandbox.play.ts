/**
 * Plays S01–S11 in one grade of the sandbox and prints what happened as JSON. Started as a process of its own, so that it can be another
 * uid and carry planted secrets: the first argument is the grade, the second the secret (in our command line, environment and a file).
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemOf } from '../../app/core/errors.ts';
import { defaultLimits, MIB, type SandboxGrade, type SandboxRequest, type SandboxResult } from '../../app/core/ports/sandbox.ts';
import { openSandbox } from '../../app/edges/sandbox/open.ts';

const [grade, secret = ''] = process.argv.slice(2);
process.env.PLANTED_SECRET = secret;
const folder = mkdtempSync(join(tmpdir(), 'assay-play-'));
chmodSync(folder, 0o755);
const secretFile = join(folder, 'secret.txt');
writeFileSync(secretFile, secret);

type Told = Record<string, unknown>;

async function main(): Promise<Told> {
  const sandbox = await openSandbox({ force: grade as SandboxGrade['name'], scratch: folder });
  let count = 0;
  const workdir = () => { const path = join(folder, `work${++count}`); mkdirSync(path); return path; };
  const run = (argv: string[], more: Partial<Omit<SandboxRequest, 'limits'>> & { limits?: Partial<SandboxRequest['limits']> } = {}) =>
    sandbox.run({ argv, workdir: workdir(), ...more, limits: { ...defaultLimits, wallMs: 20_000, ...more.limits } });
  const node = async (source: string, more: Parameters<typeof run>[1] = {}) => told(await run(['node', '-e', `${helpers}\n(async () => { ${source} })();`], more));

  const tcp = await listen(createServer(greet), { host: '127.0.0.1', port: 0 });
  const abstract = await listen(createServer(greet), { path: `\0assay-play-${process.pid}` });
  const port = (tcp.address() as AddressInfo).port;
  const S01 = await node(`say({ tcp: await dial({ host: '1.1.1.1', port: 80 }), udp: await datagram('1.1.1.1') })`);
  const S02 = { ...await node(`say({ tcp: await dial({ host: '127.0.0.1', port: ${port} }), abstract: await dial({ path: '\\0assay-play-${process.pid}' }) })`), control: await reach(port) };
  tcp.close();
  abstract.close();

  const linked = workdir();
  symlinkSync(secretFile, join(linked, 'link'));
  const S03 = await node(`say({ outside: attempt(() => fs.readFileSync(${JSON.stringify(secretFile)})), link: attempt(() => fs.readFileSync('/work/link')), usr: attempt(() => fs.writeFileSync('/usr/x', '')),
    root: attempt(() => fs.writeFileSync('/x', '')), passwd: attempt(() => fs.readFileSync('/etc/passwd')), up: attempt(() => fs.readFileSync('/work/../..${secretFile}')), own: attempt(() => fs.writeFileSync('/work/own', '')) })`, { workdir: linked });

  const S04 = await node(`const seen = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name));
    const leaks = []; for (const pid of seen) for (const name of ['environ', 'cmdline']) { const text = attempt(() => fs.readFileSync('/proc/' + pid + '/' + name, 'utf8')); if (text.includes(${JSON.stringify(reversed(secret))}.split('').reverse().join(''))) leaks.push(pid + '/' + name); }
    say({ leaks, processes: seen.length, mem: attempt(() => fs.readFileSync('/proc/1/root' + ${JSON.stringify(secretFile)})), sysctl: attempt(() => fs.accessSync('/proc/sys/kernel/core_pattern', fs.constants.W_OK)) })`);
  S04.control = readFileSync('/proc/self/cmdline', 'utf8').includes(secret);

  const S05 = await node(`const { spawn } = require('node:child_process'); let started = 0; let code = null;
    for (let i = 0; i < 300 && !code; i++) await new Promise((next) => { const child = spawn('sleep', ['9']); child.once('spawn', () => { started++; next(); }); child.once('error', (error) => { code = error.code; next(); }); });
    say({ started, code }); process.exit(0)`, { limits: { processes: 40 } });
  // Every shell waits for both of its own, so that the first is still there when the limit is met.
  const S05bomb = await run(['/bin/bash', '--norc', '-c', 'bomb() { bomb & bomb & wait; }; bomb'], { limits: { processes: 16, wallMs: 6000 } });
  const S06 = await run(['node', '-e', 'const keep = []; for (;;) keep.push(Buffer.alloc(8e6, 1))'], { limits: { memoryBytes: 200 * MIB } });
  const S06python = await run(['python3', '-c', 'keep = []\nwhile True: keep.append(bytearray(b"x") * 8000000)'], { limits: { memoryBytes: 200 * MIB } });
  const S06lie = await run(['/bin/sh', '-c', 'echo "FATAL ERROR: JavaScript heap out of memory" >&2; exit 1'], { limits: { memoryBytes: 200 * MIB } });
  const S06shared = await run(['/bin/sh', '-c', 'head -c 400m /dev/zero > /dev/shm/x; head -c 400m /dev/zero > /tmp/x; stat -c %s /dev/shm/x /tmp/x'], { limits: { memoryBytes: 200 * MIB, fileBytes: 20 * MIB } });
  const S07 = await run(['/bin/sh', '-c', 'head -c 5000000 /dev/zero > /work/big'], { workdir: join(folder, 'files'), limits: { fileBytes: MIB } });
  const S08 = await run(['/bin/sh', '-c', 'trap "" TERM INT XCPU; while :; do :; done'], { limits: { cpuMs: 400, wallMs: 10_000 } });
  const S08many = await run(['/bin/sh', '-c', 'for i in 1 2 3 4; do (while :; do :; done) & done; wait'], { limits: { cpuMs: 600, wallMs: 10_000 } });
  const S08asleep = await run(['/bin/sh', '-c', 'trap "" TERM; sleep 100'], { limits: { wallMs: 400 } });
  const S09 = await run(['/bin/sh', '-c', 'unshare --user true; unshare --user --map-root-user --net true; mount -t tmpfs x /tmp; chroot /work true']);
  const S10 = await node(`say({ names: attempt(() => fs.readFileSync('/proc/1/environ', 'utf8')).split('\\0').filter(Boolean).map((each) => each.split('=')[0]), own: Object.keys(process.env),
    files: fs.readdirSync('/proc/self/fd').map((fd) => attempt(() => fs.readlinkSync('/proc/self/fd/' + fd))).filter((target) => target.startsWith('/') && !target.startsWith('/proc/') && !target.startsWith('/dev/')) })`);
  return { grade: sandbox.grade, S01, S02, S03, S04, S05, S05bomb: short(S05bomb),
    S06: short(S06), S06python: short(S06python), S06lie: short(S06lie), S06shared: short(S06shared), S07: { ...short(S07), size: statSync(join(folder, 'files', 'big')).size }, S08: short(S08), S08many: short(S08many), S08asleep: short(S08asleep), S09: short(S09), S10, S11: await tampering(node) };
}

/** A test suite that wants to pass by force: it rewrites its runner and writes where a workflow would read. */
async function tampering(node: (source: string, more: Partial<SandboxRequest>) => Promise<Told>): Promise<Told> {
  const [runner, temp, output] = [join(folder, 'runner'), join(folder, 'temp'), join(folder, 'output.txt')];
  mkdirSync(runner);
  mkdirSync(temp);
  writeFileSync(join(runner, 'run.mjs'), 'honest');
  writeFileSync(output, 'honest');
  process.env.GITHUB_OUTPUT = output;
  process.env.RUNNER_TEMP = temp;
  const result = await node(`say({ runner: attempt(() => fs.writeFileSync('/runner/run.mjs', 'x')), replace: attempt(() => fs.renameSync('/work', '/runner')), env: [process.env.GITHUB_OUTPUT ?? null, process.env.RUNNER_TEMP ?? null],
    output: attempt(() => fs.appendFileSync(${JSON.stringify(output)}, 'verdict=pass')), temp: attempt(() => fs.writeFileSync(${JSON.stringify(join(temp, 'x'))}, '')) })`, { readOnly: [{ host: runner, inside: '/runner' }] });
  return { ...result, after: [readFileSync(join(runner, 'run.mjs'), 'utf8'), readFileSync(output, 'utf8')] };
}

const helpers = `const fs = require('node:fs'); const net = require('node:net'); const say = (value) => fs.writeSync(1, JSON.stringify(value));
const attempt = (act) => { try { return String(act()); } catch (error) { return error.code; } };
const dial = (to) => new Promise((resolve) => { const socket = net.connect({ ...to, timeout: 3000 }); socket.on('connect', () => resolve('CONNECTED')); socket.on('error', (error) => resolve(error.code)); socket.on('timeout', () => resolve('TIMEOUT')); });
const datagram = (host) => new Promise((resolve) => { const socket = require('node:dgram').createSocket('udp4'); socket.send('x', 53, host, (error) => { socket.close(); resolve(error ? error.code : 'SENT'); }); });`;

function told(result: SandboxResult): Told {
  try {
    return JSON.parse(result.stdout.toString('utf8')) as Told;
  } catch {
    return { nothing: result.stderr.toString('utf8').slice(-500), ...short(result) };
  }
}

function short({ stdout, stderr, ...rest }: SandboxResult): Told {
  return { ...rest, stdout: stdout.toString('utf8').slice(0, 500), stderr: stderr.toString('utf8').slice(0, 2000) };
}

function listen(server: Server, where: { host: string; port: number } | { path: string }): Promise<Server> {
  return new Promise((resolve, reject) => { server.once('error', reject); server.listen(where, () => resolve(server)); });
}

/** A visitor that hangs up at once is none of the host's concern. */
function greet(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.end('host');
}

function reach(port: number): Promise<string> {
  return new Promise((resolve) => { const socket = connect({ host: '127.0.0.1', port }); socket.on('connect', () => { socket.destroy(); resolve('CONNECTED'); }); socket.on('error', (error) => resolve(error.message)); });
}

/** The program carries the secret backwards, so that its own command line is no leak. */
function reversed(text: string): string {
  return [...text].reverse().join('');
}

mkdirSync(join(folder, 'files'));
let answer: Told;
try {
  answer = await main();
} catch (thrown) {
  answer = { problem: problemOf(thrown) };
}
execFileSync('rm', ['-rf', folder]);
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
