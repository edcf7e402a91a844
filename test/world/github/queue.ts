/**
 * A merge queue as GitHub documents it: a branch that has one is merged into by it alone. Each entry gets a commit on top of the entry before it (or of the
 * branch), on a branch of the queue's own, and `merge_group.checks_requested` asks for its checks; the first whose required checks pass is merged by moving the
 * branch onto its commit, one whose checks fail is taken out and the later ones are built again. Known differences: one entry to a group, no time-outs.
 */
import { GraphQLError } from 'graphql';
import { standings, refusal } from './gate.ts';
import { commitOf, writeCommit } from './git.ts';
import { pullJson } from './format-issue.ts';
import { userJson } from './format.ts';
import { now, ownerOf, findRepo } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { branchOf, landQueued } from './merge.ts';
import { atLeast, roleOf } from './permission.ts';
import type { PullRow, RepoRow, UserRow } from './rows.ts';
import { nodeId } from './store.ts';
import { threeWay } from './three-way.ts';

export interface QueueEntry { id: number; pullId: number; enqueuer: UserRow; at: string; head: string | null; base: string | null }
export interface Queue { repoId: number; branch: string; entries: QueueEntry[] }

export function queueOf(hub: Hub, repo: RepoRow, branch: string): Queue | undefined {
  return hub.queues.find((queue) => queue.repoId === repo.id && queue.branch === branch);
}

export function entryOf(hub: Hub, pull: PullRow): QueueEntry | undefined {
  return hub.queues.flatMap(({ entries }) => entries).find((entry) => entry.pullId === pull.id);
}

/** From now on the branch of this repository (`owner/name`) has a queue. */
export function requireQueue(hub: Hub, fullName: string, branch: string): void {
  const [owner = '', name = ''] = fullName.split('/');
  const repo = findRepo(hub, owner, name);
  if (repo !== undefined && queueOf(hub, repo, branch) === undefined) hub.queues.push({ repoId: repo.id, branch, entries: [] });
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type: 'UNPROCESSABLE' } });
}

/** Throws what GraphQL answers where the pull request may not enter. */
export function enqueue(hub: Hub, { pull, actor, expected }: { pull: PullRow; actor: UserRow; expected: string | null | undefined }): QueueEntry {
  const repo = hub.gh.repos.get(pull.base_repo_id)!;
  const queue = queueOf(hub, repo, pull.base_ref);
  if (!atLeast(roleOf(hub, repo, actor), 'write') && actor.type === 'User') throw new GraphQLError('Resource not accessible', { extensions: { type: 'FORBIDDEN' } });
  if (queue === undefined) throw refused('The base branch has no merge queue.');
  if (expected && expected !== pull.head_sha) throw refused('Head sha didn\'t match expected head sha.');
  if (pull.state === 'closed' || pull.draft) throw refused('Pull request is not open for merging.');
  if (entryOf(hub, pull) !== undefined) throw refused('Pull request is already in the merge queue.');
  const blocked = refusal(hub, { repo, pull, actor });
  if (blocked !== undefined) throw refused(blocked);
  const entry: QueueEntry = { id: 9_000 + hub.queued, pullId: pull.id, enqueuer: actor, at: now(), head: null, base: null };
  hub.queued += 1;
  queue.entries.push(entry);
  tellPull(hub, { repo, pull, actor, action: 'enqueued' });
  build(hub, queue);
  return entry;
}

/** Gives every entry without one its commit; one in conflict leaves the queue. */
function build(hub: Hub, queue: Queue): void {
  const repo = hub.gh.repos.get(queue.repoId)!;
  let tip = branchOf(hub, repo, queue.branch) ?? '';
  for (const entry of [...queue.entries]) {
    const pull = hub.gh.pullRequests.get(entry.pullId)!;
    if (entry.head === null) make(hub, queue, { entry, repo, pull, base: tip });
    tip = entry.head ?? tip;
  }
}

function make(hub: Hub, queue: Queue, { entry, repo, pull, base }: { entry: QueueEntry; repo: RepoRow; pull: PullRow; base: string }): void {
  const { tree } = threeWay(hub.gh, repo.id, { base, head: pull.head_sha });
  if (tree === null) return leave(hub, queue, { entry, reason: 'dequeued' });
  const head = ownerOf(repo);
  const { sha } = writeCommit(hub.gh, repo, { tree, parents: [base, pull.head_sha], message: `Merge pull request #${pull.number} from ${head}/${pull.head_ref}`, author: entry.enqueuer });
  Object.assign(entry, { head: sha, base });
  hub.gh.branches.insert({ node_id: '', repo_id: repo.id, name: refOf(queue, { entry, pull }), sha, protected: false });
  hub.refsMoved(entry.enqueuer);
  tellGroup(hub, { repo, queue, entry, action: 'checks_requested' });
}

