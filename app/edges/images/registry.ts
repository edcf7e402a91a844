/**
 * What digest a tag has now, as its own registry says (OCI distribution API: HEAD of the manifest, a token where one is asked for), and whether the content has it: the manifest
 * is fetched by that digest and hashed. Only https, or http on the loopback. No credentials are used.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { type ImageReference, parseReference } from '../../core/images/reference.ts';

const kinds = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json', 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
const maxManifest = 4 * 1024 * 1024;
const timeoutMs = 20_000;

export async function digestOfImage(image: string, platform: string): Promise<string> {
  const reference = parseReference(image);
  const ask = asker(reference);
  const head = await ask('HEAD', reference.tag);
  const digest = head.headers.get('docker-content-digest') ?? '';
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new AssayError('IMAGE_DIGEST_MISSING', `${reference.host} names no sha256 digest of ${image}`, { remedy: 'Ask a registry that sends Docker-Content-Digest.' });
  const body = await bounded(await ask('GET', digest));
  if (`sha256:${createHash('sha256').update(body).digest('hex')}` !== digest) throw new AssayError('IMAGE_DIGEST_MISMATCH', `the manifest of ${image} is not what its digest ${digest} says`, { remedy: 'Do not use this registry; something between you and it alters what it sends.' });
  requirePlatform(body, { image, platform });
  return digest;
}

/** `what`: a tag or a digest. Throws IMAGE_REGISTRY_UNREACHABLE or IMAGE_REGISTRY_REFUSED; with `or-absent` a manifest that is not there is an answer, with its 404. */
export type Ask = (method: 'HEAD' | 'GET', what: string, absent?: 'or-absent') => Promise<Response>;

export function asker({ host, repository }: ImageReference): Ask {
  const base = `${baseOf(host)}/v2/${repository}/manifests/`;
  let authorization: string | null = null;
  return async (method, what, absent) => {
    const once = () => request(`${base}${what}`, { method, headers: { accept: kinds.join(', '), ...(authorization === null ? {} : { authorization }) } });
    let response = await once();
    if (response.status === 401 && authorization === null) {
      authorization = await token(response.headers.get('www-authenticate') ?? '', { host, repository });
      response = await once();
    }
    if (response.status === 200 || (absent && response.status === 404)) return response;
    throw new AssayError('IMAGE_REGISTRY_REFUSED', `${host} answered ${response.status} for ${repository} ${what}`, { remedy: response.status === 404 ? 'See that image and tag exist.' : 'See that the image is public, or try again later.' });
  };
}

/** One registry answers under another name than its images bear. */
function baseOf(host: string): string {
  const loopback = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host);
  return `${loopback ? 'http' : 'https'}://${host === 'docker.io' ? 'registry-1.docker.io' : host}`;
}

const Token = z.union([z.object({ token: z.string().min(1).max(20_000) }), z.object({ access_token: z.string().min(1).max(20_000) })]);

async function token(challenge: string, { host, repository }: Pick<ImageReference, 'host' | 'repository'>): Promise<string> {
  const realm = /^Bearer\s.{0,500}?realm="([^"]{1,500})"/i.exec(challenge)?.[1];
  const service = /service="([^"]{1,200})"/.exec(challenge)?.[1];
  const url = realm !== undefined && URL.canParse(realm) ? new URL(realm) : null;
  // A registry on the loopback may name one there; any other must name https.
  const fit = url !== null && (url.protocol === 'https:' || (baseOf(host).startsWith('http:') && /^(localhost|127\.0\.0\.1)$/.test(url.hostname)));
  if (!fit) throw new AssayError('IMAGE_REGISTRY_REFUSED', `${host} asks for a login that is not anonymous Bearer over https`, { remedy: 'Only public images can be locked.' });
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  const parsed = Token.safeParse(await jsonOf(await request(url.href, {})));
  if (!parsed.success) throw new AssayError('IMAGE_REGISTRY_REFUSED', `${url.host} gives no token to read ${repository}`, { remedy: 'See that the image is public.' });
  return `Bearer ${'token' in parsed.data ? parsed.data.token : parsed.data.access_token}`;
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = (await bounded(response)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return null; // the caller says what it lacks
  }
}

async function request(url: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...options, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new AssayError('IMAGE_REGISTRY_UNREACHABLE', `${new URL(url).host}: ${why}`, { remedy: 'Run it where the registry can be reached.', cause });
  }
}

export async function bounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxManifest) throw new AssayError('IMAGE_REGISTRY_REFUSED', `an answer of more than ${maxManifest} bytes`, { remedy: 'No manifest is that large; ask another registry.' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const Index = z.object({ manifests: z.array(z.object({ platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional() })) });

/** An index must hold the platform. A single manifest does not say its own; it is taken as it is. */
function requirePlatform(body: Buffer, { image, platform }: { image: string; platform: string }): void {
  const index = Index.safeParse(JSON.parse(body.toString('utf8')));
  if (!index.success) return;
  const held = index.data.manifests.flatMap(({ platform: each }) => (each ? [`${each.os}/${each.architecture}`, ...(each.variant ? [`${each.os}/${each.architecture}/${each.variant}`] : [])] : []));
  if (!held.includes(platform)) throw new AssayError('IMAGE_PLATFORM_MISSING', `${image} is not there for ${platform}: ${[...new Set(held)].join(', ').slice(0, 300)}`, { remedy: 'Choose another tag or platform.' });
}
