/** Asks GitHub what the doctor wants to know. Reads only; every refusal becomes a fact. */
import { type Config, configPath, defaultConfig, parseConfig } from '../../core/config.ts';
import { problemOf } from '../../core/errors.ts';
import type { ConnectedGitHub } from '../../edges/github/connect.ts';
import type { Client, Data } from '../../edges/github/client.ts';
import { GitHubError } from '../../edges/github/failures.ts';
import { HOUR } from '../../edges/github/limits.ts';
import type { Answer, AppFacts, DoctorFacts, ProtectionFacts, RepositoryFacts, RuleFacts, RulesetFacts } from './facts.ts';

type GitHubFacts = Pick<DoctorFacts, 'hook' | 'deliveries' | 'repository'> & { app: Answer<AppFacts> };

const notAsked = { known: false, status: 0, why: 'not asked' } as const;

export async function gather(github: ConnectedGitHub, options: { repository: string | null; workflow: string | null; now: number }): Promise<GitHubFacts> {
  const app = await github.client(0);
  const own = await answer(async () => appOf(await app.rest('GET /app', {})));
  if (!own.known) return { app: own, hook: notAsked, deliveries: notAsked, repository: null };
  const [hook, deliveries] = await Promise.all([
    answer(async () => ({ url: (await app.rest('GET /app/hook/config', {})).url ?? '' })),
    answer(() => github.deliveries.list(options.now - HOUR)),
  ]);
  return { app: own, hook, deliveries, repository: options.repository === null ? null : await gatherRepository(github, app, { name: options.repository, workflow: options.workflow }) };
}

async function answer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (thrown) {
    return { known: false, status: thrown instanceof GitHubError ? thrown.status : 0, why: problemOf(thrown).message };
  }
}

function appOf(data: Data<'GET /app'>): AppFacts {
  const { id, slug, permissions, events } = data as { id: number; slug?: string; permissions: Record<string, string>; events: string[] };
  return { id, slug: slug ?? '', permissions, events };
}

async function gatherRepository(github: ConnectedGitHub, app: Client, { name, workflow }: { name: string; workflow: string | null }): Promise<RepositoryFacts> {
  const [owner = '', repo = ''] = name.split('/');
  const at = { owner, repo };
  const found = await answer(() => app.rest('GET /repos/{owner}/{repo}/installation', at));
  if (!found.known) return { name, installation: found, repository: notAsked, protection: notAsked, rules: notAsked, rulesets: [], actionsMayApprove: notAsked, presence: notAsked, cliBuilders: notAsked, workflow: null };
  const client = await github.client(found.value.id);
  const installation = { known: true, value: { permissions: stringsOf(found.value.permissions), suspended: found.value.suspended_at !== null && found.value.suspended_at !== undefined } } as const;
  const repository = await answer(async () => repositoryOf(await client.rest('GET /repos/{owner}/{repo}', at)));
  if (!repository.known) return { name, installation, repository, protection: repository, rules: repository, rulesets: [], actionsMayApprove: repository, presence: repository, cliBuilders: repository, workflow: null };
  const branch = { ...at, branch: repository.value.defaultBranch };
  const [protection, rules, actionsMayApprove, config] = await Promise.all([
    answer(() => readProtection(client, branch)),
    answer(async () => (await client.rest('GET /repos/{owner}/{repo}/rules/branches/{branch}', branch)).map(ruleOf)),
    answer(async () => (await client.rest('GET /repos/{owner}/{repo}/actions/permissions/workflow', at)).can_approve_pull_request_reviews),
    answer(async () => configIn(await readText(client, { ...at, path: configPath }))),
  ]);
  const path = workflow && `.github/workflows/${workflow}`;
  return { name, installation, repository, protection, rules, actionsMayApprove, presence: config.known ? { known: true, value: config.value.approval.presence } : config, cliBuilders: config.known ? { known: true, value: config.value.cliBuilders } : config, workflow: path ? { path, found: await answer(() => readWorkflow(client, { ...at, path })) } : null, rulesets: await readRulesets(client, at, rules.known ? rules.value : []) };
}

