/**
 * A Sigstore instance on the loopback: certificate authority, certificate log, transparency logs of both versions and a timestamp authority, each with keys made at run
 * time. Under /private stands what GitHub runs for private repositories: an authority without a log, and times. Its clock has whole seconds, since the stand-in of the
 * timestamp authority writes fractions that the library cannot read.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fulcioHandler, initializeCA, initializeCTLog, initializeTLog, initializeTSA, rekorHandler, tsaHandler } from '@sigstore/mock';
import { keptEntry } from './rekor-v1.ts';
import { logEntry, type LogKeys } from './rekor-v2.ts';
import { rootText, type Instance } from './root.ts';

export interface Sigstore {
  url: string;
  /** Everything but GitHub's authority, and that alone with its times. */
  root: string;
  privateRoot: string;
  instance: Instance;
  /** Milliseconds by which the clock of each is off from now on. */
  skew: { ca: number; log: number; tsa: number };
  close(): Promise<void>;
}

export const keyPair = (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

type Route = (body: string) => Promise<{ statusCode: number; response: string | ArrayBufferView<ArrayBuffer>; contentType?: string | undefined }>;

export async function startSigstore(): Promise<Sigstore> {
  const routes: Record<string, Route> = {};
  const skew = { ca: 0, log: 0, tsa: 0 };
  const clocks: Clocks = { ca: new Date(), log: new Date(), tsa: new Date() };
  const tick = () => { for (const [name, clock] of Object.entries(clocks)) clock.setTime(Math.floor(Date.now() / 1000) * 1000 + skew[name as keyof Clocks]); };
  const server = createServer((request, response) => {
    const route = routes[request.url ?? ''];
    tick();
    void bodyOf(request).then((body) => (route ? route(body) : { statusCode: 404, response: 'no such place' })).then(({ statusCode, response: text, contentType = 'text/plain' }) => {
      response.writeHead(statusCode, { 'content-type': contentType });
      response.end(typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.byteLength));
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  tick();
  const instance = await makeInstance(url, clocks);
  Object.assign(routes, routesOf(instance, `127.0.0.1:${port}`));
  return {
    url, instance, skew,
    root: rootText(instance, 'public'), privateRoot: rootText(instance, 'private'),
    close: () => new Promise((resolve, reject) => { server.close((error) => (error ? reject(error) : resolve())); server.closeAllConnections(); }),
  };
}

type Clocks = Record<'ca' | 'log' | 'tsa', Date>;

async function makeInstance(url: string, clocks: Clocks): Promise<Instance> {
  const logKeys: LogKeys = keyPair();
  const secondKeys: LogKeys = keyPair();
  const ctlog = await initializeCTLog(keyPair(), clocks.ca);
  return {
    url, ctlog, secondKeys,
    ca: await initializeCA(keyPair(), ctlog, clocks.ca),
    privateCa: await initializeCA(keyPair(), undefined, clocks.ca),
    tlog: await initializeTLog(url, logKeys, clocks.log),
    tsa: await initializeTSA(keyPair(), clocks.tsa),
  };
}

function routesOf({ ca, privateCa, tlog, tsa, secondKeys }: Instance, host: string): Record<string, Route> {
  const [fulcio, github, rekor, time] = [fulcioHandler(ca), fulcioHandler(privateCa), rekorHandler(tlog), tsaHandler(tsa)];
  return {
    [fulcio.path]: fulcio.fn, [rekor.path]: (body) => rekor.fn(keptEntry(body)), [time.path]: time.fn,
    [`/private${github.path}`]: github.fn, [`/private${time.path}`]: time.fn,
    '/api/v2/log/entries': async (body) => ({ statusCode: 201, response: logEntry(body, { host, keys: secondKeys }), contentType: 'application/json' }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString('utf8');
}
