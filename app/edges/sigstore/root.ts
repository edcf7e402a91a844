/**
 * Trusted roots: whose certificates, logs and timestamps are believed, and from when. A root that leaves out from when is refused, because the library would believe it
 * since 1970. Without a root of the caller's, the public good instance's comes with `@sigstore/tuf`, so that no network is asked.
 */
import { type TimeRange, TrustedRoot } from '@sigstore/protobuf-specs';
import shipped from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { z } from 'zod';
import { EvidenceRefusal } from '../../core/refusal.ts';
import { parseStrictJson } from '../../core/strict-json.ts';

const remedy = 'Get the trusted root again from the one who runs this Sigstore instance; do not mend it by hand.';
const maxRootBytes = 4 * 1024 * 1024;
const rootType = /^application\/vnd\.dev\.sigstore\.trustedroot(\+json;version=0\.[12]|\.v0\.[12]\+json)$/;

/** `authorities`: whether certificate and timestamp authorities may leave out their whole validity, as the format allows them to; logs never may. */
export interface RootOptions {
  authorities: 'bounded' | 'may be open';
}

/** Throws EVIDENCE_ROOT for a root that is none, and EVIDENCE_ROOT_OPEN where it does not say from when it holds. */
export function readRoot(text: string, { authorities }: RootOptions = { authorities: 'bounded' }): TrustedRoot {
  if (text.length > maxRootBytes) throw new EvidenceRefusal('EVIDENCE_ROOT', 'the trusted root is too large', { expected: `at most ${maxRootBytes} bytes`, remedy });
  const root = parseRoot(text);
  if (!rootType.test(root.mediaType)) throw new EvidenceRefusal('EVIDENCE_ROOT', 'this is no trusted root', { got: root.mediaType, expected: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1', remedy });
  for (const [kind, logs] of [['tlogs', root.tlogs], ['ctlogs', root.ctlogs]] as const) {
    logs.forEach(({ publicKey }, at) => checkStart(publicKey?.validFor, `${kind}[${at}].publicKey`));
  }
  for (const [kind, list] of [['certificateAuthorities', root.certificateAuthorities], ['timestampAuthorities', root.timestampAuthorities]] as const) {
    list.forEach(({ validFor }, at) => {
      if (validFor !== undefined || authorities === 'bounded') checkStart(validFor, `${kind}[${at}]`);
    });
  }
  return root;
}

function parseRoot(text: string): TrustedRoot {
  try {
    return TrustedRoot.fromJSON(parseStrictJson(text));
  } catch (cause) {
    throw new EvidenceRefusal('EVIDENCE_ROOT', `no trusted root: ${cause instanceof Error ? cause.message : String(cause)}`, { remedy, cause });
  }
}

function checkStart(validFor: TimeRange | undefined, place: string): void {
  const start = validFor?.start;
  if (start instanceof Date && !Number.isNaN(start.getTime())) return;
  throw new EvidenceRefusal('EVIDENCE_ROOT_OPEN', `${place} of the trusted root does not say from when it holds`, { got: 'no validFor.start', expected: 'a start of validity', remedy });
}

/** A root in which nobody is trusted, for domains that bring keys alone. */
export const emptyRoot = TrustedRoot.fromJSON({ mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1', tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [] });

const Seeds = z.record(z.string(), z.looseObject({ targets: z.record(z.string(), z.string()) }));
const mirrors = { production: 'https://tuf-repo-cdn.sigstore.dev', staging: 'https://tuf-repo-cdn.sigstage.dev' } as const;

/** The text of the root that ships with the library. Throws CONFIG_ROOT_MISSING where the library ships none for that instance. */
export function shippedRoot(instance: keyof typeof mirrors): string {
  const seeds = Seeds.parse(shipped);
  const target = seeds[mirrors[instance]]?.targets['trusted_root.json'];
  if (target !== undefined) return Buffer.from(target, 'base64').toString('utf8');
  throw new EvidenceRefusal('CONFIG_ROOT_MISSING', `no trusted root of the ${instance} instance ships with Assay, and none is fetched`, { remedy: 'Give it with --trusted-root FILE.' });
}
