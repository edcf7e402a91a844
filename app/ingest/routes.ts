/**
 * From an event to where to look: the only file that knows GitHub's event names. A route says which subjects a delivery concerns and never
 * what to do about it. Pure; null means that the delivery concerns nothing that Assay follows.
 */
import { z } from 'zod';
import { AssayError } from '../core/errors.ts';
import type { CommentEvent, DeliveryEffects, RepositoryRef } from '../core/ports/store.ts';
import { runKey } from '../core/run-key.ts';
import { changeKey, groupKey, intentKey, shaKey, type ShaKey, type SubjectKey } from '../core/subject.ts';
import {
  CheckRunEvent, CheckSuiteEvent, DeploymentEvent, DeploymentReviewEvent, Envelope, EnvelopeInRepository, InstallationEvent, InstallationRepositoriesEvent, IssueCommentEvent, IssuesEvent,
  listedRef, MergeGroupEvent, PullRequestEvent, PushEvent, StatusEvent, WorkflowRunEvent, type Issue,
} from './payload.ts';

/** The App itself: what it wrote is no news to it. */
export interface Own {
  appId: number;
  login?: string;
}

type Effects = Partial<Omit<DeliveryEffects, 'repository'>>;

interface Delivered {
  payload: unknown;
  action: string;
  repository: { id: number; default_branch?: string | null | undefined };
  ref: RepositoryRef | null;
  sender: string | null;
  senderId: number | null;
  own: Own | null;
}

interface Route {
  /** The actions that concern Assay; all where absent. */
  actions?: readonly string[];
  effects(delivered: Delivered): Effects | null;
}

const intentLabel = 'intent';
const issueActions = ['opened', 'edited', 'labeled', 'unlabeled', 'closed', 'reopened', 'deleted', 'transferred'];
const pullRequestActions = [
  'opened', 'edited', 'closed', 'reopened', 'merged', 'synchronize', 'labeled', 'unlabeled', 'ready_for_review', 'converted_to_draft',
  'auto_merge_enabled', 'auto_merge_disabled', 'enqueued', 'dequeued',
];

const routes: Record<string, Route> = {
  issues: { actions: issueActions, effects: issue },
  issue_comment: { actions: ['created', 'edited', 'deleted'], effects: comment },
  pull_request: { actions: pullRequestActions, effects: pullRequest },
  pull_request_review: { effects: pullRequest },
  pull_request_review_thread: { effects: pullRequest },
  // Other Apps' single runs are none of Assay's business; that a whole suite is done may let a merge through that GitHub refused.
  check_run: { actions: ['rerequested', 'requested_action'], effects: (delivered) => run(delivered, read(CheckRunEvent, delivered.payload).check_run) },
  check_suite: { actions: ['completed', 'rerequested'], effects: (delivered) => run(delivered, read(CheckSuiteEvent, delivered.payload).check_suite) },
  workflow_run: { effects: workflowRun },
  merge_group: { effects: mergeGroup },
  status: { effects: ({ payload, repository }) => ({ marks: [shaKey(repository.id, read(StatusEvent, payload).sha)] }) },
  deployment: { effects: deployment },
  deployment_status: { effects: deployment },
  deployment_protection_rule: { effects: deployment },
  deployment_review: { effects: deploymentReview },
  push: { effects: push },
  branch_protection_rule: { effects: lookAtAll },
  branch_protection_configuration: { effects: lookAtAll },
  repository_ruleset: { effects: lookAtAll },
  member: { effects: lookAtAll },
  repository: { actions: ['renamed', 'transferred', 'archived', 'unarchived', 'deleted', 'edited', 'privatized', 'publicized'], effects: repository },
};

/** Deliveries about no single repository. A ruleset of a whole organisation names none: the sweep looks at what it changed. */
const appRoutes: Record<string, (payload: unknown, action: string) => Effects | null> = {
  installation,
  installation_repositories: installationRepositories,
  repository_ruleset: () => null,
};

