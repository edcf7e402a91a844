/** Branch protection as GitHub keeps it: required checks with the App each is pinned to, reviews, and whether administrators are held to it too. */
import { needGrant, repoOf } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { bodyOf, invalid, notFound, Refusal } from './router.ts';
import type { Context } from './router.ts';
import type { ProtectionRow, RepoRow } from './rows.ts';

type Checks = NonNullable<ProtectionRow['required_status_checks']>;

export function addProtectionRoutes(hub: Hub): void {
  const { app } = hub;
  const path = '/repos/:owner/:repo/branches/:branch{.+}/protection';
  app.get(`${path}/required_status_checks`, (c) => {
    const { row, url } = read(hub, c);
    if (row.required_status_checks === null) throw new Refusal(404, 'Required status checks not enabled');
    return c.json(checksJson(row.required_status_checks, url));
  });
  app.get(`${path}/enforce_admins`, (c) => {
    const { row, url } = read(hub, c);
    return c.json({ url: `${url}/enforce_admins`, enabled: row.enforce_admins });
  });
  for (const [method, enabled] of [['post', true], ['delete', false]] as const) {
    app[method](`${path}/enforce_admins`, (c) => {
      const { row, url } = read(hub, c, 'write');
      hub.gh.branchProtections.update(row.id, { enforce_admins: enabled });
      return enabled ? c.json({ url: `${url}/enforce_admins`, enabled }) : c.body(null, 204);
    });
  }
  app.get(path, (c) => {
    const { row, url } = read(hub, c);
    return c.json(protectionJson(row, url));
  });
  app.put(path, async (c) => c.json(await put(hub, c)));
}

export function protectionOf(hub: Hub, repo: RepoRow, branch: string): ProtectionRow | undefined {
  return hub.gh.branchProtections.findBy('repo_id', repo.id).find((row) => row.branch_name === branch);
}

function read(hub: Hub, c: Context, level: 'read' | 'write' = 'read'): { row: ProtectionRow; url: string } {
  const repo = repoOf(hub, c);
  needGrant(c, 'administration', level);
  if (c.get('authUser') === undefined) throw notFound();
  const branch = c.req.param('branch');
  if (!hub.gh.branches.findBy('repo_id', repo.id).some((row) => row.name === branch)) throw new Refusal(404, 'Branch not found');
  const row = protectionOf(hub, repo, branch);
  if (row === undefined) throw new Refusal(404, 'Branch not protected');
  return { row, url: `${hub.baseUrl}/repos/${repo.full_name}/branches/${encodeURIComponent(branch)}/protection` };
}

async function put(hub: Hub, c: Context): Promise<Json> {
  const repo = repoOf(hub, c);
  needGrant(c, 'administration', 'write');
  const name = c.req.param('branch');
  const branch = hub.gh.branches.findBy('repo_id', repo.id).find((row) => row.name === name);
  if (branch === undefined) throw new Refusal(404, 'Branch not found');
  const wanted = rulesOf(hub, repo, await bodyOf(c));
  const known = protectionOf(hub, repo, name);
  const row = known === undefined ? hub.gh.branchProtections.insert({ node_id: '', repo_id: repo.id, branch_name: name, ...wanted }) : hub.gh.branchProtections.update(known.id, wanted);
  if (row === undefined) throw notFound();
  hub.gh.branches.update(branch.id, { protected: true });
  hub.emit('branch_protection_rule', known === undefined ? 'created' : 'edited', { rule: ruleJson(row), ...(known === undefined ? {} : { changes: {} }) }, repo);
  return protectionJson(row, `${hub.baseUrl}/repos/${repo.full_name}/branches/${encodeURIComponent(name)}/protection`);
}

type Rules = Omit<ProtectionRow, 'id' | 'node_id' | 'created_at' | 'updated_at' | 'repo_id' | 'branch_name'>;

