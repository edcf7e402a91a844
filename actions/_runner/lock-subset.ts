/** The part of our lock that some packages need: the same versions, places and integrities, so that npm installs a few packages instead of all. Pure. */
import { AssayError } from '../../app/core/errors.ts';

interface Entry {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  dev?: boolean;
}
export interface Lock {
  lockfileVersion: number;
  packages: Record<string, Entry>;
}

/** A manifest that asks for exactly these, and the lock that goes with it. Throws SETUP_NOT_LOCKED for what our lock does not have at its top. */
export function lockSubset(lock: Lock, names: readonly string[]): { manifest: object; lock: object } {
  const dependencies = Object.fromEntries(names.map((name) => [name, versionOf(lock, name)]));
  const packages: Record<string, Entry> = {};
  const queue = names.map((name) => `node_modules/${name}`);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const entry = lock.packages[path];
    if (!entry || packages[path]) continue;
    packages[path] = entry;
    const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies };
    queue.push(...Object.keys(wanted).flatMap((name) => resolved(lock, path, name)));
  }
  const manifest = { name: 'assay-engines', version: '0.0.0', private: true, type: 'module', dependencies };
  const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { manifest, lock: { name: manifest.name, version: manifest.version, lockfileVersion: lock.lockfileVersion, requires: true, packages: { '': manifest, ...sorted } } };
}

function versionOf(lock: Lock, name: string): string {
  const version = lock.packages[`node_modules/${name}`]?.version;
  if (version) return version;
  throw new AssayError('SETUP_NOT_LOCKED', `package-lock.json has no ${name}.`, { remedy: 'Use the action at a released commit.' });
}

/** Where `path` finds `name`: in its own folder, or in one above. A peer that is optional may be nowhere. */
function resolved(lock: Lock, path: string, name: string): string[] {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[place]) return [place];
    if (folder === '') return [];
  }
}
