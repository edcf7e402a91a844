/** Whether an image reference is fixed: only `name@sha256:…` is. A tag can be moved, whatever it says. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { digestOf, type ImageUse } from '../../app/core/images/uses.ts';
import { clip, visible } from '../../app/core/visible.ts';

const lockPath = 'deps/containers.lock';

export function judgeImages(facts: GuardFacts, path: string, uses: readonly ImageUse[]): RawFinding[] {
  const locked = lockedDigests(facts);
  return uses.flatMap(({ image, line, where, open }): RawFinding[] => {
    const values = { image: clip(visible(image), 200), where };
    const at = { path, startLine: line, endLine: line, values };
    const digest = digestOf(image);
    if (digest === null) return [open ? { ...at, code: 'IMAGE_UNKNOWN', severity: 'info' } : { ...at, code: 'IMAGE_UNPINNED', remedy: `Write it as ${clip(visible(image.split('@')[0]!), 120)}@sha256:… (docker buildx imagetools inspect shows the digest) and let a bot raise it.` }];
    return locked && !locked.has(digest) ? [{ ...at, code: 'DIGEST_NOT_LOCKED', remedy: `Write it into ${lockPath} with: npx assay lock containers` }] : [];
  });
}

/** All digests of the lock, whatever its shape; null where the repository has none. It changes together with the images, as any lock file. */
function lockedDigests(facts: GuardFacts): ReadonlySet<string> | null {
  const text = facts.read(lockPath);
  return text === null ? null : new Set([...text.matchAll(/sha256:[0-9a-f]{64}/gi)].map((match) => match[0].toLowerCase()));
}
