/** GraphQL answers in the shape that GitHub gives them, with one field altered where a test needs it. */
const sha = (letter: string) => letter.repeat(40);
export const head = sha('a');
export const base = sha('b');

export const founder = { __typename: 'User', login: 'founder', databaseId: 1 };
export const assayBot = { __typename: 'Bot', login: 'assay', databaseId: 99 };

export function comments(...nodes: object[]) {
  return { pageInfo: { hasPreviousPage: false, startCursor: null as string | null }, nodes };
}

export function comment(id: string, author: object | null, body: string) {
  return { fullDatabaseId: id, author, body, createdAt: '2026-11-20T10:00:00Z', lastEditedAt: null };
}

const repository = {
  databaseId: 42, name: 'shop', owner: { login: 'acme' }, isPrivate: false, isArchived: false,
  defaultBranchRef: { name: 'main', target: { oid: base } },
  waivers: null as object | null,
  config: { oid: sha('c'), text: 'version: 1\n', isTruncated: false } as object | null,
};

export function commit(oid: string, author: object | null, committer: object | null = author) {
  return { commit: { oid, authors: { totalCount: 1, nodes: [{ user: author }] }, committer: { email: 'x@example.com', user: committer } } };
}

const pull = {
  id: 'PR_1', number: 7, title: 'Add discount', body: 'Closes #3', state: 'OPEN', isDraft: false, author: founder, isCrossRepository: false,
  headRefName: 'discount', headRefOid: head, baseRefName: 'main', baseRefOid: sha('d'), baseRef: { target: { oid: base } },
  mergeable: 'MERGEABLE', mergeCommit: null as object | null, isMergeQueueEnabled: false, mergeQueueEntry: null as object | null,
  potentialMergeCommit: { oid: sha('e'), tree: { oid: sha('f') }, parents: { nodes: [{ oid: base }, { oid: head }] } } as object | null, labels: { nodes: [{ name: 'assay' }] },
  comments: comments(comment('4000000001', founder, '/approve'), comment('4000000002', assayBot, 'evidence')),
  commits: { pageInfo: { hasPreviousPage: false, startCursor: null as string | null }, nodes: [commit(head, founder, { __typename: 'User', login: 'web-flow', databaseId: 5 })] },
  headCommit: { nodes: [{ commit: { oid: head, tree: { oid: sha('9') }, associatedPullRequests: { nodes: [
    { number: 7, state: 'OPEN', headRefOid: head, baseRepository: { databaseId: 42 } },
    { number: 8, state: 'OPEN', headRefOid: head, baseRepository: { databaseId: 42 } },
    { number: 9, state: 'CLOSED', headRefOid: head, baseRepository: { databaseId: 42 } },
    { number: 10, state: 'OPEN', headRefOid: head, baseRepository: { databaseId: 43 } },
  ] } } }] },
  timelineItems: { nodes: [{ actor: { __typename: 'User', login: 'force', databaseId: 3 } }] },
};

export function changeAnswer(altered: Partial<Record<keyof typeof pull, unknown>> = {}, repo: Partial<Record<keyof typeof repository, unknown>> = {}) {
  return { data: { repository: { ...repository, ...repo, pullRequest: { ...pull, ...altered } } } };
}

const issue = {
  id: 'I_1', number: 3, title: 'Discounts', body: 'As a shop…', lastEditedAt: null, state: 'OPEN', author: founder,
  labels: { nodes: [{ name: 'intent' }, { name: 'pricing' }] },
  timelineItems: { nodes: [
    { actor: { __typename: 'User', login: 'early', databaseId: 11 }, label: { name: 'intent' }, createdAt: '2026-11-19T10:00:00Z' },
    { actor: founder, label: { name: 'intent' }, createdAt: '2026-11-20T10:00:00Z' },
    { actor: { __typename: 'User', login: 'other', databaseId: 12 }, label: { name: 'pricing' }, createdAt: '2026-11-20T11:00:00Z' },
  ] },
  comments: comments(),
};

export function intentAnswer(altered: Partial<Record<keyof typeof issue, unknown>> = {}) {
  return { data: { repository: { ...repository, issue: { ...issue, ...altered } } } };
}

export function notFound(repo: object | null, path: string[]) {
  return { data: { repository: repo }, errors: [{ type: 'NOT_FOUND', path, message: 'Could not resolve it.' }] };
}

export const repositoryNode = repository;

export function checkRun(altered: object = {}) {
  return { id: 61_000_000_001, name: 'assay', head_sha: head, status: 'completed', conclusion: 'success', external_id: 'x1', app: { id: 1001 }, output: { annotations_count: 0 }, ...altered };
}