/** Throws PAYLOAD_INVALID where a route misses a field it needs. */
export function effectsOf(event: string, payload: unknown, own: Own | null = null): DeliveryEffects | null {
  const route = Object.hasOwn(routes, event) ? routes[event] : undefined;
  const appRoute = Object.hasOwn(appRoutes, event) ? appRoutes[event] : undefined;
  if (!route && !appRoute) return null;
  const envelope = read(Envelope, payload);
  const action = envelope.action ?? '';
  if (route?.actions && !route.actions.includes(action)) return null;
  const effects = !envelope.repository && appRoute ? appRoute(payload, action) : route?.effects({ payload, action, own, ...whereabouts(payload) }) ?? null;
  return effects && { marks: [], comment: null, installation: null, ...effects, repository: refOf(envelope) };
}

function whereabouts(payload: unknown): Pick<Delivered, 'repository' | 'ref' | 'sender' | 'senderId'> {
  const inside = read(EnvelopeInRepository, payload);
  return { repository: inside.repository, ref: refOf(inside), sender: inside.sender?.login ?? null, senderId: inside.sender?.id ?? null };
}

function issue({ payload, repository, action }: Delivered): Effects {
  const event = read(IssuesEvent, payload);
  const key = intentKey(repository.id, event.issue.number);
  const isIntent = hasIntentLabel(event.issue) || (action === 'unlabeled' && event.label?.name === intentLabel);
  return isIntent ? { marks: [key] } : { known: [key] };
}

function comment({ payload, action, repository, sender, own }: Delivered): Effects | null {
  const { issue: parent, comment: written } = read(IssueCommentEvent, payload);
  const viaApp = written.performed_via_github_app?.id;
  if (own && (viaApp === own.appId || written.user?.login === own.login) && isOwnAct(sender, own)) return null;
  const key = parent.pull_request ? changeKey(repository.id, parent.number) : intentKey(repository.id, parent.number);
  const event: CommentEvent = {
    id: written.id, subject: key, action: action as CommentEvent['action'], body: written.body, createdAt: Date.parse(written.created_at), viaApp: viaApp !== undefined,
    authorId: written.user?.id ?? 0, authorLogin: written.user?.login ?? 'ghost', authorType: written.user?.type ?? 'User',
  };
  return parent.pull_request || hasIntentLabel(parent) ? { marks: [key], comment: event } : { known: [key], comment: event };
}

/** A person may edit the App's comment; that is news. Where the App's login is not known, every bot's act on it counts as its own. */
function isOwnAct(sender: string | null, own: Own): boolean {
  return own.login === undefined ? (sender?.endsWith('[bot]') ?? false) : sender === own.login;
}

function pullRequest({ payload, action, repository, senderId }: Delivered): Effects {
  const { number, head } = read(PullRequestEvent, payload).pull_request;
  return { marks: [changeKey(repository.id, number)], ...(action === 'synchronize' && head ? pushedBy(senderId, repository.id, head.sha) : {}) };
}

/** The account that the event names as its sender did it, whoever the commit says wrote it. Pushes to forks are only told by the pull request. */
function pushedBy(account: number | null, repositoryId: number, sha: string): Effects {
  return account === null ? {} : { pushed: { repositoryId, sha, account } };
}

/** Runs name their commit, and the pull requests too unless they come from a fork. Own runs are news only when someone asks for them. */
function run({ action, repository, own }: Delivered, of: z.infer<typeof CheckRunEvent>['check_run']): Effects | null {
  const asked = action === 'rerequested' || action === 'requested_action';
  if (!asked && own !== null && of.app?.id === own.appId) return null;
  const numbers = (of.pull_requests ?? []).filter((pull) => pull.base.repo.id === repository.id).map((pull) => pull.number);
  return { marks: [shaKey(repository.id, of.head_sha), ...numbers.map((number) => changeKey(repository.id, number))] };
}

/** The end of a run is also the moment at which a job that waits for it is looked at. Whether it is that job's run, its stored ticket says. */
function workflowRun(delivered: Delivered): Effects | null {
  const ended = read(WorkflowRunEvent, delivered.payload).workflow_run;
  const effects = run(delivered, ended);
  return delivered.action === 'completed' ? { ...effects, wakes: [runKey(delivered.repository.id, ended.id)] } : effects;
}

