/** `assay sbom [PATH]`: the bill of materials of all lock files of a folder, as CycloneDX or SPDX, checked before it is given out. The same files give the same bytes. */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { product } from '../../core/product.ts';
import { readDocument } from '../../core/sbom/document.ts';
import { sbomOfTree } from '../../core/sbom/of-tree.ts';
import { spdxOf } from '../../core/sbom/spdx.ts';
import { bomOfImage } from '../../edges/sbom/image.ts';
import { schemaFaults } from '../../edges/sbom/validate.ts';
import { readAll } from '../../edges/worktree.ts';
import { giveOut } from './files.ts';
import { formatIn, usage, type SbomOptions } from './options.ts';

export async function make({ operands, out, format, spec, name, image }: SbomOptions): Promise<number> {
  if (image !== null) {
    if (operands.length > 0 || format === 'spdx') throw new AssayError('USAGE_SBOM', 'an image has no PATH, and its bill is CycloneDX', { remedy: usage });
    giveOut(await bomOfImage(image, spec), out);
    return 0;
  }
  const wanted = formatIn(format, ['cyclonedx', 'spdx']);
  const path = resolve(operands[0] ?? '.');
  if (operands.length > 1 || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new AssayError('USAGE_SBOM', operands.length > 1 ? 'one PATH only' : `"${operands[0]}" is no folder`, { remedy: usage });
  const text = await bomOfFolder(path, { spec, name });
  giveOut(wanted === 'spdx' ? spdxOf(text, product) : text, out);
  return 0;
}

/** Throws SBOM_NO_LOCK, SBOM_LOCK_UNREADABLE or SBOM_INVALID. */
export async function bomOfFolder(path: string, { spec, name }: Pick<SbomOptions, 'spec' | 'name'>): Promise<string> {
  const { head } = await readAll(path);
  return await validated(sbomOfTree(head, { fallback: name ?? basename(path), tool: product, spec }));
}

async function validated(text: string): Promise<string> {
  const faults = await schemaFaults(readDocument(Buffer.from(text)));
  if (faults.length > 0) throw new AssayError('SBOM_INVALID', `the document does not keep to its schema: ${faults.join('; ').slice(0, 300)}`, { remedy: 'Report it with the lock file that it came from.' });
  return text;
}
