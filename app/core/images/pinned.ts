/** What keeps a reference from naming one image for good: no digest, a digest that is none, a part that somebody else fills in, a name that is none. */
import { isPlainName } from './reference.ts';
import { digestOf, type ImageUse } from './uses.ts';

export interface ReferenceFault {
  code: 'IMAGE_TAG_ONLY' | 'IMAGE_INTERPOLATED' | 'IMAGE_DIGEST_CASE' | 'IMAGE_DIGEST_INVALID' | 'IMAGE_REFERENCE_INVALID';
  /** After the reference, as in `debian:13 is not pinned by digest`. */
  why: string;
}

/** Null where it is `name@sha256:…` or `name:tag@sha256:…`, written out. */
export function faultOf({ image, open, interpolated }: Pick<ImageUse, 'image' | 'open' | 'interpolated'>): ReferenceFault | null {
  if (open || interpolated) return { code: 'IMAGE_INTERPOLATED', why: 'is filled in by a variable: whoever builds or starts it decides which image it is' };
  const at = image.indexOf('@');
  if (at < 0) return { code: 'IMAGE_TAG_ONLY', why: 'is not pinned by digest' };
  if (/^sha256:[0-9a-fA-F]{64}$/.test(image.slice(at + 1)) && digestOf(image) === null) return { code: 'IMAGE_DIGEST_CASE', why: 'has its digest in capitals, which is no digest' };
  if (digestOf(image) === null || image.includes('@', at + 1)) return { code: 'IMAGE_DIGEST_INVALID', why: 'has no sha256 digest of 64 hex digits' };
  if (!isPlainName(image.slice(0, at))) return { code: 'IMAGE_REFERENCE_INVALID', why: 'names no image before its digest' };
  return null;
}
