/** The git CLI with flags that keep a hostile checkout from running anything: no hooks, no fsmonitor, no external diff, no pager, no prompts. */
import { execFile, spawn } from 'node:child_process';
import { AssayError } from '../core/errors.ts';

const safe = [
  '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false', '-c', 'diff.external=', '-c', 'core.pager=cat',
  '-c', 'core.untrackedCache=false', '-c', 'protocol.allow=never', '-c', 'safe.directory=*', '-c', 'submodule.recurse=false', '--no-optional-locks', '--no-replace-objects', '--literal-pathspecs',
];
const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1',
});

export interface GitAnswer {
  ok: boolean;
  stdout: Buffer;
  stderr: string;
}

/** Never throws for an exit code; throws `CONFIG_GIT_MISSING` where there is no git. */
export function git(cwd: string, args: readonly string[], input?: string): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = execFile('git', [...safe, ...args], { cwd, env: environment(), encoding: 'buffer', maxBuffer: 1024 ** 3 }, (error, stdout, stderr) => {
      if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') {
        reject(new AssayError('CONFIG_GIT_MISSING', 'git could not be started', { remedy: 'Install git, or judge a plain folder with --all.', cause: error }));
      } else resolve({ ok: !error, stdout, stderr: stderr.toString().trim() });
    });
    child.stdin?.on('error', () => child.kill());
    child.stdin?.end(input ?? '');
  });
}

/** The answer as trimmed text, or null where git refused. */
export async function gitText(cwd: string, args: readonly string[]): Promise<string | null> {
  const answer = await git(cwd, args);
  return answer.ok ? answer.stdout.toString().trim() : null;
}

/** Hands the output over chunk by chunk, for answers of any size; `see` answering false ends git. Never throws for an exit code. */
export function gitStream(cwd: string, args: readonly string[], see: (chunk: Buffer) => boolean): Promise<Pick<GitAnswer, 'ok' | 'stderr'> & { stopped: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...safe, ...args], { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let stopped = false;
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (stopped || see(chunk)) return;
      stopped = true;
      child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => { stderr = (stderr + chunk.toString()).slice(-2000); });
    child.once('error', (cause) => reject(new AssayError('CONFIG_GIT_MISSING', 'git could not be started', { remedy: 'Install git, or judge a plain folder with --all.', cause })));
    child.once('close', (code) => resolve({ ok: code === 0 || stopped, stopped, stderr: stderr.trim() }));
  });
}
