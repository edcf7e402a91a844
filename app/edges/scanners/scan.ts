/**
 * Runs one scanner from deps/tools.lock over files laid out in a folder of its own: nothing of the change's configuration comes along unless it is asked about, the
 * environment is empty, output and time have limits. Exit codes are told apart by the scanner's own table, and an empty output is never "clean".
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { problemOf } from '../../core/errors.ts';
import type { Scanner, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { installCommand, readLock, toolNamed, toolPath } from '../tools/lock.ts';

export interface ScannerSpec {
  /** A name in deps/tools.lock, unless `packaged` says where it comes from. */
  name: string;
  /** One of our own npm packages: the program is run by this Node. */
  packaged?: { version: string; program(): string | null };
  perGuardrail: boolean;
  /** The files it is shown: path → text. None: clean without starting it. */
  files(request: ToolRequest): Record<string, string>;
  /** Arguments; `folder` holds the files, `outside` is an empty folder beside it for configuration and reports. */
  args(place: Place, request: ToolRequest): string[];
  env?(place: Place): Record<string, string>;
  /** Writes configuration, rules or a database into `outside`; answers why the tool cannot judge, or null. */
  prepare?(place: Place, request: ToolRequest): string | null | Promise<string | null>;
  exit: { clean: readonly number[]; findings: readonly number[] };
  /** Throws on anything that is no proper answer: then the tool counts as crashed. Paths as in `files`. */
  parse(output: ScanOutput, request: ToolRequest): ToolFinding[];
}

export interface Place {
  folder: string;
  outside: string;
}

export interface ScanOutput {
  stdout: string;
  stderr: string;
  exit: number;
  place: Place;
}

const maxOutput = 64 * 1024 * 1024;

export function scanner(spec: ScannerSpec): Scanner {
  const { name, perGuardrail } = spec;
  const keyed = (request: ToolRequest) => ({ files: spec.files(request), settings: request.settings ?? null });
  return { name, perGuardrail, version: spec.packaged?.version ?? toolNamed(name, readLock()).version, keyed, scan: (request) => scan(spec, request) };
}

async function scan(spec: ScannerSpec, request: ToolRequest): Promise<ToolAnswer> {
  const { version, install, start } = startOf(spec);
  const answer = (more: object): ToolAnswer => ToolAnswer.parse({ tool: spec.name, version, ...more });
  if (start === null) return answer({ state: 'missing', why: 'it is not installed', install });
  const files = spec.files(request);
  if (Object.keys(files).length === 0) return answer({ state: 'clean' });
  const root = mkdtempSync(join(tmpdir(), `assay-scan-${spec.name}-`));
  const place = { folder: join(root, 'files'), outside: join(root, 'outside') };
  try {
    layOut(place, files);
    const why = await spec.prepare?.(place, request) ?? null;
    if (why !== null) return answer({ state: 'unknown', why });
    const ended = await run([...start, ...spec.args(place, request)], { place, env: spec.env?.(place) ?? {}, limitMs: request.limitMs });
    return answer(judge(spec, { ended, place, request }));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function startOf({ name, packaged }: ScannerSpec): { version: string; install: string; start: string[] | null } {
  if (packaged) {
    const program = packaged.program();
    return { version: packaged.version, install: 'npm ci', start: program === null ? null : [process.execPath, program] };
  }
  const tool = toolNamed(name, readLock());
  const program = toolPath(name);
  return { version: tool.version, install: installCommand(tool), start: program === null ? null : [program] };
}

function layOut(place: Place, files: Record<string, string>): void {
  mkdirSync(place.folder);
  mkdirSync(place.outside);
  for (const [path, text] of Object.entries(files)) {
    const file = join(place.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o644 });
  }
}

type Ended = { kind: 'exit'; exit: number; stdout: string; stderr: string } | { kind: 'timeout' | 'flood' | 'signal'; why: string };

function judge(spec: ScannerSpec, { ended, place, request }: { ended: Ended; place: Place; request: ToolRequest }): object {
  if (ended.kind === 'timeout') return { state: 'timeout', why: ended.why };
  if (ended.kind !== 'exit') return { state: 'crashed', why: ended.why };
  const { exit } = ended;
  if (![...spec.exit.clean, ...spec.exit.findings].includes(exit)) return { state: 'crashed', why: `exit code ${exit}: ${tail(ended.stderr || ended.stdout)}` };
  try {
    const findings = spec.parse({ ...ended, place }, request);
    // An exit code that contradicts the report is a tool that broke, not a choice between the two.
    if (findings.length > 0 && !spec.exit.findings.includes(exit)) return { state: 'crashed', why: `exit code ${exit} says clean, its report has ${findings.length} findings` };
    if (findings.length === 0 && !spec.exit.clean.includes(exit)) return { state: 'crashed', why: `exit code ${exit} says findings, its report has none: ${tail(ended.stderr)}` };
    return { state: findings.length > 0 ? 'findings' : 'clean', findings };
  } catch (thrown) {
    return { state: 'crashed', why: `its answer cannot be read: ${problemOf(thrown).message.slice(0, 300)} ${tail(ended.stderr)}` };
  }
}

function tail(text: string): string {
  return text.trim().slice(-300);
}

/** The process leads its own group, so that its children end with it. */
function run(argv: string[], how: { place: Place; env: Record<string, string>; limitMs: number }): Promise<Ended> {
  const { outside, folder } = how.place;
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: outside, TMPDIR: outside, LC_ALL: 'C.UTF-8', NO_COLOR: '1', ...how.env };
  const child = spawn(argv[0]!, argv.slice(1), { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let size = 0;
  let cut: Ended | null = null;
  const stop = (why: Ended): void => {
    cut ??= why;
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(() => stop({ kind: 'timeout', why: `no answer within ${how.limitMs} ms` }), how.limitMs);
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxOutput) stop({ kind: 'flood', why: `it printed more than ${maxOutput / 1024 / 1024} MB` });
      else parts[name].push(chunk);
    });
  }
  return new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (cut) resolve(cut);
      else if (code === null) resolve({ kind: 'signal', why: `ended by ${signal}` });
      else resolve({ kind: 'exit', exit: code, stdout: Buffer.concat(parts.stdout).toString('utf8'), stderr: Buffer.concat(parts.stderr).toString('utf8') });
    });
  }).finally(() => clearTimeout(timer));
}
