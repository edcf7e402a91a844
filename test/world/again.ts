/** The second run: every subject looked at once more, and what the App wrote meanwhile. */
import type { World } from './world.ts';

export async function markAll(world: World): Promise<void> {
  for (const { key } of await world.assay.store.subjects({})) await world.assay.store.mark(key);
  await world.settled();
}

/** What the App asked of GitHub: its tokens are an installation's or a JWT, people's begin with `ghp_`. Getting a token is not counted. */
export function appRequests(world: World, since: number): string[] {
  return world.github.requests.slice(since).filter((one) => !one.caller.startsWith('ghp_') && !one.path.endsWith('/access_tokens'))
    .map((one) => `${one.method} ${one.graphqlOperation ?? one.path}`);
}

export function writesSince(world: World, since: number): string[] {
  return appRequests(world, since).filter((one) => !one.startsWith('GET ') && !/^POST [A-Z]\w+$/.test(one));
}

export function readsSince(world: World, since: number): string[] {
  return appRequests(world, since).filter((one) => one.startsWith('GET ') || /^POST [A-Z]\w+$/.test(one));
}
