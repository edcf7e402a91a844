/**
 * Which keys the App signed evidence with, and when: read from its audit log, where each key is introduced once and for all. A key is valid from its introduction until the
 * next one's; a retired key never comes back. Pure; times are milliseconds since the epoch.
 */
import { z } from 'zod';
import { sha256 } from '../core/digest.ts';
import { AssayError } from '../core/errors.ts';
import type { AuditEntry } from '../core/ports/store.ts';
import { parseStrictJson } from '../core/strict-json.ts';

export interface KeyWindow {
  keyId: string;
  publicKeyPem: string;
  from: number;
  /** Null: the key that signs now. */
  until: number | null;
}

/** Of the entries `signer.introduced`, in the order of the log; those of the audit log's own key are passed over. */
export function keyWindows(entries: readonly AuditEntry[]): KeyWindow[] {
  const introduced = entries.flatMap(({ action, at, detail }) => (action === 'signer.introduced' && detail.purpose === 'evidence' && typeof detail.pem === 'string' ? [{ publicKeyPem: detail.pem, from: at }] : []));
  return introduced.map(({ publicKeyPem, from }, place) => ({ keyId: keyIdOf(publicKeyPem), publicKeyPem, from, until: introduced[place + 1]?.from ?? null }));
}

/** Base64 of the SHA-256 of the key's DER. */
function keyIdOf(pem: string): string {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return Buffer.from(sha256(der), 'hex').toString('base64');
}

/** Throws CONFIG_KEY_RETIRED where this key signed before and another one came after it. */
export function refuseRetired(windows: readonly KeyWindow[], publicKeyPem: string): void {
  const window = windows.find((each) => each.keyId === keyIdOf(publicKeyPem));
  if (!window || window.until === null) return;
  throw new AssayError('CONFIG_KEY_RETIRED', `the key ${window.keyId} was retired on ${new Date(window.until).toISOString()} and signs no more`, {
    remedy: 'Start with the newest key, or with a new one ("assay keys rotate"); a retired key may be in other hands.',
  });
}

const time = z.iso.datetime();
const KeyList = z.strictObject({
  version: z.literal(1),
  keys: z.array(z.strictObject({ keyId: z.string(), publicKeyPem: z.string(), from: time, until: time.nullable() })).min(1),
});

/** The list as a file, to be handed to whoever verifies. */
export function keyListText(windows: readonly KeyWindow[]): string {
  const keys = windows.map(({ keyId, publicKeyPem, from, until }) => ({ keyId, publicKeyPem, from: new Date(from).toISOString(), until: until === null ? null : new Date(until).toISOString() }));
  return `${JSON.stringify({ version: 1, keys }, null, 2)}\n`;
}

/** Throws CONFIG_KEYS where the text is no key list, or a key goes by a name that is not its own. */
export function readKeyList(text: string): KeyWindow[] {
  const parsed = KeyList.safeParse(parseStrictJson(text));
  const misnamed = parsed.data?.keys.find(({ keyId, publicKeyPem }) => keyId !== keyIdOf(publicKeyPem));
  if (parsed.success && !misnamed) return parsed.data.keys.map((each) => ({ ...each, from: Date.parse(each.from), until: each.until === null ? null : Date.parse(each.until) }));
  const why = misnamed ? `${misnamed.keyId} is not the key beside it` : `${parsed.error?.issues[0]?.path.join('.')} ${parsed.error?.issues[0]?.message}`;
  throw new AssayError('CONFIG_KEYS', `no list of keys: ${why}`, { remedy: 'Give what "assay keys list --out FILE" wrote on the App\'s machine.' });
}
