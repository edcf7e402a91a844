/** The interpreters that a sandboxed program finds on PATH: the pinned Node 24 and the host's Python, mounted read-only. */
import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

export interface Toolchain {
  mounts: { host: string; inside: string }[];
  path: string;
}

const systemPath = '/usr/local/bin:/usr/bin:/bin';

export async function findToolchain(): Promise<Toolchain> {
  const node = { host: realpathSync(nodeProgram()), inside: '/opt/node/bin/node' };
  const prefix = await pythonPrefix();
  const inUsr = prefix === null || prefix === '/usr' || prefix.startsWith('/usr/');
  if (inUsr) return { mounts: [node], path: `/opt/node/bin:${prefix && prefix !== '/usr' ? `${prefix}/bin:` : ''}${systemPath}` };
  return { mounts: [node, { host: prefix, inside: '/opt/python' }], path: `/opt/node/bin:/opt/python/bin:${systemPath}` };
}

/** The pinned Node of this clone, else the one that runs us. */
export function nodeProgram(): string {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
  } catch {
    return process.execPath;
  }
}

/** Where the host's `python3` really lives (a shim or a virtual environment points there), or null without Python. */
async function pythonPrefix(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('python3', ['-c', 'import sys; print(sys.base_prefix)'], { timeout: 10_000 });
    const prefix = stdout.trim();
    return existsSync(prefix) ? realpathSync(prefix) : null;
  } catch {
    return null;
  }
}
