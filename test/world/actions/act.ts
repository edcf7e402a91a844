/**
 * The runner that is real: `act` plays the run's workflow on this machine, in an environment of its own, without network but for the stand-in on
 * loopback. What it leaves is zipped as GitHub would. `act` enforces no permissions, no concurrency and no job timeouts: none of these is shown here.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { need } from '../../tools.ts';
import type { Left, RunGiven, Runner } from '../github/runs.ts';
import { zipOf } from './zip.ts';

const clone = fileURLToPath(new URL('../../../', import.meta.url));
const uploadArtifact = 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f';

/** `log` is told all that act prints. */
export function actRunner(log: (text: string) => void = () => undefined): Runner {
  return async (run) => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-act-'));
    try {
      checkOut(run, folder);
      const code = await play(run, { folder, log });
      return { conclusion: code === 0 ? 'success' : 'failure', artefacts: leftIn(join(folder, 'artefacts')) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** act reads the repository's name and commit from git, and the inputs from the event. */
function checkOut({ files, repository, inputs, branch }: RunGiven, folder: string): void {
  const work = join(folder, 'work');
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), bytes);
  }
  for (const name of ['home', 'artefacts']) mkdirSync(join(folder, name));
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.test', ...args], { cwd: work, stdio: 'ignore', env: { PATH: process.env.PATH, HOME: join(folder, 'home') } });
  git('init', '-q', '-b', branch);
  git('remote', 'add', 'origin', `https://github.com/${repository}.git`);
  git('add', '-A');
  git('commit', '-q', '-m', 'as dispatched');
  writeFileSync(join(folder, 'event.json'), JSON.stringify({ inputs, ref: `refs/heads/${branch}` }));
}

function play(run: RunGiven, { folder, log }: { folder: string; log: (text: string) => void }): Promise<number> {
  const program = need('act').path;
  if (!program) throw new Error('act is not installed');
  const given = { GITHUB_API_URL: run.apiUrl, ASSAY_CLONE: clone, ASSAY_ARTEFACTS: join(folder, 'artefacts') };
  const args = [
    'workflow_dispatch', '-C', join(folder, 'work'), '-W', run.path, '-e', join(folder, 'event.json'), '-P', 'ubuntu-24.04=-self-hosted', '-s', `GITHUB_TOKEN=${run.token}`,
    ...Object.entries(given).flatMap(([name, value]) => ['--env', `${name}=${value}`]), '--action-offline-mode', '--local-repository', `${uploadArtifact}=${join(clone, 'test/world/actions/upload-artifact')}`,
    '--cache-server-addr', '127.0.0.1', '--artifact-server-addr', '127.0.0.1', '--no-cache-server',
  ];
  const env = { PATH: [dirname(process.execPath), process.env.PATH].join(':'), HOME: join(folder, 'home') };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], signal: run.signal });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', log);
  return new Promise((resolve, reject) => child.once('error', reject).once('close', (code) => resolve(code ?? 1)));
}

function leftIn(folder: string): Left[] {
  return readdirSync(folder).map((name) => ({ name, zip: zipOf(readdirSync(join(folder, name)).map((file) => ({ name: file, bytes: readFileSync(join(folder, name, file)), deflate: true }))) }));
}
