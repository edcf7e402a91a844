/**
 * What a JavaScript repository provides itself: workspace members, packages it takes from a folder or an address, path aliases, its own programs, and
 * scopes that belong to a private registry. The registry of a scope counts from base only: a change may not declare its own packages private.
 */
import picomatch from 'picomatch';
import { parse as parseYaml } from 'yaml';
import { type Placed, at, parseJson } from './json.ts';
import { declaredIn } from './manifest-npm.ts';
import { type Repository, textsOf } from './repository.ts';

export interface NpmLocals {
  members: ReadonlySet<string>;
  /** Every name that some manifest declares, and those of them that come from no registry. */
  declared: ReadonlySet<string>;
  fromElsewhere: ReadonlySet<string>;
  /** Own name by folder: a package may import itself. */
  own: ReadonlyMap<string, string>;
  aliases: readonly string[];
  /** Folders from which bare specifiers resolve (`baseUrl`). */
  roots: readonly string[];
  /** Programs that a declared or own package brings. */
  programs: ReadonlySet<string>;
  privateScopes: ReadonlySet<string>;
  paths: readonly string[];
}

interface Manifest { folder: string; json: Placed }

export function npmLocals(repository: Repository): NpmLocals {
  const manifests = textsOf(repository, /(^|\/)package\.json$/).flatMap(({ folder, text }) => lenient(text).map((json): Manifest => ({ folder, json })));
  const configs = textsOf(repository, /(^|\/)([tj]sconfig[^/]*|deno)\.jsonc?$/).flatMap(({ folder, text }) => lenient(text).map((json) => ({ folder, json })));
  const declared = manifests.flatMap(({ json }) => declaredIn(json));
  const aliases = [...configs, ...manifests].flatMap(({ json }) => [at(at(json, 'compilerOptions'), 'paths'), at(json, 'imports')].flatMap((place) => place.entries.map(({ key }) => key)));
  return {
    members: members(manifests, repository), declared: new Set(declared.map(({ key }) => key)),
    fromElsewhere: new Set(declared.filter(({ key, name }) => name !== key).map(({ key }) => key)),
    own: new Map(manifests.flatMap(({ folder, json }) => (at(json, 'name').text ? [[folder, at(json, 'name').text!] as const] : []))),
    aliases: aliases.filter((alias) => alias !== '*'),
    roots: configs.flatMap(({ folder, json }) => (at(at(json, 'compilerOptions'), 'baseUrl').text === null ? [] : [join(folder, at(at(json, 'compilerOptions'), 'baseUrl').text!)])),
    programs: programs(manifests, repository), privateScopes: privateScopes(repository), paths: repository.paths,
  };
}

/** A configuration that does not parse provides nothing; where it is a changed manifest, its own reader says so. */
function lenient(text: string): Placed[] {
  try {
    return [parseJson(text)];
  } catch {
    // Fewer local names mean more questions, never fewer.
    return [];
  }
}

function join(folder: string, path: string): string {
  return [...folder.split('/'), ...path.split('/')].filter((part) => part !== '' && part !== '.').join('/');
}

/** Names of manifests that a workspace names; a manifest that merely lies somewhere provides nothing. */
function members(manifests: readonly Manifest[], repository: Repository): Set<string> {
  const listed = manifests.map(({ folder, json }) => ({ folder, patterns: [...at(json, 'workspaces').items, ...at(at(json, 'workspaces'), 'packages').items].flatMap((item) => item.text ?? []) }));
  const pnpm = textsOf(repository, /(^|\/)pnpm-workspace\.yaml$/).map(({ folder, text }) => ({ folder, patterns: pnpmPackages(text) }));
  const covers = [...listed, ...pnpm].flatMap(({ folder, patterns }) => patterns.filter((each) => !each.startsWith('!')).map((each) => picomatch(join(folder, each))));
  return new Set(manifests.filter(({ folder }) => covers.some((isMatch) => isMatch(folder))).flatMap(({ json }) => at(json, 'name').text ?? []));
}

function pnpmPackages(text: string): string[] {
  try {
    const { packages } = (parseYaml(text) ?? {}) as { packages?: unknown };
    return Array.isArray(packages) ? packages.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

function programs(manifests: readonly Manifest[], repository: Repository): Set<string> {
  const own = manifests.flatMap(({ json }) => {
    const bin = at(json, 'bin');
    return bin.text === null ? bin.entries.map(({ key }) => key) : [at(json, 'name').text?.split('/').at(-1) ?? ''];
  });
  const locked = textsOf(repository, /(^|\/)package-lock\.json$/).flatMap(({ text }) => lenient(text))
    .flatMap((lock) => at(lock, 'packages').entries.flatMap((entry) => at(entry, 'bin').entries.map(({ key }) => key)));
  return new Set([...own, ...locked]);
}

function privateScopes({ changed, paths, read }: Repository): Set<string> {
  const texts = paths.filter((path) => /(^|\/)\.npmrc$/.test(path)).map((path) => changed.find((file) => file.path === path)?.baseText ?? (changed.some((file) => file.path === path) ? '' : read(path) ?? ''));
  return new Set(texts.flatMap((text) => [...text.matchAll(/^\s*(@[\w.~-]+):registry\s*=/gm)].map((match) => match[1]!)));
}

export interface ScriptImport { path: string; specifier: string; name: string; typeOnly: boolean }

export function providesScript(locals: NpmLocals, { path, specifier, name, typeOnly }: ScriptImport): boolean {
  if (locals.members.has(name) || locals.fromElsewhere.has(name) || ownName(locals, path) === name) return true;
  if (typeOnly && locals.declared.has(`@types/${name.replace(/^@/, '').replace('/', '__')}`)) return true;
  if (locals.aliases.some((alias) => (alias.includes('*') ? specifier.startsWith(alias.split('*')[0]!) : specifier === alias))) return true;
  return locals.roots.map((root) => join(root, specifier)).some((full) => locals.paths.some((each) => each.startsWith(full) && /^($|[./])/.test(each.slice(full.length))));
}

/** The name of the nearest manifest above the file. */
function ownName({ own }: NpmLocals, path: string): string | undefined {
  const parts = path.split('/').slice(0, -1);
  for (let length = parts.length; length >= 0; length -= 1) {
    const name = own.get(parts.slice(0, length).join('/'));
    if (name !== undefined) return name;
  }
  return undefined;
}
