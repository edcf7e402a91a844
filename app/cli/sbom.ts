/** `assay sbom [PATH] [--out FILE]`: a CycloneDX 1.6 document of all lock files of a folder, checked against CycloneDX's own schema before it is given out. The same lock files give the same bytes. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import picomatch from 'picomatch';
import { configPath, parseConfig } from '../core/config.ts';
import { AssayError } from '../core/errors.ts';
import { LockError, type LockedPackage } from '../core/locked/package.ts';
import { isLock, readLock } from '../core/locked/read.ts';
import { buildSbom } from '../core/sbom/build.ts';
import { type Tree, textOf } from '../core/tree.ts';
import { readAll } from '../edges/worktree.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { Verb } from './main.ts';

const usage = 'assay sbom [PATH] [--out FILE]';

export const verb: Verb = {
  summary: 'write the bill of materials of all lock files: sbom [PATH] [--out FILE]',
  async run(args) {
    const { path, out } = optionsOf(args);
    const { head } = await readAll(path);
    const text = await sbomOf(head, basename(path));
    if (out === null) process.stdout.write(text);
    else {
      mkdirSync(dirname(resolve(out)), { recursive: true });
      writeFileSync(out, text);
    }
    return 0;
  },
};

function optionsOf(args: string[]): { path: string; out: string | null } {
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { out: { type: 'string' } } });
    if (positionals.length > 1) throw new Error('one PATH only');
    const path = resolve(positionals[0] ?? '.');
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`"${positionals[0]}" is no folder`);
    return { path, out: values.out ?? null };
  } catch (cause) {
    throw new AssayError('USAGE_SBOM', cause instanceof Error ? cause.message : String(cause), { remedy: usage, cause });
  }
}

/** `fallback` names a repository whose manifests do not. Throws SBOM_NO_LOCK, SBOM_LOCK_UNREADABLE or SBOM_INVALID. */
async function sbomOf(tree: Tree, fallback: string): Promise<string> {
  const config = textOf(tree[configPath]);
  const fixtures = config === undefined ? [] : parseConfig(config).fixtures;
  const isFixture = fixtures.length === 0 ? () => false : picomatch(fixtures, { dot: true });
  const locks = Object.keys(tree).filter((path) => isLock(path) && !isFixture(path)).sort();
  if (locks.length === 0) throw new AssayError('SBOM_NO_LOCK', 'no lock file says what this folder installs', { remedy: 'Commit the package manager\'s lock file, or name the folder that holds it.' });
  const packages = locks.flatMap((path) => packagesOf(path, tree));
  const { name, version } = identity(tree);
  const text = buildSbom({ name: name ?? fallback, version, packages, tool: { name: manifest.name, version: manifest.version } });
  const faults = await new JsonStrictValidator(Version.v1dot6).validate(text);
  if (faults !== null) throw new AssayError('SBOM_INVALID', `the document does not keep to CycloneDX 1.6: ${JSON.stringify(faults).slice(0, 300)}`, { remedy: 'Report it with the lock file that it came from.' });
  return text;
}

function packagesOf(path: string, tree: Tree): LockedPackage[] {
  try {
    const text = textOf(tree[path]);
    if (text === undefined) throw new LockError('it is no text');
    return readLock({ path, text }, (beside) => textOf(tree[beside]) ?? null);
  } catch (cause) {
    if (!(cause instanceof LockError)) throw cause;
    throw new AssayError('SBOM_LOCK_UNREADABLE', `${path}: ${cause.message}`, { remedy: 'Write it anew with the package manager: a bill without it would not be whole.', cause });
  }
}

function identity(tree: Tree): { name: string | null; version: string | null } {
  const npm = textOf(tree['package.json']) ?? '';
  const python = textOf(tree['pyproject.toml']) ?? '';
  const go = /^module\s+(\S+)/m.exec(textOf(tree['go.mod']) ?? '')?.[1] ?? null;
  const field = (key: string) => new RegExp(`^\\s*"${key}"\\s*:\\s*"([^"]{1,300})"`, 'm').exec(npm)?.[1] ?? new RegExp(`^${key}\\s*=\\s*"([^"]{1,300})"`, 'm').exec(python)?.[1] ?? null;
  return { name: field('name') ?? go, version: field('version') };
}
