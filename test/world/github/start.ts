/**
 * The embedded GitHub stand-in: our own model of GitHub's documented behaviour, on emulate@0.12.2, for tests and for the demo. It is not GitHub, and what
 * passes here has been shown against this model only. It listens on loopback, sends real signed webhooks, keeps a journal of requests
 * and deliveries, and can be told to fail.
 *
 * Known differences: no rename detection in merges, merge queues of one entry to a group, no rulesets, no Actions runs but dispatched ones, no git over HTTP.
 */
import { addAppRoutes, addManifestRoutes } from './apps.ts';
import { addAuth } from './auth.ts';
import { addChangeRoutes } from './changes.ts';
import { addCheckRoutes } from './checks.ts';
import { addCommentRoutes, addReviewGuard } from './comments.ts';
import { controls } from './controls.ts';
import { createDeliveries } from './deliveries.ts';
import type { Deliveries, Delivery, Order } from './deliveries.ts';
import { loadEmulate } from './emulate.ts';
import { emitter, fromEmulate } from './events.ts';
import { createFaults } from './faults.ts';
import { addForkRoutes } from './forks.ts';
import type { Faults } from './faults.ts';
import { openFront } from './front.ts';
import type { Journalled } from './front.ts';
import { addGraphql } from './graphql/route.ts';
import { appRow } from './hub.ts';
import type { Hub } from './hub.ts';
import { addIssueRoutes } from './issues.ts';
import { addMergeRoutes } from './merge.ts';
import { watchRefs } from './moves.ts';
import { addPages } from './pages.ts';
import { addOAuthRoutes } from './oauth.ts';
import { addPermissionRoutes } from './permission.ts';
import { addProtectionRoutes } from './protection.ts';
import { addPullRoutes } from './pulls.ts';
import { addRepoRoutes } from './repos.ts';
import { seedApp, seedOrg, seedRepo, seedUser } from './seed.ts';
import type { AppSeed, InstallationSeed, OrgSeed, RepoSeed, UserSeed } from './seed.ts';
import { addRunRoutes } from './runs.ts';
import type { Runner, Runs } from './runs.ts';
import { addSettingsRoutes } from './settings.ts';
import { addErrorAnswers, wrapped } from './wrapped.ts';

export interface GitHubOptions {
  port?: number;
  users?: UserSeed[];
  orgs?: OrgSeed[];
  repos?: RepoSeed[];
  /** The Assay App; installed on every owner of a seeded repository unless `installations` says otherwise. */
  app?: AppSeed;
  /** Further Apps, for instance a rogue one. */
  otherApps?: AppSeed[];
  /** Requests per hour and token; 5000 as GitHub gives a person. */
  rateLimit?: number;
  /** Does the work of dispatched workflow runs; without one they wait for a runner for ever. */
  runner?: Runner;
}

export interface AppHandle { appId: number; slug: string; privateKeyPem: string; webhookSecret: string; installationIds: number[] }

