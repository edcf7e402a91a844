/**
 * Takes secrets out of text before it is stored or shown: tokens by their vendors' prefixes, private keys, web tokens, passwords in URLs, and
 * random-looking values that are assigned to a name like `key` or `password`. Too much redacted is fine, too little is not.
 */
const shapes: [RegExp, string][] = [
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, '[redacted private key]'],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, '[redacted API key]'],
  [/\bAIza[A-Za-z0-9_-]{20,}/g, '[redacted API key]'],
  [/\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{16,}/g, '[redacted GitHub token]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '[redacted AWS key id]'],
  [/\b(?:xox[abeprs]-|xapp-)[A-Za-z0-9-]{10,}/g, '[redacted Slack token]'],
  [/\b(?:npm_|glpat-|pypi-|hf_|sk_live_|rk_live_|whsec_|dop_v1_)[A-Za-z0-9_-]{16,}/g, '[redacted token]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '[redacted web token]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)[^\s@/]+(?=@)/gi, '$1[redacted]'],
  [/(\bbearer\s+)[A-Za-z0-9._~+/-]{16,}=*/gi, '$1[redacted]'],
];

const assigned = /((?:key|token|secret|password|passwd|credential)[\w.-]*["'`]?\s*(?:=>|[:=])\s*["'`]?)([^\s"'`,;]{8,})/gi;

export function redact(text: string): string {
  const shaped = shapes.reduce((rest, [shape, replacement]) => rest.replace(shape, replacement), text);
  return shaped.replace(assigned, (whole, name: string, value: string) => (looksRandom(value) ? `${name}[redacted]` : whole));
}

/** A JSON value as text, each string redacted on its own; a field called like a secret keeps its name only. */
export function redactJson(value: unknown): string {
  return JSON.stringify(value, (name, field) => {
    if (typeof field !== 'string') return field;
    return secretName.test(name) && field.length >= 8 && looksRandom(field) ? '[redacted]' : redact(field);
  });
}

const secretName = /key|token|secret|passw|credential/i;

/** Shannon entropy of at least 3 bits per character: words and code paths stay below, keys do not. */
function looksRandom(value: string): boolean {
  if (value.startsWith('[redacted') || /^[a-z]+$/i.test(value) || /[(){}<>]/.test(value)) return false;
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  const bits = [...counts.values()].reduce((sum, n) => sum - (n / value.length) * Math.log2(n / value.length), 0);
  return bits >= 3;
}
