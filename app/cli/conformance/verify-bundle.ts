/**
 * `assay conformance verify-bundle …`: the command-line protocol by which Sigstore's conformance suite asks a client, answered offline. Exit codes: 0 the bundle holds
 * for the artifact, 1 it is refused, 2 wrong use or a trusted root that is not there.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AssayError } from '../../core/errors.ts';
import { EvidenceRefusal, refusalOf, type Refusal } from '../../core/refusal.ts';
import { openArtifactVerifier, type Artifact, type ArtifactSigner } from '../../edges/sigstore/artifact.ts';
import { shippedRoot } from '../../edges/sigstore/root.ts';
import { refusalWords } from '../refusal-words.ts';

const usage = 'assay conformance verify-bundle [--staging] --bundle FILE (--certificate-identity ID --certificate-oidc-issuer URL | --key FILE) [--trusted-root FILE] FILE_OR_DIGEST';

interface Options {
  staging: boolean;
  bundle: string;
  identity?: string;
  issuer?: string;
  key?: string;
  root?: string;
  artifact: string;
}

export async function verifyBundle(args: string[]): Promise<number> {
  const refused = await refusal(optionsOf(args));
  if (refused === null) {
    process.stdout.write('verified\n');
    return 0;
  }
  process.stderr.write(refusalWords(refused));
  return 1;
}

function optionsOf(args: string[]): Options {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals: [artifact, ...more] } = parseArgs({ args, allowPositionals: true, options: { staging: { type: 'boolean' }, bundle: text, 'certificate-identity': text, 'certificate-oidc-issuer': text, key: text, 'trusted-root': text } });
    if (values.bundle === undefined || artifact === undefined || more.length > 0) throw new Error('one --bundle and one FILE_OR_DIGEST');
    return {
      staging: values.staging ?? false, bundle: values.bundle, artifact,
      ...optional('identity', values['certificate-identity']), ...optional('issuer', values['certificate-oidc-issuer']), ...optional('key', values.key), ...optional('root', values['trusted-root']),
    };
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function optional<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, string>);
}

async function refusal(options: Options): Promise<Refusal | null> {
  // The suite counts an identity beside a key as a verification that must fail, not as a wrong command line.
  if (options.key !== undefined && (options.identity !== undefined || options.issuer !== undefined)) return refusalOf(new EvidenceRefusal('EVIDENCE_KEY_KIND', 'a key has no identity: give --key or a certificate identity, not both'));
  const signer = await signerOf(options);
  const root = options.root === undefined ? shippedRoot(options.staging ? 'staging' : 'production') : (await read(options.root)).toString('utf8');
  return openArtifactVerifier(root)({ bundle: await read(options.bundle), artifact: await artifactOf(options.artifact), signer });
}

async function signerOf({ key, identity, issuer }: Options): Promise<ArtifactSigner> {
  if (key !== undefined) return { keyPem: (await read(key)).toString('utf8') };
  if (identity === undefined || issuer === undefined) throw wrongUse('--certificate-identity and --certificate-oidc-issuer belong together; or give --key');
  return { identity, issuer };
}

/** A digest only where it is one exactly, and no file has its name. */
async function artifactOf(given: string): Promise<Artifact> {
  const sha256 = /^sha256:([0-9a-fA-F]{64})$/.exec(given)?.[1];
  return sha256 !== undefined && !existsSync(given) ? { sha256: sha256.toLowerCase() } : { bytes: await read(given) };
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AssayError('USAGE', `${file} cannot be read`, { remedy: usage, cause });
  }
}

function wrongUse(message: string): AssayError {
  return new AssayError('USAGE', message, { remedy: usage });
}
