/** What makes a literal look like a secret, and what makes it an example. Pure text, no network, no check whether a value is live. */

/** Shannon entropy in bits per character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / value.length) * Math.log2(count / value.length), 0);
}

const sameRun = /(.)\1{5,}/;
const marked = /example|sample|placeholder|changeme|change[_-]me|replace[_-]?(me|this|with)|your[_-]|yourpass|redacted|dummy|insert[_-]|put[_-]your|_here\b|goes[_-]here|<[^>]*>|x{4,}|X{4,}|\*{3,}|\.{2,}|#{4,}/i;
const reference = /\$\{?[A-Za-z_({]|\$\d|^\$|\{\{|%[A-Z_]+%|^@|^env[.:(]|process\.env|os\.environ|getenv|^var\.|^(local|data|module|secrets?|vars|params?|config|settings|self|this|props|req|opts|options|args)\.|`|^file:|::|\(\)|^\[.*\]$|^\{.*\}$/i;
const words = new Set('password passwd pass pwd passphrase secret token key apikey api_key api-key none null nil undefined true false string text hidden required optional default test testing tests test123 user username admin root guest demo foo bar baz foobar value auth bearer basic credentials mypassword mysecret my-secret supersecret super-secret letmein postgres mysql redis mongo rabbitmq minio changeit notasecret not-a-secret topsecret tbd todo n/a'.split(' '));

/** Strong marks of an example; provider tokens use only these, because a token's own prefix is proof enough. */
export function isMarkedExample(value: string): boolean {
  return /([xX*0#.])\1{5,}|(.)\2{11,}/.test(value) || /example|x{6,}|placeholder|redacted|your[_-]?(api|token|key)/i.test(value);
}

/** Not a value at all: a reference, an example, a word that says what should stand here. */
export function isPlaceholder(value: string): boolean {
  const bare = value.replace(/^['"]|['"]$/g, '').trim();
  return bare.length < 4 || words.has(bare.toLowerCase()) || sameRun.test(bare) || marked.test(bare) || reference.test(bare) || isSequence(bare) || isChoice(bare);
}

/** `admin|letmein|changeme`: words to choose from, as an expression or a usage line lists them. */
function isChoice(value: string): boolean {
  const words = value.replace(/^\^?\(?(\?:)?|\)?\$?$/g, '').split('|');
  return words.length >= 3 && words.every((word) => /^[\w ?*+.\\-]{0,24}$/.test(word) && !looksRandom(word));
}

/** `abcdef…`, `1234567…`: the keyboard's own text. */
function isSequence(value: string): boolean {
  const plain = value.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (plain.length < 6) return false;
  let steps = 0;
  for (let i = 1; i < plain.length; i += 1) if (plain.charCodeAt(i) - plain.charCodeAt(i - 1) === 1) steps += 1;
  return steps / (plain.length - 1) > 0.75;
}

/** Looks like random characters: enough of them, several kinds, high entropy, and no sentence, path, address or dotted name. */
export function looksRandom(value: string): boolean {
  if (value.length < 16 || /\s/.test(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (/^[./~]|:\/\/|\/\w+\/\w+\/|\.(js|ts|py|go|json|ya?ml|html?|css|png|jpg|svg|pem|key|crt|p12|jks|com|org|net|io)$/i.test(value)) return false;
  if (/^[a-z]+([._-][a-z]+)*[._-]?\d{0,3}$/i.test(value)) return false;
  return entropy(value) >= (/^[0-9a-f-]+$/i.test(value) ? 3 : 3.5);
}

/** Generated noise of every kind of character, as frameworks write for salts and session keys; no mark of an example can stand in it by intent. */
export function isNoise(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]|\d/, /[^A-Za-z0-9\s]/].filter((kind) => kind.test(value)).length;
  return value.length >= 32 && kinds === 3 && entropy(value) >= 4.3 && (value.match(/\s/g)?.length ?? 0) <= value.length / 16 && !/[a-z]{7,}|[A-Z]{9,}|\$\{|:\/\//.test(value);
}

/** First and last characters only; a finding must not publish what it found. */
export function mask(value: string): string {
  const chars = Array.from(value);
  return chars.length < 12 ? `${chars[0] ?? ''}…, ${chars.length} characters` : `${chars.slice(0, 4).join('')}…${chars.slice(-2).join('')}, ${chars.length} characters`;
}
