/** One package at one version as a lock file fixes it, with the lines that say so. */
import type { Ecosystem } from '../guardrail.ts';

export interface LockedPackage {
  ecosystem: Ecosystem;
  /** As the registry spells it: PyPI names in their normal form, an npm alias under what it really installs. */
  name: string;
  /** Without the `v` that Go writes. */
  version: string;
  path: string;
  /** 1-based lines of the entry, from its name to its version. */
  startLine: number;
  endLine: number;
  /** As the lock file states it; null where its format has no such field or the field is absent. */
  licence: string | null;
  /** The publisher's words, where the lock file repeats that the version is deprecated. */
  deprecated: string | null;
  /** Subresource integrity (`sha512-…`), where it is one. */
  integrity: string | null;
  /** Whether a manifest names it; null where the format does not tell. */
  direct: boolean | null;
  /** Whether only development needs it; null where the format does not tell. */
  dev: boolean | null;
  /** Whether the rest works without it; null where the format does not tell. */
  optional: boolean | null;
  /** What it needs of the same lock file, as `name@version`; null where the format does not tell. */
  requires: readonly string[] | null;
  /** Names that it needs and the lock file does not fix. */
  unresolved: readonly string[];
  /** Files of a registry that has several for one version, any of which may be installed: `sha256:…`. */
  files: readonly { name: string | null; hash: string }[];
  /** What the entry's address holds, where that is another name or version than the entry states: the address is what gets installed. */
  disagrees: string | null;
  /** `elsewhere`: from a folder, an address or a repository, so that no registry vouches for the version. */
  source: 'registry' | 'elsewhere';
}

export interface LockText {
  path: string;
  text: string;
}

/** A lock file that nobody can read, so nobody knows what it installs. */
export class LockError extends Error {}

export function locked(fields: Pick<LockedPackage, 'ecosystem' | 'name' | 'version' | 'path' | 'startLine'> & Partial<LockedPackage>): LockedPackage {
  return { licence: null, deprecated: null, integrity: null, direct: null, dev: null, optional: null, requires: null, unresolved: [], files: [], disagrees: null, source: 'registry', endLine: fields.startLine, ...fields };
}

export function pypiName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** `ecosystem:name@version`, the same for every place where it stands. */
export function keyOf({ ecosystem, name, version }: Pick<LockedPackage, 'ecosystem' | 'name' | 'version'>): string {
  return `${ecosystem}:${name}@${version}`;
}
