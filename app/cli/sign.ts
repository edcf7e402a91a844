/**
 * `assay sign [--key PRIVATE.pem] [--out FOLDER] FILE…`: a Sigstore bundle for each file, `<name>.sigstore.json`: over the statement where the file is an in-toto statement,
 * else over the file's bytes. In GitHub Actions the run signs by its identity. Exit codes: 0, 2 wrong use or configuration, 3 nothing was signed.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { canonicalJson } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { Statement } from '../core/ports/signer.ts';
import { readStatement, statementLimits, statementType } from '../core/statement.ts';
import { runSigner, type RunSigner } from './evidence/run-signer.ts';
import type { Verb } from './main.ts';

const usage = 'assay sign [--key PRIVATE.pem] [--out FOLDER] FILE…';

export const verb: Verb = {
  summary: 'sign files as Sigstore bundles, by the run\'s identity in Actions, else by key: sign [--key FILE] FILE…',
  async run(args) {
    const { key, out, files } = optionsOf(args);
    const given = await Promise.all(files.map(async (file) => ({ file, bytes: await readInput(file) })));
    const signer = await runSigner({ key, env: process.env });
    // All or nothing: half of the bundles would look like the whole.
    const bundles: [string, string][] = [];
    for (const { file, bytes } of given) bundles.push([join(out ?? dirname(file), `${basename(file)}.sigstore.json`), await bundleOf(bytes, signer)]);
    if (out !== undefined) await mkdir(out, { recursive: true });
    for (const [path, bundle] of bundles) {
      await writeFile(path, bundle);
      process.stdout.write(`${path}\n`);
    }
    process.stderr.write(`signed as ${signer.who}\n`);
    return 0;
  },
};

function optionsOf(args: string[]): { key: string | undefined; out: string | undefined; files: string[] } {
  try {
    const { values: { key, out }, positionals } = parseArgs({ args, allowPositionals: true, options: { key: { type: 'string' }, out: { type: 'string' } } });
    if (positionals.length === 0) throw new Error('say what to sign');
    const names = positionals.map((file) => (out === undefined ? file : basename(file)));
    if (new Set(names).size < names.length) throw new Error('two files of one name would have one bundle');
    return { key, out, files: positionals };
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

async function bundleOf(bytes: Buffer, signer: RunSigner): Promise<string> {
  const statement = statementIn(bytes);
  return statement ? `${canonicalJson((await signer.sign(statement)).bundle)}\n` : `${await signer.signBytes(bytes)}\n`;
}

/** Null where the file is something else; what says that it is a statement and is a broken one is refused. */
function statementIn(bytes: Buffer): Statement | null {
  if (bytes.length > statementLimits.payloadBytes || bytes[0] !== 0x7b) return null;
  return typeIn(bytes.toString('utf8')) === statementType ? readStatement(bytes) : null;
}

function typeIn(text: string): unknown {
  try {
    return z.looseObject({ _type: z.unknown() }).safeParse(JSON.parse(text)).data?._type;
  } catch {
    return null; // No JSON, so no statement: it is signed as the bytes that it is.
  }
}

async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw wrongUse(`${file} cannot be read`, cause);
  }
}

function wrongUse(message: string, cause: unknown): AssayError {
  return new AssayError('USAGE_SIGN', message, { remedy: usage, cause });
}
