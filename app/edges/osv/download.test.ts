/** Records fetched from an archive on loopback: taken in whole, or not at all. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { assay } from '../../../test/cli.ts';
import { describeWith } from '../../../test/tools.ts';
import { zip } from '../tools/wheels.fixture.ts';
import { openDatabase } from './database.ts';
import { downloadOsv } from './download.ts';
import { canaryRecords, fault } from './records.fixture.ts';

const made = mkdtempSync(join(tmpdir(), 'assay-osv-download-'));
const served = new Map<string, Buffer | string>();
let server: Server;
let address = '';
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    const answer = served.get(url);
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === 'string') response.writeHead(302, { location: answer }).end();
    else response.end(answer);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(made, { recursive: true, force: true });
});
afterEach(() => {
  served.clear();
  vi.unstubAllEnvs();
});

const now = Date.parse('2026-11-20T00:00:00Z');
const home = () => join(mkdtempSync(join(made, 'home-')), 'osv');

function archive(list: readonly { id: string }[]): Buffer {
  const path = join(mkdtempSync(join(made, 'zip-')), 'all.zip');
  zip(path, Object.fromEntries(list.map((record) => [`${record.id}.json`, JSON.stringify(record)])));
  return readFileSync(path);
}

describeWith(['python3'], 'fetched records', () => {
  it('are taken in, one archive for each ecosystem, wherever the address leads; the second time too', async () => {
    const [npm, pypi] = canaryRecords();
    served.set('/npm/all.zip', '/elsewhere.zip').set('/elsewhere.zip', archive([npm!])).set('/PyPI/all.zip', archive([pypi!]));
    const at = home();
    const first = await downloadOsv({ ecosystems: ['npm', 'pypi'], address: `${address}/`, now, home: at });
    expect(Object.keys(first.ecosystems).toSorted()).toEqual(['PyPI', 'npm']);
    expect(openDatabase(at)!.recordsOf('npm', 'lodash')).toHaveLength(1);
    expect(await downloadOsv({ ecosystems: ['npm'], address, now, home: at })).toEqual(first);
  });

  it.each([
    ['older than a week', () => archive(canaryRecords('2026-11-01T00:00:00Z')), 'OSV_RECORDS_DOUBTFUL'],
    ['without the fault that everybody knows', () => archive([fault({ id: 'X-1', name: 'aa' })]), 'OSV_RECORDS_DOUBTFUL'],
    ['of another ecosystem', () => archive(canaryRecords().slice(1)), 'OSV_RECORDS_DOUBTFUL'],
    ['no zip', () => Buffer.from('<html>'), 'USAGE_OSV'],
    ['more than was allowed', () => Buffer.alloc(4096), 'OSV_UNREACHABLE'],
    ['behind an endless chain', () => '/npm/all.zip', 'OSV_UNREACHABLE'],
    ['behind an address without TLS', () => 'http://192.0.2.1/all.zip', 'OSV_ADDRESS_REFUSED'],
  ])('that are %s leave the home as it was', async (_, bytes, code) => {
    const at = home();
    served.set('/npm/all.zip', archive(canaryRecords().slice(0, 1)));
    const before = await downloadOsv({ ecosystems: ['npm'], address, now, home: at });
    served.set('/npm/all.zip', bytes());
    await expect(downloadOsv({ ecosystems: ['npm'], address, now, home: at, maxBytes: 2048 })).rejects.toMatchObject({ code });
    expect(openDatabase(at)!.ecosystems).toEqual(before.ecosystems);
  });

  it('come by the verb, which says what it needs', async () => {
    vi.stubEnv('ASSAY_OSV', home());
    served.set('/npm/all.zip', archive(canaryRecords(new Date().toISOString()).slice(0, 1)));
    expect(await assay('tools', 'osv', '--fetch', 'npm', '--url', address)).toMatchObject({ code: 0, stdout: expect.stringContaining('npm: 1 records') });
    expect(await assay('tools', 'osv', '--fetch', 'npm,pypi', '--url', address)).toMatchObject({ code: 3, stderr: expect.stringContaining('OSV_UNREACHABLE') });
    for (const args of [['--fetch'], ['--fetch', 'npm,gems'], ['--fetch', 'npm', '--url'], ['--fetch', 'npm', '--all']]) expect(await assay('tools', 'osv', ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE') });
    expect(await assay('tools', 'osv', '--fetch', 'npm', '--url', 'http://192.0.2.1')).toMatchObject({ stderr: expect.stringContaining('OSV_ADDRESS_REFUSED') });
  });
});
