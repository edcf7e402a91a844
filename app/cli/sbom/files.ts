/** Reading what a person names and writing where a person says. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { bomLimits } from '../../core/sbom/document.ts';

/** Throws USAGE_SBOM where there is no such file. A file over the limit is not read: its first bytes are enough to refuse it by. */
export async function readInput(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new AssayError('USAGE_SBOM', `"${file}" is no file`, { remedy: 'Name a file that exists.' });
  if (found.size > bomLimits.bytes) return new Uint8Array(bomLimits.bytes + 1);
  return await readFile(file);
}

/** To the file, with its folders, or to standard output. */
export function giveOut(text: string, out: string | null): void {
  if (out === null) process.stdout.write(text);
  else {
    mkdirSync(dirname(resolve(out)), { recursive: true });
    writeFileSync(out, text);
  }
}