/** The commit is looked at in the queue of its base; who is in it only the queue says. The pull request that its branch is named after is looked at too. */
function mergeGroup({ payload, repository }: Delivered): Effects {
  const { head_ref, head_sha, base_ref } = read(MergeGroupEvent, payload).merge_group;
  const number = /\/pr-(\d+)-[0-9a-f]+$/.exec(head_ref)?.[1];
  const group = base_ref?.startsWith('refs/heads/') ? [groupKey(repository.id, { sha: head_sha, branch: base_ref.slice('refs/heads/'.length) })] : [];
  const marks: (SubjectKey | ShaKey)[] = [shaKey(repository.id, head_sha), ...group];
  return { marks: number ? [...marks, changeKey(repository.id, Number(number))] : marks };
}

function deployment({ payload, repository }: Delivered): Effects {
  return { marks: [shaKey(repository.id, read(DeploymentEvent, payload).deployment.sha)] };
}

function deploymentReview({ payload, repository }: Delivered): Effects | null {
  const run = read(DeploymentReviewEvent, payload).workflow_run;
  return run ? { marks: [shaKey(repository.id, run.head_sha)] } : null;
}

/** A branch that moved concerns the changes that had its old or have its new head, and those that are to be merged into it; the default branch concerns all of them. */
function push({ payload, repository, senderId }: Delivered): Effects | null {
  const { ref, before, after } = read(PushEvent, payload);
  if (!ref.startsWith('refs/heads/')) return null;
  const marks = [before, after].filter((sha) => !/^0+$/.test(sha)).map((sha) => shaKey(repository.id, sha));
  const pushed = /^0+$/.test(after) ? {} : pushedBy(senderId, repository.id, after);
  return ref === `refs/heads/${repository.default_branch}` ? { marks, openOf: [repository.id], ...pushed } : { marks: [...marks, shaKey(repository.id, ref)], ...pushed };
}

function lookAtAll({ repository }: Delivered): Effects {
  return { openOf: [repository.id] };
}

function repository({ action, ref, repository: { id } }: Delivered): Effects {
  if (action === 'archived' || action === 'deleted') return { repositories: ref ? [{ repository: ref, gone: true }] : [] };
  if (action === 'unarchived' || action === 'transferred') return { repositories: ref ? [{ repository: ref, gone: false }] : [] };
  return { openOf: [id] };
}

function installation(payload: unknown, action: string): Effects {
  const { installation: { id }, repositories } = read(InstallationEvent, payload);
  if (action === 'deleted') return { installation: { id, state: 'deleted' } };
  if (action === 'suspend') return { installation: { id, state: 'suspended' } };
  return { installation: { id, state: 'active' }, repositories: (repositories ?? []).map((one) => ({ repository: listedRef(one, id), gone: false })) };
}

function installationRepositories(payload: unknown): Effects {
  const { installation: { id }, repositories_added, repositories_removed } = read(InstallationRepositoriesEvent, payload);
  const listed = (list: typeof repositories_added, gone: boolean) => list.map((one) => ({ repository: listedRef(one, id), gone }));
  return { repositories: [...listed(repositories_removed, true), ...listed(repositories_added, false)] };
}

function hasIntentLabel({ labels }: Issue): boolean {
  return (labels ?? []).some((label) => (typeof label === 'string' ? label : label.name) === intentLabel);
}

/** Without an installation nobody can act there; the store then marks only what it knows. */
function refOf({ repository, installation }: Envelope): RepositoryRef | null {
  if (!repository || !installation) return null;
  return { id: repository.id, owner: repository.owner.login, name: repository.name, installationId: installation.id };
}

function read<T>(shape: z.ZodType<T>, payload: unknown): T {
  const parsed = shape.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw new AssayError('PAYLOAD_INVALID', `the payload does not fit its event: ${z.prettifyError(parsed.error)}`, {
    remedy: 'Nothing to do for users; report it with the event name. The sweep reads the state from GitHub all the same.', cause: parsed.error,
  });
}
