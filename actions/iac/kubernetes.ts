/** Kubernetes manifests: workloads that reach out of their container, and roles that may do everything. */
import type { Node } from 'yaml';
import type { Hit } from '../../app/core/finding.ts';
import type { YamlTree } from '../../app/core/yaml-tree.ts';
import { hit } from './hit.ts';

const podPaths: Record<string, string[]> = {
  Pod: ['spec'], Deployment: ['spec', 'template', 'spec'], StatefulSet: ['spec', 'template', 'spec'], DaemonSet: ['spec', 'template', 'spec'], ReplicaSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'], Job: ['spec', 'template', 'spec'], CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

export function manifestHits(tree: YamlTree, root: unknown): Hit[] {
  const kind = tree.text(tree.at(root, 'kind')) ?? '';
  const what = `${kind} ${tree.text(tree.at(root, 'metadata', 'name')) ?? ''}`.trim();
  if (kind === 'List') return tree.items(tree.at(root, 'items')).flatMap((item) => manifestHits(tree, item));
  if (/^(Cluster)?Role$/.test(kind)) return roles(tree, { root, what });
  if (kind === 'ClusterRoleBinding') return bindings(tree, { root, what });
  const path = podPaths[kind];
  return path ? pod(tree, { spec: tree.at(root, ...path), what }) : [];
}

function pod(tree: YamlTree, { spec, what }: { spec: Node | null; what: string }): Hit[] {
  if (spec === null) return [];
  const is = (node: Node | null, value: string) => tree.text(node) === value;
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].map((key) => ({ key, node: tree.at(spec, key) })).filter(({ node }) => is(node, 'true')).map(({ key, node }) => hit('HOST_SHARED', tree.line(node), { what, text: `${key}: true` }));
  const mounts = tree.items(tree.at(spec, 'volumes')).map((volume) => tree.at(volume, 'hostPath', 'path')).filter((node) => node !== null).map((node) => mounted(hit('HOST_PATH', tree.line(node), { what, text: tree.text(node) ?? '' })));
  const containers = ['initContainers', 'containers'].flatMap((key) => tree.items(tree.at(spec, key)));
  return [...shared, ...mounts, ...user(tree, { context: tree.at(spec, 'securityContext'), what }), ...containers.flatMap((container) => inContainer(tree, { container, what }))];
}

/** Paths that are the host; any other is worth a note. */
export function mounted(found: Hit): Hit {
  const grave = /^(\/|\/(etc|proc|sys|root|dev|boot|home|usr|bin|sbin|lib)(\/.*)?|\/var\/run(\/(docker|containerd|crio).*)?|\/run(\/(docker|containerd|crio).*)?|\/var\/lib\/(kubelet|docker|containerd|etcd)(\/.*)?)$/.test((found.values.text ?? '').replace(/(.)\/+$/, '$1'));
  const soft = /^\/(etc\/(localtime|timezone|ssl(\/.*)?|pki(\/.*)?|ca-certificates.*)|usr\/share\/.*|dev\/(null|urandom|shm|net\/tun|fuse|dri.*))$/.test(found.values.text ?? '');
  return grave && !soft ? found : { ...found, severity: 'info' };
}

const grave = /^(ALL|SYS_ADMIN|NET_ADMIN|SYS_PTRACE|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH|BPF|SYS_BOOT)$/;

function inContainer(tree: YamlTree, { container, what }: { container: Node; what: string }): Hit[] {
  const named = `${what}, container ${tree.text(tree.at(container, 'name')) ?? '?'}`;
  const context = tree.at(container, 'securityContext');
  const flags = ['privileged', 'allowPrivilegeEscalation'].map((key) => ({ key, node: tree.at(context, key) })).filter(({ node }) => tree.text(node) === 'true').map(({ key, node }) => hit('PRIVILEGED', tree.line(node), { what: named, text: `${key}: true` }));
  const rights = tree.items(tree.at(context, 'capabilities', 'add')).filter((node) => grave.test((tree.text(node) ?? '').replace(/^CAP_/, ''))).map((node) => hit('PRIVILEGED', tree.line(node), { what: named, text: `capability ${tree.text(node)}` }));
  const limit = tree.at(container, 'resources', 'limits', 'memory');
  const unlimited = limit === null ? [{ ...hit('NO_LIMITS', tree.line(tree.at(container, 'name') ?? container), { what: named }), severity: 'medium' as const }] : [];
  return [...flags, ...rights, ...user(tree, { context, what: named }), ...unlimited];
}

function user(tree: YamlTree, { context, what }: { context: Node | null; what: string }): Hit[] {
  const id = tree.at(context, 'runAsUser');
  const root = tree.at(context, 'runAsNonRoot');
  if (tree.text(id) === '0') return [hit('RUNS_AS_ROOT', tree.line(id), { what, text: 'runAsUser: 0' })];
  return tree.text(root) === 'false' ? [hit('RUNS_AS_ROOT', tree.line(root), { what, text: 'runAsNonRoot: false' })] : [];
}

function roles(tree: YamlTree, { root, what }: { root: unknown; what: string }): Hit[] {
  return tree.items(tree.at(root, 'rules')).flatMap((rule) => {
    const all = (key: string) => tree.items(tree.at(rule, key)).some((item) => tree.text(item) === '*');
    return all('verbs') && all('resources') ? [hit('ALL_RIGHTS', tree.line(rule), { what, text: 'verbs * on resources *' })] : [];
  });
}

const everybody = /^(system:(anonymous|unauthenticated|authenticated|serviceaccounts)|default)$/;

function bindings(tree: YamlTree, { root, what }: { root: unknown; what: string }): Hit[] {
  if (tree.text(tree.at(root, 'roleRef', 'name')) !== 'cluster-admin') return [];
  return tree.items(tree.at(root, 'subjects')).map((subject) => tree.at(subject, 'name')).filter((node) => everybody.test(tree.text(node) ?? ''))
    .map((node) => hit('ALL_RIGHTS', tree.line(node), { what, text: `cluster-admin for ${tree.text(node)}` }));
}
