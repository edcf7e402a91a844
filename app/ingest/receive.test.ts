import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testClock } from '../../test/conformance/clock.ts';
import type { Inbox, Store } from '../core/ports/store.ts';
import { openStore } from '../edges/store/sqlite/open.ts';
import { createReceiver, type ReceiverOptions } from './receive.ts';

const secret: string = randomUUID();
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const MIB = 1024 * 1024;
const spaces = Buffer.alloc(MIB, 0x20);
const recorded = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('@octokit/webhooks-examples/api.github.com/index.json')), 'utf8')) as { name: string; examples: Record<string, unknown>[] }[];
const synchronize = JSON.stringify(recorded.find((one) => one.name === 'pull_request')?.examples.find((one) => one.action === 'synchronize' && one.installation));

let folder: string;
let store: Store;
let server: Server | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-receive-'));
  store = await openStore({ path: join(folder, 'assay.db'), clock: testClock() });
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function listen(over: Partial<ReceiverOptions> = {}): Promise<void> {
  server = createServer(createReceiver({ store, secrets: [secret], log: quiet, ...over }));
  await once(server.listen(0, '127.0.0.1'), 'listening');
}

interface Sent {
  body?: string | Buffer;
  headers?: OutgoingHttpHeaders;
  method?: string;
  /** The secret to sign with. */
  key?: string;
}

const sign = (body: string | Buffer, key: string = secret) => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;

/** Posts as GitHub would; name only what differs. */
async function send({ body = synchronize, headers = {}, method = 'POST', key }: Sent = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const { port } = server?.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', method, path: '/api/github/webhooks', headers: {
    'x-github-delivery': randomUUID(), 'x-github-event': 'pull_request', 'x-hub-signature-256': sign(body, key), 'content-type': 'application/json', ...headers,
  } });
  sent.end(body);
  const [res] = await once(sent, 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode, body: JSON.parse(text) };
}

describe('a good delivery', () => {
  it('is 202 once it is on disk, marks its subject and wakes the loop', async () => {
    let woken = 0;
    await listen({ onStored: () => (woken += 1) });
    expect(await send({ headers: { 'x-github-delivery': 'guid-1' } })).toEqual({ status: 202, body: { result: 'stored' } });
    expect(await store.knownDeliveries(['guid-1'])).toEqual(new Set(['guid-1']));
    expect(await store.subjects({})).toMatchObject([{ key: 'change:186853002#2', generation: 1 }]);
    expect(woken).toBe(1);
  });

  it('sent again is a replay, twenty times at once is one', async () => {
    await listen();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send({ headers: { 'x-github-delivery': 'same' } })));
    expect(answers.map((one) => one.body.result).sort()).toEqual([...Array.from({ length: 19 }, () => 'replay'), 'stored']);
    expect((await store.subjects({}))[0]?.generation).toBe(1);
  });

  it('of an event that concerns nothing is stored without marks', async () => {
    await listen();
    expect(await send({ body: '{"zen":"calm"}', headers: { 'x-github-event': 'ping', 'x-github-delivery': 'ping-1' } })).toEqual({ status: 202, body: { result: 'ignored' } });
    expect((await store.knownDeliveries(['ping-1'])).size).toBe(1);
    expect(await store.subjects({})).toEqual([]);
  });

  it('is accepted under every secret that is valid now', async () => {
    const next = randomUUID();
    await listen({ secrets: [secret, next] });
    expect((await send({ key: next })).status).toBe(202);
    expect((await send({ key: secret })).status).toBe(202);
    expect((await send({ key: randomUUID() })).status).toBe(401);
  });

  it('may be as large as GitHub sends', async () => {
    await listen();
    const body = JSON.stringify({ zen: 'x'.repeat(24.9 * MIB) });
    expect((await send({ body, headers: { 'x-github-event': 'ping' } })).status).toBe(202);
  });
});

