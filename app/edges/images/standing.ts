/** What a registry has for a locked image now: the tag's newest digest, whether the locked manifest is there, and for which platform alone it is. Content is believed by its digest only. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import type { LockedImage } from '../../core/images/lock.ts';
import { parseReference } from '../../core/images/reference.ts';
import type { Standing } from '../../core/images/rotation.ts';
import { type Ask, asker, bounded } from './registry.ts';

const Index = z.object({ manifests: z.array(z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional() })) });

/** Throws IMAGE_REGISTRY_UNREACHABLE, IMAGE_REGISTRY_REFUSED or IMAGE_DIGEST_MISMATCH. */
export async function standingOf({ image, digest }: Pick<LockedImage, 'image' | 'digest'>): Promise<Standing> {
  const reference = parseReference(image);
  const ask = asker(reference);
  const locked = await manifest(ask, digest);
  const isTagged = /:[^/]*$/.test(image.slice(image.lastIndexOf('/') + 1));
  const newest = isTagged ? await manifest(ask, reference.tag) : null;
  return { newest: newest?.digest ?? null, there: locked !== null, onlyFor: locked && newest ? platformIn(newest.body, digest) : null };
}

async function manifest(ask: Ask, what: string): Promise<{ digest: string; body: string } | null> {
  const response = await ask('GET', what, 'or-absent');
  if (response.status === 404) {
    await response.body?.cancel();
    return null;
  }
  const body = await bounded(response);
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  if (what.startsWith('sha256:') && what !== digest) throw new AssayError('IMAGE_DIGEST_MISMATCH', `the manifest that was sent for ${what} has another digest`, { remedy: 'Do not use this registry; something between you and it alters what it sends.' });
  return { digest, body: body.toString('utf8') };
}

function platformIn(index: string, digest: string): string | null {
  const parsed = Index.safeParse(orNull(index));
  const found = parsed.success ? parsed.data.manifests.find((each) => each.digest === digest)?.platform : undefined;
  return found ? [found.os, found.architecture, ...(found.variant ? [found.variant] : [])].join('/') : null;
}

function orNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a manifest that is no JSON has no platforms
  }
}
