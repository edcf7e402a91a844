/** Compose files: services that reach out of their container. Limits and open ports are noted only, since such a file often serves one desk. */
import type { Node } from 'yaml';
import type { Hit } from '../../app/core/finding.ts';
import type { YamlTree } from '../../app/core/yaml-tree.ts';
import { guardedPorts, hit } from './hit.ts';
import { mounted } from './kubernetes.ts';

const grave = /^(CAP_)?(ALL|SYS_ADMIN|NET_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH|BPF)$/i;

export function composeHits(tree: YamlTree, root: unknown): Hit[] {
  return tree.entries(tree.at(root, 'services')).flatMap(({ key, keyNode, value }) => inService(tree, { service: value, what: `service ${key}`, keyNode }));
}

function inService(tree: YamlTree, { service, what, keyNode }: { service: Node | null; what: string; keyNode: Node }): Hit[] {
  const at = (...path: string[]) => tree.at(service, ...path);
  const privileged = tree.text(at('privileged')) === 'true' ? [hit('PRIVILEGED', tree.line(at('privileged')), { what, text: 'privileged: true' })] : [];
  const shared = ['network_mode', 'pid', 'ipc', 'userns_mode', 'uts'].filter((key) => tree.text(at(key)) === 'host').map((key) => hit('HOST_SHARED', tree.line(at(key)), { what, text: `${key}: host` }));
  const rights = tree.items(at('cap_add')).filter((node) => grave.test(tree.text(node) ?? '')).map((node) => hit('PRIVILEGED', tree.line(node), { what, text: `capability ${tree.text(node)}` }));
  const unconfined = tree.items(at('security_opt')).filter((node) => /^(seccomp|apparmor)[:=]unconfined$/.test(tree.text(node) ?? '')).map((node) => hit('PRIVILEGED', tree.line(node), { what, text: tree.text(node) ?? '' }));
  const limited = at('mem_limit') !== null || at('deploy', 'resources', 'limits', 'memory') !== null;
  const unlimited: Hit[] = limited ? [] : [{ ...hit('NO_LIMITS', tree.line(keyNode), { what }), severity: 'info' }];
  return [...privileged, ...shared, ...rights, ...unconfined, ...volumes(tree, { service, what }), ...ports(tree, { service, what }), ...unlimited];
}

function volumes(tree: YamlTree, { service, what }: { service: Node | null; what: string }): Hit[] {
  return tree.items(tree.at(service, 'volumes')).flatMap((node) => {
    const source = tree.text(node)?.split(':')[0] ?? tree.text(tree.at(node, 'source'));
    return source?.startsWith('/') ? [mounted(hit('HOST_PATH', tree.line(node), { what, text: source }))] : [];
  });
}

/** `5432:5432` listens on every interface; `127.0.0.1:5432:5432` does not. */
function ports(tree: YamlTree, { service, what }: { service: Node | null; what: string }): Hit[] {
  return tree.items(tree.at(service, 'ports')).flatMap((node): Hit[] => {
    const published = /^(?:0\.0\.0\.0:)?(\d{1,5}):\d{1,5}(?:\/\w+)?$/.exec(tree.text(node) ?? '')?.[1];
    const found = published === undefined ? null : guardedPorts(Number(published), Number(published));
    return found === null ? [] : [{ ...hit('OPEN_TO_WORLD', tree.line(node), { what, ports: found }), severity: 'info' }];
  });
}
