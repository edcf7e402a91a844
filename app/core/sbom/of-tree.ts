/** The bill of materials of a whole tree: all its lock files but fixtures, named by its manifests. Pure over the files, so that everybody who has them gets the same bytes. */
import picomatch from 'picomatch';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { configPath, parseConfig } from '../config.ts';
import { AssayError } from '../errors.ts';
import { LockError, type LockedPackage } from '../locked/package.ts';
import { isLock, readLock } from '../locked/read.ts';
import { type Tree, textOf } from '../tree.ts';
import { buildSbom, type SbomInput } from './build.ts';
import { incompleteAround, type Incomplete } from './incomplete.ts';

export interface LockedTree {
  locks: string[];
  packages: LockedPackage[];
  incomplete: Incomplete[];
}

/** Throws SBOM_LOCK_UNREADABLE. `fixtures`: globs that are left out; by default those of the tree's own configuration. */
export function lockedIn(tree: Tree, fixtures: readonly string[] = fixturesOf(tree)): LockedTree {
  const isFixture = fixtures.length === 0 ? () => false : picomatch([...fixtures], { dot: true });
  const locks = Object.keys(tree).filter((path) => isLock(path) && !isFixture(path)).sort();
  return { locks, packages: locks.flatMap((path) => packagesOf(path, tree)), incomplete: incompleteAround(tree, (path) => !isFixture(path)) };
}

export interface TreeSbom extends Pick<SbomInput, 'tool' | 'spec'> {
  /** Names a repository whose manifests do not. */
  fallback: string;
  fixtures?: readonly string[];
}

/** Throws SBOM_NO_LOCK or SBOM_LOCK_UNREADABLE. */
export function sbomOfTree(tree: Tree, { fallback, fixtures, tool, spec = '1.6' }: TreeSbom): string {
  const { locks, packages, incomplete } = lockedIn(tree, fixtures);
  if (locks.length === 0) throw new AssayError('SBOM_NO_LOCK', 'no lock file says what this folder installs', { remedy: 'Commit the package manager\'s lock file, or name the folder that holds it.' });
  const { name, version } = identityOf(tree);
  return buildSbom({ name: name ?? fallback, version, packages, tool, spec, incomplete });
}

function fixturesOf(tree: Tree): readonly string[] {
  const config = textOf(tree[configPath]);
  return config === undefined ? [] : parseConfig(config).fixtures;
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

const Identity = z.looseObject({ name: z.string().min(1).max(300).optional().catch(undefined), version: z.string().max(300).optional().catch(undefined) });
const Project = z.looseObject({ project: Identity.optional().catch(undefined), tool: z.looseObject({ poetry: Identity.optional().catch(undefined) }).optional().catch(undefined) });

/** As the manifest at the root names it; a manifest that cannot be read names nothing. */
function identityOf(tree: Tree): { name: string | null; version: string | null } {
  const npm = Identity.safeParse(read(textOf(tree['package.json']), JSON.parse)).data;
  const python = Project.safeParse(read(textOf(tree['pyproject.toml']), parseToml)).data;
  const go = /^module\s+(\S+)/m.exec(textOf(tree['go.mod']) ?? '')?.[1];
  const named = [npm, python?.project, python?.tool?.poetry].find((each) => each?.name !== undefined);
  return { name: named?.name ?? go ?? null, version: named?.version ?? null };
}

function read(text: string | undefined, parse: (text: string) => unknown): unknown {
  try {
    return text === undefined ? null : parse(text);
  } catch (thrown) {
    if (thrown instanceof Error) return null;
    throw thrown;
  }
}
