// Runs one candidate over many cases inside the sandbox where the surface is a server or files that are written. Candidate code runs in
// processes of its own; this one starts them, asks, bounds and normalises what comes back, and puts the work folder back after each case.
// The job arrives as JSON on stdin; each answer leaves as one line, "<nonce> <json>", on stdout, which only this process holds.
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { askSession, freePort, neverReady } from './http.mjs';
import { killGroup, plainEnv, watch } from './process.mjs';
import { place, restore, snapshot, written } from './workspace.mjs';

const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const say = (answer) => fs.writeSync(1, `${job.nonce} ${JSON.stringify(answer)}\n`);
const here = import.meta.dirname;
const folder = process.cwd();

function start([file, ...args], more = {}) {
  const node = file === 'node';
  return spawn(node ? process.execPath : file, node ? ['--no-warnings', ...args] : args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true, ...more, env: { ...plainEnv(), ...more.env } });
}

/** A started program, and a promise of how it ended; a limit of CPU time ends it. */
function started(command, more) {
  const child = start(command, more);
  child.stdin.on('error', () => {}); // a program need not read its input
  let stop = () => 0;
  const ended = new Promise((resolve) => {
    child.on('error', () => resolve({ s: 'crash', why: 'the command does not start' }));
    child.on('close', (code, signal) => resolve(code === 0 ? { s: 'ended' } : { s: 'crash', why: signal ? `signal ${signal}` : `exit code ${code}` }));
    if (child.pid) stop = watch(child.pid, job.cpuMs, () => resolve({ s: 'timeout' }));
  });
  return { child, ended, finish: () => { const ms = stop(); killGroup(child); return ms; } };
}

async function runServer(requests) {
  const port = freePort();
  const server = started(job.surface.start, { env: { PORT: String(port), HOST: '127.0.0.1', NODE_ENV: 'test' } });
  server.child.stdin.end();
  const asked = askSession(requests, { port, surface: job.surface, bytes: job.outputBytes, waitMs: Math.min(10_000, job.cpuMs + 1500) });
  const gone = server.ended.then((how) => (how.s === 'ended' ? { s: 'crash', why: 'the server ended' } : how));
  const answer = await Promise.race([asked.answer, gone]);
  asked.cancel();
  return { ...answer, ms: server.finish() };
}

async function runFiles({ files, argv = [], call, input = '' }) {
  place(folder, files);
  const { surface } = job;
  const command = surface.command ? [...surface.command, ...argv] : launcher(surface);
  const program = started(command);
  program.child.stdin.end(surface.command ? input : JSON.stringify({ module: path.resolve(surface.module), export: surface.export, args: call ?? [] }));
  const how = await program.ended;
  const ms = program.finish();
  return how.s === 'ended' ? { s: 'value', value: { files: written(folder, surface.outputs) }, ms } : { ...how, ms };
}

function launcher(surface) {
  return surface.module.endsWith('.py') ? ['python3', '-I', path.join(here, 'call.py')] : ['node', path.join(here, 'call.mjs')];
}

async function runCase(test) {
  try {
    return await ('request' in test ? runServer(test.request) : runFiles(test));
  } catch (error) {
    return { s: 'crash', why: `its files cannot be compared: ${String(error.message).slice(0, 100)}` };
  }
}

say({ ready: true });
for (const [v, variant] of job.variants.entries()) {
  for (const [file, content] of Object.entries(variant)) fs.writeFileSync(file, content);
  const kept = snapshot(folder);
  let strikes = 0;
  for (const [i, test] of job.cases.entries()) {
    const answer = strikes >= job.strikes ? { s: 'timeout', why: 'not run after earlier time-outs' } : await runCase(test);
    // A server that never listens is not started again and again.
    if (answer.why === neverReady) strikes = job.strikes;
    if (answer.s === 'timeout' || (answer.ms ?? 0) >= (job.strikeMs ?? Infinity)) strikes += 1;
    restore(folder, kept);
    say({ ...answer, v, i });
  }
}
say({ done: true });
process.exit(0);
