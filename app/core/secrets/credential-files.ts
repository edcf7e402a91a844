/** Files and commands that exist to hold credentials: netrc, htpasswd, shadow, pgpass, docker and kubernetes secrets, NuGet, FTP clients, curl. */
import { type Hit, type Source, nameOf } from './found.ts';
import { entropy, isPlaceholder, mask } from './values.ts';

interface FileRule {
  /** Which file names (lower case); null: any file. */
  file: RegExp | null;
  /** Group 1 is the secret. */
  pattern: RegExp;
  name: string;
  /** Any value counts, however weak: the file's format says that this is the password. */
  any?: boolean;
}

const rules: FileRule[] = [
  { file: /^[._]netrc$/, pattern: /\bpassword\s+(\S{3,})/g, name: '.netrc', any: true },
  { file: /^\.?(pgpass|pgpass\.conf)$/, pattern: /^[^#:\n]+:[^:\n]*:[^:\n]*:[^:\n]*:(\S+)$/gm, name: '.pgpass', any: true },
  { file: /^\.?git-credentials$/, pattern: /^https?:\/\/[^:\n]+:([^\n]+)@[^@\n]+$/gm, name: '.git-credentials', any: true },
  { file: /^\.(esmtprc|msmtprc|mutt_secret|fetchmailrc|muttrc)$/, pattern: /^\s*(?:password|set \w*pass)\s*=?\s*"?([^"\s]+)"?/gm, name: 'a mail client file', any: true },
  { file: null, pattern: /(?:^|["'\s])[\w.@-]{1,60}:(\$(?:apr1|1|2[aby]?|5|6|y|argon2\w*)\$[A-Za-z0-9./$,=+-]{12,})/gm, name: 'a password hash' },
  { file: /^(master|production|staging|credentials|[\w-]+)\.key$/, pattern: /^([0-9a-f]{32,64})\s*$/gm, name: 'a key file', any: true },
  { file: /^(nuget\.config)$/, pattern: /key="(?:ClearTextPassword|Password)"\s+value="([^"]{3,})"/gi, name: 'NuGet.config' },
  { file: /^(\.dockercfg|config\.json|\.dockerconfigjson|auth\.json)$/, pattern: /"auth"\s*:\s*"([A-Za-z0-9+/=]{16,})"/g, name: 'a registry login' },
  { file: /^(filezilla|sitemanager|recentservers)\.xml$/, pattern: /<Pass(?:\s[^>]*)?>([^<\s]{3,})<\//g, name: 'a client file', any: true },
  { file: /\.xml$/, pattern: /<(?:Pass|Password|password)(?:\s[^>]*)?>([^<\s]{4,})<\//g, name: 'a client file' },
  { file: /\.xml$/, pattern: /\b(?:password|passwd|pwd)="([^"\s]{4,})"/gi, name: 'a client file' },
  { file: /^logins\.json$/, pattern: /"encryptedPassword"\s*:\s*"([^"]{16,})"/g, name: 'a browser store', any: true },
  { file: /\.(json|ftpconfig)$|^\.ftpconfig$/, pattern: /"(?:pass|password|userPassword|passphrase|encryptedUserPassword)"\s*:\s*"([^"\s]{4,})"/gi, name: 'a client file' },
  { file: /\.npmrc$/, pattern: /_(?:authToken|auth|password)\s*=\s*"?([A-Za-z0-9+/=_-]{8,})/g, name: '.npmrc' },
  { file: /\.sql$/, pattern: /(?:'|")([0-9a-f]{32}|[0-9a-f]{40}|\$2[aby]\$\d\d\$[./A-Za-z0-9]{53})(?:'|")/g, name: 'a database dump' },
  { file: /\.sql$/, pattern: /IDENTIFIED BY\s+'([^']{4,})'/gi, name: 'a database script' },
];

export function credentialFiles({ path, text }: Source): Hit[] {
  const file = nameOf(path);
  return [...rules.filter((rule) => rule.file === null || rule.file.test(file)).flatMap((rule) => matchesOf(text, rule)), ...kubernetes({ path, text }), ...curls(text)];
}

function matchesOf(text: string, rule: FileRule): Hit[] {
  return [...text.matchAll(rule.pattern)].flatMap((match) => {
    const value = match[1]!;
    return !rule.any && !value.startsWith('$') && isPlaceholder(value) ? [] : [credential({ match, value, name: rule.name })];
  });
}

function credential(of: { match: RegExpMatchArray; value: string; name: string }): Hit {
  return { code: 'CREDENTIAL_FILE', at: of.match.index! + of.match[0].indexOf(of.value), length: of.value.length, values: { name: of.name, masked: mask(of.value) } };
}

const manifest = /^\s*kind:\s*['"]?secret['"]?\s*(#.*)?$/im;
const entry = /^[ \t]+([\w.-]+):[ \t]*(?:[|>][-+]?\s*\n[ \t]+)?["']?([A-Za-z0-9+/]{10,}={0,2})["']?[ \t]*(?:#.*)?$/gm;

/** `kind: Secret` with data that is base64 and not a template. */
function kubernetes({ path, text }: Source): Hit[] {
  if (!/\.(ya?ml|json|sh|bash|conf|te?mpl?|tpl|env)$|(^|\/)[^.]+$/i.test(path) || !manifest.test(text)) return [];
  return text.split(/^---\s*$/m).filter((document) => manifest.test(document)).flatMap((document) => {
    const data = /^[ \t]*(?:data|stringData):[ \t]*$/m.exec(document);
    if (!data) return [];
    const offset = text.indexOf(document) + data.index;
    const after = document.slice(data.index + data[0].length);
    const block = after.slice(0, Math.max(0, after.search(/\n(?=[a-zA-Z])/)) || after.length);
    return [...block.matchAll(entry)].filter((match) => isEncoded(match[2]!)).slice(0, 20)
      .map((match): Hit => ({ code: 'CREDENTIAL_FILE', at: offset + data[0].length + match.index, length: match[0].length, values: { name: 'a Kubernetes Secret', masked: mask(match[2]!) } }));
  });
}

function isEncoded(value: string): boolean {
  if (value.length % 4 !== 0 || value.length < 12) return false;
  return !/^(<|\{\{|\$\{)|change[_-]?me|replace|your[_-]/i.test(Buffer.from(value, 'base64').toString('latin1').trim());
}

const user = /\bcurl\b[^\n|;]{0,400}?(?:\\\n[^\n|;]{0,400}?){0,4}\s(?:-u|--user)[= ]\s{0,4}(?:"([^"\n]+)"(?::"([^"\n]+)")?|'([^'\n]+)'|([^\s"']+(?::(?:'[^'\n]*'|"[^"\n]*"))?[^\s"']*))/g;
const header = /(?:-H|--header)[= ]?\s{0,4}["'](?:proxy-)?(authorization|x-[\w-]*(?:api-?key|token|auth)[\w-]*|api-?key|apikey|api-token|private-token|token|x-auth-token)\s*:\s*(?:(?:basic|bearer|token|api-token|apikey|key)\s+)?([^"'\s]{8,})["']/gi;

/** Logins given to curl on the command line. */
function curls(text: string): Hit[] {
  if (!/\bcurl\b/.test(text)) return [];
  const users = [...text.matchAll(user)].flatMap((match): Hit[] => {
    const login = (match[2] ? `${match[1]}:${match[2]}` : match[1] ?? match[3] ?? match[4] ?? '').replaceAll('"', '').replaceAll("'", '');
    const colon = login.indexOf(':');
    if (colon < 0 || /\$\{?[A-Za-z_]|^\$\d|:\$\d|<|\[|\{\{/.test(login) && !/\$\d$/.test(login)) return [];
    const value = login.slice(colon + 1) || login.slice(0, colon);
    const plain = value.replace(/[${}]/g, '');
    return plain.length < 4 || isPlaceholder(plain) || /^(x{3,}|y{3,})$/i.test(plain) ? [] : [credential({ match, value: match[0].includes(value) ? value : match[0], name: 'a curl command' })];
  });
  const headers = [...text.matchAll(header)].flatMap((match): Hit[] => {
    const value = match[2]!;
    return isPlaceholder(value) || /^[A-Za-z_]+$/.test(value) || entropy(value) < 2.5 ? [] : [credential({ match, value, name: 'a curl command' })];
  });
  return [...users, ...headers];
}
