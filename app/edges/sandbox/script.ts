/** Launchers are short shell scripts: join the control group, make hidden folders reachable, give up root, then replace the shell. */
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
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
/** Who waits for the program tells descriptor 4, which the program does not get, what the kernel counted of all that was waited for: CPU time and the highest memory. */
const perl = '/usr/bin/perl';
const accounting = `open(my $told, ">&=", 4) or exit 126; my $pid = fork; exit 126 unless defined $pid; if ($pid == 0) { close $told; exec { $ARGV[0] } @ARGV; exit 127 } waitpid $pid, 0; my $ended = $?;
my $use = "\\0" x 144; syscall(${process.arch === 'arm64' ? 165 : 98}, -1, $use); my @use = unpack "q5", $use; syswrite $told, sprintf("cpu %d peak %d\\n", $use[0] * 1000 + $use[1] / 1000 + $use[2] * 1000 + $use[3] / 1000, $use[4]);
exit($ended & 127 ? 128 + ($ended & 127) : $ended >> 8)`;
/** Without Perl, which Debian and Ubuntu always have, only the time. */
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
  const waits = existsSync(perl) ? [perl, '-e', accounting] : ['/bin/bash', '--norc', '--noprofile', '-c', timed, 'bash'];
  return [...waits, 'prlimit', ...flags, '--', ...request.argv];
}
