/** The bubblewrap command line: every namespace of its own, deny by default, nothing mounted but what the plan names. */
import { nobody } from '../reach.ts';
import { quote, systemFolders, type Plan } from './script.ts';

/**
 * Started with `env -i` because bubblewrap itself is PID 1 inside and its environment is readable there. `--disable-userns` stops nested
 * namespaces; the root is read-only in the end. Status (child pid, exit code) is written to descriptor 3, which the program does not get.
 */
export function bubblewrap(plan: Plan, accounted: boolean): string {
  const args = [
    '--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session', '--cap-drop', 'ALL',
    '--uid', String(nobody), '--gid', String(nobody), '--hostname', 'sandbox', '--json-status-fd', '3',
    ...Object.entries(plan.env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...systemFolders().flatMap(({ path, link }) => (link === null ? ['--ro-bind', path, path] : ['--symlink', link, path])),
    '--proc', '/proc', '--dev', '/dev', '--size', String(plan.tmpBytes), '--tmpfs', '/dev/shm', '--remount-ro', '/dev',
    '--size', String(plan.tmpBytes), '--tmpfs', '/tmp',
    ...plan.mounts.flatMap(({ host, inside, writable }) => [writable ? '--bind' : '--ro-bind', host, inside]),
    '--chdir', '/work', '--remount-ro', '/', '--', ...plan.argv,
  ];
  return quote(['env', '-i', 'bwrap', ...args]) + (accounted ? ' 4>&-' : '');
}
