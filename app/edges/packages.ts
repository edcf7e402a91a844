/**
 * PackageLookup over the npm, PyPI and Go protocols. A registry's plain "no" is `missing`; everything else that is not a clear yes – no address, no network, an odd
 * answer – is `unknown` with the reason. Answers are cached for the life of the object, questions run at most eight at once.
 */
import { z } from 'zod';
import type { Ecosystem, PackageAnswer, PackageLookup, PackageQuestion } from '../core/guardrail.ts';
import { registryAddress } from './registry-address.ts';

export interface PackagesOptions {
  /** Address per ecosystem instead of the clients' own configuration. */
  registries?: Record<string, string> | undefined;
  environment?: Record<string, string | undefined>;
  timeoutMs?: number;
}

type Said = Pick<PackageAnswer, 'state' | 'createdAt' | 'why'>;

const lanes = 8;
const maxBody = 100 * 1024 * 1024;
const day = 86_400_000;

export function packageLookup(options: PackagesOptions = {}): PackageLookup {
  const cache = new Map<string, Promise<Said>>();
  const addresses = new Map<Ecosystem, Promise<string | null>>();
  const addressOf = (ecosystem: Ecosystem): Promise<string | null> => {
    const given = options.registries?.[ecosystem]?.replace(/\/+$/, '');
    const known = addresses.get(ecosystem) ?? (given ? Promise.resolve(given) : registryAddress(ecosystem, options.environment ?? process.env));
    addresses.set(ecosystem, known);
    return known;
  };
  const answer = (question: PackageQuestion): Promise<Said> => {
    const key = `${question.ecosystem}:${question.name}`;
    const known = cache.get(key) ?? addressOf(question.ecosystem).then((address) => say(question, { address, timeoutMs: options.timeoutMs ?? 20_000 }));
    cache.set(key, known);
    return known;
  };
  return { lookup: (questions) => inLanes(questions, async (question) => ({ ...question, ...await answer(question) })) };
}

async function inLanes<T, R>(list: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < list.length; at = next++) results[at] = await run(list[at]!);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

async function say(question: PackageQuestion, how: { address: string | null; timeoutMs: number }): Promise<Said> {
  if (how.address === null) return unknown(`no ${question.ecosystem} registry is configured`);
  try {
    const get: Get = (path, accept) => fetchText(`${how.address}${path}`, { accept, timeoutMs: how.timeoutMs });
    const root: Get = (path, accept) => fetchText(`${how.address!.replace(/\/simple$/, '')}${path}`, { accept, timeoutMs: how.timeoutMs });
    if (question.ecosystem === 'npm') return await npm(question.name, get);
    return question.ecosystem === 'pypi' ? await pypi(question.name, get, root) : await goModule(question.name, get);
  } catch (thrown) {
    return unknown(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

type Get = (path: string, accept: string) => Promise<{ status: number; text: string }>;

function unknown(why: string): Said {
  return { state: 'unknown', createdAt: null, why };
}

const missing: Said = { state: 'missing', createdAt: null, why: null };

async function fetchText(url: string, how: { accept: string; timeoutMs: number }): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { headers: { accept: how.accept, 'user-agent': 'assay' }, signal: AbortSignal.timeout(how.timeoutMs), redirect: 'follow' });
  if (Number(response.headers.get('content-length') ?? 0) > maxBody) throw new Error('the answer is too large');
  return { status: response.status, text: await response.text() };
}

function gone(status: number): boolean {
  return status === 404 || status === 410;
}

const Packument = z.object({ name: z.string(), time: z.record(z.string(), z.string()).optional(), versions: z.record(z.string(), z.unknown()).optional() });

async function npm(name: string, get: Get): Promise<Said> {
  const { status, text } = await get(`/${encodeURIComponent(name).replace(/^%40/, '@')}`, 'application/json');
  if (gone(status)) return missing;
  if (status !== 200) return unknown(`the registry answered ${status}`);
  const packument = Packument.parse(JSON.parse(text));
  // Nothing left to install: the name was unpublished, anyone may claim it again.
  if (packument.versions && Object.keys(packument.versions).length === 0) return missing;
  return { state: 'exists', createdAt: time(packument.time?.created), why: null };
}

const Simple = z.object({ files: z.array(z.object({ 'upload-time': z.string().optional() })) });
const Project = z.object({ releases: z.record(z.string(), z.array(z.object({ upload_time_iso_8601: z.string() }))) });

async function pypi(name: string, get: Get, root: Get): Promise<Said> {
  const plain = name.toLowerCase().replace(/[-_.]+/g, '-');
  const { status, text } = await get(`/${plain}/`, 'application/vnd.pypi.simple.v1+json, text/html;q=0.1');
  if (gone(status)) return missing;
  if (status !== 200) return unknown(`the index answered ${status}`);
  if (text.trimStart().startsWith('{')) return { state: 'exists', createdAt: earliest(Simple.parse(JSON.parse(text)).files.map((file) => file['upload-time'])), why: null };
  const project = await root(`/pypi/${plain}/json`, 'application/json');
  if (project.status !== 200) return { state: 'exists', createdAt: null, why: null };
  const uploads = Object.values(Project.parse(JSON.parse(project.text)).releases).flat().map((file) => file.upload_time_iso_8601);
  return { state: 'exists', createdAt: earliest(uploads), why: null };
}

const Info = z.object({ Version: z.string(), Time: z.string().optional() });

/** A Go import names a package inside a module: the longest prefix that the proxy knows is the module. */
async function goModule(path: string, get: Get): Promise<Said> {
  const parts = path.split('/');
  for (let length = parts.length; length >= Math.min(2, parts.length); length -= 1) {
    const escaped = parts.slice(0, length).join('/').replace(/[A-Z]/g, (char) => `!${char.toLowerCase()}`);
    const { status, text } = await get(`/${escaped}/@latest`, 'application/json');
    if (gone(status)) continue;
    if (status !== 200) return unknown(`the proxy answered ${status}`);
    return { state: 'exists', createdAt: await firstGo(escaped, { latest: time(Info.parse(JSON.parse(text)).Time), get }), why: null };
  }
  return missing;
}

/** The latest version's date is enough where it is old; a fresh one may still belong to an old module. */
async function firstGo(escaped: string, from: { latest: number | null; get: Get }): Promise<number | null> {
  if (from.latest === null || Date.now() - from.latest > 120 * day) return from.latest;
  const versions = (await from.get(`/${escaped}/@v/list`, 'text/plain')).text.split('\n').filter(Boolean).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (versions.length === 0) return from.latest;
  const first = await from.get(`/${escaped}/@v/${versions[0]}.info`, 'application/json');
  return first.status === 200 ? time(Info.parse(JSON.parse(first.text)).Time) : from.latest;
}

function time(text: string | undefined): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}

function earliest(texts: readonly (string | undefined)[]): number | null {
  const times = texts.map(time).filter((each) => each !== null);
  return times.length > 0 ? Math.min(...times) : null;
}
