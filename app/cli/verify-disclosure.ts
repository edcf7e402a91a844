/** `assay verify FOLDER` of a disclosure: everything in it is made again from its evidence and compared, offline. Exit codes as of a pack. */
import type { Statement } from '../core/ports/signer.ts';
import { pdfOf } from '../edges/pdf.ts';
import { openPolicy } from '../edges/policy.ts';
import { buildFolder, pdfFile } from '../evidence/disclosure/names.ts';
import { gateWords } from '../evidence/disclosure/gate-words.ts';
import { verifyDisclosure } from '../evidence/disclosure/verify.ts';
import type { PackFault } from '../evidence/pack.ts';
import type { WholePackReport } from '../evidence/pack-verify.ts';
import { entriesIn } from '../evidence/audit-export.ts';

interface Given {
  /** The PDF with one character a byte. */
  files: Record<string, string>;
  verify(bundle: string): Statement;
  /** What passkeys of an approval do not hold. */
  presence(report: WholePackReport): Promise<PackFault[]>;
}

export async function verifyDisclosureFolder({ files, verify, presence }: Given): Promise<number> {
  const { [pdfFile]: page, ...texts } = files;
  const pdf = page === undefined ? null : Buffer.from(page, 'latin1');
  const { faults: found, disclosure, packs } = await verifyDisclosure({ texts, pdf }, { verify, readLog: entriesIn, draw: pdfOf, policy: await openPolicy() });
  const faults = [...found, ...(await Promise.all(Object.entries(packs).map(async ([name, report]) => (await presence(report)).map((fault) => ({ ...fault, file: `${name}${fault.file}` }))))).flat()];
  for (const { file, code, message } of faults) process.stdout.write(`${code} ${file}: ${message}\n`);
  if (!disclosure || faults.length > 0) {
    process.stdout.write('the disclosure does not verify\n');
    return 3;
  }
  process.stdout.write(`${disclosure.summary}\n${disclosure.figures.length} numbers and ${disclosure.attachments.length} attachments of release ${disclosure.release.tag} (${disclosure.release.commit}) verified\n`);
  for (const line of gateWords(disclosure.gate)) process.stdout.write(`${line}\n`);
  if (Object.keys(texts).some((name) => name.startsWith(buildFolder))) process.stdout.write('The pack of the build in it has a signer of its own: npx assay verify FOLDER/build --expect FILE\n');
  process.stdout.write('The audit log in it has a key of its own: npx assay verify --log FOLDER/attachments/audit-log.json --key audit-key\n');
  return disclosure.holds ? 0 : 1;
}