describe('P35 a bad delivery', () => {
  const refused: [string, number, string, Sent][] = [
    ['another signature', 401, 'SIGNATURE_INVALID', { headers: { 'x-hub-signature-256': sign('other') } }],
    ['no signature', 401, 'SIGNATURE_INVALID', { headers: { 'x-hub-signature-256': '' } }],
    ['a signature in another form', 401, 'SIGNATURE_INVALID', { headers: { 'x-hub-signature-256': 'sha256=zz' } }],
    ['an unsigned body that is no JSON, unparsed', 401, 'SIGNATURE_INVALID', { body: '{', headers: { 'x-hub-signature-256': sign('other') } }],
    ['an empty body', 401, 'SIGNATURE_INVALID', { body: '' }],
    ['signed bytes that are no UTF-8', 401, 'SIGNATURE_INVALID', { body: Buffer.from([0x7b, 0xff, 0x7d]) }],
    ['signed text that is no JSON', 400, 'PAYLOAD_NOT_JSON', { body: '{"a":' }],
    ['a signed payload of another shape', 400, 'PAYLOAD_INVALID', { body: '{"action":"opened"}' }],
    ['no event name', 400, 'HEADERS_INVALID', { headers: { 'x-github-event': '' } }],
    ['a strange delivery id', 400, 'HEADERS_INVALID', { headers: { 'x-github-delivery': 'a b' } }],
    ['a form', 400, 'HEADERS_INVALID', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['another method', 405, 'METHOD_NOT_ALLOWED', { method: 'PUT' }],
  ];
  it.each(refused)('%s is %i %s and nothing is stored', async (_name, status, code, sent) => {
    await listen();
    expect(await send(sent)).toMatchObject({ status, body: { code, remedy: expect.any(String) } });
    expect((await store.stats()).deliveries).toBe(0);
  });

  it('without any secret there is no endpoint', () => {
    expect(() => createReceiver({ store, secrets: [''], log: quiet })).toThrow(expect.objectContaining({ code: 'CONFIG_WEBHOOK_SECRET_MISSING' }));
  });

  it('too large by its own word is 413 before a byte is read', async () => {
    await listen();
    const { port } = server?.address() as AddressInfo;
    const sent = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'x-github-delivery': 'a', 'x-github-event': 'ping', 'content-type': 'application/json', 'content-length': 25 * MIB + 1 } });
    sent.flushHeaders();
    const [res] = await once(sent, 'response');
    expect(res.statusCode).toBe(413);
    sent.on('error', () => undefined).destroy();
  });

  it('eight strangers with 100 MB each fill no memory', async () => {
    await listen();
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)), 2);
    const statuses = await Promise.all(Array.from({ length: 8 }, () => stream(100 * MIB)));
    clearInterval(watch);
    expect(statuses.filter((status) => ![413, 503].includes(status))).toEqual([]);
    expect(peak).toBeLessThan(180 * MIB);
    expect((await send()).status).toBe(202); // and the endpoint still serves
  });
});

/** Sends that many bytes without saying how many; answers the status, 413 where the connection was cut as a consequence. */
async function stream(bytes: number): Promise<number> {
  const { port } = server?.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'x-github-delivery': 'a', 'x-github-event': 'ping', 'content-type': 'application/json', 'transfer-encoding': 'chunked' } });
  const end = new Promise<number>((resolve) => {
    sent.on('response', (res) => resolve(res.statusCode ?? 0)).on('error', () => resolve(413));
  });
  Readable.from(Array.from({ length: bytes / MIB }, () => spaces)).pipe(sent);
  const status = await end;
  sent.destroy();
  return status;
}

describe('a store in trouble', () => {
  const broken = (putDelivery: Inbox['putDelivery']) => ({ store: { putDelivery }, deadlineMs: 50 });

  it('that does not answer in time is 503, never a 202', async () => {
    await listen(broken(() => new Promise(() => undefined)));
    expect(await send()).toMatchObject({ status: 503, body: { code: 'STORE_TIMEOUT' } });
  });

  it('that fails is 503 and tells strangers nothing of the inside', async () => {
    await listen(broken(() => Promise.reject(new Error('password of the database'))));
    const answer = await send();
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNEXPECTED' } });
    expect(JSON.stringify(answer.body)).not.toContain('password');
  });

  it('that is full is 503, and the same delivery is stored once there is room', async () => {
    const small = await openStore({ path: join(folder, 'small.db'), clock: testClock(), maxBytes: 600_000 });
    await listen({ store: small });
    const large = JSON.stringify({ zen: 'x'.repeat(MIB) });
    expect(await send({ body: large, headers: { 'x-github-event': 'ping' } })).toMatchObject({ status: 503, body: { code: 'STORE_FULL' } });
    expect((await send()).status).toBe(202);
    await small.close();
  });
});
