/** Which file an import of a test means. */
import type { GuardFacts } from '../../app/core/guardrail.ts';
import type { ReadModule } from './hit.ts';

/** Reads what a relative import, or a Python module name, of the file at `from` stands for. */
export function moduleReader(facts: Pick<GuardFacts, 'read' | 'paths'>, from: string): ReadModule {
  return (specifier) => {
    const path = facts.paths.length === 0 ? null : resolve(from, specifier, new Set(facts.paths));
    return path === null ? null : facts.read(path);
  };
}

const endings = ['', '.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts', '/index.ts', '/index.js'];

function resolve(from: string, specifier: string, paths: ReadonlySet<string>): string | null {
  if (from.endsWith('.py')) return python(from, specifier, paths);
  if (!specifier.startsWith('.')) return null;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const base = parts.join('/');
  return endings.map((ending) => base + ending).find((path) => paths.has(path)) ?? endings.map((ending) => base.replace(/\.[cm]?jsx?$/, '') + ending).find((path) => paths.has(path)) ?? null;
}

function python(from: string, module: string, paths: ReadonlySet<string>): string | null {
  const folder = from.split('/').slice(0, -1).join('/');
  const name = module.replace(/^\.+/, '').replaceAll('.', '/');
  const places = [folder, folder.split('/').slice(0, -1).join('/'), '', 'src'].map((place) => (place === '' ? name : `${place}/${name}`));
  return places.flatMap((place) => [`${place}.py`, `${place}/__init__.py`]).find((path) => paths.has(path)) ?? null;
}
