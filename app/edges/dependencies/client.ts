/** Starts a package client with a time limit, no input, and the user's own configuration. Its words are bounded and told on failure. */
import { spawn } from 'node:child_process';
import { AssayError } from '../../core/errors.ts';

export type Client = (argv: string[], options: { cwd: string; env: Record<string, string | undefined> }) => Promise<void>;

const limitMs = 240_000;
const maxWords = 64 * 1024;

export const runClient: Client = async ([program = '', ...args], { cwd, env }) => {
  const child = spawn(program, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL' });
  let words = '';
  const hear = (chunk: Buffer): void => { words = (words + chunk.toString('utf8')).slice(-maxWords); };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(failed(`${program} did not start`, cause)));
    child.once('close', resolve);
  });
  if (code !== 0) throw failed(`${program} ${args[0] ?? ''} ${code === null ? `was stopped after ${limitMs / 1000} s` : `ended with ${code}`}: ${tail(words)}`);
};

function tail(words: string): string {
  return words.split('\n').filter((line) => !/^npm (warn|notice)\b/i.test(line) && line.trim() !== '').slice(-6).join(' · ').slice(-500);
}

function failed(message: string, cause?: unknown): AssayError {
  return new AssayError('DEPENDENCIES_FETCH_FAILED', message, { remedy: 'Let this machine reach the registry that its own client is configured for, and see that the lock fits the manifest.', cause });
}
