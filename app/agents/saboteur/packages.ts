/** Packages reach the sandbox in a phase of their own. Until they do, code that cannot load without them says nothing about itself. */
import { z } from 'zod';
import { textOf, type Tree } from '../../core/tree.ts';
import type { Sight } from './look.ts';

/** Nothing on head got as far as being asked. */
export function unloadable({ observations }: Sight): boolean {
  return observations.length > 0 && observations.every(({ head }) => head.every((behaviour) => behaviour.s === 'crash' && behaviour.why.startsWith('it does not load')));
}

const Manifest = z.object({ dependencies: z.record(z.string(), z.unknown()).optional() });

export function declaresPackages(tree: Tree): boolean {
  return Object.keys(tree).some((path) => /(^|\/)(requirements[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)|Pipfile)$/.test(path) || (/(^|\/)package\.json$/.test(path) && nodePackages(textOf(tree[path]) ?? '')));
}

function nodePackages(text: string): boolean {
  try {
    const manifest = Manifest.safeParse(JSON.parse(text));
    return manifest.success && Object.keys(manifest.data.dependencies ?? {}).length > 0;
  } catch {
    return false; // a manifest that no package manager would read declares nothing
  }
}
