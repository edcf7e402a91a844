/** Whether a target is evidence that this repository holds: a file or folder of its own, its own workflow's badge, or a page elsewhere, which nobody can check here. */
import { foldersOf, pathBelow } from '../../app/core/links.ts';

export type Kind = 'held' | 'broken' | 'elsewhere' | 'none';

export interface Holdings {
  paths: ReadonlySet<string>;
  folders: ReadonlySet<string>;
}

export function holdingsOf(paths: readonly string[]): Holdings {
  return { paths: new Set(paths), folders: foldersOf(paths) };
}

/** `from`: the file that says it; '' for the pull request's own words. */
export function kindOf(target: string, { from, holdings }: { from: string; holdings: Holdings }): Kind {
  const badge = /\/actions\/workflows\/([\w.-]+\.ya?ml)(\/badge\.svg)?/.exec(target)?.[1];
  if (badge !== undefined) return holdings.paths.has(`.github/workflows/${badge}`) ? 'held' : 'broken';
  const inRepository = /^https?:\/\/[^/]+\/[^/]+\/[^/]+\/(?:blob|tree|raw)\/[^/]+\/(.+)$/.exec(target)?.[1];
  if (inRepository === undefined && /^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) return 'elsewhere';
  const path = below(inRepository ?? target, inRepository === undefined ? from : '');
  if (path === null || path === '') return 'none';
  return holdings.paths.has(path) || holdings.folders.has(path) ? 'held' : 'broken';
}

/** Files that every repository has and that show nothing of what it says of itself; pictures show nothing that could be run. */
const idle = /(^|\/)(LICEN[CS]E|CONTRIBUTING|CODE_OF_CONDUCT|README|CHANGELOG|AUTHORS|SUPPORT|GOVERNANCE|package\.json)[^/]*$|\.(png|jpe?g|gif|svg|webp|mp4)$/i;

/** Whether the target is a file or folder of the repository that can show something: a test, a bench, a report, the code itself. */
export function shows(target: string, how: { from: string; holdings: Holdings }): boolean {
  return !idle.test(target.replace(/[#?].*$/, '')) && (kindOf(target, how) === 'held' || kindOf(target, { ...how, from: '' }) === 'held');
}

/** A fragment or a query alone leads to the page itself, which is evidence of nothing. */
function below(target: string, from: string): string | null {
  return /^(?:[#?]|$)/.test(target) ? '' : pathBelow(target, from);
}