function refOf(queue: Queue, { entry, pull }: { entry: QueueEntry; pull: PullRow }): string {
  return `gh-readonly-queue/${queue.branch}/pr-${pull.number}-${entry.base}`;
}

/** Called whenever a check or a status was written. */
export function turnQueues(hub: Hub): void {
  for (const queue of hub.queues) while (turn(hub, queue)) continue;
}

function turn(hub: Hub, queue: Queue): boolean {
  const [entry] = queue.entries;
  const repo = hub.gh.repos.get(queue.repoId)!;
  if (!entry?.head) return false;
  const standing = standings(hub, { repo, branch: queue.branch, sha: entry.head });
  if (standing.every((each) => each === 'passing')) return merged(hub, queue, { entry, repo });
  if (!standing.includes('failing')) return false;
  leave(hub, queue, { entry, reason: 'dequeued' });
  return true;
}

function merged(hub: Hub, queue: Queue, { entry, repo }: { entry: QueueEntry; repo: RepoRow }): boolean {
  queue.entries.shift();
  landQueued(hub, { repo, pull: hub.gh.pullRequests.get(entry.pullId)!, actor: entry.enqueuer }, { sha: entry.head!, base: entry.base! });
  tellGroup(hub, { repo, queue, entry, action: 'destroyed', reason: 'merged' });
  return true;
}

/** Out of the queue; those behind it are built again, on other commits. */
export function leave(hub: Hub, queue: Queue, { entry, reason }: { entry: QueueEntry; reason: 'dequeued' }): void {
  const repo = hub.gh.repos.get(queue.repoId)!;
  const pull = hub.gh.pullRequests.get(entry.pullId)!;
  const behind = queue.entries.slice(queue.entries.indexOf(entry) + 1);
  queue.entries = queue.entries.filter((each) => each !== entry);
  tellPull(hub, { repo, pull, actor: entry.enqueuer, action: 'dequeued' });
  if (entry.head !== null) tellGroup(hub, { repo, queue, entry, action: 'destroyed', reason });
  for (const each of behind) {
    if (each.head !== null) tellGroup(hub, { repo, queue, entry: { ...each }, action: 'destroyed', reason: 'invalidated' });
    Object.assign(each, { head: null, base: null });
  }
  build(hub, queue);
}

function tellPull(hub: Hub, { repo, pull, actor, action }: { repo: RepoRow; pull: PullRow; actor: UserRow; action: 'enqueued' | 'dequeued' }): void {
  hub.emit('pull_request', action, { pull_request: pullJson(hub, pull), ...(action === 'dequeued' ? { reason: 'CI_FAILURE' } : {}), sender: userJson(hub, actor) }, repo);
}

function tellGroup(hub: Hub, { repo, queue, entry, action, reason }: { repo: RepoRow; queue: Queue; entry: QueueEntry; action: 'checks_requested' | 'destroyed'; reason?: string }): void {
  const pull = hub.gh.pullRequests.get(entry.pullId)!;
  const row = commitOf(hub.gh, repo.id, entry.head ?? '');
  const person = row && { name: row.author_name, email: row.author_email };
  const head_commit: Json | undefined = row && { id: row.sha, tree_id: row.tree_sha, message: row.message, timestamp: row.committer_date, author: person, committer: person };
  const group = { head_sha: entry.head, head_ref: `refs/heads/${refOf(queue, { entry, pull })}`, base_sha: entry.base, base_ref: `refs/heads/${queue.branch}`, head_commit };
  hub.emit('merge_group', action, { merge_group: group, ...(reason === undefined ? {} : { reason }), sender: userJson(hub, entry.enqueuer) }, repo);
}

/** An entry as GraphQL sees it, but for the objects that it leads to. */
export function entryFields(hub: Hub, entry: QueueEntry): Record<string, unknown> {
  const queue = hub.queues.find(({ entries }) => entries.includes(entry));
  return { __typename: 'MergeQueueEntry', id: nodeId('MergeQueueEntry', entry.id), position: (queue?.entries.indexOf(entry) ?? 0) + 1, state: entry.head === null ? 'QUEUED' : 'AWAITING_CHECKS', enqueuedAt: entry.at, jump: false, solo: false, estimatedTimeToMerge: null };
}

