/**
 * `assay verify --bundle FILE --expect FILE [--envelope OUT] [ARTIFACT …]`: one bundle of evidence against a written expectation, offline. The artifacts are hashed here;
 * the statement must be about each of them. With --envelope the verified statement is also written as a plain DSSE line, which some verifiers want. Exit codes: 0 verified,
 * 1 refused, 2 wrong use or a broken expectation.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AssayError } from '../core/errors.ts';
import { refusalOf } from '../core/refusal.ts';
import { openTrust, type TrustDomain } from '../edges/sigstore/open.ts';
import { shippedRoot } from '../edges/sigstore/root.ts';
import { envelopeLine } from '../evidence/envelope.ts';
import type { Expectation, ExpectedSubject } from '../evidence/verification/expectation.ts';
import { parseExpectation, type ExpectationFile } from '../evidence/verification/expectation-file.ts';
import { verifyEvidence, type Verified } from '../evidence/verification/verify.ts';
import { refusalWords } from './refusal-words.ts';

export const bundleUsage = 'assay verify --bundle FILE --expect FILE [--envelope OUT] [ARTIFACT …]';
const hour = 3_600_000;

export async function verifyBundleFile(args: string[]): Promise<number> {
  const { bundle, expect, envelope, artifacts } = optionsOf(args);
  const file = parseExpectation((await read(expect)).toString('utf8'));
  const bytes = await read(bundle);
  const result = await judged(bytes, { file, folder: dirname(expect), artifacts });
  if ('refused' in result) {
    process.stderr.write(refusalWords(result.refused));
    return 1;
  }
  if (envelope !== undefined) await writeFile(envelope, envelopeLine(bytes.toString('utf8')));
  process.stdout.write(words(result.verified, file));
  return 0;
}

function optionsOf(args: string[]): { bundle: string; expect: string; envelope?: string; artifacts: string[] } {
  try {
    const text = { type: 'string' } as const;
    const { values: { bundle, expect, envelope }, positionals } = parseArgs({ args, allowPositionals: true, options: { bundle: text, expect: text, envelope: text } });
    if (bundle === undefined || expect === undefined) throw new Error('--bundle and --expect belong together');
    return { bundle, expect, artifacts: positionals, ...(envelope === undefined ? {} : { envelope }) };
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

interface Given {
  file: ExpectationFile;
  folder: string;
  artifacts: string[];
}

async function judged(bytes: Buffer, { file, folder, artifacts }: Given): Promise<ReturnType<typeof verifyEvidence>> {
  const subjects = [...(file.subjects ?? []).map(present), ...await Promise.all(artifacts.map(hashed))];
  const domain = await trustOf(file.trust, folder);
  try {
    return verifyEvidence(bytes, expectationOf(file, subjects), { trust: openTrust(domain), replays: { firstUse: (_, use) => use } });
  } catch (thrown) {
    return { refused: refusalOf(thrown) };
  }
}

function expectationOf({ slot, signer, policyDigests, scan }: ExpectationFile, subjects: ExpectedSubject[]): Expectation {
  return {
    slot, signer, subjects, use: 'verify', now: Date.now(),
    ...(policyDigests === undefined ? {} : { policyDigests }),
    ...(scan === undefined ? {} : { scan: { maxAgeMs: scan.maxAgeHours * hour, maxDatabaseAgeMs: scan.maxDatabaseAgeHours * hour } }),
  };
}

function present(subject: NonNullable<ExpectationFile['subjects']>[number]): ExpectedSubject {
  return Object.fromEntries(Object.entries(subject).filter(([, value]) => value !== undefined));
}

async function hashed(artifact: string): Promise<ExpectedSubject> {
  const bytes = await read(artifact);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sha512: createHash('sha512').update(bytes).digest('hex') };
}

/** The trust of an expectation, with the files that it names beside it. */
export async function trustOf(trust: ExpectationFile['trust'], folder: string): Promise<TrustDomain> {
  const text = async (name: string) => (await read(resolve(folder, name))).toString('utf8');
  if (trust.domain === 'github-private') return { domain: 'github-private', root: await text(trust.root) };
  if (trust.domain === 'public-good') return { domain: 'public-good', root: trust.root === undefined ? shippedRoot('production') : await text(trust.root) };
  const keys = await Promise.all(trust.keys.map(async ({ file, from, until }) => ({ publicKeyPem: await text(file), ...(from === undefined ? {} : { from: Date.parse(from) }), ...(until === undefined ? {} : { until: Date.parse(until) }) })));
  return { domain: 'own-key', keys, timestamps: trust.timestamps, ...(trust.root === undefined ? {} : { root: await text(trust.root) }) };
}

function words({ statement, signer, times, payloadSha256, bundleSha256 }: Verified, { slot }: ExpectationFile): string {
  const by = signer.kind === 'key' ? `key ${signer.hint}` : `${signer.subjectAlternativeName}\nrun       ${signer.extensions['21']}`;
  const signed = times.map(({ source, at }) => `${new Date(at).toISOString()} (${source})`).join(', ') || 'no signed time';
  return `verified  ${slot} (${statement.predicateType})\nsigner    ${by}\ntime      ${signed}\npayload   sha256:${payloadSha256}\nbundle    sha256:${bundleSha256}\n`;
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AssayError('USAGE', `${file} cannot be read`, { remedy: bundleUsage, cause });
  }
}

function wrongUse(message: string): AssayError {
  return new AssayError('USAGE', message, { remedy: bundleUsage });
}
