/** Everything the demo starts, on loopback and in one temporary folder: the GitHub stand-in, the model stand-in, a registry, and Assay itself. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { families } from '../../core/family.ts';
import type { Log } from '../../core/ports/log.ts';
import { systemClock } from '../../edges/clock.ts';
import { localExecutor } from '../../edges/executor/local.ts';
import { vendorModels } from '../../edges/models/vendors.ts';
import { startAssay, webhookPath, type AssayEdges, type RunningAssay } from '../../index.ts';
import { startGitHub, type GitHubWorld } from '../../../test/world/github/start.ts';
import { startModels, type ModelWorld } from '../../../test/world/models.ts';
import { startRegistry } from '../../../test/world/registry.ts';
import { weakened, type Control } from '../../../test/world/weaken.ts';
import { toolsDigest } from '../tools-digest.ts';
import { acceptanceTests, ownTests, repositoryFiles, solution, specOf, testFile } from './sample.ts';
import { person, type Person } from './person.ts';
import type { Variant } from './variant.ts';

export const owner = 'ada';
export const repository = 'pricing';

export interface DemoWorld {
  github: GitHubWorld;
  models: ModelWorld;
  assay: RunningAssay;
  /** Founder and owner; the agent that opens the hostile pull request; a collaborator whose comment is edited. */
  founder: Person;
  agent: Person;
  colleague: Person;
  stop(): Promise<void>;
}

export async function startWorld(variant: Variant, options: { without: Control | null; logFile: string | null }): Promise<DemoWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-demo-'));
  // The workers, who are somebody else, must get through to their own folders in it.
  await chmod(folder, 0o711);
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => { for (const end of stops.toReversed()) await end(); };
  try {
    const models = await startModels((scripts) => script(scripts, variant));
    stops.push(() => models.stop());
    const registry = await startRegistry({ npm: ['typescript', 'vitest'], pypi: [], go: [] });
    stops.push(() => registry.stop());
    const webhookSecret = randomBytes(24).toString('hex');
    const github = await startGitHub({
      users: [{ login: owner }, { login: 'swift-agent' }, { login: 'grace' }],
      repos: [{ owner, name: repository, files: repositoryFiles, labels: ['intent'], collaborators: { 'swift-agent': 'write', grace: 'write' } }],
      app: { webhookSecret },
    });
    stops.push(() => github.stop());
    const log: Log = options.logFile ? pino({ level: 'debug' }, pino.destination(options.logFile)) : pino({ level: 'silent' });
    const edges = await weakened(edgesFor(models, { log, scratch: folder }), options.without);
    const assay = await startAssay({
      appId: github.appId, privateKey: github.privateKeyPem, webhookSecrets: [webhookSecret], gitHub: { baseUrl: github.url, pagesUrl: github.url }, dataDir: join(folder, 'data'),
      host: '127.0.0.1', port: 0, pages: { token: null, open: true }, pace: { pollMs: 50, sweepMs: 1_000 }, toolsDigest: toolsDigest(),
      registries: { npm: registry.npmUrl, pypi: registry.pypiUrl, go: registry.goUrl },
    }, edges);
    stops.push(() => assay.stop());
    github.setWebhookUrl(github.appId, `${assay.url}${webhookPath}`);
    const [founder, agent, colleague] = [owner, 'swift-agent', 'grace'].map((login) => person(github.url, { login, token: github.users[login]! }));
    return { github, models, assay, founder: founder!, agent: agent!, colleague: colleague!, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

function edgesFor(models: ModelWorld, { log, scratch }: { log: Log; scratch: string }): AssayEdges {
  const apiKey = 'stand-in';
  const vendors = vendorModels({ anthropic: { apiKey, baseUrl: models.anthropicUrl }, openai: { apiKey, baseUrl: models.openaiUrl }, google: { apiKey, baseUrl: models.googleUrl } });
  return { vendors, families: [...families], executor: localExecutor({ scratch }), clock: systemClock, log };
}

function script(scripts: Parameters<NonNullable<Parameters<typeof startModels>[0]>>[0], variant: Variant): void {
  scripts.plan({ spec: specOf(variant), assumptions: ['Prices and quantities are whole numbers, zero or more.'], riskTier: 'low' });
  for (const family of families) {
    scripts.builder({ family, files: { 'src/volume.ts': solution(variant, family), 'test/volume.test.ts': testFile(variant, family) }, tests: ownTests(variant, family) });
    scripts.acceptance({ family, tests: acceptanceTests(variant, family) });
  }
  scripts.json({ role: 'saboteur', json: { inputs: [] } });
}
