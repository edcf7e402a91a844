/** What a registry on the loopback says of a tag: with and without a token, lying, refusing, gone. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { digestOfImage } from './registry.ts';

let server: Server | undefined;
afterEach(() => { server?.close(); server?.closeAllConnections(); server = undefined; });

const index = JSON.stringify({ schemaVersion: 2, manifests: [{ platform: { os: 'linux', architecture: 'amd64' } }, { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }] });
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

async function serve(answer: (request: IncomingMessage, response: ServerResponse, host: string) => void): Promise<string> {
  let host = '';
  const started = createServer((request, response) => answer(request, response, host));
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  host = `127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  return host;
}

const manifest = (response: ServerResponse, { body = index, digest = digestOf(index) } = {}) => response.writeHead(200, { 'docker-content-digest': digest }).end(body);

test('a tag becomes the digest of its index, asked with HEAD and checked against the content', async () => {
  const asked: string[] = [];
  const host = await serve((request, response) => { asked.push(`${request.method} ${request.url}`); manifest(response); });
  expect(await digestOfImage(`${host}/library/node:24`, 'linux/amd64')).toBe(digestOf(index));
  expect(asked).toEqual(['HEAD /v2/library/node/manifests/24', `GET /v2/library/node/manifests/${digestOf(index)}`]);
  expect(await digestOfImage(`${host}/library/node:24`, 'linux/arm64/v8')).toBe(digestOf(index));
});

test('the token flow: realm, service and scope as challenged, then the same request with the token', async () => {
  const tokens: string[] = [];
  const host = await serve((request, response, self) => {
    if (request.url?.startsWith('/token')) { tokens.push(request.url); response.end(JSON.stringify({ token: 'one' })); }
    else if (request.headers.authorization === 'Bearer one') manifest(response);
    else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${self}/token",service="registry.example"` }).end();
  });
  expect(await digestOfImage(`${host}/team/app:1.2`, 'linux/amd64')).toBe(digestOf(index));
  expect(tokens).toEqual(['/token?service=registry.example&scope=repository%3Ateam%2Fapp%3Apull']);
});

test('content that is not what its digest says, a missing digest, a missing platform', async () => {
  const refusal = async (answer: { body?: string; digest?: string }, platform = 'linux/amd64') => {
    server?.close();
    const host = await serve((_, response) => manifest(response, answer));
    return digestOfImage(`${host}/a:1`, platform).then(() => 'none', (error: { code: string }) => error.code);
  };
  expect(await refusal({ body: index.replace('amd64', 'x86') })).toBe('IMAGE_DIGEST_MISMATCH');
  expect(await refusal({ digest: 'latest' })).toBe('IMAGE_DIGEST_MISSING');
  expect(await refusal({}, 'windows/amd64')).toBe('IMAGE_PLATFORM_MISSING');
});

test('not found, a login that is not anonymous, a redirect elsewhere, nobody there: each its code and remedy', async () => {
  const codeOf = (answer: (response: ServerResponse) => void) => serve((_, response) => answer(response)).then((host) => digestOfImage(`${host}/a:1`, 'linux/amd64')).then(() => 'none', (error: { code: string }) => { server?.close(); return error.code; });
  expect(await codeOf((response) => response.writeHead(404).end())).toBe('IMAGE_REGISTRY_REFUSED');
  expect(await codeOf((response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end())).toBe('IMAGE_REGISTRY_REFUSED');
  expect(await codeOf((response) => response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://elsewhere.example/token"' }).end())).toBe('IMAGE_REGISTRY_REFUSED');
  expect(await codeOf((response) => response.writeHead(302, { location: '/elsewhere' }).end())).toBe('IMAGE_REGISTRY_UNREACHABLE');
  const host = await serve((_, response) => response.end());
  await new Promise((resolve) => server!.close(resolve));
  await expect(digestOfImage(`${host}/a:1`, 'linux/amd64')).rejects.toMatchObject({ code: 'IMAGE_REGISTRY_UNREACHABLE', remedy: expect.any(String) });
});

test('what is no reference by tag is refused before anybody is asked', async () => {
  for (const image of ['', 'Node:24', `node@sha256:${'a'.repeat(64)}`, 'host.example/../etc:1', 'a b', 'node:24:25', 'user@host.example/a:1']) await expect(digestOfImage(image, 'linux/amd64'), image).rejects.toMatchObject({ code: 'IMAGE_REFERENCE_INVALID' });
});
