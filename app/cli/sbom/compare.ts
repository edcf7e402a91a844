/** `assay sbom diff BASE HEAD`: what changed between two bills of materials, each a CycloneDX file or a folder whose lock files are read. Exit 0 where nothing did, 1 where something did. */
import { statSync } from 'node:fs';
import { AssayError } from '../../core/errors.ts';
import { diffBoms, type BomDiff, type Listed } from '../../core/sbom/diff.ts';
import { readSbom, type Bom } from '../../core/sbom/read.ts';
import { visible } from '../../core/visible.ts';
import { checkBom } from './check.ts';
import { giveOut, readInput } from './files.ts';
import { bomOfFolder } from './make.ts';
import { formatIn, usage, type SbomOptions } from './options.ts';

export async function compare({ operands, out, format, spec, name }: SbomOptions): Promise<number> {
  const wanted = formatIn(format, ['text', 'json']);
  const [base, head] = operands;
  if (base === undefined || head === undefined || operands.length > 2) throw new AssayError('USAGE_SBOM', 'name a BASE and a HEAD', { remedy: usage });
  const diff = diffBoms(await bomAt(base, { spec, name }), await bomAt(head, { spec, name }));
  giveOut(wanted === 'json' ? `${JSON.stringify(diff, null, 2)}\n` : inWords(diff), out);
  return changes(diff) === 0 ? 0 : 1;
}

/** Throws SBOM_INVALID, or what making a bill throws. */
async function bomAt(path: string, how: Pick<SbomOptions, 'spec' | 'name'>): Promise<Bom> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return parsed(await bomOfFolder(path, how), path);
  const bytes = await readInput(path);
  const { valid, faults } = await checkBom(bytes);
  if (!valid) throw new AssayError('SBOM_INVALID', `${path}: ${faults.join('; ').slice(0, 300)}`, { remedy: 'See "assay sbom check".' });
  return parsed(new TextDecoder().decode(bytes), path);
}

function parsed(text: string, path: string): Bom {
  const bom = readSbom(text);
  if ('why' in bom) throw new AssayError('SBOM_INVALID', `${path}: ${bom.why}`, { remedy: 'See "assay sbom check".' });
  return bom;
}

function changes({ added, removed, changed, relicensed }: BomDiff): number {
  return added.length + removed.length + changed.length + relicensed.length;
}

function inWords(diff: BomDiff): string {
  const { base, head, added, removed, changed, relicensed, newLicences } = diff;
  const of = ({ purl, licence }: Listed) => `${purl}${licence === null ? '' : ` (${licence})`}`;
  const lines = [
    `${base} components before, ${head} after: ${added.length} new, ${removed.length} removed, ${changed.length} at other versions, ${relicensed.length} under another licence`,
    ...added.map((each) => `+ ${of(each)}`), ...removed.map((each) => `- ${of(each)}`),
    ...changed.map(({ purl, from, to }) => `~ ${purl} ${from.join(', ') || 'none'} -> ${to.join(', ') || 'none'}`),
    ...relicensed.map(({ purl, from, to }) => `! ${purl} ${from ?? 'no licence'} -> ${to ?? 'no licence'}`),
    ...(newLicences.length > 0 ? [`licences that were not there before: ${newLicences.join(', ')}`] : []),
  ];
  // Names come from other people's documents: nothing in them may steer a terminal.
  return `${lines.map(visible).join('\n')}\n`;
}
