/** Relative links of Markdown against the paths of the tree. A link that leaves the repository, is filled in later, or leads to what a build makes is not judged. */
import ignore from 'ignore';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { decoded, foldersOf, pathBelow } from '../../app/core/links.ts';
import { type Page, pageOf } from './pages.ts';

const endings = ['', '.md', '.mdx', '.html', '/index.md', '/index.mdx', '/README.md', '/_index.md'];

interface Tree {
  known: ReadonlySet<string>;
  folders: ReadonlySet<string>;
  ignored: { ignores(path: string): boolean };
}

export function treeOf({ paths, readBase }: GuardFacts): Tree {
  return { known: new Set(paths), folders: foldersOf(paths), ignored: ignore().add(readBase('.gitignore') ?? '') };
}

export function linkFindings(file: ChangedText, page: Page, tree: Tree): RawFinding[] {
  return page.links.filter(({ line }) => file.changedLines.has(line)).flatMap(({ url, line }): RawFinding[] => {
    const at = { path: file.path, startLine: line, endLine: line };
    if (url.startsWith('#')) return page.anchors.has(decoded(url.slice(1))) || url === '#' || /^#(L\d|user-content)/.test(url) ? [] : [{ code: 'ANCHOR_BROKEN', ...at, severity: 'info', values: { target: url.slice(0, 120) } }];
    const target = targetOf(file.path, url);
    if (target === null || isThere(target, tree)) return [];
    // A target without an ending may be an address of a site that is built from these pages.
    return [{ code: 'LINK_BROKEN', ...at, ...(/\.[a-z0-9]{1,10}$/i.test(target) ? {} : { severity: 'info' as const }), values: { target: target.slice(0, 160) } }];
  });
}

function targetOf(path: string, url: string): string | null {
  if (url === '' || /^([a-z][a-z0-9+.-]*:|\/|\\|~|@)/i.test(url) || /[{}<>$|*]|%7B/i.test(url)) return null;
  const target = pathBelow(url, path);
  return target === '' ? null : target;
}

function isThere(target: string, { known, folders, ignored }: Tree): boolean {
  if (folders.has(target) || endings.some((ending) => known.has(`${target}${ending}`))) return true;
  const bare = target.replace(/\.html?$/, '');
  return endings.some((ending) => known.has(`${bare}${ending}`)) || ignored.ignores(target) || ignored.ignores(`${target}/`);
}

/** Pages that the change does not touch and that lead to what it removes. */
export function orphanedLinks(facts: GuardFacts, judged: (path: string) => boolean): RawFinding[] {
  const gone = new Set(facts.removed.map(({ path }) => path));
  const touched = new Set(facts.changed.map(({ path }) => path));
  const names = [...gone].map((path) => path.split('/').at(-1)!);
  if (gone.size === 0) return [];
  return facts.paths.filter((path) => judged(path) && !touched.has(path)).flatMap((path) => {
    const text = facts.read(path) ?? '';
    if (!names.some((name) => text.includes(name))) return [];
    return pageOf(text).links.flatMap(({ url, line }): RawFinding[] => {
      const target = targetOf(path, url);
      return target !== null && gone.has(target) ? [{ code: 'LINK_BROKEN', path, startLine: line, endLine: line, values: { target } }] : [];
    });
  });
}
