/** The few fields of GitHub's payloads that routes read, as zod shapes. What is not named here is ignored; what is named must be there. */
import { z } from 'zod';
import type { RepositoryRef } from '../core/ports/store.ts';

const Id = z.number().int().nonnegative();
const Sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const App = z.object({ id: Id }).nullish();
const Owner = z.object({ login: z.string() });
const Repository = z.object({ id: Id, name: z.string(), owner: Owner, default_branch: z.string().nullish() });
const Installation = z.object({ id: Id });

/** What nearly every payload has. A hook of the repository itself carries no installation; the App's own deliveries always do. */
export const Envelope = z.object({ action: z.string().nullish(), repository: Repository.nullish(), installation: Installation.nullish(), sender: z.object({ login: z.string(), id: Id.nullish() }).nullish() });
export const EnvelopeInRepository = Envelope.extend({ repository: Repository });
export type Envelope = z.infer<typeof Envelope>;

const Issue = z.object({
  number: Id, labels: z.array(z.union([z.object({ name: z.string().nullish() }), z.string()])).nullish(), pull_request: z.object({}).nullish(),
});
export type Issue = z.infer<typeof Issue>;

export const IssuesEvent = z.object({ issue: Issue, label: z.object({ name: z.string() }).nullish() });
export const IssueCommentEvent = z.object({
  issue: Issue,
  comment: z.object({
    id: Id, body: z.string(), created_at: z.iso.datetime({ offset: true }), performed_via_github_app: App,
    user: z.object({ id: Id, login: z.string(), type: z.string() }).nullable(),
  }),
});
export const PullRequestEvent = z.object({ pull_request: z.object({ number: Id, head: z.object({ sha: Sha }).nullish() }) });

const PullRequests = z.array(z.object({ number: Id, base: z.object({ repo: z.object({ id: Id }) }) })).nullish();
const Run = z.object({ head_sha: Sha, app: App, pull_requests: PullRequests });
export const CheckRunEvent = z.object({ check_run: Run });
export const CheckSuiteEvent = z.object({ check_suite: Run });
export const WorkflowRunEvent = z.object({ workflow_run: Run.extend({ id: Id }) });
export const MergeGroupEvent = z.object({ merge_group: z.object({ head_sha: Sha, head_ref: z.string(), base_ref: z.string().optional() }) });
export const PushEvent = z.object({ ref: z.string(), before: Sha, after: Sha });
export const StatusEvent = z.object({ sha: Sha });
export const DeploymentEvent = z.object({ deployment: z.object({ sha: Sha }) });
export const DeploymentReviewEvent = z.object({ workflow_run: z.object({ head_sha: Sha }).nullish() });

const Listed = z.object({ id: Id, full_name: z.string().regex(/^[^/]+\/[^/]+$/) });
export const InstallationEvent = z.object({ installation: Installation, repositories: z.array(Listed).nullish() });
export const InstallationRepositoriesEvent = z.object({ installation: Installation, repositories_added: z.array(Listed), repositories_removed: z.array(Listed) });

export function listedRef({ id, full_name }: z.infer<typeof Listed>, installationId: number): RepositoryRef {
  const [owner = '', name = ''] = full_name.split('/');
  return { id, owner, name, installationId };
}
