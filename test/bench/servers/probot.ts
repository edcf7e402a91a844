/** Bare Probot with a handler that does nothing: what the durable acknowledgement is measured against. Prints its port. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeMiddleware, Probot } from 'probot';

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs1', format: 'pem' } }).privateKey;
const probot = new Probot({ appId: 1, privateKey, secret: process.env.BENCH_SECRET ?? '', logLevel: 'fatal' });
const middleware = await createNodeMiddleware((app) => void app.onAny(() => undefined), { probot, webhooksPath: '/api/github/webhooks' });
const server = createServer((req, res) => void middleware(req, res));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
