import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testClock } from '../../test/conformance/clock.ts';
import { storeOnDisk } from '../../test/conformance/store-on-disk.ts';
import type { Store } from '../core/ports/store.ts';
import { createPages, type PagesOptions } from './pages.ts';

let store: Store;
let server: Server;
let url: string;

async function serve(options: Partial<PagesOptions>): Promise<void> {
  const pages = createPages({ store, publicKeyPem: 'PEM', auditKey: 'log.example+00000000+AQ==', pack: async () => null, token: null, open: false, now: () => 0, ...options });
  server = createServer((req, res) => void pages(req, res).then((answered) => { if (!answered) res.writeHead(404).end(); }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

beforeEach(async () => { ({ store } = await storeOnDisk(testClock())); });
afterEach(() => { server.close(); });

const repository = { id: 7, owner: 'ada', name: '<script>alert(1)</script>', installationId: 1 };

describe('the status pages', () => {
  it('show nothing without a token, and only to who holds it', async () => {
    await serve({ token: null });
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: 'Bearer null' } })).status).toBe(401);
    server.close();
    await serve({ token: 'right' });
    expect((await fetch(url, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await fetch(url, { headers: { authorization: 'Bearer right' } })).status).toBe(200);
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
  });

  it('escape what others wrote, in a page that runs no script', async () => {
    await store.mark('intent:7#1', repository);
    await serve({ open: true });
    const answer = await fetch(url);
    const text = await answer.text();
    expect(text).not.toContain('<script>');
    expect(text).toContain('&#60;script&#62;');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('give a subject as page and as data, and say what they do not know', async () => {
    await store.mark('change:7#3', repository);
    await store.append({ actor: 'assay', action: 'test', subject: 'change:7#3', detail: {} });
    await serve({ open: true });
    expect((await fetch(`${url}/changes/7/3`)).status).toBe(200);
    expect(await (await fetch(`${url}/changes/7/3.json`)).json()).toMatchObject({ key: 'change:7#3', jobs: [], spent: { calls: 0 } });
    expect((await fetch(`${url}/changes/7/4`)).status).toBe(404);
    expect((await (await fetch(`${url}/audit.jsonl`)).text()).trim().split('\n')).toHaveLength(1);
    expect(await (await fetch(`${url}/key.pem`)).text()).toBe('PEM');
    expect(await (await fetch(`${url}/audit-key`)).text()).toBe('log.example+00000000+AQ==\n');
    expect((await fetch(`${url}/checkpoint`)).status).toBe(404);
    await store.putCheckpoint({ size: 1, root: 'aa', head: 'bb', at: 0, note: 'log.example\n1\n', bundle: { signed: true }, frontier: [], witnessed: false });
    expect(await (await fetch(`${url}/checkpoint`)).text()).toBe('log.example\n1\n');
    expect(await (await fetch(`${url}/checkpoint.json`)).json()).toEqual({ signed: true });
  });

  it('answer GET alone and change nothing (P23)', async () => {
    await serve({ open: true });
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
    expect((await store.stats()).dirty).toBe(0);
  });
});
