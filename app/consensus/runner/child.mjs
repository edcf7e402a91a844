// The process that holds candidate code: one fresh realm per case, one answer line per case on descriptor 3. It can only speak for itself:
// the parent (javascript.mjs) asks for one case at a time, bounds and parses what comes back, and ends this process when it hangs.
import './conditions.mjs';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import readline from 'node:readline';
import { Opaque, decode, encode } from './codec.mjs';
import { loadModule, newRealm } from './realm.mjs';

const write = fs.writeSync;
const cpu = process.cpuUsage.bind(process);
const { stringify } = JSON;
const exit = process.exit.bind(process);

process.on('uncaughtException', () => exit(70));
process.on('unhandledRejection', () => {}); // a promise that the candidate dropped is not its answer

/** A module that does not load is a crash whatever it threw. */
class NotLoaded extends Error {}

async function load(world, surface) {
  const [head] = surface.export.split('.');
  try {
    return await loadModule(world, path.resolve(surface.module), head);
  } catch (error) {
    throw new NotLoaded(String(error?.name ?? 'an error'));
  }
}

async function target(world, surface) {
  const [head, method] = surface.export.split('.');
  const found = (await load(world, surface))(head);
  if (!method) return { call: found, self: undefined };
  if (typeof found?.[method] === 'function' && found.prototype?.[method] === undefined) return { call: found[method], self: found };
  const self = typeof found === 'function' ? new found() : found;
  return { call: self?.[method], self };
}

async function runCall(surface, args) {
  const world = newRealm();
  const { call, self } = await target(world, surface);
  if (typeof call !== 'function') return { s: 'crash', why: `it does not export ${surface.export}` };
  return { s: 'value', value: encode(await Reflect.apply(call, self, args.map((value) => decode(value, world.realm)))) };
}

/** Frozen source: it sees the module's exports under their own names, and passes or raises. */
async function runAssert(surface, source) {
  const world = newRealm();
  const [head] = surface.export.split('.');
  const lookup = await load(world, surface);
  const assert = await import('node:assert');
  const names = { [head]: lookup(head), assert: assert.strict };
  const strictConsole = { assert: (ok, message) => { if (!ok) throw new assert.AssertionError({ message: String(message) }); }, log() {}, error() {} };
  const body = `(async function (${Object.keys(names).join(',')}, console) { ${source}\n })`;
  await vm.runInContext(body, world.context)(...Object.values(names), strictConsole);
  return { s: 'value', value: true };
}

function failure(error, surface) {
  if (error instanceof NotLoaded) return { s: 'crash', why: `it does not load: ${error.message}` };
  if (error instanceof Opaque) return { s: 'crash', why: `the value cannot be compared: ${error.message}` };
  const name = error !== null && typeof error === 'object' ? String(error.name ?? error.constructor?.name) : typeof error;
  return { s: 'raise', class: name.slice(0, 100), deliberate: deliberate(name, error, surface) };
}

/** The engine's own complaints are slips of the code, unless the code itself throws that class. */
function deliberate(name, error, surface) {
  if (!['ReferenceError', 'SyntaxError', 'RangeError', 'TypeError', 'EvalError', 'URIError'].includes(name)) return true;
  if (/call stack|Invalid array length|Invalid string length/.test(String(error.message))) return false;
  return [surface.module, ...thrownIn(error)].some((file) => new RegExp(`\\b(?:new\\s+)?${name}\\s*\\(`).test(fs.readFileSync(file, 'utf8')));
}

/** The candidate's own file in which it was thrown: code may lie in other files than the surface's. */
function thrownIn(error) {
  const [, file] = /\(?(?:file:\/\/)?(\/[^\s():]+\.[cm]?[jt]s):\d+:\d+\)?/.exec(String(error.stack)) ?? [];
  return file !== undefined && file.startsWith(process.cwd()) && fs.existsSync(file) ? [file] : [];
}

async function answer(line) {
  const { surface, test } = JSON.parse(line);
  const before = cpu();
  let out;
  try {
    out = await ('assert' in test ? runAssert(surface, test.assert) : runCall(surface, test.args));
  } catch (error) {
    out = failure(error, surface);
  }
  const used = cpu(before);
  write(3, `${stringify({ ...out, ms: Math.round((used.user + used.system) / 1000) })}\n`);
}

const lines = readline.createInterface({ input: process.stdin });
let queue = Promise.resolve();
lines.on('line', (line) => { queue = queue.then(() => answer(line)); });
lines.on('close', () => { queue.then(() => exit(0)); });
