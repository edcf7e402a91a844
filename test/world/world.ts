/**
 * The harness that stories are told in: the GitHub stand-in and the real App (receiver, sqlite store, reconciler, wasm policy, signer) in one
 * process, with scripted work and a clock that can be put ahead. A story is told through HTTP and read from there; `settled` waits for a
 * condition, never for a time.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { families as allFamilies, type Family } from '../../app/core/family.ts';
import type { Models } from '../../app/core/model.ts';
import type { Log } from '../../app/core/ports/log.ts';
import type { Policy } from '../../app/core/ports/policy.ts';
import type { SigningKey } from '../../app/core/ports/signing-key.ts';
import type { SupplyChain } from '../../app/core/ports/supply-chain.ts';
import type { Store } from '../../app/core/ports/store.ts';
import { openPolicy } from '../../app/edges/policy.ts';
import { openStore } from '../../app/edges/store/sqlite/open.ts';
import type { AuditSettings } from '../../app/cli/notary.ts';
import { startAssay, webhookPath, type AssayEdges, type RunningAssay } from '../../app/index.ts';
import { worldClock, type WorldClock } from './clock.ts';
import { startGitHub, type GitHubOptions, type GitHubWorld } from './github/start.ts';
import type { Runner } from './github/runs.ts';
import { installationOf } from './installation.ts';
import { readers, type Readers } from './readers.ts';
import { web, type Web } from './web.ts';
import { somebody, type Somebody } from './people.ts';
import { scriptedExecutor, type Script, type ScriptedExecutor } from './script.ts';

export const owner = 'ada';
export const repository = 'shop';
export const at = `/repos/${owner}/${repository}`;

/** Where the App says it is; passkeys are bound to it. */
export const publicUrl = 'http://assay.test';

const people = { grace: 'write', rita: 'read', bob: 'write', tom: 'triage' } as const;

export interface WorldOptions {
  script?: Partial<Script>;
  families?: readonly Family[];
  modelRegions?: AssayEdges['modelRegions'];
  /** The text of `.github/assay.yml` on the default branch. */
  config?: string;
  files?: Record<string, string>;
  /** Where the App says it is, where that matters: a real browser gives passkeys to secure places only. */
  publicUrl?: string;
  /** Requires the check `assay` of this App on `main`; true where absent. */
  protect?: boolean;
  otherApps?: GitHubOptions['otherApps'];
  /** Work that is handed away is dispatched to a workflow on `main`, whose runs this does. */
  runner?: Runner;
  vendors?: Models;
  policy?: Policy;
  /** Who is asked about known faults; without it this machine's own records. */
  supplyChain?: SupplyChain;
  /** How the audit log is sealed and anchored; absent: it is not. */
  audit?: AuditSettings;
  /** The key that signs evidence, asked for at each start; absent: the one in the data folder. */
  key?: () => Promise<SigningKey>;
  /** Stands between the App and its store, e.g. to let it crash. */
  storeThrough?: (store: Store) => Store;
}

