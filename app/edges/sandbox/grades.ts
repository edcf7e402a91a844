/** The grades in words for a person, and what would give a better one. */
import { existsSync, readFileSync } from 'node:fs';
import type { SandboxGrade } from '../../core/ports/sandbox.ts';
import type { Variant } from './launcher.ts';

const walls = 'no network, no secret, only the given files, no nested namespaces';
const sampled = 'process count, data memory per process, CPU and file size are limited by the kernel; total memory and total CPU are sampled every 50 ms, and shared memory is only sampled';

const words: Record<Variant['grade'], string> = {
  'bubblewrap+cgroup2': `Contained by bubblewrap and control groups v2: ${walls}; memory, processes, CPU, time and file size have exact limits.`,
  'bubblewrap+cgroup1': `Contained by bubblewrap and control groups v1: ${walls}; memory, processes, CPU, time and file size have exact limits.`,
  bubblewrap: `Contained by bubblewrap: ${walls}; ${sampled}.`,
  'unshare+prlimit': `Contained by unshare and prlimit: ${walls}; ${sampled}; no loopback network inside; the kernel interface is not narrowed further.`,
};

const bubblewrapHint = 'sudo apt-get install -y bubblewrap';
const cgroupHint = 'Run as root, or let systemd delegate control groups: systemd-run --user --scope -p Delegate=yes npx assay …';

export function gradeOf(variant: Variant): SandboxGrade {
  const remedy = variant.grade === 'unshare+prlimit' ? bubblewrapHint : variant.grade === 'bubblewrap' ? cgroupHint : null;
  return { name: variant.grade, words: words[variant.grade], remedy };
}

/** The command that removes the first obstacle; Ubuntu's AppArmor rule is told from a kernel without user namespaces. */
export function remedyFor(refusals: string[], sysctl: (name: string) => string | null = readSysctl): string {
  if (process.platform !== 'linux') return 'Run Assay on Linux, or in WSL on Windows.';
  if (sysctl('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'AppArmor refuses user namespaces to ordinary users here. Load the profile that actions/setup brings, or: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0';
  }
  if (sysctl('kernel/unprivileged_userns_clone') === '0') return 'sudo sysctl -w kernel.unprivileged_userns_clone=1';
  if (sysctl('user/max_user_namespaces') === '0') return 'sudo sysctl -w user.max_user_namespaces=15000';
  if (!existsSync('/usr/bin/bwrap')) return bubblewrapHint;
  return `User namespaces are refused, as in an unprivileged container: start it with --privileged or --security-opt seccomp=unconfined, or use the host. ${refusals.at(-1) ?? ''}`.trim();
}

function readSysctl(name: string): string | null {
  const path = `/proc/sys/${name}`;
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}
