/** `assay doctor`: what holds, what does not and what cannot be told, each with the command that fixes or answers it. Changes nothing. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';
import { parseArgs, promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { AssayError, problemOf } from '../core/errors.ts';
import type { SandboxGrade } from '../core/ports/sandbox.ts';
import { systemClock } from '../edges/clock.ts';
import { connectGitHub } from '../edges/github/connect.ts';
import { gitHubAddress, gitHubSettings, type GitHubSettings } from '../edges/github/settings.ts';
import { transitKey } from '../edges/keys/transit.ts';
import { openSandbox } from '../edges/sandbox/open.ts';
import { readAuditFile } from '../edges/store/sqlite/read-audit.ts';
import { installCommand, pathOf, readLock, toolsHome } from '../edges/tools/lock.ts';
import { keyWindows } from '../evidence/key-list.ts';
import { diagnose, exitCodeFor } from './doctor/diagnose.ts';
import type { Diagnosis, DoctorFacts } from './doctor/facts.ts';
import { gather } from './doctor/gather.ts';
import { actionsSettings, dataFolder, keySettings, readEnvironment } from './settings.ts';

const usage = 'assay doctor [--repo owner/name] [--format text|json]';

export const verb = {
  summary: 'say what is missing for the gate to hold, and the command that fixes it',
  async run(args: string[]): Promise<number> {
    const stored = join(dataFolder(readEnvironment(process.env)), '.env');
    // The same credentials as the server's: what the set-up page kept, unless the environment says otherwise.
    if (existsSync(stored)) loadEnvFile(stored);
    return doctor(args);
  },
};

export interface DoctorWorld {
  env: Record<string, string | undefined>;
  write(text: string): void;
  sandbox(): Promise<SandboxGrade>;
  locked(): DoctorFacts['locked'];
  /** Absent: nobody asks about this machine's own store. */
  evidenceKey?(): DoctorFacts['evidenceKey'];
}

const here: DoctorWorld = { env: process.env, write: (text) => void process.stdout.write(text), sandbox: async () => (await openSandbox()).grade, locked, evidenceKey };

export async function doctor(args: string[], world: DoctorWorld = here): Promise<number> {
  const { repository, json } = read(args);
  const diagnoses = diagnose(await factsOf(world, repository));
  world.write(json ? `${JSON.stringify({ version: 1, ok: exitCodeFor(diagnoses) === 0, diagnoses }, null, 2)}\n` : textOf(diagnoses));
  return exitCodeFor(diagnoses);
}

function read(args: string[]): { repository: string | null; json: boolean } {
  const { values } = readArgs(args);
  const repository = values.repo ?? null;
  if (repository !== null && !/^[\w.-]+\/[\w.-]+$/.test(repository)) throw wrongUse(`--repo is owner/name, not "${repository}"`);
  if (values.format !== undefined && values.format !== 'text' && values.format !== 'json') throw wrongUse(`--format is text or json, not "${values.format}"`);
  return { repository, json: values.format === 'json' };
}

function readArgs(args: string[]) {
  try {
    return parseArgs({ args, options: { repo: { type: 'string' }, format: { type: 'string' } } });
  } catch (thrown) {
    throw wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function wrongUse(message: string): AssayError {
  return new AssayError('USAGE', message, { remedy: usage });
}

const Manifest = z.looseObject({ default_permissions: z.record(z.string(), z.string()), default_events: z.array(z.string()) });

async function factsOf(world: DoctorWorld, repository: string | null): Promise<DoctorFacts> {
  const settings = gitHubSettings(world.env);
  const manifest = Manifest.parse(parse(await readFile(new URL('../../app.yml', import.meta.url), 'utf8')));
  const notAsked = { known: false, status: 0, why: 'not asked' } as const;
  return {
    wanted: { permissions: manifest.default_permissions, events: manifest.default_events },
    pagesUrl: gitHubAddress(world.env).pagesUrl,
    signIn: Boolean(world.env.GITHUB_CLIENT_ID && world.env.GITHUB_CLIENT_SECRET),
    evidenceKey: world.evidenceKey?.() ?? null,
    keyService: await askKeyService(keySettings(readEnvironment(world.env))),
    sandbox: await world.sandbox(),
    tools: [{ name: 'git', version: await versionOf('git'), needed: true, install: 'sudo apt-get install git' }],
    locked: world.locked(),
    ...(settings ? await askGitHub(settings, { repository, workflow: actionsSettings(readEnvironment(world.env))?.workflow ?? null }) : { app: null, hook: notAsked, deliveries: notAsked, repository: null }),
  };
}

/** Has it sign a text that is no evidence, and verifies that. */
async function askKeyService(settings: ReturnType<typeof keySettings>): Promise<DoctorFacts['keyService']> {
  if (settings === null || 'pem' in settings) return null;
  const host = URL.canParse(settings.url) ? new URL(settings.url).host : settings.url;
  try {
    const key = await transitKey(settings);
    await key.sign(Buffer.from('assay doctor'));
    return { host, answer: { known: true, value: { keyId: key.keyId } } };
  } catch (thrown) {
    const { code, message } = problemOf(thrown);
    return { host, answer: { known: false, status: 0, why: `${code}: ${message}` } };
  }
}

async function askGitHub(settings: GitHubSettings, about: { repository: string | null; workflow: string | null }) {
  const quiet = () => {};
  const github = await connectGitHub({
    ...settings,
    // A handful of reads: there is no store to share a budget with.
    store: { limiterTake: async () => 0 },
    clock: systemClock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  return gather(github, { ...about, now: systemClock.now() });
}

function evidenceKey(): DoctorFacts['evidenceKey'] {
  const path = join(dataFolder(readEnvironment(process.env)), 'assay.sqlite');
  if (!existsSync(path)) return null;
  const windows = keyWindows(readAuditFile(path).entries);
  const last = windows.at(-1);
  return last ? { keyId: last.keyId, since: last.from, retired: windows.length - 1, now: systemClock.now() } : null;
}

function locked(): DoctorFacts['locked'] {
  return readLock().map((tool) => ({ ...tool, installed: pathOf(tool, toolsHome()) !== null, install: installCommand(tool) }));
}

async function versionOf(tool: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(tool, ['--version'], { timeout: 5000 });
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'of unknown version';
  } catch {
    return null; // Absent, or too broken to say its version: the same to whoever needs it.
  }
}

const marks = { ok: 'ok     ', problem: 'PROBLEM', unknown: 'unknown' } as const;

function textOf(diagnoses: Diagnosis[]): string {
  const lines = diagnoses.flatMap(({ outcome, code, words, command }) => [`${marks[outcome]}  ${code}: ${words}`, ...(command ? [`         ${command}`] : [])]);
  const wrong = diagnoses.filter((each) => each.outcome === 'problem').length;
  const untold = diagnoses.filter((each) => each.outcome === 'unknown').length;
  return `${lines.join('\n')}\n\n${wrong} problem${wrong === 1 ? '' : 's'}, ${untold} unknown\n`;
}
