/**
 * Who signs on the command line: a key that is named, else in GitHub Actions the run by its identity, else the App's own key. What was signed is read back as its readers will,
 * before it is given out. A run of GitHub Actions that may not sign says so; no key is made for it.
 */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canonicalJson, sha256 } from '../../core/digest.ts';
import { AssayError } from '../../core/errors.ts';
import type { SignedStatement, Statement } from '../../core/ports/signer.ts';
import type { SigningKey } from '../../core/ports/signing-key.ts';
import { readStatement, statementBytes } from '../../core/statement.ts';
import { openArtifactVerifier } from '../../edges/sigstore/artifact.ts';
import { instanceFor, type Instance } from '../../edges/sigstore/instance.ts';
import { signKeyless } from '../../edges/sigstore/keyless.ts';
import { openTrust, thresholds } from '../../edges/sigstore/open.ts';
import { pemKey } from '../../edges/keys/pem.ts';
import { signBytesWith, signerWith, verifyBundle } from '../../edges/sigstore/signer.ts';
import { hasIdentity, identityOf, type Identity } from '../../edges/workflow-run/identity.ts';
import { checkSigner } from '../../evidence/verification/identity.ts';
import { actionsIssuer, workflowOf } from '../../evidence/verification/workflow.ts';
import { appKey } from '../app-key.ts';
import { readEnvironment } from '../settings.ts';

export interface RunSigner {
  /** For people: as whom it signs. */
  who: string;
  /** The run that signs; null for a key. */
  identity: Identity | null;
  sign(statement: Statement): Promise<SignedStatement>;
  /** Over the bytes themselves. */
  signBytes(bytes: Buffer): Promise<string>;
  verify(bundle: string): Statement;
  /** As `assay verify PACK --expect` wants it, to be looked at before anybody believes by it; null for a key, which is handed over itself. */
  expectation: object | null;
}

/** `key`: path of a private key (PEM). Throws SIGNING_NO_IDENTITY, SIGNING_*, KMS_* and CONFIG_*. */
export async function runSigner({ key, env }: { key: string | undefined; env: NodeJS.ProcessEnv }): Promise<RunSigner> {
  if (key !== undefined) return byKey(pemKey(read(key)));
  if (hasIdentity(env)) return byIdentity(env);
  if (env.GITHUB_ACTIONS !== 'true') return byKey(await appKey(readEnvironment(env)));
  throw new AssayError('SIGNING_NO_IDENTITY', 'this run has no identity to sign with', {
    remedy: 'Grant the job "id-token: write". A pull request from a fork never gets one: skip the step there with "if: github.event.pull_request.head.repo.full_name == github.repository".',
  });
}

function byKey(key: SigningKey): RunSigner {
  const signer = signerWith(key);
  const verify = (bundle: string) => verifyBundle(bundle, [key.publicKeyPem]);
  return { who: `the key ${key.keyId}`, identity: null, expectation: null, verify, sign: (statement) => readBack(statement, () => signer.sign(statement), verify), signBytes: (bytes) => signBytesWith(key, bytes) };
}

async function byIdentity(env: NodeJS.ProcessEnv): Promise<RunSigner> {
  const identity = await identityOf(env);
  const instance = instanceFor(identity.claims.repository_visibility, { env, folder: process.cwd() });
  if (!instance) throw new AssayError('SIGNING_NO_ROOT', 'the repository is not public, and no trusted root of GitHub\'s own instance was given, so a signature could not be verified', { remedy: 'Give the path of that root in ASSAY_SIGSTORE_ROOT, or sign with a key.' });
  const server = env.GITHUB_SERVER_URL ?? '';
  const trust = openTrust(instance.trust);
  const workflow = { kind: 'certificate', workflow: workflowOf(identity.claims, server) } as const;
  const verify = (bundle: string) => {
    const opened = trust.open(Buffer.from(bundle));
    checkSigner(opened.signer, workflow);
    return readStatement(opened.payload);
  };
  const given = { identity, instance, server };
  // A root that is not the library's own has to come from whoever trusts it, by its path.
  const believed = { domain: instance.trust.domain, ...(env.ASSAY_SIGSTORE_ROOT ? { root: env.ASSAY_SIGSTORE_ROOT } : {}) };
  return { who: `${server}/${identity.claims.job_workflow_ref}`, identity, expectation: { version: 1, slot: 'manifest', trust: believed, signer: workflow }, verify, sign: (statement) => readBack(statement, () => keyless(statement, given), verify), signBytes: (bytes) => keylessBytes(bytes, given) };
}

interface Keyless { identity: Identity; instance: Instance; server: string }

async function keyless(statement: Statement, { identity, instance }: Keyless): Promise<SignedStatement> {
  const data = statementBytes(readStatement(statementBytes(statement)));
  const bundle = await signKeyless({ data, kind: 'statement', identityToken: identity.token, signingConfig: instance.config });
  return { statement, bundle: JSON.parse(bundle), payloadSha256: sha256(data) };
}

async function keylessBytes(data: Buffer, { identity, instance, server }: Keyless): Promise<string> {
  const bundle = await signKeyless({ data, kind: 'artifact', identityToken: identity.token, signingConfig: instance.config });
  const verify = openArtifactVerifier(instance.trust.root, thresholds[instance.trust.domain]);
  const refused = verify({ bundle: Buffer.from(bundle), artifact: { bytes: data }, signer: { identity: `${server}/${identity.claims.job_workflow_ref}`, issuer: actionsIssuer } });
  if (refused) throw new AssayError(refused.code, `what was signed does not verify: ${refused.message}`, { remedy: refused.remedy });
  return bundle;
}

async function readBack(statement: Statement, sign: () => Promise<SignedStatement>, verify: (bundle: string) => Statement): Promise<SignedStatement> {
  const signed = await sign();
  const read = verify(canonicalJson(signed.bundle));
  if (canonicalJson(read) === canonicalJson(statement)) return signed;
  throw new AssayError('SIGNING_FAILED', 'what was signed is another statement than was to be signed', { remedy: 'Nothing of it is kept. Look at what stands between this machine and the services that sign.' });
}

function read(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    createPublicKey(pem);
    return pem;
  } catch (cause) {
    throw new AssayError('USAGE_KEY', `${file} is no private key that can be read`, { remedy: 'Give the path of a private key on P-256, as PEM.', cause });
  }
}
