/** Literals given to names that promise a secret, and passwords inside of addresses and connection strings. */
import { type Hit, type Source, nameOf } from './found.ts';
import { entropy, isNoise, isPlaceholder, looksRandom, mask } from './values.ts';

const keyWords = '(?:api|app|auth|access|client|secret|private|encryption|encrypt|signing|sign|master|account|storage|shared|session|cookie|jwt|license|licence|service|admin|deploy|webhook|bot|consumer|hmac|crypto|cipher|ssh|aws|stripe|encrypted|sonar|integration|logged[_-]?in|nonce|secure[_-]?auth)[_.-]?(?:key|salt)';
const name = `[\\w.-]{0,60}?(?:${keyWords}|secret(?:[_-]?access)?(?:[_-]?key)?(?:[_-]?(?:key|key[_-]?base|token|value))?|token|auth|credentials?|api[_-]?key|apikey|hook[_-]?secret|nonce|salt)(?:[_-]?(?:value|prod|production|dev|staging|live|test|base|base64|b64|\\d+))?`;
const assigned = new RegExp(`(?<![\\w@])["'\`]?(${name})["'\`]?\\]?\\)?\\s{0,20}(?::=|=>|==?|:|,|\\|)\\s{0,20}(?:"([^"\\n]{8,2000})"|'([^'\\n]{8,2000})'|\`([^\`\\n]{8,2000})\`|([^\\s"'\`,;<>(){}\\[\\]]{16,2000}))`, 'gi');
const secretNames = /(^|[_.-])(public|publishable|verif|csrf|xsrf|authenticity|antiforgery|next[_-]?page|page|pagination|continuation|cancell?ation|sync|design|css|color|theme|lexer|parser|token_?type|bos|eos|pad|unk)[_.-]?/i;

/** Names like api_key, client_secret, TOKEN with a random-looking literal. */
export function assignedSecrets({ path, text }: Source): Hit[] {
  return [...text.matchAll(assigned)].flatMap((match): Hit[] => {
    const value = match[2] ?? match[3] ?? match[4] ?? match[5] ?? '';
    const quoted = match[5] === undefined;
    const bare = value.replace(/^(base64:|bearer |basic |token )/i, '').trim();
    if (secretNames.test(match[1]!) || isListed(match)) return [];
    if (!(quoted && isNoise(bare)) && (isPlaceholder(bare) || !looksRandom(bare))) return [];
    // Without quotes a literal and a name look alike in code; only configuration writes bare values.
    if (!quoted && (isSource(path) || /[.]\w+[.]|^[a-z]+([A-Z][a-z]+)+\d?$/.test(bare))) return [];
    return [hit('ASSIGNED_SECRET', { match, value, name: match[1]! })];
  });
}

