/**
 * Which Sigstore instance signs and by which root its signatures are believed. Public repositories: the public good one. Private ones: GitHub's own, which logs nothing in
 * public; its root ships with nobody's library, so it has to be given. Another instance is named by the step's own environment alone, never by what is signed.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import type { RunClaims } from '../../core/run-claims.ts';
import type { TrustDomain } from './open.ts';
import { shippedRoot } from './root.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Services {
  fulcio: string;
  rekor?: string;
  tsa?: string;
}

export interface Instance {
  /** Signing configuration v0.2 as text. */
  config: string;
  trust: Exclude<TrustDomain, { domain: 'own-key' }>;
}

const publicGood: Services = { fulcio: 'https://fulcio.sigstore.dev', rekor: 'https://rekor.sigstore.dev' };
const github: Services = { fulcio: 'https://fulcio.githubapp.com', tsa: 'https://timestamp.githubapp.com' };

/** `folder`: where a relative ASSAY_SIGSTORE_ROOT lies. Null where the repository is private and no root of GitHub's instance was given: nothing leaves that could not be verified. Throws CONFIG_SIGSTORE. */
export function instanceFor(visibility: RunClaims['repository_visibility'], { env, folder }: { env: Environment; folder: string }): Instance | null {
  const named = namedServices(env);
  const services = named ?? (visibility === 'public' ? publicGood : github);
  const root = env.ASSAY_SIGSTORE_ROOT ? rootAt(resolve(folder, env.ASSAY_SIGSTORE_ROOT)) : services === publicGood ? shippedRoot('production') : null;
  if (root === null && named) throw wrong('ASSAY_SIGSTORE_FULCIO is set and ASSAY_SIGSTORE_ROOT is not');
  return root === null ? null : { config: configFor(services), trust: { domain: services.rekor ? 'public-good' : 'github-private', root } };
}

function namedServices({ ASSAY_SIGSTORE_FULCIO: fulcio, ASSAY_SIGSTORE_REKOR: rekor, ASSAY_SIGSTORE_TSA: tsa }: Environment): Services | null {
  if (fulcio && (rekor || tsa)) return { fulcio, ...(rekor ? { rekor } : {}), ...(tsa ? { tsa } : {}) };
  if (fulcio || rekor || tsa) throw wrong('ASSAY_SIGSTORE_FULCIO needs a log or a timestamp authority beside it, and they need it');
  return null;
}

/** A path in the checkout of Assay, where the workflow file is as well. */
function rootAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw wrong(`the trusted root ${path} cannot be read`, cause);
  }
}

function configFor({ fulcio, rekor, tsa }: Services): string {
  const at = (url: string) => [{ url, majorApiVersion: 1, validFor: { start: '2020-01-01T00:00:00Z' }, operator: '' }];
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json', caUrls: at(fulcio), oidcUrls: [],
    ...(rekor ? { rekorTlogUrls: at(rekor), rekorTlogConfig: { selector: 'ANY' } } : {}),
    ...(tsa ? { tsaUrls: at(tsa), tsaConfig: { selector: 'ANY' } } : {}),
  });
}

function wrong(message: string, cause?: unknown): AssayError {
  return new AssayError('CONFIG_SIGSTORE', `The Sigstore instance is not fully named: ${message}.`, { remedy: 'Give the step that signs ASSAY_SIGSTORE_FULCIO, ASSAY_SIGSTORE_REKOR and/or ASSAY_SIGSTORE_TSA and ASSAY_SIGSTORE_ROOT (a path), or leave all empty.', cause });
}
