/**
 * The one file of a run's artefact, or the bundle among its evidence. A zip from outside is read in memory and never unpacked to a disk; anything but
 * plain files of those names, or one that grows past its bound (also where its header lies about it), is refused.
 */
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { AssayError } from '../../core/errors.ts';
import { MIB } from '../../core/ports/sandbox.ts';

export const maxZipBytes = 32 * MIB;
const maxAnswerBytes = 64 * MIB;
const answerName = 'answer.json';
const bundleName = 'assay-provenance.sigstore.json';
const evidenceNames = ['assay-statement.json', bundleName];
const fileType = 0o170000;
const plainFile = 0o100000;

/** Throws EXECUTOR_ARTEFACT_INVALID | EXECUTOR_ARTEFACT_TOO_LARGE. */
export async function readAnswerZip(bytes: Buffer): Promise<Buffer> {
  return reading(bytes, async (zip) => readOnly(zip, await onlyEntry(zip)));
}

/** Null where the evidence was left unsigned. Throws as the other does. */
export async function readBundleZip(bytes: Buffer): Promise<Buffer | null> {
  return reading(bytes, async (zip) => {
    let bundle: Entry | null = null;
    const seen = new Set<string>();
    for await (const entry of zip.eachEntry()) {
      checkEntry(entry, evidenceNames);
      if (seen.has(entry.fileName)) throw invalid(`it holds ${entry.fileName} twice`);
      seen.add(entry.fileName);
      if (entry.fileName === bundleName) bundle = entry;
    }
    return bundle && readOnly(zip, bundle);
  });
}

async function reading<T>(bytes: Buffer, read: (zip: ZipFile) => Promise<T>): Promise<T> {
  try {
    return await read(await fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: true, validateEntrySizes: true, autoClose: false }));
  } catch (thrown) {
    throw thrown instanceof AssayError ? thrown : invalid(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

async function onlyEntry(zip: ZipFile): Promise<Entry> {
  if (zip.entryCount !== 1) throw invalid(`it holds ${zip.entryCount} entries`);
  for await (const entry of zip.eachEntry()) {
    checkEntry(entry, [answerName]);
    return entry;
  }
  throw invalid('it holds nothing');
}

function checkEntry(entry: Entry, names: readonly string[]): void {
  if (!names.includes(entry.fileName)) throw invalid(`it holds ${JSON.stringify(entry.fileName)}`);
  const type = (entry.externalFileAttributes >>> 16) & fileType;
  if (type !== 0 && type !== plainFile) throw invalid(`${entry.fileName} is no plain file`);
  if (!entry.canDecodeFileData()) throw invalid(`${entry.fileName} is encrypted or packed in an unknown way`);
  if (entry.uncompressedSize > maxAnswerBytes) throw tooLarge();
}

async function readOnly(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    size += (chunk as Buffer).length;
    if (size > maxAnswerBytes) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(): AssayError {
  return new AssayError('EXECUTOR_ARTEFACT_TOO_LARGE', `the run's answer has more than ${maxAnswerBytes / MIB} MB unpacked`, { remedy: 'Make the change smaller; if it is small, look at the run in the Actions tab.' });
}

function invalid(why: string, cause?: unknown): AssayError {
  return new AssayError('EXECUTOR_ARTEFACT_INVALID', `the run's artefact is not usable: ${why}`, { remedy: 'Look at the run in the Actions tab: only the workflow that the README shows leaves a usable one. Then comment /retry.', cause });
}