/** `"pwd", "sqlite3"` in a list names two things; only as the first argument of a call does the second belong to the first. */
function isListed({ 0: whole, 1: name, index, input }: RegExpMatchArray): boolean {
  if (!/^["'`]\s{0,20},/.test(whole.slice(whole.indexOf(name!) + name!.length))) return false;
  return !/\(\s{0,20}$/.test(input!.slice(Math.max(0, index! - 21), index));
}

const passName = '[\\w.-]{0,40}?(?:passwords?|passwd|passphrase|pwd|db[_-]?pass|(?:^|(?<=[\\W_]))pass)(?:[_-]?(?:prod|production|dev|staging|live|\\d+))?';
const passAssigned = new RegExp(`(?<![\\w@])["'\`]?(${passName})["'\`]?\\]?\\)?\\s{0,20}(?::=|=>|=|:|,)\\s{0,20}(?:"([^"\\n]{4,200})"|'([^'\\n]{4,200})')`, 'gim');
const passBare = new RegExp(`^\\s{0,40}(?:export\\s+|set\\s+|-\\s+)?(${passName})\\s{0,10}[=:]\\s{0,10}([^\\s"'#;,]{5,200})`, 'gim');

/** `<add key="Password" value="…">`, as settings of .NET and of many Java programs are written. */
const passPair = /<(?:add|property|entry|setting|param|parameter|environmentVariable)\s(?:[^<>\n]{0,80}?\s)?(?:key|name)="([\w.:-]{0,60}(?:passwords?|passwd|passphrase|pwd|secret|api[_-]?key|token))"\s{1,20}value="([^"\n]{4,200})"/gi;

/** Names like password with a literal that somebody could type. */
export function passwords(source: Source): Hit[] {
  const quoted = [...source.text.matchAll(passAssigned), ...source.text.matchAll(passPair)];
  const bare = isConfiguration(source.path) ? [...source.text.matchAll(passBare)] : [];
  return [...quoted, ...bare].flatMap((match): Hit[] => {
    const value = match[2] ?? match[3] ?? '';
    if (isListed(match) || isPlaceholder(value) || /\s/.test(value) || !isPassword(value, { configuration: isConfiguration(source.path), test: isTest(source.path) })) return [];
    return [hit('ASSIGNED_SECRET', { match, value, name: match[1]! })];
  });
}

function isPassword(value: string, where: { configuration: boolean; test: boolean }): boolean {
  if (/^[./]|:\/\/|^[a-z]+([A-Z][a-z]+)+$|^[a-z]+(_[a-z]+)+$|^--?\w|[<>()[\]]|^\d+$|\{/.test(value) && !(where.configuration && /pass$/i.test(value))) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length;
  if (where.test) return value.length >= 12 && kinds >= 3 && entropy(value) >= 3.2;
  return where.configuration ? value.length >= 6 && (kinds >= 2 || entropy(value) > 2.7) : value.length >= 6 && kinds >= 2 && (/\d/.test(value) || kinds >= 3);
}

const address = /\b([a-z][a-z0-9+.-]{1,30}):\/\/([^\s:/@'"`<>{}$]{1,120}):([^\s'"`<>@/]{3,200}(?:@[^\s'"`<>@/.:]{1,50})?)@([^\s/'"`:?#<>),;]{1,200})/gi;
const keyed = /(?:(?:server|data source|host|endpoint|accountname|user id|uid|username)\s*=[^;'"\n]{1,200};[^'"\n]{0,300}?)(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*([^;'"\s]{4,200})/gi;

/** `scheme://user:password@host` and `Server=…;Password=…`. */
export function connections({ text }: Source): Hit[] {
  const urls = [...text.matchAll(address)].flatMap((match): Hit[] => {
    const [, , user, value, host] = match;
    const decoded = value!.replace(/%[0-9A-F]{2}/gi, '_');
    if (isPlaceholder(decoded) || /^(\{|\[|:|%s)/.test(decoded) || decoded === user || isPlaceholder(`${user}____`) || /^example\.|\.example(\.|$)|^(host|hostname|server|domain|localhost|127\.0\.0\.1|\w*proxy\w*)$/i.test(host!) && entropy(decoded) < 3) return [];
    return [hit('CONNECTION_PASSWORD', { match, value: value!, name: '' })];
  });
  const pairs = [...text.matchAll(keyed)].flatMap((match): Hit[] => (isPlaceholder(match[1]!) || /^\{/.test(match[1]!) ? [] : [hit('CONNECTION_PASSWORD', { match, value: match[1]!, name: '' })]));
  return [...urls, ...pairs];
}

function hit(code: Hit['code'], of: { match: RegExpMatchArray; value: string; name: string }): Hit {
  return { code, at: of.match.index! + of.match[0].lastIndexOf(of.value), length: of.value.length, values: { name: of.name.slice(0, 60), masked: mask(of.value) } };
}

const sources = /\.(m?[jt]sx?|c[jt]s|py|go|rs|java|kt|scala|c|cc|cpp|h|hpp|cs|rb|php|swift|m|mm|lua|pl|r|jl|ex|exs|clj|hs|dart|vue|svelte|sol|groovy|gradle)$/i;

function isSource(path: string): boolean {
  return sources.test(path);
}

function isConfiguration(path: string): boolean {
  const file = nameOf(path);
  return /\.(env|ini|cfg|conf|cnf|config|properties|ya?ml|json|toml|xml|tfvars|sh|bash|zsh|rc)$|^\.|^config$|\.env(\.|$)|^[^.]+$/.test(file) && !isSource(path);
}

/** Tests and fixtures hold made-up passwords by trade; only strong ones are worth a block there. */
export function isTest(path: string): boolean {
  return /(^|\/)(tests?|specs?|__tests__|__mocks__|fixtures?|testdata|e2e|examples?|samples?|docs?)\/|[._-](test|spec)\.|(^|\/)test_|_test\.|\.(md|mdx|rst|adoc|txt)$/i.test(path);
}
