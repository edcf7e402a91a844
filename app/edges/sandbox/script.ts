/** Launchers are short shell scripts: join the control group, make hidden folders reachable, give up root, then replace the shell. */
import { lstatSync, readlinkSync } from 'node:fs';
import { nobody } from '../reach.ts';
import { MIB, type SandboxRequest } from '../../core/ports/sandbox.ts';

export interface Mount {
  host: string;
  inside: string;
  writable: boolean;
  file: boolean;
}

/** What one run needs, whatever the launcher: resolved mounts, the whole environment, the command already under its limits. */
export interface Plan {
  mounts: Mount[];
  env: Record<string, string>;
  argv: string[];
  tmpBytes: number;
}

/** Descriptors that this process inherited from whoever started it would pass through every exec; only ours stay. The launchers are bash: dash knows one digit. */
export const closeInherited = 'for each in /proc/$$/fd/*; do each=${each##*/}; if [ "$each" -gt 4 ]; then eval "exec $each>&-"; fi; done';

export function quote(words: string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

/** Becomes the unprivileged uid for good: no group, no capability to regain. */
export function dropRoot(): string[] {
  return ['setpriv', '--reuid', String(nobody), '--regid', String(nobody), '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'];
}

/** Top-level folders of the system: real ones are mounted, links (merged /usr) are links again. */
export function systemFolders(): { path: string; link: string | null }[] {
  return ['/usr', '/lib', '/lib64', '/bin'].flatMap((path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) return [];
    return [{ path, link: stat.isSymbolicLink() ? readlinkSync(path) : null }];
  });
}

/** V8 reserves this much before it runs a line; a smaller data limit would stop Node at its start. */
const dataFloor = 768 * MIB;
/** The shell around the program tells descriptor 4, which the program does not get, the CPU time of all that it waited for. */
const timed = '"$@" 4>&-; code=$?; times >&4; exit $code';

/**
 * Limits that the kernel keeps per process. `strict` adds what a control group would keep and count: processes, data memory (a limit on
 * address space would stop Node, which reserves far more than it uses), and CPU time.
 */
export function limited(request: SandboxRequest, strict: boolean): string[] {
  const { limits } = request;
  const seconds = Math.ceil(limits.cpuMs / 1000);
  const flags = ['--core=0', `--fsize=${limits.fileBytes}`, `--cpu=${seconds}:${seconds + 1}`, '--nofile=1024'];
  if (!strict) return ['prlimit', ...flags, '--', ...request.argv];
  flags.push(`--nproc=${limits.processes}`, `--data=${Math.max(limits.memoryBytes, dataFloor)}`);
  return ['/bin/bash', '--norc', '--noprofile', '-c', timed, 'bash', 'prlimit', ...flags, '--', ...request.argv];
}
