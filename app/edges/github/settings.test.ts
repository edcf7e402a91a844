import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitHubAddress, gitHubSettings } from './settings.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
const env = { APP_ID: '1001', PRIVATE_KEY: privateKey, WEBHOOK_SECRET: 'made at run time' };

describe('the address', () => {
  it.each([
    [{}, 'https://api.github.com', 'https://github.com'],
    [{ GHE_HOST: 'ghe.example.com' }, 'https://ghe.example.com/api/v3', 'https://ghe.example.com'],
    [{ GHE_HOST: '127.0.0.1:4101', GHE_PROTOCOL: 'http' }, 'http://127.0.0.1:4101/api/v3', 'http://127.0.0.1:4101'],
  ])('of %o', (given, baseUrl, pagesUrl) => expect(gitHubAddress(given)).toEqual({ baseUrl, pagesUrl }));

  it.each([{ GHE_HOST: 'a.example.com/path' }, { GHE_HOST: 'user@evil' }, { GHE_HOST: 'a', GHE_PROTOCOL: 'file' }])('is refused: %o', (given) => {
    expect(() => gitHubAddress(given)).toThrow(expect.objectContaining({ code: 'CONFIG_GITHUB_HOST' }));
  });
});

describe('the credentials', () => {
  it('take the key as it is, with escaped line breaks, in base64 or from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-key-'));
    const path = join(folder, 'key.pem');
    writeFileSync(path, privateKey);
    const { PRIVATE_KEY: _, ...without } = env;
    const forms = [env, { ...env, PRIVATE_KEY: privateKey.replaceAll('\n', '\\n') }, { ...env, PRIVATE_KEY: Buffer.from(privateKey).toString('base64') }, { ...without, PRIVATE_KEY_PATH: path }, { ...env, PRIVATE_KEY: path }];
    expect(forms.map((form) => gitHubSettings(form)?.privateKey)).toEqual(Array(5).fill(privateKey));
    rmSync(folder, { recursive: true });
  });

  it('may be absent altogether, which shows the set-up page', () => expect(gitHubSettings({ PORT: '3000' })).toBeNull());

  it.each([
    [{ ...env, APP_ID: undefined }, 'APP_ID is not set'],
    [{ APP_ID: '1' }, 'PRIVATE_KEY and WEBHOOK_SECRET are not set'],
    [{ ...env, APP_ID: 'assay' }, 'APP_ID is no number'],
    [{ ...env, PRIVATE_KEY: 'hunter2' }, 'PRIVATE_KEY is no PEM'],
    [{ APP_ID: '1', WEBHOOK_SECRET: 'x', PRIVATE_KEY_PATH: '/nowhere/key.pem' }, 'PRIVATE_KEY_PATH cannot be read (/nowhere/key.pem)'],
  ])('half given are an error that does not repeat them: %#', (given, message) => {
    expect(() => gitHubSettings(given)).toThrow(expect.objectContaining({ code: 'CONFIG_GITHUB_CREDENTIALS', message }));
  });
});
