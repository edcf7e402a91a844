import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assay, type Ended } from '../../../test/cli.ts';
import { claims } from '../../../test/world/sigstore/claims.ts';
import { keySigner, signArtifact, signStatement, witnessesOf, workflowSigner, type Witnesses } from '../../../test/world/sigstore/sign.ts';
import { keyPair, startSigstore } from '../../../test/world/sigstore/start.ts';
import { artifact, statementOf, subjectOf } from '../../../test/world/sigstore/statements.ts';

const sigstore = await startSigstore();
const by = (witnesses: Witnesses) => ({ signer: workflowSigner(sigstore, claims()), witnesses: witnessesOf(sigstore, witnesses) });
const keys = keyPair();
const keyed = (witnesses: Witnesses) => ({ signer: keySigner(keys.privateKey, keys.publicKey), witnesses: witnessesOf(sigstore, witnesses) });
const made = {
  statement: await signStatement(statementOf('provenance'), by('log')),
  statementV2: await signStatement(statementOf('provenance'), by('log-v2')),
  message: await signArtifact(artifact, by('log')),
  messageV2: await signArtifact(artifact, by('log-v2')),
  keyMessage: await signArtifact(artifact, keyed('log')),
  keyStatement: await signStatement(statementOf('provenance'), keyed('log')),
  keyMessageV2: await signArtifact(artifact, keyed('log-v2')),
  keyStatementV2: await signStatement(statementOf('provenance'), keyed('log-v2')),
  unlogged: await signArtifact(artifact, keyed('none')),
  withoutSct: await signArtifact(artifact, { signer: workflowSigner(sigstore, claims(), 'private'), witnesses: witnessesOf(sigstore, 'time') }),
  older: await signStatement({ ...statementOf('provenance'), _type: 'https://in-toto.io/Statement/v0.1' }, by('log')),
  untyped: await signStatement({ subject: statementOf('provenance').subject, predicateType: 'https://example.test/x', predicate: {} }, by('log')),
  elsewhere: await signStatement({ ...statementOf('provenance'), subject: [{ name: 'artifact', digest: subjectOf(Buffer.from('x')) }] }, by('log')),
};
await sigstore.close();

const identity = ['--certificate-identity', claims().sub, '--certificate-oidc-issuer', claims().iss];
const digest = `sha256:${subjectOf(artifact).sha256}`;
const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

interface Json { [key: string]: (Json & string & Json[]) | undefined }

/** Runs the verb over files of its own; `FILE` in the arguments is the artifact's path. */
async function run(bundle: Buffer | string, signer: string[], { root = sigstore.root, target = 'FILE', rooted = true } = {}): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-conformance-'));
  onTestFinished(() => { rmSync(folder, { recursive: true }); });
  const put = (name: string, content: Buffer | string) => { writeFileSync(join(folder, name), content); return join(folder, name); };
  const args = signer.map((each) => (each === 'KEY' ? put('key.pub', pem) : each));
  return assay('conformance', 'verify-bundle', '--bundle', put('bundle.json', bundle), ...args, ...(rooted ? ['--trusted-root', put('root.json', root)] : []), target === 'FILE' ? put('artifact', artifact) : target);
}

function altered(bundle: Buffer, change: (json: Json) => void): Buffer {
  const json = JSON.parse(bundle.toString()) as Json;
  change(json);
  return Buffer.from(JSON.stringify(json));
}

const mediaTypes = { '0.1': 'application/vnd.dev.sigstore.bundle+json;version=0.1', '0.2': 'application/vnd.dev.sigstore.bundle+json;version=0.2', '0.3 older': 'application/vnd.dev.sigstore.bundle+json;version=0.3', '0.3': 'application/vnd.dev.sigstore.bundle.v0.3+json' };

/** The same bundle in another version of the format: before v0.3 with a chain of certificates, since then with one. */
function inVersion(bundle: Buffer, version: keyof typeof mediaTypes): Buffer {
  return altered(bundle, (json) => {
    const material = json.verificationMaterial!;
    const certificate = material.certificate ?? material.x509CertificateChain?.certificates?.[0];
    Object.assign(json, { mediaType: mediaTypes[version] });
    if (certificate === undefined) return;
    delete material.certificate;
    delete material.x509CertificateChain;
    Object.assign(material, version.startsWith('0.3') ? { certificate } : { x509CertificateChain: { certificates: [certificate] } });
  });
}

const entry = (json: Json): Json => json.verificationMaterial!.tlogEntries![0]!;

