/** One place in the change that names a package of a registry. */
import type { Ecosystem } from '../../app/core/guardrail.ts';

export interface Reference {
  ecosystem: Ecosystem;
  name: string;
  path: string;
  line: number;
  where: 'manifest' | 'import' | 'install command';
}

/** A manifest that nobody can parse, so nobody knows what it installs. */
export class ManifestError extends Error {}

/** The registry's own spelling, so that one package is asked for once. */
export function canonical(ecosystem: Ecosystem, name: string): string {
  return ecosystem === 'pypi' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name;
}

export function keyOf({ ecosystem, name }: { ecosystem: Ecosystem; name: string }): string {
  return `${ecosystem}:${canonical(ecosystem, name)}`;
}

const shapes: Record<Ecosystem, RegExp> = {
  npm: /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*$/,
  pypi: /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
  go: /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[\w.~-]+)+$/i,
};

export function isName(ecosystem: Ecosystem, name: string): boolean {
  return name.length <= 214 && shapes[ecosystem].test(name);
}
