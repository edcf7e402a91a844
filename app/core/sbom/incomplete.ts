/** What lock files leave open: formats that do not say what needs what, needs that they do not fix, lines without a version, and manifests that nothing locks. */
import { folderOf, foldersAround } from '../folders.ts';
import type { LockedPackage } from '../locked/package.ts';
import { openRequirements } from '../locked/python.ts';
import { type Tree, textOf } from '../tree.ts';

/** `packages`: something is installed that the document does not have. `edges`: all is there, and not what needs it. */
export interface Incomplete {
  path: string;
  kind: 'packages' | 'edges';
  why: string;
}

export function incompleteIn(packages: readonly LockedPackage[]): Incomplete[] {
  return [...Map.groupBy(packages, (each) => each.path)].flatMap(([path, of]): Incomplete[] => {
    const loose = of.filter((each) => each.unresolved.length > 0);
    const names = [...new Set(loose.flatMap((each) => each.unresolved))].sort();
    return [
      ...(of.some((each) => each.requires === null) ? [{ path, kind: 'edges' as const, why: 'this format does not say what needs what' }] : []),
      ...(names.length > 0 ? [{ path, kind: 'packages' as const, why: `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''} needed by ${loose[0]!.name} and not fixed` }] : []),
    ];
  });
}

const npmLocks = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/;
const unread = /(^|\/)(bun\.lockb?|Cargo\.lock|Gemfile\.lock|composer\.lock|gradle\.lockfile|packages\.lock\.json|mix\.lock|Podfile\.lock|Package\.resolved)$/;

/** What the files beside the lock files show to be missing. `counts`: which paths are the repository's own and no fixtures. */
export function incompleteAround(tree: Tree, counts: (path: string) => boolean): Incomplete[] {
  const paths = Object.keys(tree).filter((path) => counts(path) && !/(^|\/)(node_modules|vendor|site-packages)\//.test(path));
  const locked = new Set(paths.filter((path) => npmLocks.test(path)).map(folderOf));
  return paths.flatMap((path): Incomplete[] => {
    const text = textOf(tree[path]) ?? '';
    const found = (why: string): Incomplete[] => [{ path, kind: 'packages', why }];
    if (unread.test(path)) return found('lock files of this kind are not read');
    if (/(^|\/)package\.json$/.test(path) && /"(dependencies|optionalDependencies)"\s*:\s*\{\s*"/.test(text) && !foldersAround(folderOf(path)).some((folder) => locked.has(folder))) return found('it names dependencies and nothing locks them');
    const open = /requirements[^/]*\.txt$|(^|\/)requirements\/[^/]+\.txt$/i.test(path) ? openRequirements(text) : [];
    return open.length > 0 ? found(`${open.length} lines name no exact version, "${open[0]!.slice(0, 60)}" first`) : [];
  });
}
