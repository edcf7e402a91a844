/** The App's signing keys, one for evidence and one for the audit log's notes: made once, kept in the data folder for this user alone (0600), replaced by a rotation alone and never printed. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../core/errors.ts';

interface Kind { name: string; said: string; make(): KeyObject; fits(key: KeyObject): boolean }

const evidence: Kind = { name: 'signing-key.pem', said: 'EC key on P-256', make: () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey, fits: (key) => key.asymmetricKeyDetails?.namedCurve === 'prime256v1' };
const notes: Kind = { name: 'audit-key.pem', said: 'Ed25519 key', make: () => generateKeyPairSync('ed25519').privateKey, fits: (key) => key.asymmetricKeyType === 'ed25519' };

/** The key's PEM from `<folder>/signing-key.pem`, made there first where it is missing. Two processes at once get the same key. */
export function signingKey(folder: string): Promise<string> {
  return keptKey(folder, evidence);
}

/** The same for `<folder>/audit-key.pem`, which signs the checkpoints of the audit log. */
export function auditKey(folder: string): Promise<string> {
  return keptKey(folder, notes);
}

/** Puts a new evidence key in the place of the one that is there, whose private part is then gone; answers both public keys (PEM). Throws EVIDENCE_KEY_MISSING where there is none. */
export async function rotateSigningKey(folder: string): Promise<{ before: string; after: string }> {
  const path = join(folder, evidence.name);
  const kept = await readKey(path, evidence);
  if (kept === null) throw new AssayError('EVIDENCE_KEY_MISSING', `${path} is not there, so there is nothing to rotate`, { remedy: 'Name the data folder of the App with --data or ASSAY_DATA.' });
  const aside = join(folder, `.${evidence.name}.${randomUUID()}`);
  const made = evidence.make();
  await writeFile(aside, made.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx', flush: true });
  await rename(aside, path);
  return { before: publicPem(createPrivateKey(kept)), after: publicPem(made) };
}

function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

async function keptKey(folder: string, kind: Kind): Promise<string> {
  const path = join(folder, kind.name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept = await readKey(path, kind);
  if (kept !== null) return kept;
  await createKey(folder, { path, kind });
  const made = await readKey(path, kind);
  if (made === null) throw new AssayError('EVIDENCE_KEY_MISSING', `${path} was made and is gone`, { remedy: 'Give Assay a data folder that nothing else cleans.' });
  return made;
}

async function readKey(path: string, kind: Kind): Promise<string | null> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw new AssayError('EVIDENCE_KEY_UNREADABLE', `${path} cannot be read`, { remedy: 'Let the user that runs Assay, and nobody else, read it.', cause: thrown });
  }
  if (((await stat(path)).mode & 0o077) !== 0) throw new AssayError('EVIDENCE_KEY_MODE', `${path} can be read by others`, { remedy: `Replace the key if others used this machine, then run chmod 600 ${path}.` });
  checkKey(pem, { path, kind });
  return pem;
}

function checkKey(pem: string, { path, kind }: { path: string; kind: Kind }): void {
  const remedy = `Restore ${path} from your backup. Moving it away makes a new key; evidence signed with the old one then needs its public key.`;
  try {
    if (kind.fits(createPrivateKey(pem))) return;
  } catch (thrown) {
    throw new AssayError('EVIDENCE_KEY_INVALID', `${path} is no private key`, { remedy, cause: thrown });
  }
  throw new AssayError('EVIDENCE_KEY_INVALID', `${path} is no ${kind.said}`, { remedy });
}

/** Written aside and linked into place, so that nobody reads half a key and the first of two makers wins. */
async function createKey(folder: string, { path, kind }: { path: string; kind: Kind }): Promise<void> {
  const aside = join(folder, `.${kind.name}.${randomUUID()}`);
  await writeFile(aside, kind.make().export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(aside, path);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  } finally {
    await unlink(aside);
  }
}
