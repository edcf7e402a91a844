/** The key that signs this App's evidence, from wherever the environment says that it is kept. */
import type { SigningKey } from '../core/ports/signing-key.ts';
import { pemKey } from '../edges/keys/pem.ts';
import { transitKey } from '../edges/keys/transit.ts';
import { signingKey } from '../edges/signing-key.ts';
import { dataFolder, keySettings, type Environment } from './settings.ts';

/** Made in the data folder where it is kept there and missing. Throws CONFIG_KMS, KMS_* and EVIDENCE_KEY_*. */
export async function appKey(environment: Environment): Promise<SigningKey> {
  const settings = keySettings(environment);
  if (settings === null) return pemKey(await signingKey(dataFolder(environment)));
  return 'pem' in settings ? pemKey(settings.pem) : transitKey(settings);
}
