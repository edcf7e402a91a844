/** One place in the change that names a package of a registry. */
import type { Ecosystem } from '../../app/core/guardrail.ts';

export interface Reference {
  ecosystem: Ecosystem;
  name: string;
  path: string;
  line: number;
  where: 'manifest' | 'import' | 'install command';
}

/** The registry's own spelling, so that one package is asked for once. */
export function canonical(ecosystem: Ecosystem, name: string): string {
  if (ecosystem === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return name;
}

const shapes: Record<Ecosystem, RegExp> = {
  npm: /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*$/,
  pypi: /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
  go: /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[\w.~-]+)+$/i,
};

export function isName(ecosystem: Ecosystem, name: string): boolean {
  return name.length <= 214 && shapes[ecosystem].test(name);
}
