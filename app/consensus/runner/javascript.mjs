// Runs one JavaScript or TypeScript candidate over many cases inside the sandbox; this process never loads candidate code. The job
// arrives as JSON on stdin; each answer leaves as one line, "<nonce> <json>", on stdout, which only this process holds. A child process
// answers case by case on its own pipe (child.mjs); it is ended and replaced when it hangs, dies or breaks the protocol.
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { childEnv, commandEnv } from './environment.mjs';
import { brief, killGroup, watch } from './process.mjs';

const here = import.meta.dirname;
const LINE_LIMIT = 1024 * 1024;
const STATUS = new Set(['value', 'raise', 'crash']);

const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const say = (answer) => fs.writeSync(1, `${job.nonce} ${JSON.stringify(answer)}\n`);

let child = null;

function startChild() {
  const started = spawn(process.execPath, ['--experimental-vm-modules', '--no-warnings', path.join(here, 'child.mjs')], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'], detached: true, env: childEnv,
  });
  started.stdin.on('error', () => {}); // it died: the closed pipe below is the answer
  return started;
}

function ask(test) {
  child ??= startChild();
  const asked = child;
  return new Promise((resolve) => {
    let text = '';
    const end = (outcome, drop) => {
      stop();
      asked.stdio[3].removeAllListeners('data');
      asked.removeAllListeners('close');
      if (drop) { killGroup(asked); if (child === asked) child = null; }
      resolve(outcome);
    };
    const stop = watch(asked.pid, job.cpuMs, () => end({ s: 'timeout', ms: job.cpuMs * 2 }, true));
    asked.on('close', () => end({ s: 'crash', why: 'it ended without an answer' }, true));
    asked.stdio[3].on('data', (chunk) => {
      text += chunk;
      if (text.length > LINE_LIMIT) return end({ s: 'crash', why: 'it answered with too many bytes' }, true);
      if (text.endsWith('\n')) end(...judge(text));
    });
    asked.stdin.write(`${JSON.stringify({ surface: job.surface, test })}\n`);
  });
}

/** Exactly one line of JSON with a known status is an answer; anything else ends that child. */
function judge(text) {
  try {
    const parsed = JSON.parse(text);
    if (STATUS.has(parsed?.s)) return [parsed, false];
  } catch {
    return [{ s: 'crash', why: 'its answer is not JSON' }, true];
  }
  return [{ s: 'crash', why: 'its answer has no status' }, true];
}

function runCommand(stdin) {
  const [file, ...args] = job.surface.command;
  const run = spawn(file === 'node' ? process.execPath : file, file === 'node' ? ['--no-warnings', ...args] : args, {
    stdio: ['pipe', 'pipe', 'ignore'], detached: true, env: commandEnv,
  });
  return new Promise((resolve) => {
    const chunks = [];
    let size = 0;
    const end = (outcome) => { const ms = stop(); killGroup(run); resolve({ ms, ...outcome }); };
    const stop = watch(run.pid, job.cpuMs, () => end({ s: 'timeout' }));
    run.stdin.on('error', () => {}); // a program need not read its input
    run.on('error', () => end({ s: 'crash', why: 'the command does not start' }));
    run.stdout.on('data', (chunk) => { size += chunk.length; chunks.push(chunk); if (size > job.outputBytes) end({ s: 'crash', why: 'it printed too much' }); });
    run.on('close', (code, signal) => end(code === 0 ? { s: 'exit', code, out: brief(Buffer.concat(chunks).toString('utf8')) } : { s: 'crash', why: signal ? `signal ${signal}` : `exit code ${code}` }));
    run.stdin.end(stdin);
  });
}

say({ ready: true });
for (const [v, variant] of job.variants.entries()) {
  for (const [file, content] of Object.entries(variant)) fs.writeFileSync(file, content);
  if (child) { killGroup(child); child = null; }
  let strikes = 0;
  for (const [i, test] of job.cases.entries()) {
    const answer = strikes >= job.strikes ? { s: 'timeout', why: 'not run after earlier time-outs' } : 'stdin' in test ? await runCommand(test.stdin) : await ask(test);
    if (answer.s === 'timeout' || (answer.ms ?? 0) >= (job.strikeMs ?? Infinity)) strikes += 1;
    say({ ...answer, v, i });
  }
}
say({ done: true });
if (child) killGroup(child);
process.exit(0);
