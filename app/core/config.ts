/**
 * `.github/assay.yml`: what a repository may choose. The file is strict: a key nobody knows, a value of another type, a YAML tag or alias is an
 * error with its line, never ignored. A broken file does not fall back silently: the last good one is still used for reading, and the problem blocks.
 */
import { z } from 'zod';
import { nearest } from './nearest.ts';
import { AssayError, problemOf, type Problem } from './errors.ts';
import { readYaml, type YamlText } from './yaml-text.ts';
import { usd, type MicroUsd } from './money.ts';
import { families, type Family } from './family.ts';
import type { ConfigBlob } from './ports/github.ts';
import { dataClasses, type DataClass } from './residency.ts';
import type { ApprovalConfig, ForksConfig } from './ruling.ts';

export const configPath = '.github/assay.yml';

const Duration = z.string().regex(/^[1-9]\d{0,5}(s|m|h|d)$/, 'write a duration such as 60s, 30m, 1h or 7d').describe('a whole number of s, m, h or d');
const People = z.number().int().min(1).max(20).default(1);
const Dollars = z.number().min(0).max(1_000_000);

/** The file as written; the published JSON Schema is generated from it. */
export const ConfigFile = z.strictObject({
  version: z.literal(1),
  merge: z.enum(['auto', 'human']).default('auto').describe('who merges once assay passes'),
  pack: z.string().regex(/^[a-z][a-z0-9-]*$/).default('baseline').describe('the rule pack, a file of rulepacks/'),
  approval: z.strictObject({
    presence: z.enum(['account', 'passkey']).default('account').describe('what an approval proves: an account, or a person by passkey'),
    maxAge: Duration.default('7d').describe('how long an approval counts; at high risk never more than 1h'),
    barePublished: Duration.default('60s').describe('how long head and manifest must have been shown before a bare /approve counts'),
    classes: z.array(z.enum(['independent', 'self-attested'])).min(1).default(['independent', 'self-attested']).describe('whose approvals count; an agent never does'),
    quorum: z.strictObject({
      human: People.describe('of a change by a person'), agent: People.describe('of a change by a bot or an App'), assay: People.describe('of a change that Assay built'),
    }).prefault({}).describe('how many different people must approve a change, by who wrote it'),
    coolDown: z.strictObject({
      normal: Duration.optional(), high: Duration.optional().describe('a hard task, or a path of `paths.protected`'),
    }).prefault({}).describe('by risk: how long after the evidence was published a self-attested approval begins to count; left out: at once'),
    movedBase: z.enum(['touching', 'any']).default('touching').describe('which movement of the base voids an approval: one that touches files of the change, or any'),
    rebase: z.enum(['equal', 'never']).default('equal').describe('whether an approval outlasts a rebase after which every patch and the merge are the same'),
  }).prefault({}),
  forks: z.strictObject({
    reading: z.enum(['attested', 'recomputed', 'unattested']).default('recomputed').describe('what suffices where the change is only read'),
    executing: z.enum(['attested', 'dispatched']).default('dispatched').describe('and where its code is run'),
  }).prefault({}).describe('how work on a change from a fork must have been done to count'),
  evidence: z.strictObject({
    maxAge: Duration.default('7d').describe('how long what was scanned, and a trace of the preview run, counts; after that /retry makes it anew'),
    traces: z.enum(['optional', 'required']).default('optional').describe('whether the preview run must have left a trace (guardrail otlp)'),
  }).prefault({}),
  budget: z.strictObject({
    projectUsd: Dollars.default(150).describe('the most that one intent or change may cost'),
    grantUsd: Dollars.default(10).describe('what it may cost before /budget raises it'),
    weekTargetUsd: Dollars.default(300),
    weekCeilingUsd: Dollars.default(500),
    optimisationPlan: z.string().trim().min(20).optional().describe('what is done about a week that costs over 115 % of its target; without it spending stops there'),
  }).prefault({}),
  families: z.strictObject({ anthropic: z.string().min(1), openai: z.string().min(1), google: z.string().min(1) }).partial().default({}).describe('model id per family, instead of the default'),
  builders: z.array(z.strictObject({
    family: z.enum(families), via: z.enum(['sdk', 'cli']).describe('sdk: our own loop over its interface; cli: its vendor\'s command line agent, which `assay tools install` brings'),
  })).max(3).default([]).describe('through which program a family builds; a family that is not named builds through its SDK'),
  testCommand: z.array(z.string().min(1)).min(1).optional().describe('how the tests are run, as a list of arguments'),
  paths: z.strictObject({ protected: z.array(z.string().min(1)).default([]).describe('globs whose change counts as high risk') }).prefault({}),
  packages: z.array(z.strictObject({
    path: z.string().min(1).describe('a folder of the repository'),
    pack: z.string().regex(/^[a-z][a-z0-9-]*$/).describe('the rule pack that judges its files instead of `pack`'),
    testCommand: z.array(z.string().min(1)).min(1).optional().describe('how its tests are run, in its folder; else its own manifest says it'),
  })).default([]).describe('a monorepo: which pack judges which folder, and how its tests are run; the longest path counts'),
  fixtures: z.array(z.string().min(1)).default([]).describe('globs of files that hold faults on purpose: findings there are counted and do not block'),
  guardrails: z.record(z.string().regex(/^(G\d{2}|[a-z][a-z0-9-]*)$/), z.record(z.string(), z.unknown())).default({}).describe('settings that single guardrails read, by id; their pages say which'),
  agents: z.strictObject({
    revoked: z.array(z.enum(['planner', 'builder', 'auditor', 'saboteur'])).default([]).describe('agents that may start no work here'),
    maxCalls: z.number().int().positive().max(1_000_000).default(2_000).describe('model calls that one intent or change may make'),
    maxTokens: z.number().int().positive().max(10_000_000_000).default(100_000_000).describe('tokens, in and out, that one intent or change may use'),
  }).prefault({}),
  residency: z.strictObject({
    home: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/).describe('the zone or region where the code belongs, e.g. eu'),
    class: z.enum(dataClasses).default('sensitive').describe('what is in it, which decides how near it must stay'),
  }).optional().describe('only models whose endpoint stands where policy allows may read this repository; left out: all'),
  hours: z.number().positive().max(168).default(8).describe('how long one intent may take'),
});

