/** CloudFormation templates, YAML or JSON: the same faults as in Terraform, in its own words. */
import type { Node } from 'yaml';
import type { Hit } from '../../app/core/finding.ts';
import type { YamlTree } from '../../app/core/yaml-tree.ts';
import { guardedPorts, hit, isWorld } from './hit.ts';

export function templateHits(tree: YamlTree, root: unknown): Hit[] {
  return tree.entries(tree.at(root, 'Resources')).flatMap(({ key, value }) => {
    const type = tree.text(tree.at(value, 'Type')) ?? '';
    const properties = tree.at(value, 'Properties');
    const of = { properties, what: `${type} ${key}` };
    if (type === 'AWS::EC2::SecurityGroup') return tree.items(tree.at(properties, 'SecurityGroupIngress')).flatMap((rule) => ingress(tree, { ...of, properties: rule }));
    if (type === 'AWS::EC2::SecurityGroupIngress') return ingress(tree, of);
    return [...flags(tree, of), ...statements(tree, of)];
  });
}

interface Of {
  properties: Node | null;
  what: string;
}

function ingress(tree: YamlTree, { properties, what }: Of): Hit[] {
  const address = [tree.at(properties, 'CidrIp'), tree.at(properties, 'CidrIpv6')].find((node) => isWorld(tree.text(node) ?? ''));
  if (!address) return [];
  const all = tree.text(tree.at(properties, 'IpProtocol')) === '-1';
  const port = (key: string) => Number.parseInt(tree.text(tree.at(properties, key)) ?? '', 10);
  const ports = all ? 'all ports' : guardedPorts(port('FromPort'), port('ToPort'));
  return ports === null ? [] : [hit('OPEN_TO_WORLD', tree.line(address), { what, ports })];
}

const settings: { key: string; bad: RegExp; code: string }[] = [
  { key: 'AccessControl', bad: /^(PublicRead|PublicReadWrite|AuthenticatedRead)$/, code: 'PUBLIC_DATA' }, { key: 'PubliclyAccessible', bad: /^true$/i, code: 'PUBLIC_DATA' },
  { key: 'StorageEncrypted', bad: /^false$/i, code: 'UNENCRYPTED' }, { key: 'Encrypted', bad: /^false$/i, code: 'UNENCRYPTED' }, { key: 'Privileged', bad: /^true$/i, code: 'PRIVILEGED' },
  { key: 'MinimumProtocolVersion', bad: /^(SSLv3|TLSv1(_2016)?|TLSv1\.1_2016)$/, code: 'WEAK_TLS' },
];
const locks = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

function flags(tree: YamlTree, { properties, what }: Of): Hit[] {
  const told = (key: string, node: Node | null, code: string) => hit(code, tree.line(node), { what, text: `${key}: ${tree.text(node)}` });
  const own = settings.flatMap(({ key, bad, code }) => { const node = tree.at(properties, key); return bad.test(tree.text(node) ?? '') ? [told(key, node, code)] : []; });
  const open = locks.flatMap((key) => { const node = tree.at(properties, 'PublicAccessBlockConfiguration', key); return /^false$/i.test(tree.text(node) ?? '') ? [told(key, node, 'PUBLIC_DATA')] : []; });
  return [...own, ...open];
}

/** Every policy document of the resource: on its own, or in a list of named ones. */
function statements(tree: YamlTree, { properties, what }: Of): Hit[] {
  const documents = [tree.at(properties, 'PolicyDocument'), ...tree.items(tree.at(properties, 'Policies')).map((each) => tree.at(each, 'PolicyDocument'))];
  return documents.flatMap((document) => {
    const list = tree.at(document, 'Statement');
    const all = tree.items(list);
    return (all.length > 0 ? all : list ? [list] : []).flatMap((statement) => {
      const whole = (key: string) => { const node = tree.at(statement, key); return [tree.text(node), ...tree.items(node).map((item) => tree.text(item))].some((text) => text === '*' || (key === 'Action' && text === '*:*')); };
      return tree.text(tree.at(statement, 'Effect')) === 'Allow' && whole('Action') && whole('Resource') ? [hit('ALL_RIGHTS', tree.line(statement), { what, text: 'Allow * on *' })] : [];
    });
  });
}
