/** Which reader a lock file needs, by its name. */
import { goMod, goSum } from './go.ts';
import { npmLock } from './npm.ts';
import type { LockText, LockedPackage } from './package.ts';
import { tomlLock } from './python-toml.ts';
import { pipfileLock, requirementsLock } from './python.ts';
import { pnpmLock } from './pnpm.ts';
import { yarnLock } from './yarn.ts';

const requirements = /(^|\/)([^/]*(requirements|constraints)[^/]*|requirements\/[^/]+)\.txt$/i;

/** Whether the file fixes versions. Those of installed packages are not the repository's own. */
export function isLock(path: string): boolean {
  return !/(^|\/)(node_modules|vendor|site-packages)\//.test(path) && readerOf(path) !== null;
}

/** Throws LockError on a file that its format does not allow. `read` gives the text of a file beside it, null where there is none. */
export function readLock(file: LockText, read: (path: string) => string | null = () => null): LockedPackage[] {
  return readerOf(file.path)?.(file, read) ?? [];
}

type Reader = (file: LockText, read: (path: string) => string | null) => LockedPackage[];

function readerOf(path: string): Reader | null {
  switch (path.split('/').at(-1)!.toLowerCase()) {
    case 'package-lock.json': case 'npm-shrinkwrap.json': return npmLock;
    case 'yarn.lock': return yarnLock;
    case 'pnpm-lock.yaml': return pnpmLock;
    case 'poetry.lock': case 'uv.lock': case 'pdm.lock': case 'pylock.toml': return tomlLock;
    case 'pipfile.lock': return pipfileLock;
    case 'go.mod': return goMod;
    case 'go.sum': return (file, read) => goSum(file, read(file.path.replace(/sum$/, 'mod')));
    default: return requirements.test(path) ? requirementsLock : null;
  }
}
