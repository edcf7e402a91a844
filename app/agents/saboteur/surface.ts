/** Whether a tree has the surface that the spec locks: only then can a behaviour be asked of it. */
import type { Spec } from '../../core/spec.ts';
import type { Surface } from '../../core/surface.ts';
import { textOf, type Tree } from '../../core/tree.ts';

export type Attackable = Extract<Surface, { kind: 'function' | 'cli' }>;

/** The surface, where this version can attack it. */
export function attackable(spec: Spec | null): Attackable | null {
  return spec?.surface?.kind === 'function' || spec?.surface?.kind === 'cli' ? spec.surface : null;
}

export function hasSurface(spec: Spec | null, tree: Tree): boolean {
  const surface = attackable(spec);
  if (!surface) return false;
  if (surface.kind === 'function') {
    const [name = ''] = surface.export.split('.');
    return (textOf(tree[surface.module]) ?? '').includes(name === 'default' ? '' : name) && surface.module in tree;
  }
  return surfaceFiles(spec).every((file) => file in tree);
}

/** The files that the surface names: its module, or the program files of its command. */
export function surfaceFiles(spec: Spec | null): string[] {
  const surface = attackable(spec);
  if (surface?.kind === 'function') return [surface.module];
  return (surface?.command ?? []).map((word) => word.replace(/^\.\//, '')).filter((word) => /^[\w./-]+\.\w+$/.test(word));
}

export function surfaceName(spec: Spec | null): string {
  const surface = attackable(spec);
  if (!surface) return 'no surface';
  return surface.kind === 'function' ? `${surface.module}#${surface.export}` : surface.command.join(' ');
}
