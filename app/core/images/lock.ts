/** `deps/containers.lock`: images by digest and the files that name them; and images that are wanted by name and whose digest no registry has told yet. */
import { z } from 'zod';
import { AssayError } from '../errors.ts';
import { isPlainName } from './reference.ts';

export const containersLock = 'deps/containers.lock';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: 'a digest is sha256: and 64 hex digits' });
const platform = z.string().regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, { error: 'a platform is os/architecture, as linux/amd64' });
const service = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);
// By name and tag alone: a digest or a variable within the name could say something else than the digest beside it.
const image = z.string().max(500).refine(isPlainName, { error: 'an image is host/repository:tag, without a digest and without a variable' });

/** Asked for by the name of a compose service. */
export const WantedImage = z.strictObject({ name: service, image, platform });
export type WantedImage = z.infer<typeof WantedImage>;

/** `name` and `platform` where it was asked for by name; any other stands in a file of the repository. `lockedAt`: the day on which this digest came into the lock. */
export const LockedImage = z.strictObject({ name: service.optional(), image, digest, platform: platform.optional(), usedBy: z.array(z.string()), lockedAt: z.iso.date().optional() });
export type LockedImage = z.infer<typeof LockedImage>;

export const ContainersLock = z.strictObject({
  version: z.literal(1),
  note: z.string().optional(),
  images: z.array(LockedImage),
  wanted: z.array(WantedImage).optional(),
});
export type ContainersLock = z.infer<typeof ContainersLock>;

/** A file that is not there is an empty lock; one that cannot be read is never overwritten. */
export function parseContainersLock(text: string | null): ContainersLock {
  if (text === null) return { version: 1, images: [] };
  const parsed = ContainersLock.safeParse(orUndefined(text));
  if (parsed.success) return parsed.data;
  throw new AssayError('CONFIG_CONTAINERS_LOCK', `${containersLock}: ${z.prettifyError(parsed.error)}`, { remedy: 'Repair it, or remove it and let "assay lock containers" write it anew.' });
}

function orUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // told as what it is not
  }
}

/** All that was asked for by name, with or without a digest so far. */
export function namedIn({ images, wanted = [] }: ContainersLock): WantedImage[] {
  return [...wanted, ...images.flatMap((each) => (each.name !== undefined && each.platform !== undefined ? [{ name: each.name, image: each.image, platform: each.platform }] : []))];
}
