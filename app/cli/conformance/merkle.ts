/**
 * `assay conformance merkle FILE|DIR…`: judges Merkle proof vectors, one line of JSON for each: `{file, kind, accepted, expected, asExpected}`.
 * Exit codes: 0 all as their files expect (a file without an expectation has to be accepted), 1 one is not, 2 wrong use, 3 a file is no vector.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { judgeVector } from '../../core/merkle/vector.ts';

const usage = 'assay conformance merkle FILE|DIR…';
const maxBytes = 1_000_000;

export async function merkle(paths: string[]): Promise<number> {
  if (paths.length === 0) throw wrongUse('name a file or a folder');
  const files = paths.flatMap(filesOf);
  if (files.length === 0) throw wrongUse(`no .json file under ${paths.join(', ')}`);
  let asExpected = true;
  for (const file of files) {
    const { kind, accepted, expected } = judged(file);
    const same = accepted === (expected ?? true);
    asExpected &&= same;
    process.stdout.write(`${JSON.stringify({ file, kind, accepted, expected, asExpected: same })}\n`);
  }
  return asExpected ? 0 : 1;
}

function judged(file: string): ReturnType<typeof judgeVector> {
  if (statSync(file).size > maxBytes) throw new AssayError('MERKLE_VECTOR_INVALID', `${file} is larger than ${maxBytes} bytes`, { remedy: 'No proof is that large.' });
  try {
    return judgeVector(readFileSync(file, 'utf8'));
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    throw new AssayError(thrown.code, `${file}: ${thrown.message}`, { remedy: thrown.remedy, cause: thrown });
  }
}

function filesOf(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw wrongUse(`${path} is not there`);
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).sort().map((name) => join(path, name));
}

function wrongUse(message: string): AssayError {
  return new AssayError('USAGE_CONFORMANCE', message, { remedy: usage });
}
