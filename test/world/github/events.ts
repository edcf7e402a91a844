/** Turns what happened into payloads: completes them, adds sender and organisation, and hands them to every App installed there that subscribed. */
import { completed } from './complete.ts';
import type { Deliveries, Hook } from './deliveries.ts';
import type { Dispatcher } from './emulate.ts';
import { labelJson, ownerJson, repoJson, userJson } from './format.ts';
import { acting } from './hub.ts';
import type { Hub, Json } from './hub.ts';
import { nodeId } from './store.ts';
import type { AppRow, InstallationRow, RepoRow } from './rows.ts';

/** Only the App that owns the check hears of these. */
const OWN_CHECKS = new Set(['rerequested', 'requested_action']);
/** Sent whether subscribed or not. */
const ALWAYS = new Set(['installation', 'installation_repositories', 'installation_target', 'github_app_authorization']);
/** emulate's own versions, which `moves.ts` replaces. */
const REPLACED = new Set(['push', 'create', 'delete', 'check_run', 'check_suite']);

export function emitter(hub: Hub, deliveries: Deliveries): Hub['emit'] {
  return (event, action, payload, repo) => {
    const whole = wholePayload(hub, { event, action, payload, repo });
    for (const { app, installation } of audience(hub, { event, action, payload, repo })) {
      const hook = hookOf(app);
      if (hook === undefined) continue;
      const addressed = { ...whole, installation: { id: installation.installation_id, node_id: nodeId('Installation', installation.installation_id) } };
      deliveries.send(hook, { event, action: action ?? null, payload: addressed, installationId: installation.installation_id, repositoryId: repo.id });
    }
  };
}

/**
 * What emulate's routes dispatch, passed on unless the stand-in reports it itself. emulate's plugin replaces `dispatch` by one that also posts to
 * Apps by itself; that replacement is not taken, so that each event is sent once.
 */
export function fromEmulate(hub: Hub): Dispatcher {
  const dispatcher: Dispatcher = {
    dispatch: async (event, action, payload, owner, name) => {
      const repo = hub.gh.repos.all().find((row) => row.full_name === `${owner}/${name ?? ''}`);
      if (repo === undefined || REPLACED.has(event)) return;
      // emulate calls labelling a pull request `issues.labeled`; on GitHub it is `pull_request.labeled`.
      const about = payload as Json;
      const labelledPull = event === 'issues' && typeof about['issue'] === 'object' && about['issue'] !== null && 'diff_url' in about['issue'];
      if (!labelledPull) return hub.emit(event, action, about, repo);
      const { issue, ...rest } = about;
      hub.emit('pull_request', action, { ...rest, pull_request: issue }, repo);
    },
  };
  const { dispatch } = dispatcher;
  return Object.defineProperty(dispatcher, 'dispatch', { get: () => dispatch, set: () => undefined });
}

interface Happened { event: string; action: string | undefined; payload: Json; repo: RepoRow }

function wholePayload(hub: Hub, { event, action, payload, repo }: Happened): Json {
  const { label, pull_request: pull, sender: given, ...rest } = payload;
  const actor = acting.getStore()?.actor;
  const sender = given ?? (actor === undefined ? ownerJson(hub, repo) : userJson(hub, actor));
  const number = typeof pull === 'object' && pull !== null && 'number' in pull && event === 'pull_request' ? { number: pull.number } : {};
  const named = typeof label === 'object' && label !== null && 'name' in label ? label.name : undefined;
  const row = hub.gh.labels.findBy('repo_id', repo.id).find((candidate) => candidate.name === named);
  const whole = {
    ...(action === undefined ? {} : { action }), ...number, ...rest, ...(pull === undefined ? {} : { pull_request: pull }),
    ...(row === undefined ? (label === undefined || label === null ? {} : { label }) : { label: labelJson(hub, row) }),
    repository: repoJson(hub, repo), ...(repo.owner_type === 'Organization' ? { organization: orgJson(hub, repo) } : {}), sender,
  };
  return completed(hub, whole) as Json;
}

function orgJson(hub: Hub, repo: RepoRow): Json {
  const org = hub.gh.orgs.get(repo.owner_id);
  const url = `${hub.baseUrl}/orgs/${org?.login ?? ''}`;
  return {
    login: org?.login, id: org?.id, node_id: org?.node_id, url, repos_url: `${url}/repos`, events_url: `${url}/events`, hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`, members_url: `${url}/members{/member}`, public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${hub.baseUrl}/avatars/o/${org?.login ?? ''}`, description: org?.description ?? '',
  };
}

function audience(hub: Hub, { event, action, payload, repo }: Happened): { app: AppRow; installation: InstallationRow }[] {
  const owner = ownCheckApp(event, action, payload);
  return hub.gh.appInstallations.all()
    .filter((row) => row.suspended_at === null && row.account_id === repo.owner_id && row.account_type === repo.owner_type)
    .filter((row) => row.repository_selection === 'all' || row.repository_ids.includes(repo.id))
    .flatMap((installation) => {
      const app = hub.gh.apps.all().find((candidate) => candidate.app_id === installation.app_id);
      const hears = app !== undefined && (ALWAYS.has(event) || app.events.includes(event) || app.events.includes('*'));
      return hears && (owner === undefined || owner === app.app_id) ? [{ app, installation }] : [];
    });
}

function ownCheckApp(event: string, action: string | undefined, payload: Json): number | undefined {
  if ((event !== 'check_run' && event !== 'check_suite') || !OWN_CHECKS.has(action ?? '')) return undefined;
  const check = payload[event] as { app?: { id?: number } } | undefined;
  return check?.app?.id;
}

export function hookOf(app: AppRow): Hook | undefined {
  return app.webhook_url === null ? undefined : { appId: app.app_id, url: app.webhook_url, secret: app.webhook_secret };
}
