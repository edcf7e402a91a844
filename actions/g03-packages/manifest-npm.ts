/** package.json: every group of dependencies, aliases under the name they really install, overrides, and commands in scripts. */
import { commandsIn } from './commands.ts';
import { type Placed, at, parseJson } from './json.ts';
import type { Text } from './manifests.ts';
import { ManifestError, type Reference, isName } from './reference.ts';

const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;
/** Ranges that no registry is asked for. */
const elsewhere = /^\s*(workspace:|file:|link:|portal:|patch:|jsr:|git\+|git:|git@|github:|gitlab:|bitbucket:|gist:|https?:|[\w-]+\/[\w.-]+(#|$)|~?\.{0,2}\/)/;

export interface Declared {
  key: string;
  /** What is installed under the key: a registry's name, or null for a folder, an address or a workspace member. */
  name: string | null;
  line: number;
}

/** Throws a ManifestError on what is no JSON. */
export function readPackageJson(text: string): Placed {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return parseJson(text);
  } catch (thrown) {
    throw new ManifestError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

export function declaredIn(manifest: Placed): Declared[] {
  return manifest.entries.filter((group) => groups.some((each) => each === group.key)).flatMap((group) => group.entries.map((entry) => {
    const range = entry.text ?? '';
    return { key: entry.key, name: aliased(range) ?? (elsewhere.test(range) ? null : entry.key), line: entry.keyLine };
  }));
}

export function npmManifest(file: Text): Reference[] {
  const manifest = readPackageJson(file.text);
  const place = (where: Reference['where'], name: string, line: number): Reference => ({ ecosystem: 'npm', name, path: file.path, line, where });
  const overrides = [at(manifest, 'overrides'), at(manifest, 'resolutions'), at(at(manifest, 'pnpm'), 'overrides')];
  return [
    ...declaredIn(manifest).flatMap(({ name, line }) => (name === null ? [] : [place('manifest', name, line)])),
    ...overrides.flatMap(aliasesIn).map(({ name, line }) => place('manifest', name, line)),
    ...at(manifest, 'scripts').entries.flatMap((script) => commandsIn(script.text ?? '').filter((each) => isName(each.ecosystem, each.name))
      .map(({ ecosystem, name }) => ({ ...place('install command', name, script.line), ecosystem }))),
  ];
}

/** The real name behind `npm:name@range`. */
function aliased(range: string): string | undefined {
  return /^\s*npm:(@?[^@\s]+)/.exec(range)?.[1];
}

/** Overrides name known packages and may put others in their place by an alias, at any depth. */
function aliasesIn(place: Placed): { name: string; line: number }[] {
  const name = aliased(place.text ?? '');
  return [...(name ? [{ name, line: place.line }] : []), ...place.entries.flatMap(aliasesIn)];
}