export interface GitHubWorld extends AppHandle {
  url: string;
  graphqlUrl: string;
  /** The token of every person by login. */
  users: Record<string, string>;
  otherApps: AppHandle[];
  faults: Faults;
  /** Workflow runs, and the hands that alter them. */
  runs: Runs;
  /** Every request that came in, in order. */
  requests: Journalled[];
  deliveries(appId?: number): Delivery[];
  /** Waits until no webhook is on its way. */
  idle(): Promise<void>;
  releaseWebhooks(order?: Order): void;
  addRepository(seed: RepoSeed): { id: number };
  addUser(seed: UserSeed): string;
  installApp(appId: number, seed: InstallationSeed): number;
  /** The cookie of a browser in which this person signed in to GitHub's pages. */
  signsIn(login: string): string;
  /** What this App signs people in with. */
  clientOf(appId: number): { clientId: string; clientSecret: string };
  setWebhookUrl(appId: number, url: string | null): void;
  suspend(installationId: number, suspended: boolean): void;
  /** The branch of `owner/name` is merged into by a queue alone. */
  requireQueue(repository: string, branch: string): void;
  /** GitHub tries merges in the background: while this is on it has not come to any. */
  holdMerges(held: boolean): void;
  /** Makes every installation token given out so far unknown. */
  expireInstallationTokens(): void;
  stop(): Promise<void>;
}

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubWorld> {
  const faults = createFaults();
  const front = await openFront({ port: options.port ?? 0, faults, limit: options.rateLimit ?? 5000 });
  const emulated = await loadEmulate(front.url);
  const deliveries = createDeliveries(faults.webhookFault);
  const hub: Hub = {
    gh: emulated.gh, app: emulated.newRouter(), baseUrl: front.url, tokens: emulated.tokens, reactions: [], statuses: [], trialMerges: new Map(), queues: [], queued: 0, testMerges: new Map(), heldMerges: null, changes: new Map(),
    limitOf: front.standing, emit: () => undefined, refsMoved: () => undefined,
  };
  hub.tokens.clear();
  const apps = seed(hub, options);
  const refs = watchRefs(hub);
  hub.emit = emitter(hub, deliveries);
  hub.refsMoved = refs.report;
  addErrorAnswers(hub.app);
  addAuth(hub);
  const signIns = addOAuthRoutes(hub);
  addPermissionRoutes(hub);
  addOwnRoutes(hub, deliveries);
  const runs = addRunRoutes(hub, options.runner ?? null);
  emulated.addRoutes(wrapped(hub), fromEmulate(hub));
  front.answerWith((request) => hub.app.fetch(request));
  const [app, ...otherApps] = apps.made.map((appId) => handleOf(hub, appId));
  if (app === undefined) throw new Error('a world has at least one App');
  return {
    ...app, otherApps, url: front.url, graphqlUrl: `${front.url}/graphql`, users: apps.users, faults, runs, requests: front.requests,
    deliveries: deliveries.all, idle: deliveries.idle, releaseWebhooks: (order = 'in order') => deliveries.release(order),
    ...controls(hub, refs), ...signIns,
    stop: async () => { deliveries.stop(); await front.close(); },
  };
}

function seed(hub: Hub, options: GitHubOptions): { users: Record<string, string>; made: number[] } {
  const users: Record<string, string> = {};
  for (const user of options.users ?? []) users[user.login] = seedUser(hub, user).token;
  for (const org of options.orgs ?? []) seedOrg(hub, org);
  for (const repo of options.repos ?? []) seedRepo(hub, repo);
  const owners = [...new Set((options.repos ?? []).map((repo) => repo.owner))];
  const installations = owners.map((account) => ({ account }));
  const assay = seedApp(hub, { installations, ...options.app });
  const others = (options.otherApps ?? []).map((other, index) => seedApp(hub, { appId: 2001 + index, slug: `rogue-${index + 1}`, installations, ...other }));
  return { users, made: [assay, ...others].map((row) => row.app_id) };
}

function handleOf(hub: Hub, appId: number): AppHandle {
  const row = appRow(hub, appId);
  const installationIds = hub.gh.appInstallations.all().filter((candidate) => candidate.app_id === appId).map((candidate) => candidate.installation_id);
  return { appId, slug: row.slug, privateKeyPem: row.private_key, webhookSecret: row.webhook_secret ?? '', installationIds };
}

/** What the stand-in answers itself; registered before emulate's routes, so these win. */
function addOwnRoutes(hub: Hub, deliveries: Deliveries): void {
  addPages(hub);
  addGraphql(hub);
  addAppRoutes(hub, deliveries);
  addManifestRoutes(hub);
  addRepoRoutes(hub);
  addCheckRoutes(hub);
  addProtectionRoutes(hub);
  addSettingsRoutes(hub);
  addMergeRoutes(hub);
  addPullRoutes(hub);
  addChangeRoutes(hub);
  addForkRoutes(hub);
  addReviewGuard(hub);
  addIssueRoutes(hub);
  addCommentRoutes(hub);
}
