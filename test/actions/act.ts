/**
 * The real `act` on the host: a sample repository that calls Assay, and a copy of Assay as act would fetch it. Offline, with an empty environment; checkout and
 * upload-artifact are the stand-ins of test/world/actions. Two things are written over in the copy, because act 0.2.87 does not know them: the key `cache-mode`
 * is left out, and `job.workflow_repository`/`job.workflow_sha` are filled in, as GitHub would.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { need } from '../tools.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));
/** The commit by which the sample calls Assay. */
export const assaySha = '3f1c5e0d9b7a4826c1d0e9f8a7b6c5d4e3f2a1b0';
export const checkout = 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1';
const upload = 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f';

/** act drops the last words of a step that ends before they were read from its terminal: a failing step, whose words are the point, waits for that. */
const patientBash = '#!/bin/bash\n/bin/bash "$@"\ncode=$?\n[ "$code" = 0 ] || sleep 0.5\nexit "$code"\n';

const made: string[] = [];
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-act-'));
  made.push(folder);
  return folder;
}
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A home without fuller engines, which take their time and have suites of their own: what is proven here is the wiring. */
export function noTools(): string {
  return join(tmpdir(), 'assay-no-tools');
}

export interface AssayCopy {
  folder: string;
}

/** `broken` names a package that throws as soon as it is loaded; `unnamed` leaves `job.workflow_*` as it is, which act takes for empty. */
export function assayCopy({ broken, unnamed = false }: { broken?: string; unnamed?: boolean } = {}): AssayCopy {
  const folder = temporary();
  // As a checkout is: where act runs as root, the worker of a dispatched job has another uid.
  chmodSync(folder, 0o755);
  for (const name of ['actions', 'app', 'policies', 'rulepacks', 'deps', '.github', 'action.yml', 'app.yml', 'package.json', 'package-lock.json']) cpSync(join(root, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')).filter((each) => !each.startsWith('.') && each !== broken)) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  if (broken) write(folder, { [`node_modules/${broken}/package.json`]: '{"name": "broken", "type": "module", "main": "index.js"}', [`node_modules/${broken}/index.js`]: "throw new Error('this engine is broken');\n" });
  const workflow = join(folder, '.github/workflows/assay.yml');
  const text = readFileSync(workflow, 'utf8').replaceAll(/^ *cache-mode: none\n/gm, '');
  writeFileSync(workflow, unnamed ? text : text.replaceAll('${{ job.workflow_repository }}', 'acme/assay').replaceAll('${{ job.workflow_sha }}', assaySha));
  return { folder };
}

export function write(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export interface Sample {
  folder: string;
  base: string;
  head: string;
}

/** A repository of its own with a commit for `base` and one for the change. */
export function sample({ base, change }: { base: Record<string, string>; change: Record<string, string> }): Sample {
  const folder = temporary();
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const commit = (files: Record<string, string>) => {
    write(folder, files);
    git('add', '--all', '--force');
    git('commit', '--quiet', '--allow-empty', '--message', 'change');
    return git('rev-parse', 'HEAD');
  };
  git('init', '--quiet', '--initial-branch', 'main');
  git('remote', 'add', 'origin', 'https://github.com/acme/shop.git');
  return { folder, base: commit(base), head: commit(change) };
}

export function pullRequestEvent({ base, head }: Sample, words: { title?: string; body?: string } = {}): object {
  const pull = { number: 7, title: 'Add totals', body: '', ...words, labels: [], base: { sha: base, ref: 'main' }, head: { sha: head, ref: 'totals' } };
  return { action: 'opened', number: 7, pull_request: pull, repository: { full_name: 'acme/shop', private: false } };
}

export interface ActRun {
  code: number | null;
  log: string;
  /** The log for people. */
  words: string;
  /** Result of each job by its id. */
  jobs: Record<string, string>;
  /** Text of a kept artefact's file, null where it is not there. */
  artefact(name: string, file: string): string | null;
  artefacts: string[];
  /** Where artefacts are kept. */
  kept: string;
  summary: string;
}

export interface ActOptions {
  repository: Sample;
  assay: AssayCopy;
  event: 'pull_request' | 'merge_group' | 'workflow_dispatch' | 'push';
  payload: object;
  env?: Record<string, string>;
  secrets?: Record<string, string>;
  /** A workflow that is no file of the repository; without it those of the repository run. */
  workflow?: string;
}

export async function act({ repository, assay, event, payload, env = {}, secrets = {}, workflow }: ActOptions): Promise<ActRun> {
  const [home, kept, world] = [temporary(), temporary(), temporary()];
  mkdirSync(join(world, 'acme'));
  symlinkSync(assay.folder, join(world, 'acme/assay'));
  symlinkSync(repository.folder, join(world, 'acme/shop'));
  write(home, { 'event.json': JSON.stringify(payload), ...(workflow ? { 'workflow.yml': workflow } : {}) });
  const stands = { [`acme/assay@${assaySha}`]: assay.folder, [checkout]: join(root, 'test/world/actions/checkout'), [upload]: join(root, 'test/world/actions/upload-artifact') };
  const environment = { ASSAY_ARTEFACTS: kept, STAND_IN_REPOSITORIES: world, GITHUB_REPOSITORY_ID: '42', GITHUB_RUN_ATTEMPT: '1', ASSAY_TOOLS: noTools(), ...env };
  const args = [
    event, ...(workflow ? ['--workflows', join(home, 'workflow.yml')] : []), '--eventpath', join(home, 'event.json'), '--platform', 'ubuntu-24.04=-self-hosted', '--action-offline-mode', '--no-skip-checkout', '--no-cache-server', '--json',
    ...Object.entries(stands).flatMap(([name, folder]) => ['--local-repository', `${name}=${folder}`]),
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(secrets).flatMap(([name, value]) => ['--secret', `${name}=${value}`]),
  ];
  write(home, { 'bin/bash': patientBash });
  chmodSync(join(home, 'bin/bash'), 0o755);
  const { code, log } = await run(need('act').path!, args, { cwd: repository.folder, env: { PATH: `${join(home, 'bin')}:${process.env.PATH}`, HOME: home } });
  const lines = log.split('\n').flatMap(parsed);
  const file = (name: string, path: string) => join(kept, name, path);
  return {
    code, log, kept, words: lines.map(({ job, msg }) => `${job ?? ''} ${msg ?? ''}`.trim()).filter((line) => !/LocalRepositoryCache| (Pre|Post) |set-output/.test(line)).join('\n'), jobs: Object.fromEntries(lines.flatMap(({ jobID, jobResult }) => (jobID && jobResult ? [[jobID, jobResult]] : []))), artefacts: readdirSync(kept).sort(),
    artefact: (name, path) => (existsSync(file(name, path)) ? readFileSync(file(name, path), 'utf8') : null),
    summary: lines.flatMap(({ command, content }) => (command === 'summary' && content ? [content] : [])).join('\n'),
  };
}

interface Line {
  job?: string;
  msg?: string;
  jobID?: string;
  jobResult?: string;
  command?: string;
  content?: string;
}

function parsed(line: string): Line[] {
  try {
    return [JSON.parse(line) as Line];
  } catch {
    // act also prints plain words, e.g. its last one.
    return [];
  }
}

function run(program: string, args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<{ code: number | null; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { log += text; });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, log }));
  });
}
