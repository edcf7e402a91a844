/**
 * Signing with an identity in place of a key: a certificate for a key that lives as long as the call, witnessed by the services that a signing configuration names. The
 * configuration is always given; no service of anybody is asked by default.
 */
import { bundleToJSON, type Bundle } from '@sigstore/bundle';
import { SigningConfig } from '@sigstore/protobuf-specs';
import { bundleBuilderFromSigningConfig } from '@sigstore/sign';
import { toTrustMaterial } from '@sigstore/verify';
import { AssayError } from '../../core/errors.ts';
import { payloadType } from '../../core/statement.ts';
import { parseStrictJson } from '../../core/strict-json.ts';
import { entityOf, verifyEntity } from './crypto.ts';
import { readRoot } from './root.ts';

export interface KeylessSigning {
  /** An in-toto statement for `statement`, else the artifact itself. */
  data: Buffer;
  kind: 'statement' | 'artifact';
  identityToken: string;
  /** Text of a Sigstore signing configuration v0.2. */
  signingConfig: string;
  /** Text of the trusted root by which what was made is checked before it is given out. */
  root?: string;
}

/** The bundle as JSON text. Throws CONFIG_SIGNING for a configuration that is none, SIGNING_FAILED where a service does not do its part, EVIDENCE_* where the result does not verify. */
export async function signKeyless({ data, kind, identityToken, signingConfig, root }: KeylessSigning): Promise<string> {
  const bundle = await made({ data, kind, identityToken, config: configFrom(signingConfig) });
  if (root !== undefined) verifyEntity(entityOf(bundle, data), toTrustMaterial(readRoot(root, { authorities: 'may be open' })), { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
  return JSON.stringify(bundleToJSON(bundle));
}

function configFrom(text: string): SigningConfig {
  const remedy = 'Give the signing configuration (v0.2) of the Sigstore instance that is to sign, with --signing-config FILE.';
  try {
    const config = SigningConfig.fromJSON(parseStrictJson(text));
    if (config.caUrls.length > 0) return config;
  } catch (cause) {
    throw new AssayError('CONFIG_SIGNING', 'the signing configuration cannot be read', { remedy, cause });
  }
  throw new AssayError('CONFIG_SIGNING', 'the signing configuration names no certificate authority', { remedy });
}

async function made({ data, kind, identityToken, config }: Pick<KeylessSigning, 'data' | 'kind' | 'identityToken'> & { config: SigningConfig }): Promise<Bundle> {
  try {
    const bundleType = kind === 'statement' ? 'dsseEnvelope' : 'messageSignature';
    const builder = bundleBuilderFromSigningConfig({ signingConfig: config, identityProvider: { getToken: async () => identityToken }, bundleType, fetchOptions: { retry: { retries: 2 }, timeout: 60_000 } });
    return await builder.create(kind === 'statement' ? { data, type: payloadType } : { data });
  } catch (cause) {
    throw new AssayError('SIGNING_FAILED', `nothing was signed: ${cause instanceof Error ? cause.message : String(cause)}`, { remedy: 'Look at whether the services of the signing configuration answer, and whether they take this identity token.', cause });
  }
}
