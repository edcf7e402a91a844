/** Whether a tree has the surface that the spec locks: only then can a behaviour be asked of it. */
import type { Spec } from '../../core/spec.ts';
import { textOf, type Tree } from '../../core/tree.ts';

export function hasSurface(spec: Spec | null, tree: Tree): boolean {
  const surface = spec?.surface;
  if (!surface || Object.keys(tree).length === 0) return false;
  if ((surface.kind === 'function' || surface.kind === 'files') && surface.module !== undefined) {
    const [name = ''] = (surface.export ?? '').split('.');
    return (textOf(tree[surface.module]) ?? '').includes(name === 'default' ? '' : name) && surface.module in tree;
  }
  return surfaceFiles(spec).every((file) => file in tree);
}

/** The files that the surface names: its module, or the program files of its command. */
export function surfaceFiles(spec: Spec | null): string[] {
  const surface = spec?.surface;
  if (!surface) return [];
  if ('module' in surface && surface.module !== undefined) return [surface.module];
  return commandOf(surface).map((word) => word.replace(/^\.\//, '')).filter((word) => /^[\w./-]+\.\w+$/.test(word));
}

function commandOf(surface: NonNullable<Spec['surface']>): string[] {
  if (surface.kind === 'http') return surface.start;
  return surface.kind === 'function' ? [] : surface.command ?? [];
}

export function surfaceName(spec: Pick<Spec, 'surface'> | null): string {
  const surface = spec?.surface;
  if (!surface) return 'no surface';
  return 'module' in surface && surface.module !== undefined ? `${surface.module}#${surface.export ?? ''}` : commandOf(surface).join(' ');
}
