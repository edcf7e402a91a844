/**
 * What is fuzzed: everything that reads a stranger's bytes. A target answers whether it took the input; a throw that is no named refusal is a crash, and taking an input
 * that says something else than a seed's signature covers is a false accept.
 */
import { canonicalJson } from '../../app/core/digest.ts';
import { AssayError } from '../../app/core/errors.ts';
import { parseCommands } from '../../app/core/command.ts';
import { parseConfig } from '../../app/core/config.ts';
import { readSbom } from '../../app/core/sbom/read.ts';
import { readStatement, statementBytes } from '../../app/core/statement.ts';
import { openArtifactVerifier } from '../../app/edges/sigstore/artifact.ts';
import { openTrust } from '../../app/edges/sigstore/open.ts';
import { readRoot } from '../../app/edges/sigstore/root.ts';
import { openSigner, verifyBundle } from '../../app/edges/sigstore/signer.ts';
import { parseExpectation } from '../../app/evidence/verification/expectation-file.ts';
import { verifyEvidence } from '../../app/evidence/verification/verify.ts';
import { claims } from '../world/sigstore/claims.ts';
import { signArtifact, signStatement, witnessesOf, workflowSigner } from '../world/sigstore/sign.ts';
import { keyPair, startSigstore } from '../world/sigstore/start.ts';
import { artifact, expect, expectedWorkflow, replayTable, statementOf } from '../world/sigstore/statements.ts';
import type { Corpus } from './mutate.ts';

export interface Target extends Corpus {
  name: string;
  /** How many of a thousand runs it gets. */
  share: number;
  /** Throws on a crash or a false accept. */
  take(input: Buffer): 'accepted' | 'refused';
}

class FalseAccept extends Error {}

/** The envelope or the signature over an artifact: all of a bundle that its signer signed. */
function signedPart(bundle: Buffer): string {
  const { dsseEnvelope, messageSignature } = JSON.parse(bundle.toString('utf8')) as { dsseEnvelope?: { payload: string; payloadType: string; signatures: { sig: string }[] }; messageSignature?: { signature: string } };
  const bytes = (text: string) => Buffer.from(text, 'base64').toString('hex');
  if (messageSignature) return bytes(messageSignature.signature);
  return canonicalJson([bytes(dsseEnvelope?.payload ?? ''), dsseEnvelope?.payloadType, dsseEnvelope?.signatures.map(({ sig }) => bytes(sig))]);
}

function onlySigned(input: Buffer, seeds: readonly Buffer[]): 'accepted' {
  if (!seeds.some((seed) => signedPart(seed) === signedPart(input))) throw new FalseAccept('a bundle was accepted that says what nobody signed');
  return 'accepted';
}

/** A named refusal is an answer. */
function orRefused(take: () => 'accepted' | 'refused'): 'accepted' | 'refused' {
  try {
    return take();
  } catch (thrown) {
    if (thrown instanceof AssayError) return 'refused';
    throw thrown;
  }
}

const bundleWords = ['"keyid":"x",', '"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",', '"publicKey":{"hint":"x"},', '"tlogEntries":[],', '"dsseEnvelope":{},', '"payloadType":"text/plain",', '"signatures":[],'];

export async function targets(): Promise<Target[]> {
  const sigstore = await startSigstore();
  const by = { signer: workflowSigner(sigstore, claims()), witnesses: witnessesOf(sigstore, 'log') };
  const second = { ...by, witnesses: witnessesOf(sigstore, 'log-v2') };
  const workflow = [await signStatement(statementOf('provenance'), by), await signStatement(statementOf('provenance'), second)];
  const messages = [await signArtifact(artifact, by), await signArtifact(artifact, second)];
  await sigstore.close();
  return [...await keyTargets(), ...workflowTargets(sigstore.root, workflow, messages), ...textTargets(sigstore.root)];
}

async function keyTargets(): Promise<Target[]> {
  const signer = openSigner({ privateKeyPem: keyPair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() });
  const seeds = await Promise.all((['verdict', 'tests', 'manifest'] as const).map(async (slot) => Buffer.from(canonicalJson((await signer.sign(statementOf(slot))).bundle))));
  const statements = (['provenance', 'verdict', 'vulnerabilities', 'sbom'] as const).map((slot) => statementBytes(statementOf(slot)));
  return [
    { name: 'bundle of a key', share: 200, seeds, words: bundleWords, take: (input) => orRefused(() => { verifyBundle(input.toString('utf8'), [signer.publicKeyPem]); return onlySigned(input, seeds); }) },
    { name: 'statement', share: 200, seeds: statements, words: ['"Subject":[],', '"subject":[],', '"_type":"x",', '"predicateType":"https://x",'], take: (input) => orRefused(() => sameAgain(input)) },
  ];
}