describe('accepted', () => {
  it.each([
    ['a statement', made.statement, identity], ['a statement in the second log', made.statementV2, identity], ['a signature over the artifact', made.message, identity],
    ['one in the second log', made.messageV2, identity], ['one of a key', made.keyMessage, ['--key', 'KEY']], ['a statement of a key', made.keyStatement, ['--key', 'KEY']],
    ['an older statement', made.older, identity], ['v0.3', inVersion(made.message, '0.3'), identity], ['v0.2', inVersion(made.message, '0.2'), identity], ['v0.1', inVersion(made.statement, '0.1'), identity],
    ['v0.1 with a promise alone', altered(inVersion(made.message, '0.1'), (json) => { delete entry(json).inclusionProof; }), identity],
    ['the older name of v0.3', inVersion(made.message, '0.3 older'), identity],
  ])('%s, by file and by digest', async (_, bundle, signer) => {
    expect(await run(bundle, signer)).toEqual({ code: 0, stdout: 'verified\n', stderr: '' });
    expect((await run(bundle, signer, { target: digest })).code).toBe(0);
  });

  it('of a key that no log knows, under a root without logs', async () => {
    const root = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';
    expect((await run(made.unlogged, ['--key', 'KEY'], { root })).code).toBe(0);
    expect((await run(made.unlogged, ['--key', 'KEY'], { root, target: digest })).code).toBe(0);
    expect(await run(made.unlogged, ['--key', 'KEY'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^EVIDENCE_LOG:/) });
  });
});

