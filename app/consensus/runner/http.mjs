// Asks a server on this sandbox's loopback: waits until it is ready, sends the requests of one session in turn, normalises what it says.
import http from 'node:http';
import net from 'node:net';
import { bounded, jsonValue } from './workspace.mjs';

const STEP = 15;
let last = 20_000;
export const neverReady = 'it does not listen on the port that PORT names';

/** Another port for each start, so that a socket that lingers from an earlier one is in nobody's way. */
export function freePort() {
  last = last >= 60_000 ? 20_000 : last + 1;
  return last;
}

/** `answer` never rejects: what a server does wrong is its crash. `cancel` ends the waiting. */
export function askSession(requests, { port, surface, bytes, waitMs }) {
  const state = { cancelled: false };
  const answer = (async () => {
    const host = await ready(port, surface.ready, { state, until: performance.now() + waitMs });
    if (host === null) return { s: 'crash', why: neverReady };
    const responses = [];
    for (const request of requests) {
      const response = await ask(request, { host, port, bytes });
      if (response.status === 500) return { s: 'crash', why: `500 in answer to ${request.method} ${request.path}` };
      responses.push(normalised(response, surface));
    }
    return { s: 'value', value: responses };
  })().catch((error) => ({ s: 'crash', why: `it does not answer: ${String(error.code ?? error.message).slice(0, 100)}` }));
  return { answer, cancel: () => { state.cancelled = true; } };
}

/** The loopback address on which it listens, or null. */
async function ready(port, path, { state, until }) {
  while (!state.cancelled && performance.now() < until) {
    for (const host of ['127.0.0.1', '::1']) if (await accepts(host, port) && await healthy(host, port, path)) return host;
    await new Promise((resolve) => { setTimeout(resolve, STEP); });
  }
  return null;
}

function accepts(host, port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    socket.on('connect', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}

async function healthy(host, port, path) {
  if (path === undefined) return true;
  try {
    return (await ask({ method: 'GET', path }, { host, port, bytes: 65_536 })).status < 500;
  } catch {
    return false; // it accepts and does not answer yet
  }
}

function ask({ method, path, headers, body }, { host, port, bytes }) {
  const text = body === undefined ? null : typeof body === 'string' && !/json/.test(headers?.['content-type'] ?? '') ? body : jsonText(body);
  const kind = text === null || text === body ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path, agent: false, headers: { connection: 'close', ...(text === null ? {} : { 'content-length': Buffer.byteLength(text) }), ...kind, ...headers } }, (response) => {
      const chunks = [];
      let size = 0;
      response.on('data', (chunk) => { size += chunk.length; chunks.push(chunk); if (size > bytes) request.destroy(new Error('too many bytes')); });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    request.on('error', reject);
    request.end(text ?? undefined);
  });
}

/** Tagged values as JSON text: `1.0` leaves as it was written. */
function jsonText(value) {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const [name, ...more] = Object.keys(value);
  if (more.length === 0 && (name === '$float' || name === '$int') && /^[-+.\deE]+$/.test(String(value[name]))) return String(value[name]);
  return `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${jsonText(inner)}`).join(',')}}`;
}

function normalised({ status, headers, body }, { headers: declared = [], mask = [] }) {
  const parsed = jsonValue(body);
  const content = bounded(parsed === undefined || !/[[{"\dtfn]/.test(body.trim()[0] ?? '') ? body.replaceAll('\r\n', '\n') : masked(parsed, new Set(mask)));
  const named = Object.fromEntries(declared.flatMap((name) => (headers[name] === undefined ? [] : [[name, headerText(name, headers[name])]])));
  return { status, headers: named, body: status >= 400 ? { $aside: content } : content };
}

/** The media type without its parameters; anything else as sent. */
function headerText(name, value) {
  const text = Array.isArray(value) ? value.join(', ') : value;
  return name === 'content-type' ? text.split(';')[0].trim().toLowerCase() : text;
}

function masked(value, names) {
  if (Array.isArray(value)) return value.map((inner) => masked(inner, names));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, names.has(name) ? { $masked: true } : masked(inner, names)]));
}
