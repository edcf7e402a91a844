/** `assay serve` (`npm start`): the App. Without credentials it shows the set-up page instead; SIGTERM drains and ends it. */
import { createServer } from 'node:http';
import { loadEnvFile } from 'node:process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../edges/clock.ts';
import { localExecutor } from '../edges/executor/local.ts';
import { gitHubAddress, gitHubSettings, type GitHubSettings } from '../edges/github/settings.ts';
import { vendorModels } from '../edges/models/vendors.ts';
import { promotedPolicy } from '../edges/policy-bundle.ts';
import { startAssay, webhookPath } from '../index.ts';
import { createSetup } from '../web/setup.ts';
import { appKey } from './app-key.ts';
import type { Verb } from './main.ts';
import { actionsSettings, auditSettings, dataFolder, familiesWith, modelRegions, policySettings, readEnvironment, runSigners, signInSettings, timestampSettings, vendorSettings, type Environment } from './settings.ts';
import { toolsDigest } from './tools-digest.ts';

export const verb: Verb = {
  summary: 'run the App (npm start)',
  async run() {
    const stored = join(dataFolder(readEnvironment(process.env)), '.env');
    // What the set-up page kept; the environment itself has the last word.
    if (existsSync(stored)) loadEnvFile(stored);
    const environment = readEnvironment(process.env);
    const gitHub = gitHubSettings(process.env);
    const running = gitHub ? await serve(environment, gitHub) : await setUp(environment);
    await terminated();
    await running.stop();
    return 0;
  },
};

async function serve(environment: Environment, gitHub: GitHubSettings): Promise<{ stop(): Promise<void> }> {
  const vendors = vendorSettings(environment);
  const actions = actionsSettings(environment);
  const signers = runSigners(environment);
  const policy = policySettings(environment);
  const signIn = signInSettings(environment);
  const timestamps = timestampSettings(environment);
  return startAssay({
    appId: gitHub.appId, privateKey: gitHub.privateKey, gitHub,
    webhookSecrets: [gitHub.secret, ...(environment.WEBHOOK_SECRET_PREVIOUS ? [environment.WEBHOOK_SECRET_PREVIOUS] : [])],
    dataDir: dataFolder(environment), ...address(environment),
    pages: { token: environment.ASSAY_PAGES_TOKEN ?? null, open: false }, toolsDigest: toolsDigest(), ...(actions ? { actions: { ...actions, ...(signers ? { signers } : {}) } } : {}), ...(signIn ? { signIn } : {}), audit: auditSettings(environment, gitHub.appId),
    key: await appKey(environment), ...(timestamps ? { timestamps } : {}),
  }, { vendors: vendorModels(vendors), wire: vendors, families: familiesWith(vendors), modelRegions: modelRegions(environment), executor: localExecutor(), clock: systemClock, log: logger(environment), ...(policy ? { policy: await promotedPolicy(policy) } : {}) });
}

async function setUp(environment: Environment): Promise<{ stop(): Promise<void> }> {
  const { host, port, publicUrl } = address(environment);
  const log = logger(environment);
  const server = createServer();
  await new Promise<void>((resolve, reject) => { server.once('error', reject); server.listen(port, host, resolve); });
  const bound = server.address();
  const here = publicUrl ?? `http://${host}:${typeof bound === 'object' && bound ? bound.port : port}`;
  const setup = createSetup({
    dataDir: dataFolder(environment), publicUrl: here, gitHubUrl: gitHubAddress(process.env).pagesUrl, apiUrl: gitHubAddress(process.env).baseUrl,
    manifestFile: new URL('../../app.yml', import.meta.url), webhookPath, clock: systemClock, log,
  });
  server.on('request', (req, res) => void setup(req, res).then((answered) => { if (!answered) res.writeHead(404).end(); }));
  process.stdout.write(`There are no credentials yet. Open ${here} to create the GitHub App.\n`);
  return { stop: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) };
}

function address(environment: Environment): { host: string; port: number; publicUrl?: string } {
  return { host: environment.HOST ?? '127.0.0.1', port: environment.PORT ?? 3000, ...(environment.PUBLIC_URL ? { publicUrl: environment.PUBLIC_URL.replace(/\/$/, '') } : {}) };
}

function logger(environment: Environment) {
  return pino({ level: environment.LOG_LEVEL ?? 'info', redact: ['*.authorization', '*.token', '*.privateKey'] });
}

function terminated(): Promise<void> {
  return new Promise((resolve) => { process.once('SIGTERM', () => resolve()); process.once('SIGINT', () => resolve()); });
}
