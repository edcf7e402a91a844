/**
 * The fetch phase: packages that the change's code needs, by the ecosystem's own client and its own configuration, in a folder that holds manifest and lock
 * alone. What the change brings beside them – an .npmrc, an index address, lifecycle scripts – is not there to have an effect. Kept by lock digest.
 */
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dependencies, DependencyRequest, Fetched } from '../../core/ports/dependencies.ts';
import { keep } from './cache.ts';
import type { Client } from './client.ts';
import { runClient } from './client.ts';
import { goPlan } from './go.ts';
import { npmPlan } from './npm.ts';
import { pipPlan } from './pip.ts';

export interface Plan {
  /** Everything that decides what is fetched. */
  key: string;
  /** The files that the client gets to see, and no others. */
  files: Record<string, string>;
  argv: string[];
  env?: Record<string, string>;
  /** The part of the folder that is kept. */
  keeps: string;
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
  const running = new Map<string, Promise<Fetched>>();
  return {
    async fetch(request) {
      const plan = planOf(request);
      if (plan === null) return nothing;
      const key = `${request.ecosystem}-${plan.key}`;
      const known = running.get(key) ?? keep({ home: home ??= ownHome(), key, plan, environment, client }).then((folder) => plan.fetched(folder));
      running.set(key, known);
      return await known;
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

/** Null where the project declares no dependency. */
function planOf({ ecosystem, tree }: DependencyRequest): Plan | null {
  return { npm: npmPlan, pypi: pipPlan, go: goPlan }[ecosystem](tree);
}
