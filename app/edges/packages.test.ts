import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { packageLookup } from './packages.ts';
import { registryAddress } from './registry-address.ts';

const close: (() => void)[] = [];
afterEach(() => close.splice(0).forEach((each) => each()));

async function registry(routes: Record<string, { status?: number; body: unknown }>): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const found = routes[request.url!];
    response.writeHead(found ? found.status ?? 200 : 404, { 'content-type': typeof found?.body === 'string' ? 'text/html' : 'application/json' });
    response.end(typeof found?.body === 'string' ? found.body : JSON.stringify(found?.body ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  close.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const then = '2020-01-02T00:00:00.000Z';

describe('packageLookup', () => {
  it('asks npm for scoped and plain names, once each, and dates them', async () => {
    const { url, asked } = await registry({
      '/react': { body: { name: 'react', time: { created: then }, versions: { '1.0.0': {} } } },
      '/@scope%2Fthing': { body: { name: '@scope/thing', time: { created: then }, versions: { '1.0.0': {} } } },
      '/gone': { body: { name: 'gone', versions: {} } },
    });
    const { lookup } = packageLookup({ registries: { npm: `${url}/` } });
    const ask = (name: string) => ({ ecosystem: 'npm' as const, name });
    const answers = await lookup([ask('react'), ask('@scope/thing'), ask('nobody-made-this'), ask('gone')]);
    expect(answers.map((answer) => [answer.name, answer.state])).toEqual([['react', 'exists'], ['@scope/thing', 'exists'], ['nobody-made-this', 'missing'], ['gone', 'missing']]);
    expect(answers[0]!.createdAt).toBe(Date.parse(then));
    await lookup([ask('react')]);
    expect(asked.filter((path) => path === '/react')).toHaveLength(1);
  });

  it('asks PyPI by the simple index, and its JSON page for the date', async () => {
    const { url } = await registry({
      '/simple/py-yaml/': { body: '<a href="x">x</a>' },
      '/pypi/py-yaml/json': { body: { releases: { '1.0': [{ upload_time_iso_8601: then }] } } },
      '/simple/modern/': { body: { files: [{ 'upload-time': then }] } },
    });
    const { lookup } = packageLookup({ registries: { pypi: `${url}/simple/` } });
    const answers = await lookup(['Py_YAML', 'modern', 'nobody'].map((name) => ({ ecosystem: 'pypi' as const, name })));
    expect(answers.map((answer) => answer.state)).toEqual(['exists', 'exists', 'missing']);
    expect(answers.slice(0, 2).map((answer) => answer.createdAt)).toEqual([Date.parse(then), Date.parse(then)]);
  });

  it('finds the Go module that holds an import', async () => {
    const { url } = await registry({ '/github.com/!burnt!sushi/toml/@latest': { body: { Version: 'v1.0.0', Time: then } } });
    const { lookup } = packageLookup({ registries: { go: url } });
    const answers = await lookup(['github.com/BurntSushi/toml/internal', 'example.org/none'].map((name) => ({ ecosystem: 'go' as const, name })));
    expect(answers.map((answer) => answer.state)).toEqual(['exists', 'missing']);
  });

  it('says unknown, with the reason, for anything that is no clear answer', async () => {
    const { url } = await registry({ '/busy': { status: 503, body: {} }, '/odd': { body: '<html>login</html>' } });
    const lookup = (address: string, name: string) => packageLookup({ registries: { npm: address }, timeoutMs: 2000 }).lookup([{ ecosystem: 'npm', name }]);
    expect(await lookup(url, 'busy')).toMatchObject([{ state: 'unknown', why: expect.stringContaining('503') }]);
    expect(await lookup(url, 'odd')).toMatchObject([{ state: 'unknown' }]);
    expect(await lookup('http://127.0.0.1:1', 'react')).toMatchObject([{ state: 'unknown', why: expect.any(String) }]);
    expect(await packageLookup({ environment: { npm_config_registry: 'off' } }).lookup([{ ecosystem: 'npm', name: 'react' }])).toMatchObject([{ state: 'unknown', why: 'no npm registry is configured' }]);
  });
});

describe('registryAddress', () => {
  it('takes the client\'s own variables, the first address of a list, and nothing that is no address', async () => {
    expect(await registryAddress('npm', { npm_config_registry: 'http://127.0.0.1:9/npm/' })).toBe('http://127.0.0.1:9/npm');
    expect(await registryAddress('go', { GOPROXY: 'http://127.0.0.1:9/go,direct' })).toBe('http://127.0.0.1:9/go');
    expect(await registryAddress('go', { GOPROXY: 'off' })).toBeNull();
  });
});
