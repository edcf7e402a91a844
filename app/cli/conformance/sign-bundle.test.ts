import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { assay } from '../../../test/cli.ts';
import { claims, identityToken } from '../../../test/world/sigstore/claims.ts';
import { startSigstore } from '../../../test/world/sigstore/start.ts';
import { artifact, statementOf } from '../../../test/world/sigstore/statements.ts';

const sigstore = await startSigstore();
const folder = mkdtempSync(join(tmpdir(), 'assay-sign-bundle-'));
afterAll(async () => {
  await sigstore.close();
  rmSync(folder, { recursive: true });
});
function put(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const service = (majorApiVersion: number) => [{ url: sigstore.url, majorApiVersion, validFor: { start: '2025-01-01T00:00:00Z' }, operator: 'stand-in' }];
const config = { mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json', caUrls: service(1), oidcUrls: [], rekorTlogUrls: service(2), rekorTlogConfig: { selector: 'ANY' }, tsaUrls: service(1), tsaConfig: { selector: 'ANY' } };
const built = put('artifact', artifact);
const root = put('root.json', sigstore.root);
const bundle = join(folder, 'bundle.json');
const sign = (file: string, ...more: string[]) => assay('conformance', 'sign-bundle', ...more, '--identity-token', identityToken(claims()), '--bundle', bundle, '--trusted-root', root, '--signing-config', put('config.json', JSON.stringify(config)), file);
const verify = () => assay('conformance', 'verify-bundle', '--bundle', bundle, '--certificate-identity', claims().sub, '--certificate-oidc-issuer', claims().iss, '--trusted-root', root, built);

it('signs an artifact, and a statement about it, so that the other half of the protocol takes them', async () => {
  expect(await sign(built)).toEqual({ code: 0, stdout: 'signed\n', stderr: '' });
  expect(await verify()).toMatchObject({ code: 0 });
  expect(JSON.parse(readFileSync(bundle, 'utf8'))).toHaveProperty('messageSignature');
  expect(await sign(put('statement.json', JSON.stringify(statementOf('provenance'))), '--in-toto')).toMatchObject({ code: 0 });
  expect(await verify()).toMatchObject({ code: 0 });
  expect(JSON.parse(readFileSync(bundle, 'utf8'))).toHaveProperty('dsseEnvelope');
});

it('asks no service that is not named, and writes nothing where one fails or the root is not its own', async () => {
  const args = ['conformance', 'sign-bundle', '--identity-token', identityToken(claims()), '--bundle', join(folder, 'none.json')];
  expect(await assay(...args, built)).toMatchObject({ code: 2, stderr: expect.stringContaining('--signing-config FILE FILE') });
  expect(await assay(...args, '--signing-config', put('empty.json', '{}'), built)).toMatchObject({ code: 2, stderr: expect.stringContaining('CONFIG_SIGNING') });
  const broken = put('broken.json', JSON.stringify({ ...config, rekorTlogUrls: [{ ...service(2)[0], url: `${sigstore.url}/nowhere` }] }));
  expect(await assay(...args, '--signing-config', broken, built)).toMatchObject({ code: 3, stderr: expect.stringContaining('SIGNING_FAILED') });
  const foreign = put('foreign.json', sigstore.privateRoot);
  expect(await assay(...args, '--trusted-root', foreign, '--signing-config', put('config.json', JSON.stringify(config)), built)).toMatchObject({ code: 3, stderr: expect.stringContaining('EVIDENCE_CERTIFICATE') });
  expect(() => readFileSync(join(folder, 'none.json'))).toThrow();
});
