/** The registry's own advisories, asked over loopback: what it knows, when its silence counts, and that no other name leaves before it has shown that it knows any fault. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Scanner } from '../../core/ports/toolbox.ts';
import { locked } from '../../core/locked/package.ts';
import { textFile } from '../../core/tree.ts';
import { osvRecords } from '../scanners/osv-records.ts';
import { npmAdvisories } from './npm.ts';

const servers: Server[] = [];
afterEach(async () => { await Promise.all(servers.splice(0).map((each) => new Promise((resolve) => { each.closeAllConnections(); each.close(resolve); }))); });

const now = Date.parse('2026-11-20T00:00:00Z');
const canary = { lodash: [{ id: 1, url: 'https://x.invalid/advisories/GHSA-canary', title: 'pollution', severity: 'critical', vulnerable_versions: '<4.17.12' }] };
const fault = { id: 2, url: 'https://x.invalid/advisories/GHSA-aaaa', title: 'it runs what it reads', severity: 'high', vulnerable_versions: '>=1.0.0 <1.2.0' };
const package_ = (name: string, version: string) => locked({ ecosystem: 'npm', name, version, path: 'package-lock.json', startLine: 3 });

/** `asked`: the bodies, in their order. */
async function registry(answer: (names: string[]) => { status?: number; body: unknown }): Promise<{ address: string; asked: Record<string, string[]>[] }> {
  const asked: Record<string, string[]>[] = [];
  const server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, string[]>;
      asked.push(body);
      const { status = 200, body: said } = req.url === '/npm/-/npm/v1/security/advisories/bulk' && req.method === 'POST' ? answer(Object.keys(body)) : { status: 404, body: {} };
      res.writeHead(status, { 'content-type': 'application/json' }).end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { asked, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/npm/` };
}

const about = (address: string) => ({ address, now, limitMs: 5_000 });

describe('a registry that answers audits', () => {
  it('is asked about the well-known fault first, then about all, and is as fresh as the asking', async () => {
    const { address, asked } = await registry((names) => ({ body: names.includes('aa') ? { ...canary, aa: [fault] } : canary }));
    const report = await npmAdvisories([package_('aa', '1.1.0'), package_('bb', '2.0.0')], about(address));
    expect(report).toMatchObject({ failure: null, database: { lastUpdate: '2026-11-20T00:00:00.000Z' }, found: [{ purl: 'pkg:npm/aa@1.1.0', id: 'GHSA-aaaa', grade: 'high', graded: true }] });
    expect(asked).toEqual([{ lodash: ['4.17.4'] }, { lodash: ['4.17.4'], aa: ['1.1.0'], bb: ['2.0.0'] }]);
  });

  it('takes the address from the client\'s own environment', async () => {
    const { address } = await registry(() => ({ body: canary }));
    expect((await npmAdvisories([package_('aa', '1.1.0')], { environment: { npm_config_registry: address }, now, limitMs: 5_000 })).failure).toBeNull();
  });
});

describe('silence that does not count', () => {
  it.each([
    ['does not take audits', { status: 405, body: '' }, 'VULN_REGISTRY_REFUSED'], ['knows nothing', { body: {} }, 'VULN_CANARY'], ['knows another range', { body: { lodash: [{ ...canary.lodash[0], vulnerable_versions: '<1' }] } }, 'VULN_CANARY'],
    ['says what is no JSON', { body: '<html>' }, 'VULN_REGISTRY_ANSWER'], ['says another shape', { body: { lodash: 'none' } }, 'VULN_REGISTRY_ANSWER'],
  ])('a registry that %s: a failure, and no other name has left', async (_, answer, code) => {
    const { address, asked } = await registry(() => answer);
    expect(await npmAdvisories([package_('private-name', '1.0.0')], about(address))).toMatchObject({ failure: { code, remedy: expect.stringContaining('npx assay tools osv') }, found: [] });
    expect(asked).toEqual([{ lodash: ['4.17.4'] }]);
  });

  it('a registry that stops knowing between the two questions, or is not there at all', async () => {
    let times = 0;
    const { address } = await registry(() => ({ body: (times += 1) === 1 ? canary : {} }));
    expect((await npmAdvisories([package_('aa', '1.1.0')], about(address))).failure?.code).toBe('VULN_CANARY');
    expect((await npmAdvisories([], about('http://127.0.0.1:1'))).failure?.code).toBe('VULN_REGISTRY_UNREACHABLE');
  });
});

describe('in place of OSV records that are not there', () => {
  const ask = (scanner: Scanner, files: Record<string, string>) => scanner.scan({ guardrail: 'G07', changed: Object.entries(files).map(([path, text]) => ({ path, text, baseText: null, changedLines: new Set<number>() })), head: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, textFile(text)])), base: {}, settings: undefined, now, limitMs: 10_000 });
  const lock = '{\n "lockfileVersion": 3,\n "packages": {\n  "node_modules/aa": {\n   "version": "1.1.0"\n  }\n }\n}\n';

  it('npm packages are judged by the advisories, at the lines of the lock file; Python ones are not', async () => {
    const { address } = await registry((names) => ({ body: names.includes('aa') ? { ...canary, aa: [fault] } : canary }));
    const scanner = osvRecords(() => '/nowhere', (packages, at) => npmAdvisories(packages, { ...at, address }));
    expect(await ask(scanner, { 'package-lock.json': lock })).toMatchObject({ state: 'findings', version: expect.stringContaining('npm advisories of 2026-11-20'), findings: [{ rule: 'GHSA-aaaa', path: 'package-lock.json', startLine: 4, level: 'high' }] });
    expect(await ask(scanner, { 'package-lock.json': lock.replace('1.1.0', '1.2.0') })).toMatchObject({ state: 'clean' });
    expect(await ask(scanner, { 'package-lock.json': lock, 'requirements.txt': 'pp==1.0\n' })).toMatchObject({ state: 'missing' });
  });

  it('both absent: no answer, with both reasons', async () => {
    const { address } = await registry(() => ({ status: 405, body: '' }));
    const scanner = osvRecords(() => '/nowhere', (packages, at) => npmAdvisories(packages, { ...at, address }));
    expect(await ask(scanner, { 'package-lock.json': lock })).toMatchObject({ state: 'missing', why: expect.stringMatching(/no OSV records at \/nowhere; .*answered 405/), install: 'npx assay tools osv DIR|ZIP' });
  });
});