/** GitHub wants the four main fields present, null where a rule is off. */
export function rulesOf(hub: Hub, repo: RepoRow, body: Json): Rules {
  for (const field of ['required_status_checks', 'enforce_admins', 'required_pull_request_reviews', 'restrictions']) {
    if (!(field in body)) throw new Refusal(422, `Invalid request.\n\n"${field}" wasn't supplied.`);
  }
  const reviews = body['required_pull_request_reviews'] as Json | null;
  const restrictions = body['restrictions'] as { users?: string[]; teams?: string[] } | null;
  return {
    required_status_checks: body['required_status_checks'] === null ? null : checksOf(hub, repo, body['required_status_checks'] as Json),
    enforce_admins: body['enforce_admins'] === true,
    required_pull_request_reviews: reviews === null ? null : {
      required_approving_review_count: Number(reviews['required_approving_review_count'] ?? 1), dismiss_stale_reviews: reviews['dismiss_stale_reviews'] === true,
      require_code_owner_reviews: reviews['require_code_owner_reviews'] === true,
    },
    restrictions: restrictions === null ? null : { users: restrictions.users ?? [], teams: restrictions.teams ?? [] },
    required_linear_history: body['required_linear_history'] === true, allow_force_pushes: body['allow_force_pushes'] === true,
    allow_deletions: body['allow_deletions'] === true, required_signatures: false,
  };
}

/** An App left out means the App that last provided that check, if any; -1 means any App. */
function checksOf(hub: Hub, repo: RepoRow, raw: Json): Checks {
  const given = Array.isArray(raw['checks']) ? raw['checks'] : Array.isArray(raw['contexts']) ? raw['contexts'].map((context: unknown) => ({ context })) : undefined;
  if (given === undefined) throw invalid('RequiredStatusChecks', 'checks', 'missing_field');
  const checks = (given as { context: string; app_id?: number | null }[]).map(({ context, app_id: appId }) => {
    if (appId === -1) return { context, app_id: null };
    const latest = hub.gh.checkRuns.findBy('repo_id', repo.id).filter((run) => run.name === context).at(-1);
    return { context, app_id: appId ?? latest?.app_id ?? null };
  });
  return { strict: raw['strict'] === true, contexts: checks.map((check) => check.context), checks };
}

function checksJson(checks: Checks, url: string): Json {
  const own = `${url}/required_status_checks`;
  return { url: own, strict: checks.strict, contexts: checks.contexts, contexts_url: `${own}/contexts`, checks: checks.checks };
}

function protectionJson(row: ProtectionRow, url: string): Json {
  const reviews = row.required_pull_request_reviews;
  return {
    url, ...(row.required_status_checks === null ? {} : { required_status_checks: checksJson(row.required_status_checks, url) }),
    ...(reviews === null ? {} : { required_pull_request_reviews: { url: `${url}/required_pull_request_reviews`, ...reviews, require_last_push_approval: false } }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: row.enforce_admins }, required_signatures: { url: `${url}/required_signatures`, enabled: row.required_signatures },
    required_linear_history: { enabled: row.required_linear_history }, allow_force_pushes: { enabled: row.allow_force_pushes }, allow_deletions: { enabled: row.allow_deletions },
    block_creations: { enabled: false }, required_conversation_resolution: { enabled: false }, lock_branch: { enabled: false }, allow_fork_syncing: { enabled: false },
  };
}

function ruleJson(row: ProtectionRow): Json {
  const reviews = row.required_pull_request_reviews;
  const checks = row.required_status_checks;
  const off = (on: boolean): string => (on ? 'everyone' : 'off');
  return {
    id: row.id, repository_id: row.repo_id, name: row.branch_name, created_at: row.created_at, updated_at: row.updated_at,
    pull_request_reviews_enforcement_level: off(reviews !== null), required_approving_review_count: reviews?.required_approving_review_count ?? 0,
    dismiss_stale_reviews_on_push: reviews?.dismiss_stale_reviews ?? false, require_code_owner_review: reviews?.require_code_owner_reviews ?? false,
    authorized_dismissal_actors_only: false, ignore_approvals_from_contributors: false, required_status_checks: checks?.contexts ?? [],
    required_status_checks_enforcement_level: off(checks !== null), strict_required_status_checks_policy: checks?.strict ?? false, signature_requirement_enforcement_level: 'off',
    linear_history_requirement_enforcement_level: off(row.required_linear_history), admin_enforced: row.enforce_admins,
    allow_force_pushes_enforcement_level: off(row.allow_force_pushes), allow_deletions_enforcement_level: off(row.allow_deletions), merge_queue_enforcement_level: 'off',
    lock_branch_enforcement_level: 'off', lock_allows_fork_sync: false, create_protected: false, require_last_push_approval: false,
    required_deployments_enforcement_level: 'off', required_conversation_resolution_level: 'off', authorized_actors_only: row.restrictions !== null, authorized_actor_names: row.restrictions?.users ?? [],
  };
}
