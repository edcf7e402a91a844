/** The composition: builds each edge once, hands it down, and answers a running Assay. It decides nothing. */
import { createServer, type Server } from 'node:http';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createNodeMiddleware, type Probot } from 'probot';
import { introduce, openNotary, type AuditSettings } from './cli/notary.ts';
import { AssayError } from './core/errors.ts';
import type { Family } from './core/family.ts';
import type { Models } from './core/model.ts';
import type { Clock } from './core/ports/clock.ts';
import type { Executor } from './core/ports/executor.ts';
import type { Log } from './core/ports/log.ts';
import type { Policy } from './core/ports/policy.ts';
import type { SigningKey } from './core/ports/signing-key.ts';
import type { SupplyChain } from './core/ports/supply-chain.ts';
import type { JobRow, Store } from './core/ports/store.ts';
import type { SubjectKey } from './core/subject.ts';
import { supplyChain } from './edges/advisories/sources.ts';
import { actionsExecutor } from './edges/executor/actions.ts';
import { connectGitHub } from './edges/github/connect.ts';
import { forecastOf } from './edges/models/forecast.ts';
import { startGateway } from './edges/models/gateway.ts';
import { meteredModels } from './edges/models/metered.ts';
import type { VendorSettings } from './edges/models/vendor.ts';
import { wireModels } from './edges/models/wire/passing.ts';
import { openPolicy } from './edges/policy.ts';
import { packOf } from './web/pack.ts';
import { pemKey } from './edges/keys/pem.ts';
import { signingKey } from './edges/signing-key.ts';
import { signerWith, type SignerOptions } from './edges/sigstore/signer.ts';
import { webAuthn } from './edges/webauthn/verify.ts';
import { openStore } from './edges/store/sqlite/open.ts';
import { createReceiver } from './ingest/receive.ts';
import { createDiscovery } from './reconcile/discover.ts';
import { createGapPoll } from './reconcile/gap.ts';
import { createJobRunner, type JobTerms } from './reconcile/jobs.ts';
import { createLoop } from './reconcile/loop.ts';
import { createSweep, createTidy } from './reconcile/sweep.ts';
import { termsOf } from './reconcile/terms.ts';
import { verifierOf, type RunSignerSettings } from './cli/run-signers.ts';
import { subjectHandlers, type SubjectEdges } from './subjects/handlers.ts';
import { announceParked } from './subjects/parked.ts';
import { createPages } from './web/pages.ts';
import { createPresence } from './web/presence/presence.ts';
import type { SignInSettings } from './web/presence/sign-in.ts';

export interface AssaySettings {
  appId: number;
  privateKey: string;
  /** All webhook secrets that are valid now, the newest first. */
  webhookSecrets: string[];
  /** GitHub's REST API and its pages. */
  gitHub: { baseUrl: string; pagesUrl: string };
  dataDir: string;
  host: string;
  port: number;
  /** Where people's browsers reach this server; absent: where it listens. */
  publicUrl?: string;
  pages: { token: string | null; open: boolean };
  /** How often the timers turn; tests and the demo make them quick. */
  pace?: { pollMs?: number; sweepMs?: number };
  toolsDigest: string;
  /** Hands work to GitHub Actions: which workflow file of the repositories it dispatches. Absent: all work is run here. */
  actions?: { workflow?: string; signers?: RunSignerSettings };
  /** Where package names are asked, per ecosystem; absent: the clients' own configuration. */
  registries?: Record<string, string>;
  /** GitHub's web sign-in for the people who approve by passkey; absent: nobody can. */
  signIn?: SignInSettings;
  /** Signs evidence; absent: the key in `dataDir`, made there where it is missing. */
  key?: SigningKey;
  /** A timestamp authority whose time each signature gets. */
  timestamps?: NonNullable<SignerOptions['timestamps']>;
  /** Absent: the audit log is kept and chained, and nobody signs what it held when. */
  audit?: AuditSettings;
}

export interface AssayEdges {
  vendors: Record<Family, Models>;
  /** Keys and addresses for command line agents, whose requests are passed on as they are; absent: builders through them get no model. */
  wire?: Record<Family, VendorSettings>;
  /** Families whose vendor has a key. */
  families: Family[];
  /** Where their endpoints stand; absent: nobody said. */
  modelRegions?: Partial<Record<Family, string>>;
  /** Runs work on this machine. */
  executor: Executor;
  /** Who is asked about known faults: this machine's records and the npm client's registry where absent. */
  supplyChain?: SupplyChain;
  clock: Clock;
  log: Log;
  /** The committed wasm where absent. */
  policy?: Policy;
  /** The embedded one in `dataDir` where absent; closed at stop in either case. */
  store?: Store;
}

export interface RunningAssay {
  url: string;
  store: Store;
  stop(): Promise<void>;
}

export const webhookPath = '/api/github/webhooks';

