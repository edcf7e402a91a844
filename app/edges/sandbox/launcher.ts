/** Turns a request into the command that a variant of the sandbox starts, with what must be prepared before and removed after. */
import { lchownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import type { SandboxGrade, SandboxRequest } from '../../core/ports/sandbox.ts';
import { bubblewrap } from './bubblewrap.ts';
import { createCgroup, type Cgroup, type CgroupHome } from './cgroup.ts';
import { nobody, reachable } from '../reach.ts';
import { closeInherited, dropRoot, limited, quote, type Mount, type Plan } from './script.ts';
import type { Toolchain } from './toolchain.ts';
import { unshare } from './unshare.ts';

/** One way to contain a program on this machine. `drop`: we are root and the program gets another uid outside as well as inside. */
export interface Variant {
  grade: Exclude<SandboxGrade['name'], 'none'>;
  drop: boolean;
  cgroup: CgroupHome | null;
  toolchain: Toolchain;
  scratch: string;
}

export interface Launch {
  argv: string[];
  cgroup: Cgroup | null;
}

const places = 12;
const ownProcesses = 4;

/** A folder with mount points, for sources that only root can reach; removed with this process. */
export function makeScratch(parent: string): string {
  const scratch = mkdtempSync(join(parent, 'assay-sandbox-'));
  chmodSync(scratch, 0o755);
  mkdirSync(join(scratch, 'root'));
  for (let index = 0; index < places; index++) {
    mkdirSync(join(scratch, `d${index}`));
    writeFileSync(join(scratch, `f${index}`), '');
  }
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  return scratch;
}

export function prepareLaunch(variant: Variant, request: SandboxRequest): Launch {
  const { drop, scratch, grade } = variant;
  if (drop) giveAway(request.workdir);
  const wanted = mountsOf(variant.toolchain, request);
  const { mounts, binds } = drop ? reroute(wanted, scratch) : { mounts: wanted, binds: [] };
  const cgroup = variant.cgroup && createCgroup(variant.cgroup, { memoryBytes: request.limits.memoryBytes, processes: request.limits.processes + ownProcesses });
  const plan: Plan = { mounts, env: environmentOf(variant.toolchain, request), argv: limited(request, cgroup === null), tmpBytes: Math.min(request.limits.fileBytes * 2, request.limits.memoryBytes) };
  const contained = grade === 'unshare+prlimit' ? unshare(plan, join(scratch, 'root')) : bubblewrap(plan, cgroup !== null);
  const script = ['set -e', closeInherited, ...(cgroup?.procs ?? []).map((file) => `echo 0 > ${quote([file])}`), ...binds, start(contained, drop)].join('\n');
  const ownMounts = binds.length > 0 ? ['unshare', '--mount', '--propagation', 'private'] : [];
  return { argv: ['setpriv', '--pdeathsig', 'KILL', ...ownMounts, '/bin/bash', '--norc', '--noprofile', '-c', script], cgroup };
}

function start(contained: string, drop: boolean): string {
  return `exec ${quote([...(drop ? dropRoot() : ['setpriv']), '--pdeathsig', 'KILL'])} ${contained}`;
}

function mountsOf(toolchain: Toolchain, request: SandboxRequest): Mount[] {
  const given = [...toolchain.mounts, ...(request.readOnly ?? [])].map((each) => ({ ...each, writable: false }));
  const sockets = (request.sockets ?? []).map((each) => ({ ...each, writable: true }));
  const work = { host: request.workdir, inside: '/work', writable: true };
  return [work, ...given, ...sockets].map((each) => ({ ...each, file: !statOf(each.host).isDirectory() }));
}

function statOf(path: string) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat) return stat;
  throw new AssayError('SANDBOX_MOUNT_MISSING', `The sandbox was asked to mount ${path}, which does not exist.`, { remedy: 'Create it before the run, or leave it out of the request.' });
}

function environmentOf(toolchain: Toolchain, request: SandboxRequest): Record<string, string> {
  return { PATH: toolchain.path, HOME: '/tmp', TMPDIR: '/tmp', LANG: 'C.UTF-8', TZ: 'UTC', ...request.env };
}

/** Sources that the unprivileged uid cannot reach are bound, in a mount namespace of this run alone, to a place that it can. */
function reroute(wanted: Mount[], scratch: string): { mounts: Mount[]; binds: string[] } {
  const binds: string[] = [];
  const mounts = wanted.map((mount) => {
    if (reachable(mount.host)) return mount;
    if (binds.length === places) throw new AssayError('SANDBOX_TOO_MANY_MOUNTS', `More than ${places} mounted folders are readable for root alone.`, { remedy: 'Put them in one folder that others may read.' });
    const place = join(scratch, `${mount.file ? 'f' : 'd'}${binds.length}`);
    binds.push(`mount --bind ${quote([mount.host, place])}`);
    return { ...mount, host: place };
  });
  return { mounts, binds };
}

/** The work folder belongs to the program's uid while root starts it; links are changed, never followed. */
function giveAway(folder: string): void {
  lchownSync(folder, nobody, nobody);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveAway(path);
    else if (lstatSync(path).uid !== nobody) lchownSync(path, nobody, nobody);
  }
}