async function readWorkflow(client: Client, at: { owner: string; repo: string; path: string }): Promise<'dispatchable' | 'not dispatchable' | 'missing'> {
  const text = await readText(client, at);
  if (text === null) return 'missing';
  return /\bworkflow_dispatch\b/.test(text) ? 'dispatchable' : 'not dispatchable';
}

/** A file of the default branch; null where there is none. */
async function readText(client: Client, at: { owner: string; repo: string; path: string }): Promise<string | null> {
  try {
    const file = await client.rest('GET /repos/{owner}/{repo}/contents/{path}', at);
    return 'content' in file && typeof file.content === 'string' ? Buffer.from(file.content, 'base64').toString('utf8') : '';
  } catch (thrown) {
    if (thrown instanceof GitHubError && thrown.status === 404) return null;
    throw thrown;
  }
}

/** Throws CONFIG_* where nobody can tell. */
function configIn(text: string | null): Config {
  return text === null ? defaultConfig() : parseConfig(text);
}

function stringsOf(record: object): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]));
}

function repositoryOf(data: Data<'GET /repos/{owner}/{repo}'>) {
  return { private: data.private, archived: data.archived, defaultBranch: data.default_branch, allowAutoMerge: data.allow_auto_merge ?? null };
}

/** Null where GitHub says that the branch is not protected; any other 404 stays a refusal. */
async function readProtection(client: Client, branch: { owner: string; repo: string; branch: string }): Promise<ProtectionFacts | null> {
  try {
    return protectionOf(await client.rest('GET /repos/{owner}/{repo}/branches/{branch}/protection', branch));
  } catch (thrown) {
    if (thrown instanceof GitHubError && thrown.status === 404 && /not protected/i.test(thrown.message)) return null;
    throw thrown;
  }
}

function protectionOf(data: Data<'GET /repos/{owner}/{repo}/branches/{branch}/protection'>): ProtectionFacts {
  const required = data.required_status_checks;
  const listed = required?.checks ?? [];
  // The old list has names only: required from anyone.
  const byName = (required?.contexts ?? []).filter((context) => !listed.some((each) => each.context === context)).map((context) => ({ context, appId: null }));
  const allowances = data.required_pull_request_reviews?.bypass_pull_request_allowances;
  return {
    checks: [...listed.map((each) => ({ context: each.context, appId: each.app_id })), ...byName],
    strict: required?.strict ?? false,
    enforceAdmins: data.enforce_admins?.enabled ?? false,
    forcePushes: data.allow_force_pushes?.enabled ?? false,
    bypass: [
      ...(allowances?.users ?? []).map((user) => `user ${user?.login}`),
      ...(allowances?.teams ?? []).map((team) => `team ${team?.slug}`),
      ...(allowances?.apps ?? []).map((each) => `app ${each?.slug}`),
    ],
  };
}

function ruleOf(rule: Data<'GET /repos/{owner}/{repo}/rules/branches/{branch}'>[number]): RuleFacts {
  const checks = rule.type === 'required_status_checks' ? (rule.parameters?.required_status_checks ?? []) : [];
  return {
    type: rule.type,
    rulesetId: rule.ruleset_id ?? 0,
    organization: rule.ruleset_source_type === 'Organization',
    checks: checks.map((each) => ({ context: each.context, appId: each.integration_id ?? null })),
  };
}

async function readRulesets(client: Client, at: { owner: string; repo: string }, rules: RuleFacts[]): Promise<Answer<RulesetFacts>[]> {
  const unique = new Map(rules.map((rule) => [rule.rulesetId, rule.organization]));
  return Promise.all([...unique].map(([ruleset_id, organization]) => answer(async () => {
    const data = await client.rest('GET /repos/{owner}/{repo}/rulesets/{ruleset_id}', { ...at, ruleset_id, includes_parents: true });
    return { id: ruleset_id, name: data.name, organization, enforcement: data.enforcement, bypass: data.bypass_actors?.map((actor) => `${actor.actor_type} ${actor.actor_id ?? ''} (${actor.bypass_mode ?? 'always'})`) ?? null };
  })));
}
