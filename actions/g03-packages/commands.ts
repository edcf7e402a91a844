/** Packages in install commands: the words of one command line, whoever runs it – a shell, a Dockerfile, a workflow, a script in package.json, an agent. */
import type { Ecosystem } from '../../app/core/guardrail.ts';

export interface Commanded {
  ecosystem: Ecosystem;
  name: string;
  /** Where the command begins, and where its arguments do. */
  from: number;
  at: number;
  /** The name of a program to run, which the repository may bring itself. */
  program: boolean;
}

interface Command {
  ecosystem: Ecosystem;
  words: RegExp;
  /** `install`: every argument is a package. `run`: the first is. `create`: the first names `create-…`. */
  kind: 'install' | 'run' | 'create';
}

const start = String.raw`(?:^|[\s\x60"'&|;(\[$!=,])`;
const command = (ecosystem: Ecosystem, kind: Command['kind'], words: string): Command => ({ ecosystem, kind, words: new RegExp(`${start}(?:${words})(?=[ \\t\\u0001])([^\\n\`&|;)]*)`, 'g') });
const commands: Command[] = [
  command('npm', 'install', String.raw`npm[ \t]+(?:i|install|add|isntall|in|ins)|pnpm[ \t]+(?:add|i|install)|yarn[ \t]+(?:global[ \t]+)?add|bun[ \t]+(?:add|i|install)`),
  command('npm', 'run', String.raw`npx|bunx|pnpx|pnpm[ \t]+dlx|yarn[ \t]+dlx|npm[ \t]+(?:exec|x)`),
  command('npm', 'create', String.raw`(?:npm|pnpm|yarn|bun)[ \t]+create|npm[ \t]+init`),
  command('pypi', 'install', String.raw`(?:python[\d.]*[ \t]+-m[ \t]+)?pip[\d.]*[ \t]+(?:install|download)|uv[ \t]+(?:pip[ \t]+install|add|tool[ \t]+install)|poetry[ \t]+add|pdm[ \t]+add|rye[ \t]+add|pipx[ \t]+install|pipenv[ \t]+install`),
  command('pypi', 'run', String.raw`uvx|uv[ \t]+tool[ \t]+run|pipx[ \t]+run`),
  command('go', 'install', String.raw`go[ \t]+(?:get|install)`),
  command('go', 'run', String.raw`go[ \t]+run`),
];
/** Options whose next word is their value. */
const withValue = /^(-r|-c|-f|-e|-i|-t|-G|-C|-o|-d|--requirement|--constraint|--editable|--index-url|--extra-index-url|--find-links|--prefix|--registry|--target|--python|--group|--cache|--tag|--filter|--cwd|--dir|--workspace|--platform|--call|--index|--trusted-host|--root|--src|--userconfig|--loglevel|-modfile|-tags|-ldflags|-mod)$/;
const namesPackage = /^(-p|--package|--from|--with|--spec)(?:=(.*))?$/;
/** Words that end a command in running text. */
const prose = /^(\d?[<>].*|&&|\|\||;|#.*|then|and|or|to|in|for|from|with|if|the|a|an|your|my|this|that|it|all|on|into|is|will|can|as|at|before|after|command|=>|->)$/i;

/** The packages that the text's commands would fetch. A line that goes on after a backslash is one command. */
export function commandsIn(text: string): Commanded[] {
  const joined = text.replace(/\\\r?\n/g, (end) => `${' '.repeat(end.length - 1)}\u0001`).replace(/\$\{\{.*?\}\}/g, (value) => '$'.repeat(value.length));
  return commands.flatMap((each) => [...joined.matchAll(each.words)].flatMap((match) => {
    const at = match.index + match[0].length - match[1]!.length;
    const from = match.index + (/^\w/.test(match[0]) ? 0 : 1);
    return packagesOf(each, match[1]!.split(/[\s\u0001]+/).filter(Boolean)).map((found) => ({ ecosystem: each.ecosystem, from, at, ...found }));
  }));
}

function packagesOf({ ecosystem, kind }: Command, words: readonly string[]): { name: string; program: boolean }[] {
  const { options, plain } = sorted(words, kind === 'run');
  // `npx --no …` and `go run .` fetch nothing.
  if (kind === 'run' && words.some((word) => /^--(no|no-install|offline)$/.test(word))) return [];
  const named = options.map((word) => bare(ecosystem, word)).filter((name) => name !== '');
  const first = plain.slice(0, 1).map((word) => bare(ecosystem, word)).filter((name) => name !== '');
  if (kind === 'install') return plain.map((word) => bare(ecosystem, word)).filter((name) => name !== '').map((name) => ({ name, program: false }));
  if (kind === 'create') return first.map((name) => ({ name: created(name), program: false }));
  return named.length > 0 ? named.map((name) => ({ name, program: false })) : first.map((name) => ({ name, program: ecosystem === 'npm' }));
}

/** Values of the options that name packages, and the words that are no options, up to where running text goes on. What follows a program is the program's. */
function sorted(words: readonly string[], program: boolean): { options: string[]; plain: string[] } {
  const options: string[] = [];
  const plain: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!.replace(/^["'\[]+|["',.:\]]+$/g, (edge) => (edge === '.' && words[index] === '.' ? edge : ''));
    const names = namesPackage.exec(word);
    if (prose.test(word) || (program && plain.length > 0)) break;
    if (names) options.push(...(names[2] ?? words[index += 1] ?? '').replace(/["']/g, '').split(','));
    else if (withValue.test(word)) index += 1;
    else if (!word.startsWith('-')) plain.push(word);
    // A word that ends a sentence or a quotation ends the command.
    if (/[.,:]["']?$|["']$/.test(words[index] ?? '') && !/^["']/.test(words[index]!)) break;
  }
  return { options, plain };
}

/** `npm create vite` runs `create-vite`; a scope alone runs its `create`. */
function created(name: string): string {
  const [scope, rest] = name.startsWith('@') ? name.split('/') : [undefined, name];
  if (scope === undefined) return `create-${rest}`;
  return rest === undefined ? `${scope}/create` : `${scope}/create-${rest}`;
}

/** The name without version and extras; empty where it is an address, a path or a variable. */
function bare(ecosystem: Ecosystem, word: string): string {
  if (ecosystem === 'npm') return npmName(word);
  const name = ecosystem === 'pypi' ? word.replace(/\[.*$/, '').replace(/[<>=~!;].*$/, '') : word.replace(/@.*$/, '').replace(/\/\.\.\.$/, '');
  return isElsewhere(name) || /@/.test(name) ? '' : name;
}

function npmName(word: string): string {
  const [, name, version = ''] = /^(@?[^@]*)(?:@(.*))?$/.exec(word) ?? [];
  if (version.startsWith('npm:')) return npmName(version.slice(4));
  return name === undefined || word.startsWith('git@') || isElsewhere(name) || /[:/]/.test(version) ? '' : name;
}

function isElsewhere(name: string): boolean {
  return /^[./~]|:|[$<>{}*\\%]|\.(txt|whl|tgz|tar\.gz|toml|cfg|zip|go)$/.test(name);
}
