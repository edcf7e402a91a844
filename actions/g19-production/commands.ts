/** Commands of a build that switch off a check, set a password, or go about it in a way that does not hold. Each rule sees one command, its words and options. */
import type { Command } from './shell.ts';

export interface Fault {
  code: string;
  /** A word of the command, by which its line is found. */
  part: string;
  text: string;
}

type Rule = (words: readonly string[], command: Command) => { code: string; part: string } | null;

/** Short options of curl that take a value: what follows them in the same word is no option. */
const valued = 'AbcCdDeEFHKmoPQrtTuUwxXyYz';
const local = /^(https?:\/\/)?(localhost|127\.|\[::1\])/;

function curl([program, ...words]: readonly string[]): { code: string; part: string } | null {
  if (program !== 'curl' || words.some((word) => local.test(word))) return null;
  const part = words.find((word) => /^--(proxy-|doh-)?insecure$/.test(word) || hasShort(word, 'k'));
  return part === undefined ? null : { code: 'TLS_UNVERIFIED', part };
}

function hasShort(word: string, option: string): boolean {
  if (!/^-[A-Za-z#0-9]/.test(word)) return false;
  for (const char of word.slice(1)) {
    if (char === option) return true;
    if (valued.includes(char)) return false;
  }
  return false;
}

/** Programs and the options that take a check away. */
const options: { program: RegExp; option: RegExp; code: string }[] = [
  { program: /^wget2?$/, option: /^--no-check-certificate$/, code: 'TLS_UNVERIFIED' },
  { program: /^(pip[\d.]*|python[\d.]*|uv|poetry|pipx)$/, option: /^--(trusted-host|allow-insecure-host)(=|$)/, code: 'TLS_UNVERIFIED' },
  { program: /^(npm|yarn|pnpm|npx)$/, option: /^--(no-strict-ssl|strict-ssl=(false|0))$/, code: 'TLS_UNVERIFIED' },
  { program: /^git$/, option: /^http(\.\S+)?\.sslverify=(false|0)$/i, code: 'TLS_UNVERIFIED' },
  { program: /^(yum|dnf\d?|tdnf|microdnf|yum-config-manager|dnf-config-manager)$/, option: /^(--setopt=)?([\w*-]+\.)?sslverify=(0|false|no)$/i, code: 'TLS_UNVERIFIED' },
  { program: /^apk$/, option: /^--allow-untrusted$/, code: 'SIGNATURE_UNVERIFIED' },
  { program: /^(apt|apt-get|aptitude)$/, option: /^--(allow-unauthenticated|force-yes|allow-insecure-repositories)$/, code: 'SIGNATURE_UNVERIFIED' },
  { program: /^(yum|dnf\d?|tdnf|microdnf)$/, option: /^--(nogpgcheck|no-gpgchecks)$/, code: 'SIGNATURE_UNVERIFIED' },
  { program: /^zypper$/, option: /^--(no-gpg-checks|allow-unsigned-rpm)$/, code: 'SIGNATURE_UNVERIFIED' },
  { program: /^rpm$/, option: /^--(nosignature|nodigest|noverify|nofiledigest)$/, code: 'SIGNATURE_UNVERIFIED' },
];

function withOption([program = '', ...words]: readonly string[]): { code: string; part: string } | null {
  for (const rule of options) {
    const part = rule.program.test(program) ? words.find((word) => rule.option.test(word)) : undefined;
    if (part !== undefined) return { code: rule.code, part };
  }
  return null;
}

/** `npm config set strict-ssl false`, `git config http.sslVerify false`, written apart or with a sign between. */
function configured([program = '', ...words]: readonly string[]): { code: string; part: string } | null {
  const at = words.indexOf('config');
  if (at < 0 || !/^(npm|yarn|pnpm|git|pip[\d.]*)$/.test(program)) return null;
  const setting = words.slice(at + 1).filter((word) => !word.startsWith('-') && word !== 'set').join(' ').replace('=', ' ');
  if (/^strict-ssl\s+(false|0|null)$|^http(\.\S+)?\.sslverify\s+(false|0)$|^(global|install)\.trusted-host\s/i.test(setting)) return { code: 'TLS_UNVERIFIED', part: 'config' };
  return null;
}

const rules: Rule[] = [
  curl, withOption, configured,
  ([program]) => (program === 'sudo' ? { code: 'SUDO_IN_IMAGE', part: 'sudo' } : null),
  ([program, ...words]) => (program === 'chpasswd' && !words.some((word) => /^(-e|--encrypted)$/.test(word)) || (program === 'useradd' || program === 'usermod') && words.some((word) => /^(-p|--password)(=|$)/.test(word)) ? { code: 'PASSWORD_IN_IMAGE', part: program } : null),
  ([program, ...words]) => (program === 'apt' && /^(install|update|upgrade|full-upgrade|remove|purge|autoremove)$/.test(words.find((word) => !word.startsWith('-')) ?? '') ? { code: 'APT_INTERACTIVE', part: 'apt' } : null),
];

/** One fault of a kind per command; what sudo starts is looked at like any other. */
export function commandFaults(commands: readonly Command[]): Fault[] {
  return commands.flatMap((command, index): Fault[] => {
    const { words, environment } = command;
    const inner = words[0] === 'sudo' ? words.slice(words.findIndex((word, at) => at > 0 && !word.startsWith('-'))) : words;
    const found = [...rules.flatMap((rule) => rule(words, command) ?? []), ...(inner === words ? [] : rules.flatMap((rule) => rule(inner, command) ?? []))];
    const set = { ...environment, ...exported(words) };
    const variables = Object.entries(set).flatMap(([name, value]) => { const code = variableFault(name, value); return code === null ? [] : [{ code, part: name }]; });
    const next = commands[index + 1];
    const piped = command.piped && /^(curl|wget)$/.test(words[0] ?? '') && /^(ba|z|da|k)?sh$|^(python[\d.]*|node|perl|ruby)$/.test(next?.words.find((word) => word !== 'sudo')?.split('/').at(-1) ?? '') ? [{ code: 'SHELL_PIPED', part: words[0]! }] : [];
    return [...found, ...variables, ...piped].map((fault) => ({ ...fault, text: [...Object.entries(environment).map(([name, value]) => `${name}=${value}`), ...words].join(' ') }));
  });
}

function exported([program, ...words]: readonly string[]): Record<string, string> {
  if (program !== 'export' && program !== 'declare') return {};
  return Object.fromEntries(words.flatMap((word) => { const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(word); return match ? [[match[1]!, match[2]!]] : []; }));
}

const off = /^(0|false|no|off)$/i;

/** Variables that switch off the check of certificates in what runs later. */
export function variableFault(name: string, value: string): string | null {
  const plain = value.replace(/^(['"])(.*)\1$/, '$2').trim();
  if (plain === '' || /^\$/.test(plain)) return null;
  const found = name === 'NODE_TLS_REJECT_UNAUTHORIZED' && plain === '0'
    || name === 'PYTHONHTTPSVERIFY' && plain === '0'
    // Git looks only whether it is set.
    || name === 'GIT_SSL_NO_VERIFY'
    || /^npm_config_strict_ssl$/i.test(name) && off.test(plain)
    || name === 'PIP_TRUSTED_HOST' || name === 'UV_INSECURE_HOST';
  return found ? 'TLS_UNVERIFIED' : null;
}

const updates: { program: RegExp; follows: RegExp }[] = [
  { program: /^(apt|apt-get|aptitude)$/, follows: /^(install|upgrade|dist-upgrade|full-upgrade|build-dep|satisfy)$/ }, { program: /^apk$/, follows: /^(add|upgrade|fix)$/ },
];

/** An `update` with nothing in the same layer that uses it: the command as text, else null. */
export function updatedAlone(commands: readonly Command[]): string | null {
  const plain = commands.map(({ words }) => (words[0] === 'sudo' ? words.slice(1) : words));
  const verb = (words: readonly string[]): string => words.slice(1).find((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-')) ?? '';
  for (const { program, follows } of updates) {
    const own = plain.filter((words) => program.test(words[0] ?? ''));
    const update = own.find((words) => verb(words) === 'update');
    const elsewhere = plain.some((words) => !program.test(words[0] ?? '') && words.some((word) => /install|setup|\.sh$/.test(word)));
    if (update && !elsewhere && !own.some((words) => words.some((word) => follows.test(word)))) return update.join(' ');
  }
  return null;
}