export async function startAssay(settings: AssaySettings, edges: AssayEdges): Promise<RunningAssay> {
  const { clock, log } = edges;
  const store = edges.store ?? await openStore({ path: join(settings.dataDir, 'assay.sqlite'), clock });
  const policy = edges.policy ?? await openPolicy();
  const signer = signerWith(settings.key ?? pemKey(await signingKey(settings.dataDir)), settings.timestamps ? { timestamps: settings.timestamps } : {});
  const app = await connectGitHub({ appId: settings.appId, privateKey: settings.privateKey, baseUrl: settings.gitHub.baseUrl, secret: settings.webhookSecrets[0] ?? '', store, clock, log });
  const notary = await openNotary(settings.audit, { dataDir: settings.dataDir, store, signer, app, clock, log });
  await introduce(store, { policy: policy.digest, tools: settings.toolsDigest, evidenceKey: signer.publicKeyPem, auditKey: notary.verifierKey });
  const server = createServer();
  const url = await listen(server, settings);
  const gateway = await openGateway(edges, store);

  const rhythm = { store, clock, log, owner: `${process.pid}-${randomUUID().slice(0, 8)}`, pollMs: settings.pace?.pollMs ?? 1_000 };
  const executor = settings.actions ? actionsExecutor({ app, local: edges.executor, clock, ...settings.actions, ...verifierOf(settings, { clock, replays: store }) }) : edges.executor;
  const jobs = createJobRunner({ ...rhythm, executor, termsOf: gateway.termsOf, onAnswer: () => loop.wake() });
  // A job that a decision starts need not wait for the runner's next poll.
  const waking: Store = { ...store, startJob: async (row) => { const result = await store.startJob(row); jobs.wake(); return result; } };
  const subjects: SubjectEdges = {
    app, store: waking, policy, signer, clock, families: edges.families, modelRegions: edges.modelRegions ?? {}, publicUrl: settings.publicUrl ?? url,
    toolsDigest: settings.toolsDigest, registries: settings.registries ?? null, gitHubUrl: settings.gitHub.pagesUrl, forecast: forecastOf, executor: executor.name, supplyChain: edges.supplyChain ?? supplyChain(),
  };
  const loop = createLoop({ ...rhythm, handlers: subjectHandlers(subjects), onParked: (claim, problem, run) => announceParked(subjects, { claim, problem, run }) });
  const timers = [
    createSweep({ store, clock, log, onMarked: loop.wake, ...(settings.pace?.sweepMs ? { everyMs: settings.pace.sweepMs } : {}) }),
    createTidy({ store, clock, log }),
    createGapPoll({ store, deliveries: app.deliveries, clock, log }),
    createDiscovery({ app, store, clock, log, onMarked: loop.wake }),
    ...notary.timers,
  ];
  const receive = createReceiver({ store, secrets: settings.webhookSecrets, log, own: { appId: settings.appId, login: await app.botLogin() }, now: () => clock.now(), onStored: () => { loop.wake(); jobs.wake(); } });
  const pages = createPages({ store, publicKeyPem: signer.publicKeyPem, auditKey: notary.verifierKey, pack: async (key) => packOf({ store, signer, policy }, key), ...settings.pages, now: () => clock.now() });
  const presence = createPresence({
    store, app, policy, webAuthn, publicUrl: subjects.publicUrl, gitHub: settings.gitHub, signIn: settings.signIn ?? null, sessionSecret: settings.privateKey, onSigned: loop.wake, now: () => clock.now(), log,
  });
  await serve(server, { probot: app.probot, receive, pages: async (req, res) => await presence(req, res) || await pages(req, res) });

  await loop.start();
  jobs.start();
  for (const timer of timers) timer.start();
  log.info({ url, families: edges.families, executor: executor.name }, 'assay is running');
  return { url, store, stop: async () => {
    await Promise.all(timers.map((timer) => timer.stop()));
    await closed(server);
    await Promise.all([loop.drain(), jobs.drain()]);
    await gateway.stop();
    await store.close();
  } };
}

/** The models' door: each job gets a token for its own families and its project's purse, and loses it when it ends. */
async function openGateway({ vendors, wire, clock, log }: AssayEdges, store: Store): Promise<{ termsOf(job: JobRow): Promise<JobTerms>; stop(): Promise<void> }> {
  const projects = new Map<string, SubjectKey>();
  const purseOf = (job: string, { cap }: { cap: number }) => {
    const project = projects.get(job);
    if (!project) throw new AssayError('JOB_TOKEN_INVALID', `job ${job} has no project to charge`, { remedy: 'Start the job again.' });
    return { ledger: store, promptLog: store, clock, project, job, cap, traceId: randomUUID() };
  };
  const gateway = await startGateway({
    clock, log, progress: store, modelsFor: (job, grant) => meteredModels({ vendors, ...purseOf(job, grant) }),
    ...(wire ? { wireFor: (job, grant, onBill) => wireModels({ settings: wire, families: grant.families, model: grant.cliModel, onBill, ...purseOf(job, grant) }) } : {}),
  });
  return { stop: gateway.stop, async termsOf(job) {
    const { ask, project, cap, deadlineMs, fork } = await termsOf(store, job);
    const repository = (await store.subject(job.subject))?.repository ?? null;
    if (!ask) return { gateway: null, fork, deadlineMs, repository };
    projects.set(job.id, project);
    const issued = gateway.issue(job.id, { ...ask, cap, expiresAt: clock.now() + deadlineMs });
    return { gateway: issued, fork, deadlineMs, repository, end: () => { gateway.revoke(job.id); projects.delete(job.id); } };
  } };
}

/** The receiver comes before Probot's own webhook handler, so that nothing is acknowledged that is not on disk. */
async function serve(server: Server, handlers: { probot: Probot; receive: ReturnType<typeof createReceiver>; pages: ReturnType<typeof createPages> }): Promise<void> {
  const { probot, receive, pages } = handlers;
  const middleware = await createNodeMiddleware((_app, { addHandler }) => {
    addHandler(async (req, res) => {
      if (req.url?.split('?')[0] !== webhookPath) return pages(req, res);
      await receive(req, res);
      return true;
    });
  }, { probot, webhooksPath: webhookPath });
  server.on('request', (req, res) => void middleware(req, res, () => { res.writeHead(404).end(); }));
}

async function listen(server: Server, { host, port }: AssaySettings): Promise<string> {
  await new Promise<void>((resolve, reject) => { server.once('error', reject); server.listen(port, host, resolve); });
  const address = server.address();
  return `http://${host.includes(':') ? `[${host}]` : host}:${typeof address === 'object' && address ? address.port : port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); });
}
