/**
 * What the verdicts are made with, as one digest: the locked tools and every library. A clone has its own lock file; npm packs none, so that of an installed Assay the
 * record counts that npm keeps of what it installed beside it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';

/** `root`: the folder of Assay's own package.json. Throws CONFIG_UNKNOWN_PACKAGES where nothing says which libraries are there. */
export function toolsDigest(root = fileURLToPath(new URL('../../', import.meta.url))): string {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const tools = read(join('deps', 'tools.lock'));
  if (existsSync(join(root, 'package-lock.json'))) return digestOf({ packages: read('package-lock.json'), tools });
  const record = recordBeside(root);
  if (record !== null) return digestOf({ manifest: read('package.json'), installed: readFileSync(record, 'utf8'), tools });
  throw new AssayError('CONFIG_UNKNOWN_PACKAGES', 'neither package-lock.json nor npm\'s record in node_modules says which libraries are installed', { remedy: 'Install Assay with npm (npm ci in a clone, npm install of the package elsewhere).' });
}

/** npm's hidden lock file in the node_modules that this package is in; of several, the nearest. */
function recordBeside(root: string): string | null {
  const parts = root.split(sep);
  const at = parts.lastIndexOf('node_modules');
  const record = at < 0 ? null : join(parts.slice(0, at + 1).join(sep), '.package-lock.json');
  return record !== null && existsSync(record) ? record : null;
}
