/**
 * `npm run attacks:without [-- --only P01,S03]`: makes each control of controls.ts permissive in turn, in a copy of the work tree, and runs the tests that carry its id.
 * At least one that was green must turn red; where all stay green, or nothing ran, nothing depends on the control and this ends with 1. As root it has a network of its
 * own with nothing in it, so that what a missing wall would let out reaches nobody.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { controls, type Weakened } from './controls.ts';
import { weakened } from './weaken.ts';

const clone = join(import.meta.dirname, '../..');
const limitMs = 300_000;
// A busy machine is no wall: one test has nearly the whole of it.
const testMs = 200_000;
const Report = z.object({ testResults: z.array(z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).default([]) })) })) });

interface Row {
  id: string;
  control: string;
  result: 'red' | 'GREEN' | 'NOTHING RAN' | 'NOT WEAKENED';
  seconds: number;
  why: string;
}

/** Test → how it ended and the first line of what it said. */
type Played = Map<string, { status: string; said: string }>;

async function main(): Promise<number> {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  const ids = only === undefined ? Object.keys(controls) : only.split(',');
  const unknown = ids.find((id) => controls[id] === undefined);
  if (unknown !== undefined) return say(`${unknown} has no control`, 2);
  const copy = copyOf(clone);
  try {
    const stories = storiesIn(copy);
    const before = await play(copy, { ids, stories, limit: limitMs * 4 });
    const rows: Row[] = [];
    for (const id of ids) {
      const row = await without(copy, { id, stories, before });
      rows.push(row);
      say(shown(row));
    }
    const uncontrolled = [...stories.keys()].filter((id) => controls[id] === undefined).sort();
    if (only === undefined) say(`\nplayed, and no control is named: ${uncontrolled.join(' ')}`);
    return say(`\n${rows.filter(({ result }) => result === 'red').length} of ${rows.length} red without their control`, rows.every(({ result }) => result === 'red') ? 0 : 1);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function say(line: string, code = 0): number {
  process.stdout.write(`${line}\n`);
  return code;
}

function shown({ id, control, result, seconds, why }: Row): string {
  return `${id}  ${control.padEnd(58)} ${result.padEnd(12)} ${String(seconds).padStart(4)} s  ${why}`;
}

/** What git knows of, as it is in the work tree. */
function copyOf(from: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'assay-without-'));
  chmodSync(copy, 0o755);
  const files = execFileSync('git', ['-C', from, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0');
  for (const path of files) {
    if (path === '' || !existsSync(join(from, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(from, path), join(copy, path));
  }
  symlinkSync(join(from, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Id → the test files that speak of it in a title. */
function storiesIn(copy: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const files = execFileSync('find', ['app', 'actions', 'test', 'policies', '-name', '*.test.ts'], { cwd: copy, encoding: 'utf8' }).split('\n').filter(Boolean);
  for (const file of files) {
    const titles = [...readFileSync(join(copy, file), 'utf8').matchAll(/^\s*(?:\]\)|(?:it|test|describe)\b[^\n]*?)[.(][^\n'"`]{0,60}['"`]([^\n]*)/gm)].map((match) => match[1]!).join('\n');
    for (const id of new Set(titles.match(/\b[PETWSR]\d{2}\b/g))) found.set(id, [...(found.get(id) ?? []), file]);
  }
  return found;
}

async function without(copy: string, { id, stories, before }: { id: string; stories: Map<string, string[]>; before: Played }): Promise<Row> {
  const started = performance.now();
  const { behind = [], ...first } = controls[id]!;
  const row = (result: Row['result'], why: string): Row => ({ id, control: `${first.file} ${first.function}`, result, why: why.replace(/\u001b\[[\d;]*m/g, '').slice(0, 160), seconds: Math.round((performance.now() - started) / 1000) });
  const green = [...before].filter(([name, { status }]) => status === 'passed' && carries(name, id)).map(([name]) => name);
  if (green.length === 0) return row('NOTHING RAN', 'no test with this id passes as things are');
  const was = new Map<string, Buffer>();
  try {
    for (const each of [first, ...behind]) weaken(copy, each, was);
    const after = await play(copy, { ids: [id], stories, limit: limitMs });
    const red = green.filter((name) => after.get(name)?.status === 'failed');
    if (red.length > 0) return row('red', `${red.length}/${green.length}: ${after.get(red[0]!)!.said}`);
    const unended = green.filter((name) => after.get(name)?.status !== 'passed');
    return unended.length === 0 ? row('GREEN', `${green.length} tests`) : row('NOTHING RAN', `${unended.length} of ${green.length} tests did not come to their end, none failed`);
  } catch (thrown) {
    return row('NOT WEAKENED', thrown instanceof Error ? thrown.message : String(thrown));
  } finally {
    for (const [path, bytes] of was) writeFileSync(path, bytes);
  }
}

function carries(name: string, id: string): boolean {
  return new RegExp(`\\b${id}\\b`).test(name);
}

/** A rule of the policy has its effect through the compiled one. */
function weaken(copy: string, control: Weakened, was: Map<string, Buffer>): void {
  const path = join(copy, control.file);
  const keep = (each: string): void => { if (!was.has(each)) was.set(each, readFileSync(each)); };
  keep(path);
  writeFileSync(path, weakened(readFileSync(path, 'utf8'), control));
  if (!control.file.endsWith('.rego')) return;
  for (const name of ['assay.wasm', 'assay.wasm.json']) keep(join(copy, 'policies', name));
  execFileSync(process.execPath, ['policies/build.ts'], { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] });
}

async function play(copy: string, { ids, stories, limit }: { ids: readonly string[]; stories: Map<string, string[]>; limit: number }): Promise<Played> {
  const files = [...new Set(ids.flatMap((id) => stories.get(id) ?? []))];
  if (files.length === 0) return new Map();
  const out = join(copy, 'played.json');
  rmSync(out, { force: true });
  const alone = process.getuid?.() === 0 ? ['unshare', '--net', 'sh', '-c', 'ip link set lo up && ip route add default dev lo && exec "$@"', 'sh'] : [];
  const [program = '', ...args] = [...alone, process.execPath, 'node_modules/vitest/vitest.mjs', 'run', ...files, '-t', `\\b(${ids.join('|')})\\b`, `--testTimeout=${testMs}`, `--hookTimeout=${testMs}`, '--reporter=json', `--outputFile=${out}`];
  const child = spawn(program, args, { cwd: copy, detached: true, stdio: 'ignore', env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` } });
  const timer = setTimeout(() => { if (child.pid) process.kill(-child.pid, 'SIGKILL'); }, limit);
  await new Promise((resolve, reject) => { child.once('error', reject); child.once('close', resolve); });
  clearTimeout(timer);
  if (!existsSync(out)) return new Map();
  const { testResults } = Report.parse(JSON.parse(readFileSync(out, 'utf8')));
  return new Map(testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName, status, failureMessages }) => [fullName, { status, said: failureMessages[0]?.split('\n')[0] ?? '' }] as const)));
}

process.exitCode = await main();
