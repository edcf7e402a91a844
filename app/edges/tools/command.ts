/** Runs a registry's own client; what fails is told with the end of its output. */
import { spawn } from 'node:child_process';
import { AssayError } from '../../core/errors.ts';

export interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Answers output with any exit code instead of throwing. */
  tolerate?: boolean;
}

export async function command(argv: string[], options: CommandOptions = {}): Promise<string> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, all]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => { out.push(chunk); all.push(chunk); });
  child.stderr.on('data', (chunk: Buffer) => { all.push(chunk); });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', () => reject(new AssayError('TOOL_CLIENT_MISSING', `"${program}" is needed to install this and is not here.`, { remedy: `Install ${program} and try again.` })));
    child.once('close', resolve);
  });
  if (code === 0 || options.tolerate) return Buffer.concat(out).toString('utf8');
  const words = Buffer.concat(all).toString('utf8').trim().slice(-1500);
  throw new AssayError('TOOL_INSTALL_FAILED', `"${argv.slice(0, 4).join(' ')}" ended with ${code}: ${words}`, { remedy: 'Read the client\'s message; registries come from its own configuration.' });
}
