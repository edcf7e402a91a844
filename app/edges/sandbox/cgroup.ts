/**
 * Control groups, version 2 or 1: exact limits on memory and processes of one sandbox run, exact accounting of its CPU time, one kill for all.
 * A home is a group below which this process may create groups: the machine's own (root), or one that was delegated to it.
 */
import { accessSync, chownSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The folder of each controller; with version 2 they are one folder. */
export interface CgroupHome {
  version: 1 | 2;
  memory: string;
  pids: string;
  cpu: string;
}

export interface Cgroup {
  /** Writing a process id (0: the writer's own) to each of these joins the group. */
  procs: string[];
  cpuMs(): number;
  outOfMemory(): boolean;
  remove(): Promise<void>;
}

const prefix = 'assay-';
let created = 0;

export function findCgroupHome(): CgroupHome | null {
  const home = version2Home() ?? version1Home();
  if (home) for (const folder of foldersOf(home)) sweepDead(folder);
  return home;
}

export function createCgroup(home: CgroupHome, limits: { memoryBytes: number; processes: number }): Cgroup {
  const group = childOf(home, `${prefix}${process.pid}-${++created}`);
  for (const folder of foldersOf(group)) mkdirSync(folder);
  writeFileSync(join(group.pids, 'pids.max'), String(limits.processes));
  if (home.version === 2) limitMemory2(group.memory, limits.memoryBytes);
  else limitMemory1(group.memory, limits.memoryBytes);
  return {
    procs: foldersOf(group).map((folder) => join(folder, 'cgroup.procs')),
    cpuMs: () => (group.version === 2 ? field(join(group.cpu, 'cpu.stat'), 'usage_usec') / 1e3 : Number(readFileSync(join(group.cpu, 'cpuacct.usage'), 'utf8')) / 1e6),
    outOfMemory: () => field(join(group.memory, group.version === 2 ? 'memory.events' : 'memory.oom_control'), 'oom_kill') > 0,
    remove: () => removeGroup(group),
  };
}

/** A home for another uid: groups that it may divide further. `join` are the files by which its first process enters. */
export function delegateCgroup(home: CgroupHome, uid: number): { join: string[]; remove(): Promise<void> } {
  const group = childOf(home, `${prefix}${process.pid}-${++created}`);
  const entries: string[] = [];
  for (const folder of foldersOf(group)) {
    mkdirSync(folder);
    if (home.version === 2) writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +pids');
    const leaf = home.version === 2 ? join(folder, 'worker') : folder;
    if (leaf !== folder) mkdirSync(leaf);
    for (const each of [folder, leaf]) for (const file of ['', 'cgroup.procs', 'tasks', 'cgroup.subtree_control']) own(join(each, file), uid);
    entries.push(join(leaf, 'cgroup.procs'));
  }
  return { join: entries, remove: () => removeGroup(group) };
}

function own(path: string, uid: number): void {
  if (existsSync(path)) chownSync(path, uid, uid);
}

function limitMemory2(folder: string, bytes: number): void {
  writeFileSync(join(folder, 'memory.max'), String(bytes));
  for (const [file, value] of [['memory.swap.max', '0'], ['memory.oom.group', '1']] as const) {
    if (existsSync(join(folder, file))) writeFileSync(join(folder, file), value);
  }
}

function limitMemory1(folder: string, bytes: number): void {
  writeFileSync(join(folder, 'memory.limit_in_bytes'), String(bytes));
  const withSwap = join(folder, 'memory.memsw.limit_in_bytes');
  if (existsSync(withSwap)) writeFileSync(withSwap, String(bytes));
}

/** Groups go child first; the kernel says EBUSY until the last process is reaped. */
async function removeGroup(group: CgroupHome): Promise<void> {
  for (const folder of foldersOf(group)) {
    for (const child of existsSync(folder) ? subfolders(folder) : []) await removeFolder(join(folder, child));
    await removeFolder(folder);
  }
}

async function removeFolder(folder: string): Promise<void> {
  for (let attempt = 0; existsSync(folder); attempt++) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (attempt >= 100) throw error;
      await sleep(10);
    }
  }
}

/** Groups that a crashed process left behind, told by the process id in their name. */
function sweepDead(folder: string): void {
  for (const child of subfolders(folder)) {
    const pid = new RegExp(`^${prefix}(\\d+)-\\d+$`).exec(child)?.[1];
    if (!pid || existsSync(`/proc/${pid}`)) continue;
    for (const leaf of subfolders(join(folder, child))) tryRemove(join(folder, child, leaf));
    tryRemove(join(folder, child));
  }
}

/** True where the folder is gone; a group that is still busy is swept by a later start. */
function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function version2Home(): CgroupHome | null {
  const mount = mounts().find((each) => each.type === 'cgroup2');
  const own = mount && ownFolder(mount, '');
  if (!mount || !own) return null;
  const folder = [dirname(own), own, mount.path].find((each) => each.startsWith(mount.path) && divides(each));
  return folder ? { version: 2, memory: folder, pids: folder, cpu: folder } : null;
}

/** Whether groups below this one get memory and pids limits; found by making one. */
function divides(folder: string): boolean {
  const probe = join(folder, `${prefix}${process.pid}-0`);
  try {
    if (!writable(folder)) return false;
    const enabled = readFileSync(join(folder, 'cgroup.subtree_control'), 'utf8').split(/\s+/);
    if (!['memory', 'pids'].every((each) => enabled.includes(each))) writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +pids');
    mkdirSync(probe);
    return existsSync(join(probe, 'memory.max')) && existsSync(join(probe, 'pids.max'));
  } catch {
    return false;
  } finally {
    tryRemove(probe);
  }
}

function version1Home(): CgroupHome | null {
  const folders = ['memory', 'pids', 'cpuacct'].map((controller) => {
    const mount = mounts().find((each) => each.type === 'cgroup' && each.options.includes(controller));
    const own = mount && ownFolder(mount, controller);
    return own && writable(own) ? own : null;
  });
  const [memory, pids, cpu] = folders;
  return memory && pids && cpu ? { version: 1, memory, pids, cpu } : null;
}

interface Mount {
  path: string;
  root: string;
  type: string;
  options: string[];
}

function mounts(): Mount[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(Boolean).map((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root = '/', path = '/'] = left.split(' ');
    const [type = '', , options = ''] = right.split(' ');
    return { path, root, type, options: options.split(',') };
  });
}

function ownFolder(mount: Mount, controller: string): string | null {
  const line = readFileSync('/proc/self/cgroup', 'utf8').split('\n').map((each) => each.split(':')).find(([, names]) => (names ?? '').split(',').includes(controller));
  const path = line?.slice(2).join(':');
  if (!path) return null;
  const below = mount.root !== '/' && path.startsWith(mount.root) ? path.slice(mount.root.length) : path;
  const folder = join(mount.path, below);
  return existsSync(folder) ? folder : null;
}

function foldersOf(group: CgroupHome): string[] {
  return [...new Set([group.memory, group.pids, group.cpu])];
}

function childOf(home: CgroupHome, name: string): CgroupHome {
  return { version: home.version, memory: join(home.memory, name), pids: join(home.pids, name), cpu: join(home.cpu, name) };
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory()).map((each) => each.name);
}

function field(file: string, name: string): number {
  const line = readFileSync(file, 'utf8').split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
