/**
 * Command line agents in the real sandbox against the real gateway and the model stand-in: the vendors' own programs where they are installed, and a
 * stand-in that speaks Anthropic's protocol and does what a test tells it, good or bad.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Family } from '../../app/core/family.ts';
import type { Gateway } from '../../app/core/job.ts';
import { usd, type MicroUsd } from '../../app/core/money.ts';
import type { AgentCli } from '../../app/core/ports/agent-cli.ts';
import { programs } from '../../app/edges/agents-cli/programs.ts';
import { agentCli } from '../../app/edges/agents-cli/run.ts';
import { startGateway, type RunningGateway } from '../../app/edges/models/gateway.ts';
import { wireModels } from '../../app/edges/models/wire/passing.ts';
import { openSandbox, type OpenSandbox } from '../../app/edges/sandbox/open.ts';
import { startModels, type ModelWorld } from './models.ts';
import { memoryPurse, steppingClock, type Purse } from './purse.ts';

export interface AgentWorld {
  models: ModelWorld;
  gateway: RunningGateway;
  purse: Purse;
  sandbox: OpenSandbox;
  /** What the vendors would see; it is in the App alone. */
  vendorKey: string;
  grant(job: string, family: Family, model: string): Gateway;
  /** The vendor's own program, from where `assay tools install` put it. */
  real(family: Family, gateway: Gateway): AgentCli;
  /** A stand-in whose program is this text: a module body that has `prompt`, `ask(text)` and `fs`. */
  standIn(body: string, gateway: Gateway): AgentCli;
  close(): Promise<void>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** `cap`: all that its jobs may spend together. */
export async function openAgents({ cap = usd(200) }: { cap?: MicroUsd } = {}): Promise<AgentWorld> {
  const models = await startModels();
  const purse = memoryPurse();
  const clock = steppingClock();
  const vendorKey = `vendor-${randomBytes(16).toString('hex')}`;
  const settings = { anthropic: { apiKey: vendorKey, baseUrl: models.anthropicUrl }, openai: { apiKey: vendorKey, baseUrl: models.openaiUrl }, google: { apiKey: vendorKey, baseUrl: models.googleUrl } };
  const kept = new Map<string, string>();
  const gateway = await startGateway({
    clock, log: silent, progress: { jobProgress: async (job) => kept.get(job) ?? null, putJobProgress: async (job, text) => Boolean(kept.set(job, text)) }, modelsFor: () => ({ ask: () => Promise.reject(new Error('nobody asks through the SDK here')) }),
    wireFor: (job, { families, cliModel }, onBill) => wireModels({ settings, families, model: cliModel, onBill, ledger: purse.ledger, promptLog: purse.promptLog, clock, project: 'intent:1#1', job, cap, traceId: 't' }),
  });
  const sandbox = await openSandbox();
  const folder = mkdtempSync(join(tmpdir(), 'assay-agents-'));
  let programsMade = 0;
  return {
    models, gateway, purse, sandbox, vendorKey,
    grant: (job, family, model) => gateway.issue(job, { families: [family], roles: ['builder'], cliModel: model, cap, expiresAt: Infinity }),
    real: (family, grant) => agentCli({ family, gateway: grant, sandbox }),
    standIn(body, grant) {
      const at = mkdtempSync(join(folder, `agent${programsMade++}-`));
      // The sandbox has another uid.
      chmodSync(at, 0o755);
      writeFileSync(join(at, 'agent.mjs'), `${preamble}\n${body}\n`);
      return agentCli({ family: 'anthropic', gateway: grant, sandbox, program: { ...programs.anthropic, folder: at, argv: () => ['/opt/node/bin/node', '/opt/agent/agent.mjs'] } });
    },
    async close() {
      await gateway.stop();
      await models.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const preamble = `
import * as fs from 'node:fs';
const prompt = fs.readFileSync(0, 'utf8');
const { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: key, ANTHROPIC_MODEL: model } = process.env;
const post = (path, body, headers = { 'x-api-key': key }) => fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const ask = (text = prompt, rest = {}) => post('/v1/messages?beta=true', { model, max_tokens: 100, messages: [{ role: 'user', content: text }], ...rest });
const submit = (tests = [{ args: [100], expect: 90 }]) => fs.writeFileSync('assay-submission.json', JSON.stringify({ summary: 's', tests }));
`;
