/** Which files of the repository speak to its callers: what the entry of a published package reaches by `export … from`, and Python modules without an underscore. */
import { dirname, join, normalize } from 'node:path/posix';
import picomatch from 'picomatch';
import { z } from 'zod';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import type { Settings } from './settings.ts';

const Package = z.looseObject({ private: z.boolean().optional(), main: z.string().optional(), module: z.string().optional(), exports: z.unknown().optional() });
const notOurs = /(^|\/)(tests?|__tests__|fixtures?|testdata|cases|examples?|benchmarks?|docs|scripts|migrations|node_modules|vendor|site-packages|dist|build|templates?)\//i;
const testFiles = /[._-](test|spec)\.[^/]+$|(^|\/)(test_[^/]*|conftest|setup|manage)\.py$|_test\.py$/i;

export function isPublic(facts: GuardFacts, settings: Settings): (path: string) => boolean {
  if (settings.public) return picomatch(settings.public, { dot: true });
  const reached = reachedFrom(entries(facts), facts);
  const packaged = facts.paths.some((path) => /(^|\/)(pyproject\.toml|setup\.py|setup\.cfg)$/.test(path) && !notOurs.test(path));
  return (path) => !notOurs.test(path) && !testFiles.test(path) && (reached.has(path) || (packaged && /\.py$/.test(path) && !/(^|\/)_[^_]/.test(path) && facts.paths.includes(`${dirname(path)}/__init__.py`)));
}

function entries({ paths, readBase, read }: GuardFacts): string[] {
  return paths.filter((path) => /(^|\/)package\.json$/.test(path) && !notOurs.test(path)).flatMap((path) => {
    const found = packageIn(readBase(path) ?? read(path) ?? '');
    if (!found || found.private === true || (found.main ?? found.module ?? found.exports) === undefined) return [];
    return targets([found.exports, found.module, found.main]).map((target) => normalize(join(dirname(path), target)));
  });
}

function packageIn(text: string): z.infer<typeof Package> | null {
  try {
    return Package.safeParse(JSON.parse(text)).data ?? null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

function targets(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targets) : [];
}

const from = /^\s*export\s[^'"`;]{0,2000}?\bfrom\s*['"](\.[^'"\n]{1,300})['"]/gm;

function reachedFrom(starts: readonly string[], { paths, read }: GuardFacts): ReadonlySet<string> {
  const known = new Set(paths);
  const reached = new Set<string>();
  const open = starts.flatMap((path) => sourceOf(path, known) ?? []);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    const here = at;
    open.push(...[...(read(at) ?? '').matchAll(from)].flatMap((match) => sourceOf(normalize(join(dirname(here), match[1]!)), known) ?? []));
  }
  return reached;
}

/** The source of a path as written, which may name what a build makes. */
function sourceOf(path: string, known: ReadonlySet<string>): string | null {
  const bare = path.replace(/(\.d)?\.[cm]?[jt]sx?$/, '');
  const bases = [bare, bare.replace(/(^|\/)(dist|lib|build|out)\/((esm|cjs|es|src)\/)?/, '$1src/')];
  return [path, ...bases.flatMap((each) => ['.ts', '.mts', '.tsx', '.js', '.mjs', '/index.ts', '/index.js'].map((ending) => `${each}${ending}`))].find((each) => known.has(each) && /\.[cm]?[jt]sx?$/.test(each)) ?? null;
}