/** What was read, written and read again is the same, or two readers could differ. */
function sameAgain(input: Buffer): 'accepted' {
  const statement = readStatement(input);
  if (canonicalJson(readStatement(statementBytes(statement))) !== canonicalJson(JSON.parse(input.toString('utf8')))) throw new FalseAccept('a statement reads otherwise the second time');
  return 'accepted';
}

function workflowTargets(root: string, workflow: Buffer[], messages: Buffer[]): Target[] {
  const trust = openTrust({ domain: 'public-good', root });
  const verify = openArtifactVerifier(root);
  const signer = { identity: claims().sub, issuer: claims().iss };
  return [
    { name: 'bundle of a workflow', share: 100, seeds: workflow, words: bundleWords, take: (input) => ('verified' in verifyEvidence(input, expect('provenance'), { trust, replays: replayTable() }) ? onlySigned(input, workflow) : 'refused') },
    { name: 'bundle of an artifact', share: 50, seeds: [...messages, ...workflow], words: bundleWords, take: (input) => (verify({ bundle: input, artifact: { bytes: artifact }, signer }) === null ? onlySigned(input, [...messages, ...workflow]) : 'refused') },
  ];
}

const sbom = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79', version: 1, components: [{ type: 'library', name: 'left-pad', version: '1.3.0', purl: 'pkg:npm/left-pad@1.3.0', licenses: [{ license: { id: 'MIT' } }], components: [{ type: 'library', name: 'inner' }] }], dependencies: [{ ref: 'a', dependsOn: ['b'] }] };
const config = 'version: 1\nmerge: auto\npack: baseline\napproval:\n  presence: account\n  maxAge: 7d\nbudget: {projectUsd: 150}\npaths: {protected: ["src/**"]}\nfixtures: ["test/**"]\nguardrails: {G02: {a: 1}}\n';
const comments = ['/approve 1234567\n', 'Looks good.\n\n> /approve 1234567\n\n/approve abcdef0 sha256:1234\n', '```\n/approve 1234567\n```\n/reject because\n', '<!-- /approve 1234567 -->\n/budget 12\n/explain guardrails\n', '| a | b |\n|---|---|\n| /approve 1 | x |\n'];
const expectationFile = { version: 1, slot: 'provenance', trust: { domain: 'public-good' }, signer: { kind: 'certificate', workflow: expectedWorkflow } };

function textTargets(root: string): Target[] {
  const text = (input: Buffer) => input.toString('utf8');
  return [
    { name: 'trusted root', share: 50, seeds: [Buffer.from(root)], words: ['"start":null,', '"validFor":{},', '"tlogs":[],'], take: (input) => orRefused(() => { readRoot(text(input)); return 'accepted'; }) },
    { name: 'expectation', share: 50, seeds: [Buffer.from(JSON.stringify(expectationFile))], words: ['"slot":"sbom",', '"keys":[],'], take: (input) => orRefused(() => { parseExpectation(text(input)); return 'accepted'; }) },
    { name: 'SBOM', share: 150, seeds: [Buffer.from(JSON.stringify(sbom))], words: ['"components":[],', '{"name":"x"},', '"purl":"pkg:npm/%00",'], take: (input) => ('why' in readSbom(text(input)) ? 'refused' : 'accepted') },
    { name: 'configuration', share: 100, seeds: [Buffer.from(config)], words: ['&a ', '*a', '!!js/function ', '<<: ', '? ', '- ', '|\n', '{'.repeat(500), '[*a,*a]', '%YAML 1.1\n---\n'], take: (input) => orRefused(() => { parseConfig(text(input)); return 'accepted'; }) },
    { name: 'comment', share: 100, seeds: comments.map((each) => Buffer.from(each)), words: ['> '.repeat(400), '- '.repeat(300), '*'.repeat(500), '['.repeat(500), '<details>', '`', '/approve ', '\uff0fapprove 1234567', '![](', '| '.repeat(200), '_'.repeat(300)], take: (input) => (parseCommands(text(input)).length > 0 ? 'accepted' : 'refused') },
  ];
}
