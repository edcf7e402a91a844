/** Reads a merge group: its members by the queue's entries, down to the branch's tip, and each of them as a change, with policy's word on it as of now. */
import type { GroupSnapshot, QueueEntry } from '../../core/ports/github.ts';
import { changeKey, groupOf, parseSubjectKey } from '../../core/subject.ts';
import { boundTo } from '../change/binding.ts';
import { observe as observeChange } from '../change/observe.ts';
import { movementOf } from '../change/read-binding.ts';
import { rule as ruleChange } from '../change/rule.ts';
import type { Observer } from '../observation.ts';
import type { GroupFacts, Member } from './facts.ts';

export const knownNote = 'members';

export async function observe(observer: Observer): Promise<GroupFacts> {
  const { key, repository, github, store, clock, publicUrl } = observer;
  const group = await github.group(repository, groupOf(parseSubjectKey(key).id));
  const members: Member[] = [];
  for (const entry of chainOf(group)) members.push(await memberOf(observer, entry));
  return {
    key, now: clock.now(), group, members, landed: members.length === 0 && await isLanded(observer, group), wasKnown: await store.note(key, knownNote) !== null,
    policyDigest: observer.policyDigest, statusUrl: publicUrl,
  };
}

/** The entry whose head this commit is, and those that it stands on. */
function chainOf({ sha, entries }: GroupSnapshot): QueueEntry[] {
  const chain: QueueEntry[] = [];
  for (let next = entries.find(({ head }) => head === sha); next && !chain.includes(next); next = entries.find(({ head }) => head !== null && head === chain[0]!.base)) chain.unshift(next);
  return chain;
}

async function memberOf(observer: Observer, entry: QueueEntry): Promise<Member> {
  const { github, repository, policy } = observer;
  const [facts, commit] = await Promise.all([observeChange({ ...observer, key: changeKey(repository.id, entry.pullRequest) }), entry.head === null ? null : github.commitShape(repository, entry.head)]);
  if (facts === null) return { entry, commit, change: null, movement: null };
  const bound = boundTo(facts.binding);
  const to = commit && entry.base !== null ? { baseSha: entry.base, mergeSha: commit.sha, mergeTree: commit.tree } : null;
  const movement = bound && to ? (await movementOf({ github, repository }, bound, { to, files: facts.files })).movement : null;
  return { entry, commit, change: { facts, ruling: await ruleChange(facts, policy) }, movement };
}

async function isLanded({ github, repository }: Observer, { sha, tip, commit }: GroupSnapshot): Promise<boolean> {
  if (tip === null || commit === null) return false;
  return tip === sha || (await github.compare(repository, sha, tip)).mergeBase === sha;
}
