/**
 * Loads emulate's GitHub plugin and hands out its store, its router and its routes, on which the stand-in builds.
 *
 * emulate's package exports hide the plugin in a chunk with a hashed name, so the version is pinned exactly, the chunk is looked for
 * by content, and anything missing is one clear error at start. emulate's own listener is closed again at once: the stand-in has its own
 * front, because a fault plan must be able to cut the connection.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AssayError } from '../../../app/core/errors.ts';
import { FIRST_ID } from './store.ts';
import type { GitHubStore } from './store.ts';
import type { AuthUser, Router } from './router.ts';

const PINNED = '0.12.2';

export interface Dispatcher {
  dispatch(event: string, action: string | undefined, payload: unknown, owner: string, repo?: string): Promise<void>;
}

interface Plugin {
  register(app: Router, store: unknown, webhooks: Dispatcher, baseUrl: string, tokens: Map<string, AuthUser>): void;
}

interface Chunk {
  githubPlugin: Plugin;
  getGitHubStore(store: unknown): GitHubStore;
}

export interface Emulated {
  gh: GitHubStore;
  tokens: Map<string, AuthUser>;
  /** A fresh router of emulate's own kind, without its lenient sign-in and its request limit. */
  newRouter(): Router;
  /** Adds emulate's routes behind what the router already has; the first route registered wins. */
  addRoutes(app: Router, webhooks: Dispatcher): void;
}

export async function loadEmulate(baseUrl: string): Promise<Emulated> {
  const chunk = await findChunk();
  const caught = await catchRegister(chunk, baseUrl);
  const gh = chunk.getGitHubStore(caught.store);
  checkStore(gh);
  const RouterClass = caught.app.constructor as new () => Router;
  return {
    gh,
    tokens: caught.tokens,
    newRouter: () => new RouterClass(),
    addRoutes: (app, webhooks) => caught.register(app, caught.store, webhooks, baseUrl, caught.tokens),
  };
}

interface Caught { app: Router; store: unknown; tokens: Map<string, AuthUser>; register: Plugin['register'] }

/** Runs emulate once with its `register` replaced, so that its store and router come out and none of its routes are served. */
async function catchRegister(chunk: Chunk, baseUrl: string): Promise<Caught> {
  const { createEmulator } = await import('emulate');
  const plugin = chunk.githubPlugin;
  const register = plugin.register.bind(plugin);
  let caught: Caught | undefined;
  return await inTurn(async () => {
    const original = plugin.register;
    plugin.register = (app, store, _webhooks, _url, tokens) => { caught = { app, store, tokens, register }; };
    try {
      const emulator = await createEmulator({ service: 'github', port: 0, baseUrl, seed: { tokens: {}, github: {} } });
      await emulator.close();
    } finally {
      plugin.register = original;
    }
    if (caught === undefined) throw broken('its GitHub plugin was never registered');
    return caught;
  });
}

let turn: Promise<unknown> = Promise.resolve();

/** Two worlds starting at once must not see each other's replaced `register`. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const next = turn.then(work, work);
  turn = next.catch(() => undefined);
  return next;
}

async function findChunk(): Promise<Chunk> {
  const dist = dirname(fileURLToPath(import.meta.resolve('emulate')));
  const version = (JSON.parse(readFileSync(join(dist, '..', 'package.json'), 'utf8')) as { version: string }).version;
  if (version !== PINNED) throw broken(`it is version ${version}`);
  const name = readdirSync(dist).find((file) => /^dist-.*\.js$/.test(file) && readFileSync(join(dist, file), 'utf8').includes('githubPlugin,\n'));
  if (name === undefined) throw broken('no chunk exports githubPlugin');
  const chunk = (await import(pathToFileURL(join(dist, name)).href)) as Partial<Chunk>;
  if (typeof chunk.githubPlugin?.register !== 'function') throw broken('githubPlugin has no register');
  if (typeof chunk.getGitHubStore !== 'function') throw broken('getGitHubStore is gone');
  return chunk as Chunk;
}

function checkStore(gh: GitHubStore): void {
  for (const name of Object.keys(FIRST_ID) as (keyof GitHubStore)[]) {
    const collection: { autoId?: number } | undefined = gh[name];
    if (typeof collection?.autoId !== 'number') throw broken(`its store has no collection ${name}`);
    // Seeded by emulate before we came (ghost, admin): nothing else may use those numbers.
    collection.autoId = Math.max(collection.autoId, FIRST_ID[name]);
  }
}

function broken(why: string): AssayError {
  return new AssayError('STAND_IN_BROKEN', `The GitHub stand-in cannot start on the installed emulate: ${why}.`, {
    remedy: `Install exactly emulate@${PINNED} (npm ci) or adapt test/world/github/emulate.ts to the new version.`,
  });
}
