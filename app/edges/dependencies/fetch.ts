/**
 * The fetch phase: packages that the change's code needs, by the ecosystem's own client and its own configuration, in a folder that holds manifest and lock
 * alone. What the change brings beside them – an .npmrc, an index address, lifecycle scripts – is not there to have an effect. Kept by lock digest.
 */
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Ecosystem } from '../../core/guardrail.ts';
import type { Tree } from '../../core/tree.ts';
import type { Dependencies, DependencyRequest, Fetched } from '../../core/ports/dependencies.ts';
import { keep } from './cache.ts';
import type { Client } from './client.ts';
import { runClient } from './client.ts';
import { goPlan } from './go.ts';
import { manifestIn, wantedBy } from './manifest.ts';
import { npmLocks, npmPlan } from './npm.ts';
import { isPythonLock, pipPlan } from './pip.ts';
import { noLock } from './refusal.ts';

export interface Plan {
  /** Everything that decides what is fetched. */
  key: string;
  /** The files that the client gets to see, and no others. */
  files: Record<string, string>;
  argv: string[];
  env?: Record<string, string>;
  /** Started after that, in the same folder: puts the programs of packages where a shell finds them. */
  link?: string[];
  /** The part of the folder that is kept. */
  keeps: string;
  /** A folder that is there even where the client had nothing to put into it. */
  creates?: string;
  /** Links to put beside the packages, each with where it leads. */
  links?: Record<string, string>;
  /** Looks at the folder after the client ended well; throws where the client did more than the lock allows. */
  check?(folder: string): void;
  fetched(folder: string): Fetched;
}

export interface DependenciesOptions {
  /** Where fetched packages are kept; never inside a checkout. */
  home?: string;
  environment?: Record<string, string | undefined>;
  client?: Client;
}

const nothing: Fetched = { mounts: [], env: {} };

export function dependencies(options: DependenciesOptions = {}): Dependencies {
  const { environment = process.env, client = runClient } = options;
  let home = options.home;
  const running = new Map<string, Promise<string>>();
  return {
    async fetch(request) {
      const plan = planOf(request);
      if (plan === null) return nothing;
      const key = `${request.ecosystem}-${plan.key}`;
      const known = running.get(key) ?? keep({ home: home ??= ownHome(), key, plan, environment, client });
      running.set(key, known);
      return plan.fetched(await known);
    },
  };
}

/** The user's cache; a worker without a home of its own keeps things for as long as it lives. */
function ownHome(): string {
  const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', 'dependencies');
  try {
    mkdirSync(home, { recursive: true });
    accessSync(home, constants.W_OK);
    return home;
  } catch {
    const folder = mkdtempSync(join(tmpdir(), 'assay-dependencies-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }
}

/** Null where the project declares no dependency. A package of a workspace takes the lock above it, where it has none of its own. */
function planOf({ ecosystem, tree, folder = '' }: DependencyRequest): Plan | null {
  const plans = { npm: npmPlan, pypi: pipPlan, go: goPlan };
  const at = lockFolder(tree, { ecosystem, folder });
  const plan = plans[ecosystem](below(tree, at));
  if (ecosystem === 'npm' && at !== folder) requireMember(tree, { folder, at, plan });
  return plan === null || at === '' ? plan : { ...plan, fetched: (kept) => placed(plan.fetched(kept), at) };
}

/** A lock above a package says nothing of it where the package is no member of that workspace. */
function requireMember(tree: Tree, { folder, at, plan }: { folder: string; at: string; plan: Plan | null }): void {
  const manifest = manifestIn(tree, folder);
  const inside = at === '' ? folder : folder.slice(at.length + 1);
  if (manifest && wantedBy(manifest).length > 0 && plan?.files[`${inside}/package.json`] === undefined) throw noLock(`${folder}/package.json`, 'Make it a member of the workspace, or commit a lock beside it.');
}

function lockFolder(tree: Tree, { ecosystem, folder }: { ecosystem: Ecosystem; folder: string }): string {
  const isLock = { npm: (name: string) => npmLocks.includes(name), pypi: isPythonLock, go: (name: string) => name === 'go.sum' || name === 'go.mod' }[ecosystem];
  const paths = Object.keys(tree);
  for (let at = folder; at !== ''; at = at.replace(/(^|\/)[^/]+$/, '')) if (paths.some((path) => path.startsWith(`${at}/`) && isLock(path.slice(at.length + 1)))) return at;
  return paths.some(isLock) ? '' : folder;
}

/** What the folder holds, as if it were the repository. */
function below(tree: Tree, folder: string): Tree {
  return folder === '' ? tree : Object.fromEntries(Object.entries(tree).flatMap(([path, file]) => (path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), file]] : [])));
}

function placed({ mounts, env, scratch = [] }: Fetched, folder: string): Fetched {
  return { env, scratch: scratch.map((path) => `${folder}/${path}`), mounts: mounts.map(({ host, inside }) => ({ host, inside: isAbsolute(inside) ? inside : `${folder}/${inside}` })) };
}