/** The same, in the units of the product: milliseconds and micro-dollars. */
export interface Config {
  merge: 'auto' | 'human';
  pack: string;
  approval: ApprovalConfig;
  forks: ForksConfig;
  evidence: { maxAgeMs: number; traces: 'optional' | 'required' };
  budget: { project: MicroUsd; grant: MicroUsd; weekTarget: MicroUsd; weekCeiling: MicroUsd; optimisationPlan: string | null };
  families: Partial<Record<Family, string>>;
  /** Families that build through their vendor's command line agent. */
  cliBuilders: Family[];
  /** Null: found out from the repository. */
  testCommand: string[] | null;
  paths: { protected: string[] };
  packages: { path: string; pack: string; testCommand?: string[] | undefined }[];
  fixtures: string[];
  guardrails: Record<string, Record<string, unknown>>;
  agents: { revoked: ('planner' | 'builder' | 'auditor' | 'saboteur')[]; maxCalls: number; maxTokens: number };
  maxMs: number;
  /** Null: models may read it wherever they stand. */
  residency: { home: string; class: DataClass } | null;
}

/** Throws CONFIG_YAML, CONFIG_UNKNOWN_KEY or CONFIG_INVALID, each with the line where there is one. */
export function parseConfig(text: string): Config {
  const yaml = readYaml(text);
  if ('fault' in yaml) throw broken('CONFIG_YAML', yaml.fault);
  const parsed = ConfigFile.safeParse(yaml.value);
  if (!parsed.success) throw refusal(parsed.error.issues[0]!, yaml);
  return inUnits(parsed.data);
}

export function defaultConfig(): Config {
  return inUnits(ConfigFile.parse({ version: 1 }));
}

export interface EffectiveConfig {
  config: Config;
  /** Blocks everything while it is there; `code` is CONFIG_INVALID and the message names the exact fault. */
  problem: Problem | null;
  source: 'file' | 'last-known-good' | 'defaults';
}

