/** Turns GraphQL answers into the port's snapshots. Pure. */
import type { Actor, CheckRunSnapshot, ChangeSnapshot, CommentSnapshot, CommitShape, IntentSnapshot, RepositorySnapshot } from '../../core/ports/github.ts';
import { waiverFolder } from '../../core/waiver.ts';
import type { ActorNode, CommentNode, RepositoryNode } from './queries/fragments.ts';
import type { IntentIssue } from './queries/intent.ts';
import type { ChangePull, CommitNode, Shape } from './queries/change.ts';

const actorTypes: readonly string[] = ['User', 'Bot', 'Organization', 'Mannequin'] satisfies Actor['type'][];

/** Null where GitHub no longer knows the account. GraphQL writes a bot's login without the `[bot]` that REST and webhooks put. */
export function actorOf(node: ActorNode): Actor | null {
  if (!node?.databaseId) return null;
  const type = actorTypes.includes(node.__typename) ? (node.__typename as Actor['type']) : 'User';
  const login = type === 'Bot' && !node.login.endsWith('[bot]') ? `${node.login}[bot]` : node.login;
  return { id: node.databaseId, login, type };
}

const time = (text: string | null): number | null => (text === null ? null : Date.parse(text));

/** GraphQL does not say that a person's comment came through an App; `viaApp` is what it can tell, the webhook tells the rest. */
export function commentOf(node: CommentNode): CommentSnapshot {
  const author = actorOf(node.author);
  return { id: node.fullDatabaseId, author, body: node.body, createdAt: Date.parse(node.createdAt), lastEditedAt: time(node.lastEditedAt), viaApp: author?.type === 'Bot' };
}

export function repositoryOf(node: RepositoryNode): RepositorySnapshot {
  const { config } = node;
  return {
    id: node.databaseId,
    owner: node.owner.login,
    name: node.name,
    private: node.isPrivate,
    archived: node.isArchived,
    defaultBranch: node.defaultBranchRef?.name ?? '',
    defaultSha: node.defaultBranchRef?.target.oid ?? '',
    // A binary or cut blob has no text to read; the empty text fails the strict schema instead of passing for "no configuration".
    waivers: (node.waivers?.entries ?? []).map(({ name, object }) => ({ path: `${waiverFolder}/${name}`, text: object?.isTruncated ? '' : object?.text ?? '' })),
    config: config?.oid ? { sha: config.oid, text: config.isTruncated ? '' : (config.text ?? '') } : null,
  };
}

export function intentOf(repository: RepositorySnapshot, issue: IntentIssue, comments: CommentNode[]): IntentSnapshot {
  const labels = issue.labels?.nodes.map((label) => label.name) ?? [];
  const labelling = labels.includes('intent') ? issue.timelineItems.nodes.findLast((event) => event.label.name === 'intent') : undefined;
  return {
    repository,
    number: issue.number,
    nodeId: issue.id,
    title: issue.title,
    body: issue.body,
    lastEditedAt: time(issue.lastEditedAt),
    state: issue.state === 'OPEN' ? 'open' : 'closed',
    author: actorOf(issue.author),
    labels,
    labelledBy: labelling ? actorOf(labelling.actor) : null,
    comments: comments.map(commentOf),
  };
}

export interface ChangeParts {
  repository: RepositorySnapshot;
  pull: ChangePull;
  comments: CommentNode[];
  commits: CommitNode[];
  checkRuns: CheckRunSnapshot[];
}

export function changeOf({ repository, pull, comments, commits, checkRuns }: ChangeParts): ChangeSnapshot {
  return {
    repository,
    number: pull.number,
    nodeId: pull.id,
    title: pull.title,
    body: pull.body,
    state: ({ OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const)[pull.state],
    draft: pull.isDraft,
    author: actorOf(pull.author),
    fork: pull.isCrossRepository,
    headRef: pull.headRefName,
    headSha: pull.headRefOid,
    baseRef: pull.baseRefName,
    baseSha: pull.baseRef?.target.oid ?? pull.baseRefOid,
    mergeable: ({ MERGEABLE: 'mergeable', CONFLICTING: 'conflicting', UNKNOWN: 'unknown' } as const)[pull.mergeable],
    mergeSha: pull.mergeCommit?.oid ?? null,
    headTree: pull.headCommit.nodes.find((node) => node.commit.oid === pull.headRefOid)?.commit.tree.oid ?? null,
    testMerge: shapeOf(pull.potentialMergeCommit),
    merged: shapeOf(pull.mergeCommit),
    queue: pull.isMergeQueueEnabled ? { entered: pull.mergeQueueEntry !== null, head: pull.mergeQueueEntry?.headCommit?.oid ?? null } : null,
    labels: pull.labels?.nodes.map((label) => label.name) ?? [],
    comments: comments.map(commentOf),
    checkRuns,
    sameHead: sameHead(repository.id, pull),
    pushers: pushersOf(pull, commits),
    commits: commits.map(({ commit }) => commit.oid),
    unattributed: unattributed(commits),
  };
}

function shapeOf(commit: Shape | null): CommitShape | null {
  return commit && { sha: commit.oid, tree: commit.tree.oid, parents: commit.parents.nodes.map(({ oid }) => oid) };
}

function sameHead(repositoryId: number, pull: ChangePull): number[] {
  const head = pull.headCommit.nodes.find((node) => node.commit.oid === pull.headRefOid);
  const others = head?.commit.associatedPullRequests?.nodes ?? [];
  return others
    .filter((other) => other.state === 'OPEN' && other.number !== pull.number && other.headRefOid === pull.headRefOid && other.baseRepository?.databaseId === repositoryId)
    .map((other) => other.number);
}

/** GitHub's own account commits for people who use its pages; it is nobody's second person. */
const webFlow = 'web-flow';

/** Everyone whom a commit names as author, co-author or committer, and everyone who force-pushed: each at least had a hand in it. */
function pushersOf(pull: ChangePull, commits: CommitNode[]): Actor[] {
  const named = commits.flatMap(({ commit }) => [...commit.authors.nodes.map((author) => author.user), commit.committer?.user ?? null]);
  const actors = [...named, ...pull.timelineItems.nodes.map((event) => event.actor)].map(actorOf);
  const unique = new Map(actors.flatMap((actor) => (actor && actor.login !== webFlow ? [[actor.id, actor] as const] : [])));
  return [...unique.values()];
}

/** Commits with an author that no account answers for: whoever asks "who wrote this" has no whole answer. */
function unattributed(commits: CommitNode[]): string[] {
  return commits
    .filter(({ commit }) => commit.authors.totalCount > commit.authors.nodes.length || commit.authors.nodes.some((author) => !actorOf(author.user)))
    .map(({ commit }) => commit.oid);
}
