/** Whether a locked digest is still the one to run: what its registry says of it now, against how long it may stay. Pure; a day is 86 400 000 ms. */
import type { LockedImage } from './lock.ts';

/** What a registry has for `image` and its locked digest now. */
export interface Standing {
  /** The digest that the tag has now; null where the tag is gone or the name has none. */
  newest: string | null;
  /** The registry still has the locked manifest. */
  there: boolean;
  /** The platform whose manifest the digest is, where the tag has an index of several; null where the digest is an index, or the only manifest. */
  onlyFor: string | null;
}

export type RotationCode = 'IMAGE_CURRENT' | 'IMAGE_NEWER' | 'IMAGE_TOO_OLD' | 'IMAGE_PLATFORM_MANIFEST' | 'IMAGE_DIGEST_GONE' | 'IMAGE_TAG_GONE';

export interface Rotation {
  image: string;
  digest: string;
  newest: string | null;
  /** Since it came into the lock; null where the lock does not say. */
  ageDays: number | null;
  code: RotationCode;
  /** It has to be changed now. */
  due: boolean;
  why: string;
}

const dayMs = 86_400_000;

export function rotationOf({ image, digest, platform, lockedAt }: LockedImage, { standing, now, maxAgeDays }: { standing: Standing; now: number; maxAgeDays: number }): Rotation {
  const ageDays = lockedAt === undefined ? null : Math.floor((now - Date.parse(lockedAt)) / dayMs);
  const { newest, there, onlyFor } = standing;
  const common = { image, digest, newest, ageDays };
  const due = (code: RotationCode, why: string): Rotation => ({ ...common, code, due: true, why });
  const fine = (code: RotationCode, why: string): Rotation => ({ ...common, code, due: false, why });
  if (!there) return due('IMAGE_DIGEST_GONE', 'its registry no longer has this manifest');
  if (onlyFor !== null && onlyFor !== platform) return due('IMAGE_PLATFORM_MANIFEST', `the digest is the manifest for ${onlyFor} alone, while the tag has an index of several platforms: what runs elsewhere is another image, or none`);
  if (newest === null) return fine('IMAGE_TAG_GONE', 'its tag is gone, so nothing can be said of newer ones');
  if (newest === digest || onlyFor !== null) return fine('IMAGE_CURRENT', 'the tag still has this digest');
  if (ageDays === null || ageDays > maxAgeDays) return due('IMAGE_TOO_OLD', `${ageDays === null ? 'nobody knows since when it is locked' : `it is locked for ${ageDays} days`}, the tag has a newer one, and ${maxAgeDays} days are the limit`);
  return fine('IMAGE_NEWER', `the tag has a newer one; locked for ${ageDays} of ${maxAgeDays} days`);
}
