/** The second run: every subject looked at once more, and what the App wrote meanwhile. */
import type { World } from './world.ts';

export async function markAll(world: World): Promise<void> {
  for (const { key } of await world.assay.store.subjects({})) await world.assay.store.mark(key);
  await world.settled();
}

/** What the App asked of GitHub: its tokens are an installation's or a JWT, people's begin with `ghp_`. Getting a token is not counted. */
export function appRequests(world: World, since: number): string[] {
  return appJournal(world, since).map(nameOf);
}

export function writesSince(world: World, since: number): string[] {
  return appJournal(world, since).filter((one) => !isRead(one)).map(nameOf);
}

/** `free`: answered 304, which GitHub does not count against the limit. */
export function readsSince(world: World, since: number): { counted: string[]; free: string[] } {
  const reads = appJournal(world, since).filter(isRead);
  return { counted: reads.filter(({ status }) => status !== 304).map(nameOf), free: reads.filter(({ status }) => status === 304).map(nameOf) };
}

type Journalled = World['github']['requests'][number];

function appJournal(world: World, since: number): Journalled[] {
  return world.github.requests.slice(since).filter((one) => !one.caller.startsWith('ghp_') && !one.path.endsWith('/access_tokens'));
}

function isRead(one: Journalled): boolean {
  return one.method === 'GET' || one.graphqlOperation !== undefined;
}

function nameOf(one: Journalled): string {
  return `${one.method} ${one.graphqlOperation ?? one.path}`;
}
