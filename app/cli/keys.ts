/**
 * `assay keys list|rotate`: the keys that signed this App's evidence with their times, for whoever verifies; and a new key in the place of the one in the data folder. A key
 * in a key service is rotated there. Exit codes: 0, 2 wrong use, 3 error.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AssayError } from '../core/errors.ts';
import { rotateSigningKey } from '../edges/signing-key.ts';
import { readAuditFile } from '../edges/store/sqlite/read-audit.ts';
import { keyListText, keyWindows } from '../evidence/key-list.ts';
import type { Verb } from './main.ts';
import { dataFolder, keySettings, readEnvironment } from './settings.ts';

const usage = 'assay keys list [--data FOLDER] [--out FILE]   |   assay keys rotate [--data FOLDER]';

export const verb: Verb = {
  summary: 'the keys that signed evidence, and when: keys list [--out FILE] | keys rotate',
  async run([name, ...args]) {
    const { data, out } = optionsOf(args);
    if (name === 'list') return list(data, out);
    if (name === 'rotate' && out === undefined) return rotate(data);
    throw wrongUse(`say list or rotate${name === undefined ? '' : `, not "${name}"`}`);
  },
};

function optionsOf(args: string[]): { data: string; out?: string } {
  try {
    const { values: { data, out } } = parseArgs({ args, options: { data: { type: 'string' }, out: { type: 'string' } } });
    return { data: data ?? dataFolder(readEnvironment(process.env)), ...(out === undefined ? {} : { out }) };
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function list(data: string, out: string | undefined): number {
  const windows = keyWindows(readAuditFile(join(data, 'assay.sqlite')).entries);
  if (windows.length === 0) throw new AssayError('EVIDENCE_KEY_MISSING', 'no key has signed evidence here yet', { remedy: 'Start the App once: it introduces its key in the audit log.' });
  if (out === undefined) process.stdout.write(keyListText(windows));
  else writeFileSync(out, keyListText(windows));
  for (const { keyId, from, until } of windows) process.stderr.write(`${keyId} from ${new Date(from).toISOString()} ${until === null ? 'until now' : `until ${new Date(until).toISOString()}`}\n`);
  return 0;
}

async function rotate(data: string): Promise<number> {
  if (keySettings(readEnvironment(process.env)) !== null) throw wrongUse('this key is not in the data folder: rotate it in the key service (or set another ASSAY_SIGNING_KEY) and restart the App');
  const { before } = await rotateSigningKey(data);
  const store = join(data, 'assay.sqlite');
  const known = existsSync(store) && keyWindows(readAuditFile(store).entries).some(({ publicKeyPem }) => publicKeyPem === before);
  process.stdout.write(`A new key lies in ${data}. Restart the App: from then on it signs with the new one, and ${known ? 'the old one is retired at that time' : 'the audit log begins with the new one, since the App never ran with the old one'}.\n`);
  return 0;
}

function wrongUse(message: string): AssayError {
  return new AssayError('USAGE_KEYS', message, { remedy: usage });
}
