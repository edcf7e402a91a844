/** The folder that a change starts from, as the judging verbs are given it. */
import { existsSync, statSync } from 'node:fs';
import { AssayError } from '../core/errors.ts';
import type { Tree } from '../core/tree.ts';
import { loadTree } from '../consensus/load.ts';

/** Throws CONFIG_BASE_MISSING where there is no such folder: an empty base is an empty folder, never an absent one. */
export function loadBase(folder: string): Tree {
  if (existsSync(folder) && statSync(folder).isDirectory()) return loadTree(folder);
  throw new AssayError('CONFIG_BASE_MISSING', `There is no folder ${folder} to take the base from.`, { remedy: 'Give the folder that the change was made on; an empty one where there was nothing.' });
}
