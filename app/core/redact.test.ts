import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { redact, redactJson } from './redact.ts';

// Made at run time: no file of this repository holds anything that looks like a live secret.
const hex = randomBytes(24).toString('hex');
const base = randomBytes(24).toString('base64url');
const pem = `-----BEGIN ${'PRIVATE'} KEY-----\n${base}\n-----END ${'PRIVATE'} KEY-----`;
const secrets = [`sk-ant-${base}`, `sk-proj-${base}`, `AIza${hex}`, `ghp_${hex}`, `github_pat_${hex}`, `AKIA${hex.slice(0, 16).toUpperCase()}`, `xoxb-${hex}`, `glpat-${base}`, `eyJ${hex}.${hex}.${base}`];

describe('redact', () => {
  it.each(secrets.map((secret) => [secret.slice(0, 6), secret]))('takes out %s…', (_, secret) => {
    expect(redact(`before ${secret} after`)).not.toContain(secret.slice(8));
    expect(redact(`before ${secret} after`)).toMatch(/^before \[redacted.*\] after$/);
  });

  it('takes out keys, passwords in URLs and random values with a telling name', () => {
    expect(redact(`x ${pem} y`)).toBe('x [redacted private key] y');
    expect(redact(`postgres://me:${hex}@db/x`)).toBe('postgres://me:[redacted]@db/x');
    expect(redact(`API_KEY="${base}"`)).toBe('API_KEY="[redacted]"');
    expect(redactJson({ nested: { password: base, note: `token: ${base}` } })).not.toContain(base);
  });

  it('leaves ordinary text and code alone, and is stable', () => {
    for (const text of ['const token = readToken(input);', 'the key is to test: boundaries matter', 'password: required', 'tokens: 12345', 'monkey = banana']) expect(redact(text)).toBe(text);
    const once = redact(`API_KEY=${base} ${pem} sk-${base}`);
    expect(redact(once)).toBe(once);
  });
});
