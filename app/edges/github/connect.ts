/** Connects to GitHub as the App, on Probot, with its in-process throttle and retries off: they would sleep holding a lease. */
import { Probot, ProbotOctokit } from 'probot';
import { pino } from 'pino';
import { request } from '@octokit/request';
import type { GitHub, GitHubApp } from '../../core/ports/github.ts';
import type { Limiter, RepositoryRef } from '../../core/ports/store.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { allPages, createClient, type Client, type Data } from './client.ts';
import { createGate } from './gate.ts';
import { createRevalidation } from './revalidate.ts';
import { createObjectCache } from './blobs.ts';
import { createInstallation } from './installation.ts';
import { createWorkflowRuns } from './workflow-runs.ts';
import { createDeliveries } from './deliveries.ts';
import { GitHubError, idOf } from './failures.ts';
import { limitsFor, type GitHubLimits } from './limits.ts';

export interface GitHubOptions {
  appId: number;
  privateKey: string;
  /** Where the REST API is, e.g. `https://api.github.com`. */
  baseUrl: string;
  secret: string;
  store: Limiter;
  clock: Clock;
  log: Log;
  limits?: Partial<GitHubLimits>;
}

export interface ConnectedGitHub extends GitHubApp {
  /** For Probot's webhook middleware; its Octokits are the same that Assay uses. */
  readonly probot: Probot;
  /** The client under the port, for questions that the port does not ask (the doctor's). 0: as the App itself. */
  client(installationId: number): Promise<Client>;
}

export async function connectGitHub(options: GitHubOptions): Promise<ConnectedGitHub> {
  const { appId, clock, log, baseUrl } = options;
  const limits = { ...limitsFor(baseUrl), ...options.limits };
  const shared = { appId, baseUrl, clock, log, limits, gate: createGate({ store: options.store, clock, limits }), revalidation: createRevalidation() };
  const objects = createObjectCache();
  const probot = await createProbot(options).ready();
  const clients = new Map<number, Promise<Client>>();

  /** Installation 0 is the App itself. */
  function client(installationId: number): Promise<Client> {
    const known = clients.get(installationId);
    if (known) return known;
    const made = probot.auth(installationId || undefined).then((octokit) => createClient({ ...shared, installationId, octokit: octokit as ProbotOctokit }));
    clients.set(installationId, made);
    return made;
  }

  const app = await client(0);
  let slug: Promise<string> | null = null;
  return {
    appId,
    probot,
    client,
    deliveries: createDeliveries(app),
    botLogin() {
      slug ??= app.rest('GET /app', {}).then((data) => `${slugOf(data)}[bot]`);
      slug.catch(() => { slug = null; });
      return slug;
    },
    installation: async (id): Promise<GitHub> => createInstallation(await client(id), objects),
    workflowRuns: async (id) => createWorkflowRuns(await client(id)),
    installations: () => listInstallations(app),
    repositories: async (id) => listRepositories(await client(id), id),
  };
}

function slugOf(data: Data<'GET /app'>): string {
  // GitHub's description leaves the answer untyped where the App could be null.
  const app: unknown = data;
  if (typeof app === 'object' && app !== null && 'slug' in app && typeof app.slug === 'string') return app.slug;
  throw new GitHubError('GITHUB_ANSWER_INVALID', 'GET /app names no slug', { status: 200, notBefore: null });
}

function createProbot(options: GitHubOptions): Probot {
  // auth-app asks api.github.com for tokens unless its own request knows the address. Only the function form of defaults reaches throttle.
  const own = request.defaults({ baseUrl: options.baseUrl });
  const Octokit = ProbotOctokit.defaults((given: { auth?: object; throttle?: object }) => ({
    ...given,
    auth: { ...given.auth, request: own },
    throttle: { ...given.throttle, enabled: false },
    retry: { enabled: false },
  }));
  const { appId, privateKey, secret, baseUrl } = options;
  return new Probot({ appId, privateKey, secret, baseUrl, Octokit, log: pino({ level: 'silent' }) });
}

async function listInstallations(app: Client): Promise<{ id: number; account: string }[]> {
  const all = await allPages(app.clock.now(), (page) => app.rest('GET /app/installations', { per_page: 100, page }));
  const active = all.filter((installation) => !installation.suspended_at);
  return active.map(({ id, account }) => ({ id, account: account && 'login' in account ? account.login : '' }));
}

async function listRepositories(client: Client, installationId: number): Promise<RepositoryRef[]> {
  const all = await allPages(client.clock.now(), async (page) => (await client.rest('GET /installation/repositories', { per_page: 100, page })).repositories);
  return all.map(({ id, owner, name }) => ({ id: idOf(id), owner: owner.login, name, installationId }));
}
