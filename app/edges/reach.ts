/** Which host paths an unprivileged uid can reach: every folder on the way must let others pass. */
import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The uid and gid that work has once root has given itself up. */
export const nobody = 65534;

export function reachable(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === '/') return true;
  }
}

/** Whether others may read the file, or read and enter the folder. */
export function othersRead(path: string): boolean {
  const stat = lstatSync(path);
  const needed = stat.isDirectory() ? 0o005 : 0o004;
  return (stat.mode & needed) === needed;
}
