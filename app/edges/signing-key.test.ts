import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSigner } from './sigstore/signer.ts';
import { signingKey } from './signing-key.ts';

describe('the signing key', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'assay-key-')); });
  afterEach(async () => { await rm(folder, { recursive: true }); });

  it('is made once, for this user alone, and kept', async () => {
    const data = join(folder, 'data');
    const pem = await signingKey(data);
    expect(await signingKey(data)).toBe(pem);
    expect((await stat(join(data, 'signing-key.pem'))).mode & 0o777).toBe(0o600);
    expect(await readdir(data)).toEqual(['signing-key.pem']);
    expect(openSigner({ privateKeyPem: pem }).keyHint).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  it('is one key though many ask at once', async () => {
    const pems = await Promise.all(Array.from({ length: 8 }, () => signingKey(folder)));
    expect(new Set(pems).size).toBe(1);
    expect(await readdir(folder)).toEqual(['signing-key.pem']);
  });

  it('is refused where others can read it, or where it is no P-256 key; and is then left as it is', async () => {
    const path = join(folder, 'signing-key.pem');
    await signingKey(folder);
    await chmod(path, 0o640);
    await expect(signingKey(folder)).rejects.toMatchObject({ code: 'EVIDENCE_KEY_MODE' });
    await writeFile(path, 'junk');
    await chmod(path, 0o600);
    await expect(signingKey(folder)).rejects.toMatchObject({ code: 'EVIDENCE_KEY_INVALID' });
    await writeFile(path, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(signingKey(folder)).rejects.toMatchObject({ code: 'EVIDENCE_KEY_INVALID' });
  });
});
