/**
 * How the local executor's worker is started. As root it gets another uid, control groups of its own to divide, and, where the clone or an
 * interpreter is readable for root alone, a bind of it in a mount namespace that only the worker sees. Otherwise it is a plain child.
 * Its environment is PATH and HOME, nothing else.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { nobody, othersRead, reachable } from '../reach.ts';
import { delegateCgroup, findCgroupHome } from '../sandbox/cgroup.ts';
import { closeInherited, dropRoot, quote } from '../sandbox/script.ts';
import { nodeProgram } from '../sandbox/toolchain.ts';

export interface WorkerCommand {
  argv: string[];
  remove(): Promise<void>;
}

/** `tools`: where the tools of the lock are, read-only for the worker. `folder` is the worker's own and its HOME; `entry` is the program inside the clone, e.g. `app/bin.js`. */
export function workerCommand(options: { clone: string; folder: string; entry: string; args: string[]; tools?: string }): WorkerCommand {
  const root = process.getuid?.() === 0;
  if (root) requireReadable(options.clone, options.entry);
  const places = root ? new Places(options.folder) : null;
  const at = (path: string) => places?.at(path) ?? path;
  const clone = at(realpathSync(options.clone));
  const node = nodeAt(options.clone, clone, at);
  const path = [dirname(node), ...pythonFolder(at), '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'].join(':');
  const command = ['env', '-i', `PATH=${path}`, `HOME=${options.folder}`, ...(options.tools ? [`ASSAY_TOOLS=${at(realpathSync(options.tools))}`] : []), node, join(clone, options.entry), ...options.args];
  const home = root ? findCgroupHome() : null;
  const group = home ? delegateCgroup(home, nobody) : null;
  if (root) chownSync(options.folder, nobody, nobody);
  const identity = [...(root ? dropRoot() : ['setpriv']), '--pdeathsig', 'KILL'];
  const script = ['set -e', closeInherited, ...(group?.join ?? []).map((file) => `echo 0 > ${quote([file])}`), ...(places?.binds ?? []), `cd ${quote([options.folder])}`, `exec ${quote([...identity, ...command])}`].join('\n');
  const ownMounts = places && places.binds.length > 0 ? ['unshare', '--mount', '--propagation', 'private'] : [];
  return { argv: ['setpriv', '--pdeathsig', 'KILL', ...ownMounts, '/bin/bash', '--norc', '--noprofile', '-c', script], remove: async () => { await group?.remove(); } };
}

/** Places in the worker's folder to which sources that it cannot reach are bound. */
class Places {
  readonly binds: string[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  at(path: string): string {
    if (reachable(path)) return path;
    const place = join(this.#folder, `.bind${this.binds.length}`);
    mkdirSync(place);
    this.binds.push(`mount --bind ${quote([path, place])}`);
    return place;
  }
}

function requireReadable(clone: string, entry: string): void {
  const closed = [clone, join(clone, entry), join(clone, 'package.json'), join(clone, 'node_modules')].find((path) => !othersRead(realpathSync(path)));
  if (!closed) return;
  throw new AssayError('EXECUTOR_CLONE_UNREADABLE', `The worker has another uid (${nobody}) and may not read ${closed}.`, { remedy: `chmod -R a+rX ${clone}` });
}

/** The pinned Node of the clone under its place; any other Node under a place of its own. */
function nodeAt(clone: string, placed: string, at: (path: string) => string): string {
  const node = realpathSync(nodeProgram());
  const inside = realpathSync(clone);
  if (node.startsWith(`${inside}/`)) return join(placed, node.slice(inside.length));
  return join(at(dirname(node)), 'node');
}

/** Python's own folder where it is not the system's, so that the worker's sandbox finds the same interpreter. */
function pythonFolder(at: (path: string) => string): string[] {
  try {
    const prefix = realpathSync(execFileSync('python3', ['-c', 'import sys; print(sys.base_prefix)'], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] }).trim());
    return prefix === '/usr' ? [] : [join(at(prefix), 'bin')];
  } catch {
    return [];
  }
}
