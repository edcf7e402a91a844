/** Reads the folders that people edit (those of `actions/` with a guardrail.yml, and `rulepacks/*.yml`) into one checked catalogue. Used by the generator and the law test only. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import { Measured } from './measured.ts';
import { Descriptor, Pack, type PackMembers, packNames } from './descriptor.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Source {
  folder: string;
  descriptor: Descriptor;
  notes: string;
  /** Null: nobody has measured it yet. */
  measured: Measured | null;
}

export function readSources(from: string = root): Source[] {
  const folders = readdirSync(join(from, 'actions')).filter((name) => existsSync(join(from, 'actions', name, 'guardrail.yml')));
  // g01… first, then the controls without a number.
  folders.sort((a, b) => Number(numbered(b)) - Number(numbered(a)) || (a < b ? -1 : 1));
  return folders.map((folder) => readSource(from, folder));
}

function numbered(folder: string): boolean {
  return /^g\d{2}-/.test(folder);
}

function readSource(from: string, folder: string): Source {
  const path = join(from, 'actions', folder, 'guardrail.yml');
  const parsed = Descriptor.safeParse(parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new AssayError('DESCRIPTOR_INVALID', `${path}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`, { remedy: 'Compare it with app/guardrails/guardrail.schema.json.' });
  const descriptor = parsed.data;
  const expected = descriptor.id === descriptor.slug ? descriptor.slug : `${descriptor.id.toLowerCase()}-${descriptor.slug}`;
  if (folder !== expected) throw new AssayError('DESCRIPTOR_MISPLACED', `${path} describes ${expected}`, { remedy: 'Folder, id and slug must agree.' });
  return { folder, descriptor: { ...descriptor, engine: engineOf(descriptor, from) }, notes: textIn(join(from, 'actions', folder, 'notes.md')) ?? '', measured: measuredIn(join(from, 'actions', folder, 'measured.json')) };
}

function textIn(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function measuredIn(path: string): Measured | null {
  const text = textIn(path);
  if (text === null) return null;
  const parsed = Measured.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new AssayError('MEASURED_INVALID', `${path}: ${z.prettifyError(parsed.error)}`, { remedy: 'Compare it with app/guardrails/measured.ts.' });
}

/** Versions have one source, package.json. */
function engineOf(descriptor: Descriptor, from: string): Descriptor['engine'] {
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as { version: string; dependencies: Record<string, string> };
  const { name, version } = descriptor.engine;
  if (version === 'own') return { name, version: manifest.version };
  const found = version.startsWith('package:') ? manifest.dependencies[version.slice('package:'.length)] : version;
  if (!found) throw new AssayError('DESCRIPTOR_ENGINE_UNKNOWN', `${descriptor.id}: ${version} is no dependency`, { remedy: 'Write `package:<name>` with a direct dependency, or `own`.' });
  return { name, version: found };
}

export function readPacks(sources: readonly Source[], from: string = root): PackMembers[] {
  return packNames.map((name) => {
    const pack = Pack.parse(parse(readFileSync(join(from, 'rulepacks', `${name}.yml`), 'utf8')));
    const members = sources.filter((source) => source.descriptor.packs.includes(name)).map((source) => source.descriptor.id);
    return { ...pack, members };
  });
}
