/**
 * The runner that is real: `act` plays the caller's workflow, which calls Assay's reusable one, on this machine. What it leaves is zipped as GitHub would.
 * `act` enforces no permissions, no concurrency and no job timeouts, and has no identity: none of these is shown here.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { act, assayCopy, assaySha, root, sample, type Sample } from '../../actions/act.ts';
import type { Left, RunGiven, Runner } from '../github/runs.ts';
import { zipOf } from './zip.ts';

/** The caller's file as the README shows it. */
export function callersFile(): string {
  const shown = /## Guard any repository[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1];
  if (!shown) throw new Error('README.md shows no caller under "Guard any repository"');
  return shown.replace('<owner>/assay', 'acme/assay').replace('<40 hex>', assaySha);
}

/** `tell` gets all that act prints. */
export function actRunner(tell: (words: string) => void): Runner {
  return async (run) => {
    const payload = { inputs: run.inputs, repository: { full_name: run.repository } };
    const played = await act({ repository: checkedOut(run), assay: assayCopy(), event: 'workflow_dispatch', payload, env: { GITHUB_API_URL: run.apiUrl }, secrets: { GITHUB_TOKEN: run.token } });
    tell(played.words);
    return { conclusion: played.code === 0 ? 'success' : 'failure', artefacts: played.artefacts.map((name) => left(join(played.kept, name), name)) };
  };
}

/** The repository at the run's commit; its name is what act reads from the remote. */
function checkedOut({ files, repository }: RunGiven): Sample {
  const made = sample({ base: Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.toString('utf8')])), change: {} });
  execFileSync('git', ['-C', made.folder, 'remote', 'set-url', 'origin', `https://github.com/${repository}.git`]);
  return made;
}

function left(folder: string, name: string): Left {
  return { name, zip: zipOf(readdirSync(folder).map((file) => ({ name: file, bytes: readFileSync(join(folder, file)), deflate: true }))) };
}