export interface World extends Readers {
  github: GitHubWorld;
  /** The running App; another one after `restart`. */
  readonly assay: RunningAssay;
  executor: ScriptedExecutor;
  clock: WorldClock;
  /** Lines of the App's log, newest last. */
  log: { level: string; message: string; fields: Record<string, unknown> }[];
  repositoryId: number;
  /** The App's data folder. */
  dataDir: string;
  founder: Somebody;
  /** Writers; a reader; somebody who triages; somebody without any relation to the repository. */
  grace: Somebody;
  bob: Somebody;
  rita: Somebody;
  tom: Somebody;
  stranger: Somebody;
  /** A browser, in which this person is signed in to GitHub; null: nobody is. */
  browser(login: string | null): Web;
  /** An App's bot, by its place in `otherApps`. */
  rogue(index?: number): Promise<Somebody>;
  /** Nothing is dirty, queued, running or on its way. What waits for its time (a back-off) is given it. */
  settled(): Promise<void>;
  /** Puts the clock ahead, so that timers turn, and settles. */
  passes(ms: number): Promise<void>;
  /** The next `times` webhooks of that event never arrive, as with an event that is too large. */
  dropWebhooks(event: string, times?: number): void;
  /** `meanwhile` happens while no App is running. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

// One key for all worlds of a test file: making it takes longer than most stories.
let keyPem: string | undefined;
let sharedPolicy: Promise<Policy> | undefined;

function appKey(): string {
  keyPem ??= generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;
  return keyPem;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const webhookSecret = randomBytes(16).toString('hex');
  const github = await startGitHub({
    users: [{ login: owner }, ...Object.keys(people).map((login) => ({ login })), { login: 'stranger' }],
    repos: [{ owner, name: repository, labels: ['intent'], collaborators: { ...people }, files: filesOf(options) }],
    app: { webhookSecret, privateKeyPem: appKey() }, rateLimit: 100_000, ...(options.otherApps ? { otherApps: options.otherApps } : {}), ...(options.runner ? { runner: options.runner } : {}),
  });
  const folder = await mkdtemp(join(tmpdir(), 'assay-world-'));
  const clock = worldClock();
  const executor = scriptedExecutor(options.script);
  const log: World['log'] = [];
  sharedPolicy ??= openPolicy();
  const edges: Omit<AssayEdges, 'store'> = { vendors: vendorsOf(options), families: [...options.families ?? allFamilies], executor, clock, log: logInto(log), policy: options.policy ?? await sharedPolicy, ...(options.modelRegions ? { modelRegions: options.modelRegions } : {}), ...(options.supplyChain ? { supplyChain: options.supplyChain } : {}) };

  async function start(): Promise<RunningAssay> {
    const real = await openStore({ path: join(folder, 'assay.sqlite'), clock });
    const running = await startAssay({
      appId: github.appId, privateKey: github.privateKeyPem, webhookSecrets: [webhookSecret], gitHub: { baseUrl: github.url, pagesUrl: github.url }, dataDir: folder,
      host: '127.0.0.1', port: 0, pages: { token: null, open: true }, pace: { pollMs: 25, sweepMs: 1_000 }, toolsDigest: 'c'.repeat(64), publicUrl: options.publicUrl ?? publicUrl, signIn: github.clientOf(github.appId), ...(options.runner ? { actions: {} } : {}), ...(options.audit ? { audit: options.audit } : {}), ...(options.key ? { key: await options.key() } : {}),
    }, { ...edges, store: options.storeThrough?.(real) ?? real });
    github.setWebhookUrl(github.appId, `${running.url}${webhookPath}`);
    return running;
  }

  let assay = await start();
  const who = (login: string): Somebody => somebody(github.url, { login, token: github.users[login]! }, at);
  const founder = who(owner);
  const { id: repositoryId } = await founder.get<{ id: number }>(at);
  const settled = (): Promise<void> => settle({ github, clock, store: () => assay.store });
  if (options.protect !== false) await protect(founder, github.appId);
  await settled();

  return {
    github, executor, clock, log, repositoryId, dataDir: folder, founder, grace: who('grace'), bob: who('bob'), rita: who('rita'), tom: who('tom'), stranger: who('stranger'), settled,
    browser: (login) => web({ publicUrl: options.publicUrl ?? publicUrl, appUrl: () => assay.url, gitHubCookie: login === null ? null : github.signsIn(login) }),
    rogue: async (index = 0) => somebody(github.url, await installationOf(github.url, github.otherApps[index]!), at),
    get assay() { return assay; },
    ...readers(founder, at),
    async passes(ms) {
      clock.advance(ms);
      await settled();
    },
    dropWebhooks: (event, times = 1) => github.faults.webhook(event, { kind: 'drop' }, times),
    async restart(meanwhile) {
      await assay.stop();
      await meanwhile?.();
      assay = await start();
      await settled();
    },
    async close() {
      // Work that was cancelled is cut off when its lease is next renewed.
      clock.advance(12_000);
      await assay.stop();
      await github.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const dispatchedWorkflow = readFileSync(new URL('./actions/dispatched.yml', import.meta.url), 'utf8');

function filesOf({ files = { 'README.md': '# Shop\n', 'src/index.ts': 'export const shop = 1;\n' }, config, runner }: WorldOptions): Record<string, string> {
  return { ...(runner ? { '.github/workflows/assay.yml': dispatchedWorkflow } : {}), ...files, ...(config === undefined ? {} : { '.github/assay.yml': config }) };
}

/** Scripted work asks no model; a story about money brings its own. */
function vendorsOf({ vendors }: WorldOptions): AssayEdges['vendors'] {
  const models = vendors ?? { ask: async () => { throw new Error('this story has no models'); } };
  return { anthropic: models, openai: models, google: models };
}

function logInto(lines: World['log']): Log {
  const at = (level: string) => (fields: object, message: string): void => { lines.push({ level, message, fields: { ...fields } }); };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

async function protect(founder: Somebody, appId: number): Promise<void> {
  await founder.put(`${at}/branches/main/protection`, {
    required_status_checks: { strict: false, checks: [{ context: 'assay', app_id: appId }] }, enforce_admins: true, required_pull_request_reviews: null, restrictions: null,
  });
}

const patienceMs = 60_000;
// Sweep, tidy, delivery poll and discovery: one that is awake has a turn under way.
const timers = 4;

async function settle(world: { github: GitHubWorld; clock: WorldClock; store(): Store }): Promise<void> {
  const end = Date.now() + patienceMs;
  for (let quiet = 0; quiet < 2;) {
    await world.github.idle();
    const { dirty, jobsQueued, jobsRunning } = await world.store().stats();
    const isQuiet = dirty + jobsQueued + jobsRunning === 0 && world.clock.asleep() >= timers;
    quiet = isQuiet ? quiet + 1 : 0;
    if (!isQuiet) await giveTime(world);
    if (Date.now() > end) throw new Error(`not settled; ${world.clock.asleep()} of ${timers} timers asleep: ${JSON.stringify((await world.store().subjects({})).filter((row) => row.generation > row.done))}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Where all that is dirty waits for a later time, it is later now. */
async function giveTime({ clock, store }: { clock: WorldClock; store(): Store }): Promise<void> {
  const rows = (await store().subjects({})).filter((row) => row.generation > row.done && row.parked === null);
  const due = Math.min(...rows.map((row) => row.notBefore));
  if (rows.length > 0 && due > clock.now()) clock.advance(due - clock.now());
}
