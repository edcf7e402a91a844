/** `assay sbom check FILE [--out FILE]`: whether a CycloneDX document can be read strictly, keeps to the schema of its own version, and means the same written again. */
import { AssayError, problemOf } from '../../core/errors.ts';
import { contentsOf, readDocument, sameMeaning, writeDocument, type BomDocument, type Contents } from '../../core/sbom/document.ts';
import { schemaFaults } from '../../edges/sbom/validate.ts';
import { giveOut, readInput } from './files.ts';
import type { SbomOptions } from './options.ts';

export interface CheckResult {
  valid: boolean;
  specVersion: string | null;
  code: 'SBOM_VALID' | 'SBOM_INVALID' | 'SBOM_ROUND_TRIP';
  faults: string[];
  contents: Contents | null;
  /** The document written again; null where it is not valid. */
  written: string | null;
}

export async function checkBom(bytes: Uint8Array): Promise<CheckResult> {
  let document: BomDocument;
  try {
    document = readDocument(bytes);
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    if (code !== 'SBOM_INVALID') throw thrown;
    return { valid: false, specVersion: null, code, faults: [message], contents: null, written: null };
  }
  const { specVersion } = document;
  const faults = await schemaFaults(document);
  if (faults.length > 0) return { valid: false, specVersion, code: 'SBOM_INVALID', faults, contents: null, written: null };
  const written = writeDocument(document);
  const back = readDocument(Buffer.from(written));
  if (!sameMeaning(document.text, back.text)) return { valid: false, specVersion, code: 'SBOM_ROUND_TRIP', faults: ['written again it means something else'], contents: null, written: null };
  return { valid: true, specVersion, code: 'SBOM_VALID', faults: [], contents: contentsOf(document), written };
}

export async function check({ operands, out, json }: SbomOptions): Promise<number> {
  const [file] = operands;
  if (file === undefined || operands.length > 1) throw new AssayError('USAGE_SBOM', 'name one FILE to check', { remedy: 'assay sbom check FILE [--out FILE] [--format text|json]' });
  const { written, ...result } = await checkBom(await readInput(file));
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : inWords(result));
  if (written !== null && out !== null) giveOut(written, out);
  return result.valid ? 0 : 1;
}

function inWords({ valid, specVersion, code, faults, contents }: Omit<CheckResult, 'written'>): string {
  if (!valid || !contents) return `${code}${specVersion ? ` (CycloneDX ${specVersion})` : ''}\n${faults.map((each) => `  ${each}\n`).join('')}`;
  const { components, services, vulnerabilities, doubtful } = contents;
  return `valid CycloneDX ${specVersion}: ${components} components, ${services} services, ${vulnerabilities} vulnerabilities; written again it means the same\n${doubtful.slice(0, 10).map((each) => `  note: ${each}\n`).join('')}`;
}
