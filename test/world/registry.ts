/**
 * A package registry on loopback that speaks the npm, PyPI and Go protocols for the names it was given and answers 404 (Go: 410 is never sent) for every other,
 * so that tests and the demo ask about invented packages without asking a real one. The shapes follow recorded answers; everything
 * asked is kept.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';

export interface Asked { ecosystem: 'npm' | 'pypi' | 'go'; method: string; path: string; status: number }

/** A name, or a name with the day it first appeared. */
export type Known = string | { name: string; createdAt: string };

export interface RegistryWorld {
  url: string;
  npmUrl: string;
  /** The simple index; the JSON API is beside it. */
  pypiUrl: string;
  goUrl: string;
  asked: Asked[];
  stop(): Promise<void>;
}

/** A file that the registry hands out: an npm tarball or a wheel, with the bytes it was made of. */
export interface Published { name: string; version: string; filename: string; bytes: Buffer }

interface Answer { status: number; type?: string; body?: string | Buffer }

const LONG_AGO = '2015-03-02T10:00:00.000Z';

export async function startRegistry(options: { npm?: Known[]; pypi?: Known[]; go?: Known[]; npmFiles?: Published[]; pypiFiles?: Published[]; port?: number } = {}): Promise<RegistryWorld> {
  const asked: Asked[] = [];
  const shelves = { npm: shelf(options.npm), pypi: shelf(options.pypi, normalised), go: shelf(options.go) };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://registry').pathname;
    const [, ecosystem = '', rest = ''] = /^\/(npm|pypi|go)(\/.*)$/.exec(path) ?? [];
    const own = `http://${request.headers.host ?? 'registry.invalid'}`;
    const published = ecosystem === 'npm' ? npmFile(options.npmFiles ?? [], { path: rest, own }) : ecosystem === 'pypi' ? pypiFile(options.pypiFiles ?? [], { path: rest, own }) : null;
    const answer = published !== null ? published : ecosystem === 'npm' ? npm(shelves.npm, rest) : ecosystem === 'pypi' ? pypi(shelves.pypi, rest, request.headers.accept ?? '') : ecosystem === 'go' ? go(shelves.go, rest) : missing;
    if (ecosystem !== '') asked.push({ ecosystem: ecosystem as Asked['ecosystem'], method: request.method ?? 'GET', path: rest, status: answer.status });
    send(response, answer, request.method === 'HEAD');
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the registry has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url, npmUrl: `${url}/npm`, pypiUrl: `${url}/pypi/simple`, goUrl: `${url}/go`, asked,
    stop: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}

const missing: Answer = { status: 404, type: 'application/json', body: '{"error":"Not found"}' };

function shelf(known: Known[] = [], key: (name: string) => string = (name) => name): Map<string, string> {
  return new Map(known.map((one) => (typeof one === 'string' ? [key(one), LONG_AGO] : [key(one.name), one.createdAt])));
}

function send(response: ServerResponse, answer: Answer, headOnly: boolean): void {
  const body = answer.body ?? '';
  response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(headOnly ? undefined : body);
}

/** The packument of a published package with its real hash, and its tarball. */
function npmFile(files: readonly Published[], { path, own }: { path: string; own: string }): Answer | null {
  const named = decoded(path.slice(1));
  const tarball = files.find((file) => named === `${file.name}/-/${file.filename}`);
  if (tarball) return { status: 200, type: 'application/octet-stream', body: tarball.bytes };
  const released = files.filter((each) => each.name === named);
  const newest = released.at(-1);
  if (!newest) return null;
  const versions = released.map(({ name, version, filename, bytes }) => [version, { name, version, dist: { tarball: `${own}/npm/${name}/-/${filename}`, integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}` } }] as const);
  return json({ _id: named, name: named, 'dist-tags': { latest: newest.version }, versions: Object.fromEntries(versions), time: { created: LONG_AGO, modified: LONG_AGO, ...Object.fromEntries(versions.map(([version]) => [version, LONG_AGO])) } });
}

function pypiFile(files: readonly Published[], { path, own }: { path: string; own: string }): Answer | null {
  const wheel = files.find((file) => path === `/files/${file.filename}`);
  if (wheel) return { status: 200, type: 'application/octet-stream', body: wheel.bytes };
  const file = files.find((each) => path === `/simple/${normalised(each.name)}/`);
  if (!file) return null;
  const hash = createHash('sha256').update(file.bytes).digest('hex');
  return { status: 200, type: 'text/html', body: `<!DOCTYPE html><html><body><a href="${own}/pypi/files/${file.filename}#sha256=${hash}">${file.filename}</a></body></html>` };
}

/** `/name`, `/@scope%2fname` or `/@scope/name`. */
function npm(shelf: Map<string, string>, path: string): Answer {
  const name = decoded(path.slice(1));
  const created = shelf.get(name);
  if (created === undefined) return missing;
  const version = '1.0.0';
  const manifest = { name, version, dist: { tarball: `http://registry.invalid/${name}/-/${version}.tgz`, shasum: '0'.repeat(40) } };
  return json({ _id: name, name, 'dist-tags': { latest: version }, versions: { [version]: manifest }, time: { created, modified: created, [version]: created } });
}

/** `/simple/name/` in both forms, and `/pypi/name/json`. */
function pypi(shelf: Map<string, string>, path: string, accept: string): Answer {
  const [, kind, raw] = /^\/(simple|pypi)\/([^/]+)\/(?:json)?$/.exec(path) ?? [];
  const name = normalised(decoded(raw ?? ''));
  const created = shelf.get(name);
  if (kind === undefined || created === undefined) return missing;
  const filename = `${name}-1.0.0.tar.gz`;
  if (kind === 'pypi') {
    return json({ info: { name, version: '1.0.0' }, releases: { '1.0.0': [{ filename, upload_time_iso_8601: created, packagetype: 'sdist' }] }, urls: [] });
  }
  if (accept.includes('application/vnd.pypi.simple.v1+json')) {
    const body = { meta: { 'api-version': '1.1' }, name, versions: ['1.0.0'], files: [{ filename, url: filename, hashes: {}, 'upload-time': created }] };
    return { status: 200, type: 'application/vnd.pypi.simple.v1+json', body: JSON.stringify(body) };
  }
  return { status: 200, type: 'text/html', body: `<!DOCTYPE html><html><body><h1>Links for ${name}</h1><a href="${filename}">${filename}</a></body></html>` };
}

/** `/module/@latest`, `/module/@v/list` and `/module/@v/v1.0.0.info`; capitals arrive as `!c`. */
function go(shelf: Map<string, string>, path: string): Answer {
  const [, escaped = '', question = ''] = /^\/(.+)\/(@latest|@v\/list|@v\/v1\.0\.0\.info)$/.exec(path) ?? [];
  const name = decoded(escaped).replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const created = shelf.get(name);
  if (created === undefined) return { status: 404, type: 'text/plain', body: `not found: module ${name}: no matching versions` };
  if (question === '@v/list') return { status: 200, type: 'text/plain', body: 'v1.0.0\n' };
  return json({ Version: 'v1.0.0', Time: created });
}

function json(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not a name anyone can have; the shelf does not know it either.
    return text;
  }
}
