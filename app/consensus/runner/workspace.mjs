// The work folder between cases: what a case wrote, and back to what was there before. A program can only ever fool itself here: what it
// hides from the comparison (a changed file with its old size and times) stays in its own folder and is nobody's evidence.
import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { BIG } from './process.mjs';

const MOST = 5000;

/** Files and links below the folder: path → { stat, bytes }. */
export function snapshot(folder) {
  const kept = new Map();
  for (const [name, stat] of entriesOf(folder)) kept.set(name, { stat, bytes: stat.isFile() ? fs.readFileSync(path.join(folder, name)) : null });
  return kept;
}

function entriesOf(folder, prefix = '') {
  const found = [];
  for (const entry of fs.readdirSync(path.join(folder, prefix), { withFileTypes: true })) {
    const name = prefix + entry.name;
    if (entry.isDirectory()) found.push(...entriesOf(folder, `${name}/`));
    else found.push([name, fs.lstatSync(path.join(folder, name))]);
    if (found.length > 100_000) throw new Error('too many files');
  }
  return found;
}

const same = (a, b) => a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.mode === b.mode;

export function restore(folder, kept) {
  const now = new Map(entriesOf(folder));
  for (const name of now.keys()) if (!kept.has(name)) fs.rmSync(path.join(folder, name), { force: true });
  for (const [name, { stat, bytes }] of kept) {
    if (bytes === null || (now.has(name) && same(now.get(name), stat))) continue;
    const file = path.join(folder, name);
    fs.rmSync(file, { force: true, recursive: true });
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes, { mode: stat.mode });
    kept.set(name, { stat: fs.lstatSync(file), bytes });
  }
}

/** Writes a case's input files and answers their bytes by path. A path that leaves the folder or goes through a link is not written. */
export function place(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (!fs.realpathSync(path.dirname(file)).startsWith(fs.realpathSync(folder))) throw new Error(`${name} leaves the folder`);
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, text);
  }
}

/** The declared outputs as values: JSON by value, text as it is, anything else by digest. Links are named, never followed. */
export function written(folder, outputs) {
  const files = {};
  for (const [name, stat] of entriesOf(folder)) {
    if (!outputs.some((glob) => name === glob || path.matchesGlob(name, glob))) continue;
    if (Object.keys(files).length === MOST) throw new Error('too many outputs');
    Object.defineProperty(files, name, { value: contentOf(path.join(folder, name), stat), enumerable: true });
  }
  return files;
}

function contentOf(file, stat) {
  if (stat.isSymbolicLink()) return { $link: fs.readlinkSync(file) };
  if (!stat.isFile()) return { $special: true };
  if (stat.size > 8 * 1024 * 1024) return { $big: [digestOf(file), stat.size] };
  const bytes = fs.readFileSync(file);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) return { $bytes: [digestOf(file), stat.size] };
  const plain = text.replaceAll('\r\n', '\n');
  const value = file.endsWith('.json') ? jsonValue(plain) : undefined;
  if (value !== undefined) return bounded(value);
  return plain.length > BIG ? { $big: [createHash('sha256').update(plain).digest('hex'), plain.length] } : plain;
}

/** A JSON text as a tagged value: long integers keep their digits, and a name that looks like a tag stays a name. Undefined where it is no JSON. */
export function jsonValue(text) {
  try {
    return JSON.parse(text, (_key, value, context) => {
      if (typeof value === 'number') return /^-?\d+$/.test(context?.source ?? '') && !Number.isSafeInteger(value) ? { $int: context.source } : value;
      return value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).some((name) => name.startsWith('$') && name !== '$int') ? { $object: ['JSON', Object.entries(value)] } : value;
    });
  } catch {
    return undefined;
  }
}

export function bounded(value) {
  const text = JSON.stringify(value);
  return text.length > BIG ? { $big: [createHash('sha256').update(canonical(value)).digest('hex'), text.length] } : value;
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

function digestOf(file) {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}
