/** A pack's folder as texts by relative path. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../core/errors.ts';
import { pdfFile } from '../evidence/disclosure/names.ts';

const maxFiles = 2000;
const remedy = 'assay verify PACK --key PUBLIC.pem: the folder that "assay pack" wrote, and the public key of the App that signed it.';

/** The pages of a disclosure, which are no text, come with one character a byte. Regular files only: a symbolic link in a pack points at something that the pack does not hold. */
export async function readPack(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((thrown: unknown) => {
    throw unreadable(folder, thrown);
  });
  const files = entries.filter((entry) => !entry.isDirectory());
  if (files.length > maxFiles) throw new AssayError('USAGE', `${folder} holds more than ${maxFiles} files and is no pack`, { remedy });
  const pairs = await Promise.all(files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(join(folder, '/').length), entry.isFile() ? await readText(path, path === join(folder, pdfFile) ? 'latin1' : 'utf8') : ''] as const;
  }));
  return Object.fromEntries(pairs);
}

export async function readText(file: string, encoding: 'utf8' | 'latin1' = 'utf8'): Promise<string> {
  try {
    return await readFile(file, encoding);
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

function unreadable(file: string, cause: unknown): AssayError {
  return new AssayError('USAGE', `${file} cannot be read`, { remedy, cause });
}