/** What counts now, from the file on the default branch and the last one that was good (null: none yet). */
export function effectiveConfig(current: ConfigBlob | null, lastGood: ConfigBlob | null): EffectiveConfig {
  if (current === null) return { config: defaultConfig(), problem: null, source: 'defaults' };
  const read = tryParse(current.text);
  if ('config' in read) return { config: read.config, problem: null, source: 'file' };
  const problem = { code: 'CONFIG_INVALID', message: `${configPath} at ${current.sha.slice(0, 12)}: ${read.problem.code}: ${read.problem.message}`, remedy: read.problem.remedy };
  const before = lastGood && tryParse(lastGood.text);
  if (before && 'config' in before) return { config: before.config, problem, source: 'last-known-good' };
  return { config: defaultConfig(), problem, source: 'defaults' };
}

function tryParse(text: string): { config: Config } | { problem: Problem } {
  try {
    return { config: parseConfig(text) };
  } catch (thrown) {
    return { problem: problemOf(thrown) };
  }
}

function refusal(issue: z.core.$ZodIssue, yaml: YamlText): AssayError {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    const at = path.length > 0 ? `${path.join('.')}: ` : '';
    return broken('CONFIG_INVALID', `line ${yaml.lineOf(path)}: ${at}${issue.message}`);
  }
  const key = issue.keys[0]!;
  const known = nearest(key, knownKeys(path));
  const where = [...path, key].join('.');
  return broken('CONFIG_UNKNOWN_KEY', `line ${yaml.lineOf([...path, key])}: "${where}" is no key of this file${known ? `; the nearest is "${[...path, known].join('.')}"` : ''}`);
}

function knownKeys(path: string[]): string[] {
  let node: unknown = configSchema();
  for (const key of path) node = Properties.parse(node).properties[key];
  const properties = Properties.safeParse(node);
  return properties.success ? Object.keys(properties.data.properties) : [];
}

const Properties = z.object({ properties: z.record(z.string(), z.unknown()) });

/** The JSON Schema of the file, committed as `config.schema.json`. */
export function configSchema(): Record<string, unknown> {
  return { title: configPath, ...z.toJSONSchema(ConfigFile, { io: 'input' }) };
}

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationMs(text: string): number {
  return Number(text.slice(0, -1)) * unitMs[text.slice(-1)]!;
}

function optionalMs(text: string | undefined): number {
  return text === undefined ? 0 : durationMs(text);
}

function inUnits(file: z.infer<typeof ConfigFile>): Config {
  const { approval, budget } = file;
  return {
    merge: file.merge,
    pack: file.pack,
    approval: { presence: approval.presence, maxAgeMs: durationMs(approval.maxAge), barePublishedMs: durationMs(approval.barePublished), classes: approval.classes, quorum: approval.quorum, coolDownMs: { normal: optionalMs(approval.coolDown.normal), high: optionalMs(approval.coolDown.high) }, movedBase: approval.movedBase, rebase: approval.rebase },
    forks: file.forks,
    evidence: { maxAgeMs: durationMs(file.evidence.maxAge), traces: file.evidence.traces },
    budget: { project: usd(budget.projectUsd), grant: usd(budget.grantUsd), weekTarget: usd(budget.weekTargetUsd), weekCeiling: usd(budget.weekCeilingUsd), optimisationPlan: budget.optimisationPlan ?? null },
    families: Object.fromEntries(Object.entries(file.families).filter(([, model]) => model !== undefined)),
    cliBuilders: cliBuilders(file.builders),
    testCommand: file.testCommand ?? null,
    paths: file.paths,
    packages: file.packages,
    fixtures: file.fixtures,
    guardrails: file.guardrails,
    agents: file.agents,
    maxMs: file.hours * 3_600_000,
    residency: file.residency ?? null,
  };
}

/** The last word about a family counts. */
function cliBuilders(builders: readonly { family: Family; via: 'sdk' | 'cli' }[]): Family[] {
  const via = new Map(builders.map((builder) => [builder.family, builder.via]));
  return families.filter((family) => via.get(family) === 'cli');
}

function broken(code: string, message: string): AssayError {
  return new AssayError(code, message, { remedy: `Correct ${configPath} on the default branch; app/core/config.schema.json lists every key.` });
}
