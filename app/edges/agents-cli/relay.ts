/**
 * The far end of the socket that is mounted into an agent's sandbox. It passes on requests for an answer of a model and nothing else, takes the key of
 * this one run and puts the job's own token in its place: what the sandbox sees opens nothing anywhere but here, and here only while the run lasts.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chownSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Gateway } from '../../core/job.ts';
import { nobody } from '../reach.ts';

export interface Relay {
  key: string;
  close(): Promise<void>;
}

export async function openRelay(gateway: Gateway, socketPath: string): Promise<Relay> {
  const key = `run-${randomBytes(24).toString('base64url')}`;
  const server = createServer((request, response) => {
    if (request.method !== 'POST' || !isKey(request, key)) return refuse(response);
    passOn(gateway, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  // Where root starts it the agent has another uid, and the socket belongs to that one alone.
  if (process.getuid?.() === 0) chownSync(socketPath, nobody, nobody);
  return {
    key,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function isKey({ headers }: IncomingMessage, key: string): boolean {
  const given = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  return typeof given === 'string' && given.length === key.length && timingSafeEqual(Buffer.from(given), Buffer.from(key));
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ type: 'error', error: { type: 'forbidden', code: 403, status: 'FORBIDDEN', message: 'only this run\'s own requests for an answer are passed on' } }));
}

function passOn(gateway: Gateway, from: IncomingMessage, to: ServerResponse): void {
  const base = new URL(gateway.url.replace(/\/model$/, '/wire'));
  const send = base.protocol === 'https:' ? httpsRequest : httpRequest;
  const far = send({
    hostname: base.hostname, port: base.port, path: `${base.pathname}${from.url ?? ''}`, method: 'POST',
    headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json', ...(from.headers['content-length'] ? { 'content-length': from.headers['content-length'] } : {}) },
  }, (answer) => {
    to.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? 'application/json' });
    answer.pipe(to);
    answer.on('error', () => to.destroy());
  });
  far.on('error', () => (to.headersSent ? to.destroy() : refuse(to)));
  // Whichever side goes away takes the other with it.
  to.on('close', () => far.destroy());
  from.pipe(far);
}
