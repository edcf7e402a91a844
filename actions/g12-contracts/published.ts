/** The public entry of a package that is published: a name that base exports and head does not is a break, which a major version or a line of the changelog announces. */
import { dirname, join, normalize } from 'node:path/posix';
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { exportsOf } from './exports.ts';

const Package = z.looseObject({ name: z.string(), version: z.string().optional(), private: z.boolean().optional(), main: z.string().optional(), module: z.string().optional(), exports: z.unknown().optional() });
type Package = z.infer<typeof Package>;

export function publishedFindings(facts: GuardFacts): RawFinding[] {
  const manifests = facts.paths.filter((path) => /(^|\/)package\.json$/.test(path) && !/(^|\/)(node_modules|fixtures?|testdata|examples?|cases|templates?)\//.test(path));
  return manifests.flatMap((path) => {
    const [before, after] = [packageIn(facts.readBase(path)), packageIn(facts.read(path))];
    if (!before || !after || before.private === true || announced(path, { before, after }, facts)) return [];
    return lost(path, { before, after }, facts);
  });
}

function packageIn(text: string | null): Package | null {
  try {
    return text === null ? null : Package.safeParse(JSON.parse(text)).data ?? null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

function announced(manifest: string, { before, after }: { before: Package; after: Package }, facts: GuardFacts): boolean {
  const [old, next] = [versionOf(before), versionOf(after)];
  // Before 1.0.0 the minor version announces a break.
  if (next.major > old.major || (old.major === 0 && next.major === 0 && next.minor > old.minor)) return true;
  const folder = dirname(manifest) === '.' ? '' : `${dirname(manifest)}/`;
  return facts.changed.some(({ path, text, changedLines }) => (/^(\.changeset|changes|changelog\.d|newsfragments)\//.test(path.slice(folder.length)) || /(^|\/)(changelog|changes|history|news)(\.\w+)?$/i.test(path))
    && text.split('\n').some((line, index) => changedLines.has(index + 1) && /break|remov|renam|major|dropp?/i.test(line)));
}

function versionOf({ version = '0.0.0' }: Package): { major: number; minor: number } {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return { major, minor };
}

function lost(manifest: string, { before, after }: { before: Package; after: Package }, facts: GuardFacts): RawFinding[] {
  const known = new Set(facts.paths);
  const knownBefore = new Set([...facts.paths.filter((path) => facts.readBase(path) !== null), ...facts.removed.map(({ path }) => path)]);
  const old = entry(manifest, before, knownBefore);
  const next = entry(manifest, after, known);
  if (old === null || next === null) return [];
  const was = exportsOf(old, { read: facts.readBase, known: knownBefore, seen: new Map() });
  const is = exportsOf(next, { read: facts.read, known, seen: new Map() });
  if (was.open || is.open) return [];
  return [...was.names].filter((name) => !is.names.has(name)).map((name) => ({ code: 'PUBLIC_EXPORT_REMOVED', path: next, startLine: 0, endLine: 0, values: { package: before.name, name } }));
}

/** The source of the entry: the file itself, or the one under src/ that a build makes it from. */
function entry(manifest: string, read: Package, known: ReadonlySet<string>): string | null {
  const target = mainOf(read.exports) ?? read.module ?? read.main ?? 'index.js';
  const path = normalize(join(dirname(manifest), target));
  const bare = path.replace(/(\.d)?\.[cm]?[jt]sx?$/, '');
  const sources = [bare, bare.replace(/(^|\/)(dist|lib|build|out)(\/(esm|cjs|es|src))?\//, '$1src/')];
  return [path, ...sources.flatMap((each) => ['.ts', '.mts', '.tsx', '.js', '.mjs'].map((ending) => `${each}${ending}`))].find((each) => known.has(each)) ?? null;
}

function mainOf(exports: unknown): string | null {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return null;
  const map = new Map(Object.entries(exports));
  for (const key of ['.', 'import', 'node', 'default', 'require']) {
    const found = map.has(key) ? mainOf(map.get(key)) : null;
    if (found) return found;
  }
  return null;
}
