/**
 * Runs inside the sandbox, beside the change's own server: starts it, waits until it listens, asks what the settings say, takes what it exports as traces on the
 * loopback, and writes one bounded report. It judges nothing. The server runs under the same user and could forge the report; it would say no more than it can say
 * about itself by its answers.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const most = { exports: 64, exportBytes: 1024 * 1024, bodyBytes: 256 * 1024, words: 2000 };
const { start, port, requests, readyMs, answerMs, traceMs } = JSON.parse(Buffer.from(process.argv[2], 'base64').toString('utf8'));
const report = { listening: false, ended: null, refused: null, words: '', answers: [], exports: [], exportsLost: 0 };

const receiver = traceMs > 0 ? await receive() : null;
const server = run();
report.listening = await listens();
if (report.listening) for (const request of requests) report.answers.push(await ask(request));
if (report.listening && receiver) await until(() => report.exports.length > 0, traceMs);
report.ended = server.exitCode ?? server.signalCode;
await stop();
writeFileSync('/work/out/preview.json', JSON.stringify(report));
process.exit(0);

/** OTLP over HTTP: bodies are kept as they came and read outside. */
async function receive() {
  const listener = createServer((request, response) => {
    const chunks = [];
    let size = 0;
    request.on('data', (chunk) => { size += chunk.length; if (size <= most.exportBytes) chunks.push(chunk); });
    request.on('error', () => response.destroy());
    request.on('end', () => {
      const type = request.headers['content-type'] ?? '';
      if (request.method === 'POST' && request.url === '/v1/traces') keep({ type: type.slice(0, 100), encoding: (request.headers['content-encoding'] ?? '').slice(0, 20), body: Buffer.concat(chunks).toString('base64') }, size);
      response.writeHead(200, { 'content-type': type.includes('json') ? 'application/json' : 'application/x-protobuf' });
      response.end(type.includes('json') ? '{}' : '');
    });
  });
  await new Promise((resolve, reject) => listener.once('error', reject).listen(4318, '127.0.0.1', resolve));
  return listener;
}

function keep(sent, size) {
  if (size > most.exportBytes || report.exports.length >= most.exports) report.exportsLost += 1;
  else report.exports.push(sent);
}

/** What it prints is read to the end and forgotten but for its last words, so that a flood stops nobody. */
function run() {
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_BSP_SCHEDULE_DELAY: '200' };
  const child = spawn(start[0], start.slice(1), { cwd: process.cwd(), env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const hear = (chunk) => { report.words = (report.words + chunk.toString('utf8')).slice(-most.words); };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('error', (error) => { report.refused = String(error.message).slice(0, 300); });
  return child;
}

async function listens() {
  return until(async () => (await connects()) === true, readyMs, () => server.exitCode !== null || server.signalCode !== null || report.refused !== null);
}

function connects() {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => { socket.destroy(); resolve(true); });
    socket.once('error', (error) => {
      // Not the server's fault: there is no loopback here.
      if (error.code === 'ENETUNREACH') report.refused = 'ENETUNREACH';
      resolve(false);
    });
  });
}

async function ask({ method, path, headers }) {
  const started = performance.now();
  const answer = { path, status: null, body: '', problem: null, ms: 0 };
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(answerMs) });
    answer.status = response.status;
    answer.body = await beginning(response);
  } catch (error) {
    answer.problem = String(error.cause?.code ?? error.name).slice(0, 100);
  }
  return { ...answer, ms: Math.round(performance.now() - started) };
}

async function beginning(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= most.bodyBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, most.bodyBytes).toString('utf8');
}

/** An exporter may hold its last batch until it is told to end. */
async function stop() {
  end('SIGTERM');
  await until(() => server.exitCode !== null || server.signalCode !== null || report.refused !== null, receiver ? 3000 : 500);
  end('SIGKILL');
}

function end(signal) {
  try {
    if (server.pid) process.kill(-server.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function until(holds, ms, given = () => false) {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (await holds()) return true;
    if (given()) return false;
    await sleep(50);
  }
  return false;
}