describe('refused', () => {
  const open = JSON.stringify(JSON.parse(sigstore.root), (key, value: unknown) => (key === 'start' ? undefined : value));
  it.each<[string, string, Buffer | string, string[], { root?: string; target?: string }?]>([
    ['another artifact than the statement is about', 'EVIDENCE_SUBJECT', made.elsewhere, identity],
    ['another digest than the statement is about', 'EVIDENCE_SUBJECT', made.statement, identity, { target: `sha256:${'0'.repeat(64)}` }],
    ['another digest than was signed', 'EVIDENCE_SUBJECT', made.message, identity, { target: `sha256:${'0'.repeat(64)}` }],
    ['a message digest of something else', 'EVIDENCE_SUBJECT', altered(made.message, (json) => { Object.assign(json.messageSignature!.messageDigest!, { digest: Buffer.alloc(32).toString('base64') }); }), identity],
    ['a statement without a type', 'EVIDENCE_STATEMENT', made.untyped, identity],
    ['an identity that only begins alike', 'EVIDENCE_SIGNER', made.message, ['--certificate-identity', claims().sub.slice(0, -1), '--certificate-oidc-issuer', claims().iss]],
    ['another issuer', 'EVIDENCE_ISSUER', made.message, ['--certificate-identity', claims().sub, '--certificate-oidc-issuer', 'https://example.test']],
    ['a certificate where a key is given', 'EVIDENCE_KEY_KIND', made.message, ['--key', 'KEY']],
    ['a key where an identity is given', 'EVIDENCE_KEY_KIND', made.keyMessage, identity],
    ['a key and an identity at once', 'EVIDENCE_KEY_KIND', made.keyMessage, ['--key', 'KEY', ...identity]],
    ['a root that does not say since when', 'EVIDENCE_ROOT_OPEN', made.message, identity, { root: open }],
    ['no proof of inclusion from v0.2 on', 'EVIDENCE_BUNDLE', altered(made.message, (json) => { delete entry(json).inclusionProof; }), identity],
    ['neither proof nor time in the second log', 'EVIDENCE_TIME', altered(made.messageV2, (json) => { delete json.verificationMaterial!.timestampVerificationData; }), identity],
    ['a hash of the checkpoint that is another', 'EVIDENCE_LOG_INCLUSION', altered(made.message, (json) => { const point = entry(json).inclusionProof!.checkpoint!; Object.assign(point, { envelope: point.envelope!.replace(/\n1\n(.)/, (_, first: string) => `\n1\n${first === 'A' ? 'B' : 'A'}`) }); }), identity],
    ['a time that the log did not sign', 'EVIDENCE_LOG_INCLUSION', altered(made.message, (json) => { Object.assign(entry(json), { integratedTime: String(Number(entry(json).integratedTime) + 1) }); }), identity],
    ['an entry below the first', 'EVIDENCE_LOG_INCLUSION', altered(made.message, (json) => { Object.assign(entry(json), { logIndex: '-1' }); Object.assign(entry(json).inclusionProof!, { logIndex: '-1' }); }), identity],
    ['an empty chain', 'EVIDENCE_BUNDLE', altered(inVersion(made.message, '0.2'), (json) => { Object.assign(json.verificationMaterial!, { x509CertificateChain: { certificates: [] } }); }), identity],
    ['a version that is not known', 'EVIDENCE_BUNDLE', altered(made.message, (json) => { Object.assign(json, { mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.9' }); }), identity],
    ['a key twice', 'EVIDENCE_JSON_DUPLICATE_KEY', made.message.toString().replace('{"mediaType"', '{"mediaType":"x","mediaType"'), identity],
    ['what is no JSON', 'EVIDENCE_JSON_INVALID', '{"mediaType":', identity],
  ])('%s: %s', async (_, code, bundle, signer, options) => {
    const ended = await run(bundle, signer, options);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`^${code}: .+\\n(  (got|expected): .+\\n)*  remedy: .+\\n$`));
  });

  it('a root within the chain, since v0.2', async () => {
    const root = (JSON.parse(sigstore.root) as Json).certificateAuthorities![0]!.certChain!.certificates![0]!;
    const rooted = (version: '0.1' | '0.2') => altered(inVersion(made.message, version), (json) => { json.verificationMaterial!.x509CertificateChain!.certificates!.push(root); });
    expect((await run(rooted('0.2'), identity)).stderr).toMatch(/^EVIDENCE_BUNDLE: certificate 1 of the bundle is a root/);
    expect((await run(rooted('0.1'), identity)).code).toBe(0);
  });

  it('the root that ships with the product, for a bundle of another instance', async () => {
    expect(await run(made.message, identity, { rooted: false })).toMatchObject({ code: 1, stderr: expect.stringMatching(/^EVIDENCE_CERTIFICATE/) });
  });
});

type Root = Record<'certificateAuthorities' | 'timestampAuthorities' | 'tlogs' | 'ctlogs', { validFor?: { start?: string; end?: string }; publicKey?: { validFor?: { start?: string; end?: string } } }[]>;

/** The instance's root, altered. */
function rooted(change: (root: Root) => void): { root: string } {
  const root = JSON.parse(sigstore.root) as Root;
  change(root);
  return { root: JSON.stringify(root) };
}

const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();

describe('roots, keys and logs at their edges', () => {
  it.each<[string, Buffer, string[], { root?: string; target?: string }?]>([
    ['a key in the second log', made.keyMessageV2, ['--key', 'KEY']], ['a statement of a key in the second log', made.keyStatementV2, ['--key', 'KEY']],
    ['authorities that leave out their whole validity', made.message, identity, rooted((root) => { for (const each of [...root.certificateAuthorities, ...root.timestampAuthorities]) delete each.validFor; })],
    ['a root whose other log has ended', made.messageV2, identity, rooted((root) => { root.tlogs.push({ ...root.tlogs[0]!, publicKey: { ...root.tlogs[0]!.publicKey, validFor: { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' } } }); })],
    ['a digest in capitals', made.message, identity, { target: `sha256:${subjectOf(artifact).sha256.toUpperCase()}` }],
    ['a statement of a key by digest', made.keyStatement, ['--key', 'KEY'], { target: digest }],
  ])('%s: accepted', async (_, bundle, signer, options) => {
    expect(await run(bundle, signer, options)).toMatchObject({ code: 0, stderr: '' });
  });

  it.each<[string, string, Buffer, string[], { root?: string; target?: string }?]>([
    ['a time authority that ended before', 'EVIDENCE_TIME', made.messageV2, identity, rooted((root) => { for (const each of root.timestampAuthorities) each.validFor = { start: '2020-01-01T00:00:00Z', end: anHourAgo }; })],
    ['a time authority that begins later', 'EVIDENCE_TIME', made.messageV2, identity, rooted((root) => { for (const each of root.timestampAuthorities) each.validFor = { start: '2099-01-01T00:00:00Z' }; })],
    ['a certificate authority that ended before', 'EVIDENCE_CERTIFICATE', made.message, identity, rooted((root) => { for (const each of root.certificateAuthorities) each.validFor = { start: '2020-01-01T00:00:00Z', end: anHourAgo }; })],
    ['a log that ended before', 'EVIDENCE_LOG', made.message, identity, rooted((root) => { for (const each of root.tlogs) each.publicKey = { ...each.publicKey, validFor: { start: '2020-01-01T00:00:00Z', end: anHourAgo } }; })],
    ['a log without a start', 'EVIDENCE_ROOT_OPEN', made.message, identity, rooted((root) => { delete root.tlogs[0]!.publicKey!.validFor; })],
    ['a certificate log without a start', 'EVIDENCE_ROOT_OPEN', made.message, identity, rooted((root) => { delete root.ctlogs[0]!.publicKey!.validFor; })],
    ['a root without any log', 'EVIDENCE_', made.message, identity, rooted((root) => { root.tlogs = []; })],
    ['a root without certificate logs, where the certificate names one', 'EVIDENCE_CERTIFICATE', made.message, identity, rooted((root) => { root.ctlogs = []; })],
    ['a certificate that no certificate log knows', 'EVIDENCE_', made.withoutSct, identity],
    ['a root without certificate authorities', 'EVIDENCE_CERTIFICATE', made.message, identity, rooted((root) => { root.certificateAuthorities = []; })],
    ['another payload in the envelope', 'EVIDENCE_', altered(made.statement, (json) => { Object.assign(json.dsseEnvelope!, { payload: Buffer.from(JSON.stringify(statementOf('sbom'))).toString('base64') }); }), identity],
    ['another type of payload', 'EVIDENCE_PAYLOAD_TYPE', altered(made.statement, (json) => { Object.assign(json.dsseEnvelope!, { payloadType: 'text/plain' }); }), identity],
    ['a log entry of another bundle', 'EVIDENCE_LOG', altered(made.message, (json) => { json.verificationMaterial!.tlogEntries = (JSON.parse(made.statement.toString()) as Json).verificationMaterial!.tlogEntries; }), identity],
    ['a log entry of another bundle, with a key', 'EVIDENCE_LOG', altered(made.keyMessage, (json) => { json.verificationMaterial!.tlogEntries = (JSON.parse(made.keyStatement.toString()) as Json).verificationMaterial!.tlogEntries; }), ['--key', 'KEY']],
    ['an entry of the second log whose body is another', 'EVIDENCE_', altered(made.messageV2, (json) => { Object.assign(entry(json), { canonicalizedBody: entry(JSON.parse(made.statementV2.toString()) as Json).canonicalizedBody }); }), identity],
    ['another signature in a message', 'EVIDENCE_', altered(made.message, (json) => { Object.assign(json.messageSignature!, { signature: (JSON.parse(made.messageV2.toString()) as Json).messageSignature!.signature }); }), identity],
    ['a certificate of another signing', 'EVIDENCE_', altered(made.message, (json) => { const { certificate, x509CertificateChain } = (JSON.parse(made.messageV2.toString()) as Json).verificationMaterial!; Object.assign(json.verificationMaterial!, { certificate, x509CertificateChain }); }), identity],
    ['neither a signature nor an envelope', 'EVIDENCE_BUNDLE', altered(made.message, (json) => { delete json.messageSignature; }), identity],
    ['a root that is a bundle', 'EVIDENCE_ROOT', made.message, identity, { root: made.message.toString() }],
  ])('%s: refused with %s', async (_, code, bundle, signer, options) => {
    const ended = await run(bundle, signer, options);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`^${code}`));
  });
});

describe('a digest alone', () => {
  it('is checked against curves and RSA, and refused for a key that signs no digest', async () => {
    const root = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';
    const of = async (pair: typeof keys) => ({ bundle: await signArtifact(artifact, { signer: keySigner(pair.privateKey, pair.publicKey), witnesses: [] }), key: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() });
    const codes = async (pair: typeof keys) => {
      const { bundle, key } = await of(pair);
      const folder = mkdtempSync(join(tmpdir(), 'assay-conformance-'));
      onTestFinished(() => { rmSync(folder, { recursive: true }); });
      writeFileSync(join(folder, 'key.pub'), key);
      const wrong = altered(bundle, (json) => { Object.assign(json.messageSignature!, { signature: `${json.messageSignature!.signature!.slice(0, 20)}AAAA${json.messageSignature!.signature!.slice(24)}` }); });
      return [(await run(bundle, ['--key', join(folder, 'key.pub')], { root, target: digest })).code, (await run(wrong, ['--key', join(folder, 'key.pub')], { root, target: digest })).code];
    };
    expect(await codes(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }))).toEqual([0, 1]);
    expect(await codes(generateKeyPairSync('rsa', { modulusLength: 2048 }))).toEqual([0, 1]);
    expect(await codes(generateKeyPairSync('ed25519'))).toEqual([1, 1]);
  });
});

describe('wrong use', () => {
  it('exits 2 and says how it is used; a root of staging is not there to be had', async () => {
    expect(await assay('conformance')).toMatchObject({ code: 2 });
    expect(await assay('conformance', 'verify-bundle', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('--trusted-root FILE') });
    expect(await assay('conformance', 'verify-bundle', '--bundle', '/nowhere', ...identity, digest)).toMatchObject({ code: 2, stderr: expect.stringContaining('/nowhere cannot be read') });
    expect(await run(made.message, ['--staging', ...identity], { rooted: false })).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_ROOT_MISSING') });
    expect((await run(made.message, ['--certificate-identity', 'x'])).code).toBe(2);
  });
});
