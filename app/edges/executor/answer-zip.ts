/**
 * The one file of a run's artefact. A zip from outside is read in memory and never unpacked to a disk; anything but exactly one plain file of
 * that name, or one that grows past its bound (also where its header lies about it), is refused.
 */
import { fromBufferPromise, type Entry, type ZipFile } from 'yauzl';
import { AssayError } from '../../core/errors.ts';
import { MIB } from '../../core/ports/sandbox.ts';

export const maxZipBytes = 32 * MIB;
const maxAnswerBytes = 64 * MIB;
const answerName = 'answer.json';
const fileType = 0o170000;
const plainFile = 0o100000;

/** Throws EXECUTOR_ARTEFACT_INVALID | EXECUTOR_ARTEFACT_TOO_LARGE. */
export async function readAnswerZip(bytes: Buffer): Promise<Buffer> {
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: true, validateEntrySizes: true });
    return await readOnly(zip, await onlyEntry(zip));
  } catch (thrown) {
    throw thrown instanceof AssayError ? thrown : invalid(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

async function onlyEntry(zip: ZipFile): Promise<Entry> {
  if (zip.entryCount !== 1) throw invalid(`it holds ${zip.entryCount} entries`);
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== answerName) throw invalid(`it holds ${JSON.stringify(entry.fileName)}`);
    const type = (entry.externalFileAttributes >>> 16) & fileType;
    if (type !== 0 && type !== plainFile) throw invalid(`${answerName} is no plain file`);
    if (!entry.canDecodeFileData()) throw invalid(`${answerName} is encrypted or packed in an unknown way`);
    if (entry.uncompressedSize > maxAnswerBytes) throw tooLarge();
    return entry;
  }
  throw invalid('it holds nothing');
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
