/**
 * The weaker launcher for machines without bubblewrap: util-linux alone builds the same view. Inside a user namespace where we are root it
 * mounts an empty root with the plan's folders, pivots into it, forbids further user namespaces, and starts the program as 65534 in a nested one.
 */
import { nobody } from '../reach.ts';
import { quote, systemFolders, type Mount, type Plan } from './script.ts';

/** Everything up to the program runs as root of the new namespace; `ready` on descriptor 3 says that the walls stand. */
export function unshare(plan: Plan, root: string): string {
  const stage = [
    // Its own loopback, of its own network: a server and who asks it may stand in one sandbox. Where neither program is here it stays down.
    'ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || :', 'set -e', `mount -t tmpfs -o mode=755,size=4m,nosuid,nodev tmpfs ${quote([root])}`, `cd ${quote([root])}`, 'mkdir proc dev tmp old opt',
    ...systemFolders().flatMap(({ path, link }) => (link === null ? bind({ host: path, inside: path, writable: false, file: false }) : [`ln -s ${quote([link])} .${path}`])),
    ...devices(plan.tmpBytes), `mount -t tmpfs -o mode=1777,size=${plan.tmpBytes},nosuid,nodev tmpfs tmp`,
    ...plan.mounts.flatMap(bind),
    'mount -t proc -o nosuid,nodev,noexec proc proc', 'echo 1 > proc/sys/user/max_user_namespaces',
    'pivot_root . old', 'cd /', 'umount -l /old', 'rmdir /old', 'mount -o remount,bind,ro,nosuid,nodev /', 'cd /work', 'echo ready >&3',
    `exec ${quote(['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, 'setpriv', '--no-new-privs', 'env', '-i', ...assignments(plan.env), ...plan.argv])} 3>&-`,
  ].join('\n');
  const namespaces = ['--user', '--map-root-user', '--net', '--pid', '--mount', '--ipc', '--uts', '--cgroup', '--propagation', 'private', '--fork', '--kill-child'];
  return quote(['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'unshare', ...namespaces, '/bin/sh', '-c', stage]);
}

/** No set-uid program and no device works in any of them. */
function bind({ host, inside, writable, file }: Mount): string[] {
  const target = quote([`.${inside}`]);
  const place = file ? `mkdir -p "$(dirname ${target})" && : > ${target}` : `mkdir -p ${target}`;
  return [place, `mount -o bind,nosuid,nodev${writable ? '' : ',ro'} ${quote([host])} ${target}`];
}

function devices(bytes: number): string[] {
  const nodes = ['null', 'zero', 'urandom'].flatMap((name) => [`: > dev/${name}`, `mount --bind /dev/${name} dev/${name}`]);
  return [...nodes, 'ln -s /proc/self/fd dev/fd', 'mkdir dev/shm', `mount -t tmpfs -o mode=1777,size=${bytes},nosuid,nodev tmpfs dev/shm`];
}

function assignments(env: Record<string, string>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}
