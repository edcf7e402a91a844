/**
 * Programs for surfaces that are started: a server that is sent requests, a command or function that writes files. Each run works in a fresh copy of the tree. What is compared is what the guarded runner
 * compares: status, declared headers and body without masked fields; written text, or the value of a `.json` file. A refusal's wording and a file too large to stand in a program are not compared here.
 */
import { dirname } from 'node:path';
import type { CriterionTest, Spec } from '../../core/spec.ts';
import type { FilesRun, HttpRequest, Surface } from '../../core/surface.ts';
import type { Behaviour, Trial } from '../../consensus/behaviour.ts';
import { javascriptText, pythonText } from '../../consensus/reproducer.ts';
import { inLanguage, tagOf } from '../../consensus/values.ts';
import type { Program } from './suspicion.ts';

/** What must hold of one run; null where any end without a failure will do. */
type Wanted = { responses: object[] } | { files: Record<string, unknown> } | null;

export function isStarted(spec: Spec): boolean {
  return spec.surface?.kind === 'http' || spec.surface?.kind === 'files';
}

/** That a frozen test is met. */
export function startedTest(test: CriterionTest, spec: Spec): Program {
  if ('request' in test) return programOf({ request: test.request }, { responses: test.expect }, spec);
  return 'files' in test ? programOf(test, { files: test.expect }, spec) : { kind: 'mjs', text: '' };
}

/** That the trial is answered as it was elsewhere; where nothing was answered there, that it is answered at all. */
export function startedSame(trial: Trial, expected: Behaviour, spec: Spec): Program {
  const value: unknown = expected.s === 'value' ? expected.value : null;
  if (Array.isArray(value)) return programOf(trial, { responses: value.map(comparable) }, spec);
  const files: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, 'files') : null;
  return programOf(trial, files !== null && typeof files === 'object' ? { files: Object.fromEntries(Object.entries(files).filter(([, content]) => !/^\$(big|bytes|link|special)$/.test(tagOf(content)?.tag ?? ''))) } : null, spec);
}

/** That five fresh runs show the same. */
export function startedSteady(trial: Trial, spec: Spec): Program {
  return { kind: 'mjs', text: `${preludeOf(trial, spec)}const first = await observe();\nfor (let run = 2; run <= 5; run++) assert.deepEqual(await observe(), first);\n` };
}

/** The body of a refusal is set aside, as in every comparison. */
function comparable(response: unknown): object {
  const { body, ...rest } = Object(response);
  return tagOf(body)?.tag === '$aside' ? rest : { ...rest, body };
}

function programOf(trial: Trial, wanted: Wanted, spec: Spec): Program {
  const text = (value: unknown): string => javascriptText(inLanguage(value, 'javascript'));
  const checks = wanted === null ? '' : 'responses' in wanted
    ? `const expected = ${text(wanted.responses)};\nassert.equal(seen.length, expected.length);\nexpected.forEach((one, at) => {\n  if (one.status !== undefined) assert.equal(seen[at].status, one.status);\n  for (const [name, value] of Object.entries(one.headers ?? {})) assert.equal(seen[at].headers[name], value);\n  if ('body' in one) assert.deepEqual(seen[at].body, one.body);\n});\n`
    : `const expected = ${text(Object.fromEntries(Object.entries(wanted.files).map(([path, content]) => [path, path.endsWith('.json') ? parsed(content) : content])))};\nfor (const [path, content] of Object.entries(expected)) assert.deepEqual(seen[path] ?? null, content);\n`;
  return { kind: 'mjs', text: `${preludeOf(trial, spec)}const seen = await observe();\n${checks}` };
}

function parsed(content: unknown): unknown {
  try {
    return typeof content === 'string' ? JSON.parse(content) : content;
  } catch {
    return content; // expected as a text that is no JSON
  }
}

/** Defines `observe()`: one run in a fresh copy of the tree, and what it shows. It throws where the program fails. */
function preludeOf(trial: Trial, spec: Spec): string {
  const { surface } = spec;
  if (surface?.kind === 'http' && 'request' in trial) return `${copying}${serverLines(trial.request, surface)}`;
  return surface?.kind === 'files' && 'files' in trial ? `${copying}${filesLines(trial, surface, spec)}` : '';
}

const copying = `import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
async function inCopy(work) {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  try {
    cpSync(process.cwd(), folder, { recursive: true });
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const value = (text) => { try { return JSON.parse(text); } catch { return text; } };
`;

/** A body leaves as the runner sends it: text as it is, anything else as JSON. */
function sent({ method, path, headers, body }: HttpRequest): object {
  const plain = typeof body === 'string' && !/json/.test(headers?.['content-type'] ?? '');
  const text = body === undefined ? null : plain ? body : jsonText(body);
  return { method, path, headers: { connection: 'close', ...(text === null ? {} : { 'content-length': String(Buffer.byteLength(text)) }), ...(text === null || plain ? {} : { 'content-type': 'application/json' }), ...headers }, text };
}

function jsonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const tagged = tagOf(value);
  if ((tagged?.tag === '$float' || tagged?.tag === '$int') && /^[-+.\deE]+$/.test(String(tagged.inner))) return String(tagged.inner);
  return `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${jsonText(inner)}`).join(',')}}`;
}

function serverLines(requests: HttpRequest[], { start, headers = [], mask = [] }: Extract<Surface, { kind: 'http' }>): string {
  const [file, ...args] = start;
  return `const requests = ${JSON.stringify(requests.map(sent), null, 1)};
const freePort = () => new Promise((resolve) => { const probe = net.createServer().listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => resolve(port)); }); });
const ask = ({ text, ...options }, port) => new Promise((resolve, reject) => {
  const request = http.request({ host: '127.0.0.1', port, agent: false, ...options }, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
  });
  request.on('error', reject);
  request.end(text ?? undefined);
});
const masked = (one) => Array.isArray(one) ? one.map(masked) : one === null || typeof one !== 'object' ? one : Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, ${JSON.stringify(mask)}.includes(name) ? { $masked: true } : masked(inner)]));
const header = (name, text) => name === 'content-type' ? text.split(';')[0].trim().toLowerCase() : text;
const observe = () => inCopy(async (cwd) => {
  const port = await freePort();
  const server = spawn(${JSON.stringify(file)}, ${JSON.stringify(args)}, { cwd, stdio: 'ignore', detached: true, env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', NODE_ENV: 'test' } });
  let over = false;
  server.on('exit', () => { over = true; });
  server.on('error', () => { over = true; });
  const listens = () => new Promise((resolve) => { const socket = net.connect({ host: '127.0.0.1', port }); socket.on('connect', () => { socket.destroy(); resolve(true); }); socket.on('error', () => resolve(false)); });
  try {
    while (!(await listens())) { assert.ok(!over, 'the server ended'); await new Promise((resolve) => { setTimeout(resolve, 15); }); }
    const responses = [];
    for (const request of requests) {
      const { status, headers, body } = await ask(request, port);
      assert.notEqual(status, 500, \`\${request.method} \${request.path}\`);
      const kept = Object.fromEntries(${JSON.stringify(headers)}.flatMap((name) => headers[name] === undefined ? [] : [[name, header(name, String(headers[name]))]]));
      responses.push({ status, headers: kept, body: masked(value(body.replaceAll('\\r\\n', '\\n'))) });
    }
    return responses;
  } finally {
    try { process.kill(-server.pid, 'SIGKILL'); } catch { /* it has ended already */ }
  }
});
`;
}

function filesLines({ files, argv = [], call = [], input = '' }: FilesRun, surface: Extract<Surface, { kind: 'files' }>, spec: Spec): string {
  const [file, ...args] = surface.command ? [...surface.command, ...argv] : calling(surface, call, spec);
  return `const observe = () => inCopy((cwd) => {
  for (const [path, text] of Object.entries(${JSON.stringify(files)})) { mkdirSync(dirname(join(cwd, path)), { recursive: true }); writeFileSync(join(cwd, path), text); }
  const { status } = spawnSync(${JSON.stringify(file)}, ${JSON.stringify(args)}, { cwd, input: ${JSON.stringify(input)}, stdio: ['pipe', 'ignore', 'ignore'] });
  assert.equal(status, 0, 'it fails');
  const names = readdirSync(cwd, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name).slice(cwd.length + 1));
  const outputs = names.filter((name) => ${JSON.stringify(surface.outputs)}.some((glob) => name === glob || matchesGlob(name, glob))).sort();
  return Object.fromEntries(outputs.map((name) => { const text = readFileSync(join(cwd, name), 'utf8').replaceAll('\\r\\n', '\\n'); return [name, name.endsWith('.json') ? value(text) : text]; }));
});
`;
}

/** Starts the function once; its answer is not read. */
function calling({ module = '', export: name = '' }: Extract<Surface, { kind: 'files' }>, args: unknown[], spec: Spec): string[] {
  const [head = name, method] = name.split('.');
  if (module.endsWith('.py')) return ['python3', '-c', `import asyncio, inspect, runpy, sys\nsys.path[:0] = [".", ${JSON.stringify(dirname(module))}]\nfound = runpy.run_path(${JSON.stringify(module)})[${JSON.stringify(head)}]\nanswer = ${method ? `found().${method}` : 'found'}(${args.map(pythonText).join(', ')})\nif inspect.isawaitable(answer):\n    asyncio.run(answer)\n`];
  const text = (value: unknown): string => javascriptText(inLanguage(value, spec.language));
  return ['node', '--no-warnings', '--input-type=module', '-e', `const loaded = await import(process.cwd() + ${JSON.stringify(`/${module}`)});\nconst found = loaded[${JSON.stringify(head)}] ?? loaded.default?.[${JSON.stringify(head)}] ?? loaded.default;\nawait ${method ? `new found().${method}` : 'found'}(${args.map(text).join(', ')});\n`];
}
