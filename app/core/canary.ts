/** Finds a known secret in text that may hide it: as it is, backwards, encoded, spread with separators or invisible characters, or in pieces of 14 characters and more. */

/** Shorter pieces of a secret occur by chance. */
const shortest = 16;
const piece = 14;

/** How the secret is in the text, in words, or null. `secret` has at least 16 characters; a shorter one is never found. */
export function findEncoded(text: string, secret: string): string | null {
  if (secret.length < shortest) return null;
  const bare = text.replace(/[^A-Za-z0-9+/=_-]/g, '');
  const dense = bare.replace(/[^A-Za-z0-9]/g, '');
  const found = forms(secret).find(([, form]) => text.includes(form) || bare.includes(form) || dense.includes(form.replace(/[^A-Za-z0-9]/g, '')));
  if (found) return found[0];
  const pieces = Array.from({ length: Math.max(0, secret.length - piece + 1) }, (_, at) => secret.slice(at, at + piece));
  return secret.length >= 2 * piece && pieces.some((part) => text.includes(part)) ? 'in pieces' : null;
}

function forms(secret: string): [string, string][] {
  const bytes = new TextEncoder().encode(secret);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  // What stands before it in the encoded text shifts base64 by one or two letters; the middle stays the same.
  const base64 = [0, 1, 2].map((shift) => btoa(`${'x'.repeat(shift)}${secret}`).slice(shift === 0 ? 0 : 4).replace(/=+$/, '').slice(0, -2));
  const turned = [...secret].reverse().join('');
  const rotated = secret.replace(/[a-z]/gi, (letter) => String.fromCharCode(letter.charCodeAt(0) + (letter.toLowerCase() < 'n' ? 13 : -13)));
  return [
    ['as it is', secret], ['backwards', turned], ['as hex', hex], ['as hex', hex.toUpperCase()], ['rotated by 13', rotated],
    ...base64.flatMap((form): [string, string][] => [['as base64', form], ['as base64', form.replaceAll('+', '-').replaceAll('/', '_')]]),
    ['as base64 of its reverse', btoa(turned).replace(/=+$/, '').slice(0, -2)], ['as percent escapes', [...hex.matchAll(/../g)].map(([pair]) => `%${pair}`).join('')],
  ];
}
